/**
 * A PDF file made of JPEG pages, without touching their pixels (ISO 32000-1, DCTDecode).
 *
 * Each page has the size of the paper that was scanned (pixels / dpi) and the rotation that the agent chose.
 */

const ASCII = new TextEncoder();
const COLOUR_SPACES = { 1: "/DeviceGray", 3: "/DeviceRGB", 4: "/DeviceCMYK" };

/** The bytes are not a JPEG picture that a PDF may hold. */
export class NotAJpeg extends Error {
  constructor(reason) {
    super(reason);
    this.name = "NotAJpeg";
  }
}

/** `{width, height, components}` of a JPEG, from its frame header (ITU-T T.81, B.2.2). */
export function readJpegHeader(bytes) {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new NotAJpeg("no start of image");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 2;
  while (at + 9 < bytes.length) {
    if (bytes[at] !== 0xff) throw new NotAJpeg("a marker was expected");
    const marker = bytes[at + 1];
    if (marker === 0xff) {
      at += 1; // fill byte
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const header = { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9] };
      if (!header.width || !header.height || !COLOUR_SPACES[header.components]) throw new NotAJpeg("odd frame");
      return header;
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new NotAJpeg("no frame header");
}

function pointsOf(pixels, dpi) {
  return ((pixels / dpi) * 72).toFixed(2);
}

function textOf(title) {
  const hex = [...title].flatMap((character) =>
    Array.from({ length: character.length }, (_, i) => character.charCodeAt(i).toString(16).padStart(4, "0")),
  );
  return `<FEFF${hex.join("")}>`;
}

/**
 * The file's bytes. `pages`: `{jpeg: Uint8Array, dpi: number, rotation: 0|90|180|270}` in reading order.
 *
 * Throws NotAJpeg, or RangeError when there is no page.
 */
export function makePdf(pages, { title = "" } = {}) {
  if (pages.length === 0) throw new RangeError("a PDF needs a page");
  const parts = [];
  const offsets = [];
  let length = 0;
  const put = (part) => {
    const bytes = typeof part === "string" ? ASCII.encode(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  const object = (number, ...body) => {
    offsets[number] = length;
    put(`${number} 0 obj\n`);
    body.forEach(put);
    put("\nendobj\n");
  };

  put("%PDF-1.4\n");
  put(new Uint8Array([0x25, 0xe2, 0xe3, 0xcf, 0xd3, 0x0a])); // a comment of high bytes: this file is binary
  const first = 4;
  const pageNumbers = pages.map((_, index) => first + index * 3);
  object(1, "<< /Type /Catalog /Pages 2 0 R >>");
  object(2, `<< /Type /Pages /Count ${pages.length} /Kids [${pageNumbers.map((n) => `${n} 0 R`).join(" ")}] >>`);
  object(3, `<< /Producer (Visio-relais)${title ? ` /Title ${textOf(title)}` : ""} >>`);

  pages.forEach(({ jpeg, dpi, rotation = 0 }, index) => {
    const { width, height, components } = readJpegHeader(jpeg);
    const number = pageNumbers[index];
    const [w, h] = [pointsOf(width, dpi), pointsOf(height, dpi)];
    object(
      number,
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${w} ${h}] /Rotate ${rotation}`,
      ` /Resources << /XObject << /P ${number + 1} 0 R >> >> /Contents ${number + 2} 0 R >>`,
    );
    // Adobe's four-component JPEGs hold inverted ink.
    const decode = components === 4 ? " /Decode [1 0 1 0 1 0 1 0]" : "";
    object(
      number + 1,
      `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /BitsPerComponent 8`,
      ` /ColorSpace ${COLOUR_SPACES[components]}${decode} /Filter /DCTDecode /Length ${jpeg.length} >>\nstream\n`,
      jpeg,
      "\nendstream",
    );
    const drawing = `q ${w} 0 0 ${h} 0 0 cm /P Do Q`;
    object(number + 2, `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`);
  });

  const table = length;
  const count = offsets.length;
  put(`xref\n0 ${count}\n0000000000 65535 f \n`);
  for (let number = 1; number < count; number += 1) put(`${String(offsets[number]).padStart(10, "0")} 00000 n \n`);
  put(`trailer\n<< /Size ${count} /Root 1 0 R /Info 3 0 R >>\nstartxref\n${table}\n%%EOF\n`);

  const file = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}
