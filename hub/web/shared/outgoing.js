/**
 * Files on their way to the kiosk's printer, chunk by chunk, resumed where the kiosk says it stopped.
 *
 * One file at a time: the usager answers for one paper at a time, and the voice keeps its place on the line.
 */

import { CHUNK_BYTES, chunkCount, packChunk, toHex } from "./conversation.js";
import { sha256 } from "./sealing.js";

/** What may lie in the browser's buffer at most; more only delays a cancellation. */
export const MAX_BUFFERED_BYTES = 1024 * 1024;

/** A file ready to be offered: `{printId, transferId, title, mime, bytes, chunks, hash}`. */
export async function prepareFile({ title, mime, bytes }) {
  return {
    printId: toHex(crypto.getRandomValues(new Uint8Array(8))),
    transferId: toHex(crypto.getRandomValues(new Uint8Array(16))),
    title,
    mime,
    bytes,
    chunks: chunkCount(bytes.length),
    hash: await sha256(bytes),
  };
}

export class OutgoingFiles {
  #files = new Map();
  #channel = null;
  #sendControl;
  #onProgress;
  #wake = null;
  #running = false;

  /** `sendControl(type, fields)` returns false when the channel is closed; `onProgress(printId, fraction)`. */
  constructor({ sendControl, onProgress }) {
    this.#sendControl = sendControl;
    this.#onProgress = onProgress;
  }

  /** Offer a prepared file; it leaves as soon as a documents channel is open. */
  offer(file) {
    this.#files.set(file.transferId, { ...file, next: 0, acknowledged: 0, announced: false });
    this.#run();
  }

  /** The kiosk or the agent is done with this print: let go of the file. */
  drop(printId) {
    for (const [id, file] of this.#files) if (file.printId === printId) this.#files.delete(id);
    this.#wake?.();
  }

  /** A documents channel is open and the kiosk said what it holds (`received`: id -> chunks). */
  attach(channel, received) {
    this.#channel = channel;
    channel.bufferedAmountLowThreshold = MAX_BUFFERED_BYTES / 4;
    channel.onbufferedamountlow = () => this.#wake?.();
    for (const [id, file] of this.#files) {
      const held = Math.min(received[id] ?? 0, file.chunks);
      file.next = held;
      file.acknowledged = held;
      // A kiosk that holds chunks knows the offer; one that holds none may have missed it.
      file.announced = held > 0;
    }
    this.#wake?.();
    this.#run();
  }

  /** The channel is gone; files wait for the next one. */
  detach() {
    this.#channel = null;
    this.#wake?.();
  }

  /** The kiosk holds all chunks below `next_chunk`. */
  acknowledged(message) {
    const file = this.#files.get(message.transfer_id);
    if (!file) return;
    file.acknowledged = Math.min(Math.max(file.acknowledged, message.next_chunk), file.chunks);
    this.#onProgress(file.printId, file.acknowledged / file.chunks);
    // The bytes are at the kiosk: nothing to resume any more, so nothing to keep.
    if (file.acknowledged === file.chunks) this.#files.delete(message.transfer_id);
  }

  /** Forget everything. */
  clear() {
    this.#files.clear();
    this.#channel = null;
    this.#wake?.();
  }

  #nextFile() {
    return [...this.#files.values()].find((file) => !file.announced || file.next < file.chunks) ?? null;
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    try {
      let file;
      while (this.#channel?.readyState === "open" && (file = this.#nextFile())) {
        if (!file.announced) {
          const sent = this.#sendControl("offer_print", {
            print_id: file.printId,
            transfer_id: file.transferId,
            title: file.title,
            mime: file.mime,
            size: file.bytes.length,
            chunks: file.chunks,
            sha256: file.hash,
          });
          if (!sent) return;
          file.announced = true;
        }
        if (this.#channel.bufferedAmount > MAX_BUFFERED_BYTES - 2 * CHUNK_BYTES) {
          await new Promise((resolve) => (this.#wake = resolve));
          this.#wake = null;
          continue;
        }
        const start = file.next * CHUNK_BYTES;
        const payload = file.bytes.subarray(start, start + CHUNK_BYTES);
        try {
          this.#channel.send(packChunk(file.transferId, file.next, payload));
        } catch {
          return; // closed between the check and the call: `attach` starts again with what the kiosk holds
        }
        file.next += 1;
      }
    } finally {
      this.#running = false;
    }
  }
}
