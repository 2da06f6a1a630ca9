/** Pages sealed as kiosk/core/sealing.py seals them, opened by the page. */

import assert from "node:assert/strict";
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { test } from "node:test";

import { CHUNK_BYTES } from "../../../hub/web/shared/conversation.js";
import { openPage, SealBroken } from "../../../hub/web/shared/sealing.js";

/** An independent writing of the rule, with another library than the page's. */
export function seal(page, transferId = randomBytes(16), key = randomBytes(32)) {
  const chunks = Math.ceil(page.length / CHUNK_BYTES);
  const sealed = Array.from({ length: chunks }, (_, no) => {
    const nonce = Buffer.alloc(12);
    nonce.writeBigUInt64BE(BigInt(no), 4);
    const additional = Buffer.alloc(24);
    transferId.copy(additional);
    additional.writeUInt32BE(no, 16);
    additional.writeUInt32BE(chunks, 20);
    const cipher = createCipheriv("aes-256-gcm", key, nonce).setAAD(additional);
    const plain = page.subarray(no * CHUNK_BYTES, (no + 1) * CHUNK_BYTES);
    return new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
  });
  return {
    sealed,
    key: key.toString("base64"),
    transferId: transferId.toString("hex"),
    size: page.length,
    hash: createHash("sha256").update(page).digest("hex"),
  };
}

const page = randomBytes(3 * CHUNK_BYTES + 17);

for (const size of [1, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * CHUNK_BYTES]) {
  test(`a page of ${size} bytes opens`, async () => {
    const plain = randomBytes(size);
    assert.deepEqual(Buffer.from(await openPage(seal(plain))), plain);
  });
}

const BREAKAGES = {
  "another key": (s) => ({ ...s, key: randomBytes(32).toString("base64") }),
  "a key that is not base64": (s) => ({ ...s, key: "é" }),
  "a short key": (s) => ({ ...s, key: randomBytes(16).toString("base64") }),
  "another transfer": (s) => ({ ...s, transferId: randomBytes(16).toString("hex") }),
  "a changed bit": (s) => ({ ...s, sealed: [s.sealed[0].map((b, i) => (i === 5 ? b ^ 1 : b)), ...s.sealed.slice(1)] }),
  "two chunks exchanged": (s) => ({ ...s, sealed: [s.sealed[1], s.sealed[0], ...s.sealed.slice(2)] }),
  "a chunk left out": (s) => ({ ...s, sealed: s.sealed.slice(0, -1) }),
  "another size": (s) => ({ ...s, size: s.size + 1 }),
  "another hash": (s) => ({ ...s, hash: "0".repeat(64) }),
};
for (const [what, breakIt] of Object.entries(BREAKAGES)) {
  test(`a page with ${what} does not open`, async () => {
    await assert.rejects(openPage(breakIt(seal(page))), SealBroken);
  });
}
