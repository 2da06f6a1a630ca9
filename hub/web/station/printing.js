/** What the page itself refuses to send to the printer, before a byte leaves. */

import { MAX_PRINT_BYTES, TITLE_LENGTH } from "../shared/conversation.js";
import { prepareFile } from "../shared/outgoing.js";
import { asSize, t } from "../shared/texts.js";

const SIGNATURES = [
  { mime: "application/pdf", bytes: [0x25, 0x50, 0x44, 0x46, 0x2d] },
  { mime: "image/jpeg", bytes: [0xff, 0xd8, 0xff] },
  { mime: "image/png", bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] },
];

/** The type of a file by its first bytes, whatever its name says; null when it is not printable. */
export function typeOf(bytes) {
  return SIGNATURES.find(({ bytes: wanted }) => wanted.every((byte, index) => bytes[index] === byte))?.mime ?? null;
}

/** Name without extension, as the usager will read it. */
export function titleOf(name) {
  const bare = name.replace(/\.[A-Za-z0-9]{1,5}$/, "").replace(/[\p{Cc}\p{Cf}]/gu, "").trim();
  return [...(bare || name)].slice(0, TITLE_LENGTH).join("");
}

/** `{title, mime, bytes}` of a File, or `{refusal}` in words. */
export async function readPrintable(file) {
  if (file.size === 0) return { refusal: t("print.local.empty") };
  if (file.size > MAX_PRINT_BYTES) return { refusal: t("print.local.too_large", { size: asSize(file.size) }) };
  let bytes;
  try {
    bytes = new Uint8Array(await file.arrayBuffer());
  } catch {
    return { refusal: t("print.local.unreadable") };
  }
  const mime = typeOf(bytes);
  return mime ? { title: titleOf(file.name), mime, bytes } : { refusal: t("print.local.wrong_type") };
}

/** Offer a File to the kiosk's printer. `live()` is the call now; resolves to null, or to the refusal in words. */
export async function sendToPrinter(file, live) {
  const call = live();
  const printable = await readPrintable(file);
  if (printable.refusal) return printable.refusal;
  const prepared = await prepareFile(printable);
  // The call may have ended, or changed, while the file was read.
  if (!call?.status.canTalk || live() !== call) return t("papers.no_line");
  call.offerPrint(prepared);
  return null;
}
