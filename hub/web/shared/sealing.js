/**
 * Opening a sealed page: AES-256-GCM, one key per page, one nonce per chunk; then its SHA-256.
 *
 * Chunk n of a page of N chunks is sealed with nonce = 4 zero bytes then n on 8 bytes (big endian), and
 * additional data = the 16 bytes of the transfer id, n on 4 bytes, N on 4 bytes. The 16-byte tag ends the
 * chunk. So a chunk cannot be moved, repeated, left out or taken from another page. kiosk/core/sealing.py is
 * the other end.
 */

import { fromHex, toHex } from "./conversation.js";

const TAG_BYTES = 16;

/** The page cannot be opened: wrong key, altered chunk, wrong length or wrong hash. */
export class SealBroken extends Error {
  constructor(reason) {
    super(reason);
    this.name = "SealBroken";
  }
}

function nonceOf(chunkNo) {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, BigInt(chunkNo));
  return nonce;
}

function additionalData(transferId, chunkNo, chunks) {
  const data = new Uint8Array(24);
  data.set(fromHex(transferId));
  const view = new DataView(data.buffer);
  view.setUint32(16, chunkNo);
  view.setUint32(20, chunks);
  return data;
}

function parametersOf(transferId, chunkNo, chunks) {
  return {
    name: "AES-GCM",
    iv: nonceOf(chunkNo),
    additionalData: additionalData(transferId, chunkNo, chunks),
    tagLength: TAG_BYTES * 8,
  };
}

function decodeKey(base64) {
  let raw;
  try {
    raw = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  } catch {
    throw new SealBroken("the key is not base64");
  }
  if (raw.length !== 32) throw new SealBroken("the key is not 32 bytes");
  return raw;
}

/** SHA-256 of bytes, in hexadecimal. */
export async function sha256(bytes) {
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/**
 * The plain bytes of a page. `sealed` is the list of sealed chunks (Uint8Array), all of them, in order.
 *
 * Throws SealBroken; nothing of the page is returned then.
 */
export async function openPage({ sealed, key, transferId, size, hash }) {
  const raw = decodeKey(key);
  const secret = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  raw.fill(0);
  let plain;
  try {
    plain = await Promise.all(
      sealed.map((chunk, no) => crypto.subtle.decrypt(parametersOf(transferId, no, sealed.length), secret, chunk)),
    );
  } catch {
    throw new SealBroken("a chunk does not open with this key");
  }
  const length = plain.reduce((sum, part) => sum + part.byteLength, 0);
  if (length !== size) throw new SealBroken("the page has a wrong length");
  const page = new Uint8Array(length);
  let offset = 0;
  for (const part of plain) {
    page.set(new Uint8Array(part), offset);
    offset += part.byteLength;
  }
  if ((await sha256(page)) !== hash) throw new SealBroken("the page has a wrong hash");
  return page;
}
