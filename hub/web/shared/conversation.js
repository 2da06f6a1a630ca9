/**
 * What station and kiosk say to each other directly: the JavaScript side of kiosk/core/conversation.py.
 *
 * `control` carries JSON text, `documents` carries chunks: 16 bytes of transfer id, 4 bytes of chunk number
 * (unsigned, big endian), then the payload.
 */

import {
  defaulted,
  dictionary,
  flag,
  identifier,
  integer,
  oneOf,
  optional,
  ShapeError,
  text,
  union,
  withoutNulls,
} from "./shape.js";

export const CONVERSATION_VERSION = 1;
export const CONTROL_CHANNEL = "control";
export const DOCUMENTS_CHANNEL = "documents";
export const MAX_CONTROL_BYTES = 16 * 1024;
export const CHUNK_BYTES = 15 * 1024;
export const CHUNK_HEADER_BYTES = 20;
export const MAX_PRINT_BYTES = 20 * 1024 * 1024;
export const MAX_PRINT_PAGES = 50;
export const MAX_SCAN_PAGES = 20;
export const MAX_PAGE_BYTES = 8 * 1024 * 1024;
export const ACK_EVERY_CHUNKS = 8;
export const TITLE_LENGTH = 80;

export const SCAN_STEPS = [
  "seen",
  "declined",
  "later",
  "scanning",
  "previewing",
  "problem",
  "done",
  "cancelled",
];
export const PRINT_STEPS = [
  "receiving",
  "checking",
  "previewing",
  "declined",
  "printing",
  "problem",
  "printed",
  "cancelled",
  "refused",
];
export const PRINT_REFUSALS = [
  "too_large",
  "too_many_pages",
  "unreadable",
  "wrong_type",
  "locked",
  "damaged_in_transit",
  "printer_unavailable",
];
export const DEVICE_STATES = ["ready", "busy", "cover_open", "no_paper", "jammed", "unplugged", "failed"];
export const PRINT_TYPES = ["application/pdf", "image/jpeg", "image/png"];

const transferId = text(32, /^[0-9a-f]{32}$/);
const sha256 = text(64, /^[0-9a-f]{64}$/);
const title = text(TITLE_LENGTH);
const device = oneOf(DEVICE_STATES);

const BOTH = {
  hello: {
    version: defaulted(integer(), CONVERSATION_VERSION),
    received: defaulted(dictionary(/^[0-9a-f]{32}$/, integer()), {}),
  },
  chunks_received: { transfer_id: transferId, next_chunk: integer(0) },
  hang_up: {},
  media_muted: { camera: flag, microphone: flag },
  picture_paused: { paused: flag },
};

const FROM_STATION = {
  ...BOTH,
  request_scan: {
    scan_id: identifier,
    title,
    pages: defaulted(integer(1, MAX_SCAN_PAGES), 1),
    colour: defaulted(flag, false),
  },
  cancel_scan: { scan_id: identifier },
  page_received: { transfer_id: transferId, ok: flag },
  offer_print: {
    print_id: identifier,
    transfer_id: transferId,
    title,
    mime: oneOf(PRINT_TYPES),
    size: integer(1),
    chunks: integer(1),
    sha256,
  },
  cancel_print: { print_id: identifier },
};

const TO_STATION = {
  ...BOTH,
  scan_moved: {
    scan_id: identifier,
    step: oneOf(SCAN_STEPS),
    pages_sent: defaulted(integer(0), 0),
    device: optional(device),
  },
  page_sealed: {
    scan_id: identifier,
    transfer_id: transferId,
    page_no: integer(1),
    mime: defaulted(oneOf(["image/jpeg"]), "image/jpeg"),
    size: integer(1),
    chunks: integer(1),
    width_px: integer(1),
    height_px: integer(1),
    dpi: integer(1),
  },
  page_released: { transfer_id: transferId, key: text(64), sha256 },
  page_discarded: { transfer_id: transferId },
  print_moved: {
    print_id: identifier,
    step: oneOf(PRINT_STEPS),
    page: defaulted(integer(0), 0),
    pages: defaulted(integer(0), 0),
    device: optional(device),
    refusal: optional(oneOf(PRINT_REFUSALS)),
  },
};

const checkOutgoing = union(FROM_STATION);
const checkIncoming = union(TO_STATION);

/** The message as it goes on `control` (an object). Throws ShapeError when it is not one of ours. */
export function build(type, fields = {}) {
  return withoutNulls(checkOutgoing({ ...fields, type }));
}

/** The text frame of a message to the kiosk. */
export function encode(type, fields = {}) {
  return JSON.stringify(build(type, fields));
}

/** A message of the kiosk from its text frame. Throws ShapeError or SyntaxError. */
export function decode(frame) {
  if (frame.length > MAX_CONTROL_BYTES) throw new ShapeError("", "too large");
  return checkIncoming(JSON.parse(frame));
}

export const MESSAGE_TYPES = Object.freeze({
  fromStation: Object.keys(FROM_STATION).sort(),
  toStation: Object.keys(TO_STATION).sort(),
});

/** How many chunks a file of `size` bytes makes. */
export function chunkCount(size) {
  return Math.ceil(size / CHUNK_BYTES);
}

/** Bytes of text in hexadecimal. */
export function fromHex(hex) {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** Hexadecimal text of bytes. */
export function toHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** One message of the documents channel. `payload` is a Uint8Array. */
export function packChunk(id, chunkNo, payload) {
  const message = new Uint8Array(CHUNK_HEADER_BYTES + payload.length);
  message.set(fromHex(id));
  new DataView(message.buffer).setUint32(16, chunkNo);
  message.set(payload, CHUNK_HEADER_BYTES);
  return message;
}

/** `{transferId, chunkNo, payload}` of a message (ArrayBuffer). Throws ShapeError on a wrong size. */
export function unpackChunk(buffer) {
  if (buffer.byteLength <= CHUNK_HEADER_BYTES || buffer.byteLength > CHUNK_HEADER_BYTES + CHUNK_BYTES + 64) {
    throw new ShapeError("", "chunk of a wrong size");
  }
  return {
    transferId: toHex(new Uint8Array(buffer, 0, 16)),
    chunkNo: new DataView(buffer).getUint32(16),
    payload: new Uint8Array(buffer, CHUNK_HEADER_BYTES),
  };
}
