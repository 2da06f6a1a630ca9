/**
 * Sealed pages on their way from the kiosk: chunks are kept as they come, opened when the usager sends.
 *
 * `control` and `documents` are two channels: a chunk may overtake the announcement of its page, and a key may
 * overtake the last chunks. Both are waited for. Chunks already held (sent again after a new peer connection)
 * change nothing.
 */

import { ACK_EVERY_CHUNKS, CHUNK_BYTES, chunkCount, MAX_PAGE_BYTES } from "./conversation.js";
import { openPage, SealBroken } from "./sealing.js";

const MAX_EARLY_CHUNKS = 64;
const MAX_HELD_BYTES = 160 * 1024 * 1024;

export class IncomingPages {
  #transfers = new Map();
  #early = new Map();
  #done = new Map();
  #heldBytes = 0;
  #send;
  #onPage;
  #onProgress;
  #onBroken;

  /**
   * `send(type, fields)` speaks on control; `onPage({transferId, scanId, pageNo, jpeg, widthPx, heightPx, dpi})`
   * is a page opened; `onProgress(scanId, fraction)` a sealed page arriving; `onBroken(scanId)` one that would not open.
   */
  constructor({ send, onPage, onProgress = () => {}, onBroken = () => {} }) {
    this.#send = send;
    this.#onPage = onPage;
    this.#onProgress = onProgress;
    this.#onBroken = onBroken;
  }

  /** For `hello`: how many chunks of each page are held, so that the kiosk goes on from there. */
  received() {
    const held = [...this.#transfers].map(([id, transfer]) => [id, transfer.chunks.length]);
    return Object.fromEntries([...held, ...this.#done]);
  }

  /** A page is announced. Announced again (new peer connection): nothing changes. */
  sealed(message) {
    const id = message.transfer_id;
    if (this.#transfers.has(id) || this.#done.has(id)) return;
    if (message.size > MAX_PAGE_BYTES || message.chunks !== chunkCount(message.size)) {
      this.#refuse(id, message.scan_id);
      return;
    }
    this.#transfers.set(id, { announced: message, chunks: [], key: null, opening: false });
    const early = this.#early.get(id) ?? [];
    this.#early.delete(id);
    for (const { chunkNo, payload } of early) {
      this.#heldBytes -= payload.length;
      this.chunk({ transferId: id, chunkNo, payload });
    }
  }

  /** A chunk came on the documents channel. */
  chunk({ transferId, chunkNo, payload }) {
    const transfer = this.#transfers.get(transferId);
    if (!transfer) {
      this.#keepEarly(transferId, chunkNo, payload);
      return;
    }
    const { chunks, announced } = transfer;
    if (chunkNo < chunks.length) {
      // Sent again after a new connection: say once more how far we are, at the same pace.
      if (chunkNo + 1 === chunks.length) this.#acknowledge(transferId, chunks.length);
      return;
    }
    if (chunkNo > chunks.length || chunkNo >= announced.chunks) return;
    if (payload.length > CHUNK_BYTES + 16 || this.#heldBytes + payload.length > MAX_HELD_BYTES) return;
    chunks.push(payload);
    this.#heldBytes += payload.length;
    const complete = chunks.length === announced.chunks;
    if (complete || chunks.length % ACK_EVERY_CHUNKS === 0) {
      this.#acknowledge(transferId, chunks.length);
      this.#onProgress(announced.scan_id, chunks.length / announced.chunks);
    }
    if (complete) this.#openIfReady(transferId);
  }

  /** The usager pressed SEND: the key of a page. */
  released(message) {
    const id = message.transfer_id;
    if (this.#done.has(id)) {
      // Said again after a new connection: the kiosk may not have had our word.
      this.#send("page_received", { transfer_id: id, ok: true });
      return;
    }
    const transfer = this.#transfers.get(id);
    if (!transfer) {
      this.#send("page_received", { transfer_id: id, ok: false });
      return;
    }
    transfer.key = message;
    this.#openIfReady(id);
  }

  /** The usager did not send this page. */
  discarded(message) {
    this.#drop(message.transfer_id);
  }

  /** Forget everything, sealed or not. */
  clear() {
    this.#transfers.clear();
    this.#early.clear();
    this.#done.clear();
    this.#heldBytes = 0;
  }

  #keepEarly(id, chunkNo, payload) {
    if (this.#done.has(id) || this.#early.size > 4 || this.#heldBytes + payload.length > MAX_HELD_BYTES) return;
    const waiting = this.#early.get(id) ?? [];
    if (waiting.length >= MAX_EARLY_CHUNKS || payload.length > CHUNK_BYTES + 16) return;
    waiting.push({ chunkNo, payload });
    this.#heldBytes += payload.length;
    this.#early.set(id, waiting);
  }

  #acknowledge(id, next) {
    this.#send("chunks_received", { transfer_id: id, next_chunk: next });
  }

  async #openIfReady(id) {
    const transfer = this.#transfers.get(id);
    if (!transfer.key || transfer.opening || transfer.chunks.length < transfer.announced.chunks) return;
    transfer.opening = true;
    const { announced, key } = transfer;
    let jpeg;
    try {
      jpeg = await openPage({
        sealed: transfer.chunks,
        key: key.key,
        transferId: id,
        size: announced.size,
        hash: key.sha256,
      });
    } catch (error) {
      if (!(error instanceof SealBroken)) throw error;
      this.#refuse(id, announced.scan_id);
      return;
    }
    if (this.#transfers.get(id) !== transfer) return; // dropped while it was being opened
    this.#drop(id);
    this.#done.set(id, announced.chunks);
    this.#onPage({
      transferId: id,
      scanId: announced.scan_id,
      pageNo: announced.page_no,
      jpeg,
      widthPx: announced.width_px,
      heightPx: announced.height_px,
      dpi: announced.dpi,
    });
    this.#send("page_received", { transfer_id: id, ok: true });
  }

  #refuse(id, scanId) {
    this.#drop(id);
    this.#send("page_received", { transfer_id: id, ok: false });
    this.#onBroken(scanId);
  }

  #drop(id) {
    for (const chunk of this.#transfers.get(id)?.chunks ?? []) this.#heldBytes -= chunk.length;
    for (const { payload } of this.#early.get(id) ?? []) this.#heldBytes -= payload.length;
    this.#transfers.delete(id);
    this.#early.delete(id);
  }
}
