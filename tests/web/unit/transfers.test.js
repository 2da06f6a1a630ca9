/** Pages coming in and files going out, with chunks that overtake, repeat, stop and resume. */

import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";

import { ACK_EVERY_CHUNKS, CHUNK_BYTES, MAX_PAGE_BYTES, unpackChunk } from "../../../hub/web/shared/conversation.js";
import { IncomingPages } from "../../../hub/web/shared/incoming.js";
import { MAX_BUFFERED_BYTES, OutgoingFiles, prepareFile } from "../../../hub/web/shared/outgoing.js";
import { seal } from "./sealing.test.js";

function incoming() {
  const world = { said: [], pages: [], broken: [] };
  let arrived;
  world.settled = new Promise((resolve) => (arrived = resolve));
  world.transfers = new IncomingPages({
    send: (type, fields) => {
      world.said.push({ type, ...fields });
      if (type === "page_received") arrived();
    },
    onPage: (page) => world.pages.push(page),
    onBroken: (scanId) => world.broken.push(scanId),
  });
  return world;
}

function announcement({ sealed, transferId, size }) {
  return {
    scan_id: "s1",
    transfer_id: transferId,
    page_no: 1,
    size,
    chunks: sealed.length,
    width_px: 10,
    height_px: 20,
    dpi: 200,
  };
}

const chunksOf = ({ sealed, transferId }) => sealed.map((payload, chunkNo) => ({ transferId, chunkNo, payload }));
const release = ({ transferId, key, hash }) => ({ transfer_id: transferId, key, sha256: hash });
const plain = randomBytes(20 * CHUNK_BYTES + 3);

test("a page is acknowledged on the way, opened on release, confirmed once", async () => {
  const world = incoming();
  const page = seal(plain);
  world.transfers.sealed(announcement(page));
  chunksOf(page).forEach((chunk) => world.transfers.chunk(chunk));
  assert.deepEqual(
    world.said.map((s) => s.next_chunk),
    [ACK_EVERY_CHUNKS, 2 * ACK_EVERY_CHUNKS, page.sealed.length],
  );
  assert.equal(world.pages.length, 0);
  world.transfers.released(release(page));
  await world.settled;
  assert.deepEqual(Buffer.from(world.pages[0].jpeg), plain);
  assert.deepEqual(world.said.at(-1), { type: "page_received", transfer_id: page.transferId, ok: true });
});

test("chunks may overtake the announcement, and the key may overtake the chunks", async () => {
  const world = incoming();
  const page = seal(plain);
  const chunks = chunksOf(page);
  chunks.slice(0, 4).forEach((chunk) => world.transfers.chunk(chunk));
  world.transfers.sealed(announcement(page));
  world.transfers.released(release(page));
  chunks.slice(4).forEach((chunk) => world.transfers.chunk(chunk));
  await world.settled;
  assert.equal(world.pages.length, 1);
});

test("after a new connection the page goes on where it stopped, repeats change nothing", async () => {
  const world = incoming();
  const page = seal(plain);
  const chunks = chunksOf(page);
  world.transfers.sealed(announcement(page));
  chunks.slice(0, 11).forEach((chunk) => world.transfers.chunk(chunk));
  assert.deepEqual(world.transfers.received(), { [page.transferId]: 11 });
  world.transfers.sealed(announcement(page));
  chunks.slice(7).forEach((chunk) => world.transfers.chunk(chunk));
  world.transfers.released(release(page));
  await world.settled;
  world.transfers.released(release(page));
  assert.equal(world.pages.length, 1);
  assert.equal(world.said.filter((s) => s.type === "page_received" && s.ok).length, 2);
});

test("a hole is waited for: later chunks do not count", () => {
  const world = incoming();
  const page = seal(plain);
  const chunks = chunksOf(page);
  world.transfers.sealed(announcement(page));
  world.transfers.chunk(chunks[0]);
  world.transfers.chunk(chunks[2]);
  assert.deepEqual(world.transfers.received(), { [page.transferId]: 1 });
});

test("a discarded page is gone: no key opens it", () => {
  const world = incoming();
  const page = seal(plain);
  world.transfers.sealed(announcement(page));
  chunksOf(page).forEach((chunk) => world.transfers.chunk(chunk));
  world.transfers.discarded({ transfer_id: page.transferId });
  world.transfers.released(release(page));
  assert.equal(world.pages.length, 0);
  assert.deepEqual(world.said.at(-1), { type: "page_received", transfer_id: page.transferId, ok: false });
});

test("a page that does not open is said to be broken, and nothing of it is kept", async () => {
  const world = incoming();
  const page = seal(plain);
  world.transfers.sealed(announcement(page));
  chunksOf(page).forEach((chunk) => world.transfers.chunk(chunk));
  world.transfers.released({ ...release(page), sha256: "0".repeat(64) });
  await world.settled;
  assert.deepEqual([world.pages.length, world.broken], [0, ["s1"]]);
  assert.deepEqual(world.transfers.received(), {});
});

test("pages that are too large or that do not add up are refused at once", () => {
  for (const lie of [{ size: MAX_PAGE_BYTES + 1 }, { chunks: 3 }]) {
    const world = incoming();
    world.transfers.sealed({ ...announcement(seal(plain)), ...lie });
    assert.equal(world.said.at(-1).ok, false);
  }
});

class Channel {
  readyState = "open";
  bufferedAmount = 0;
  sent = [];

  send(message) {
    this.sent.push(unpackChunk(message.buffer));
    this.bufferedAmount += message.length;
    assert.ok(this.bufferedAmount <= MAX_BUFFERED_BYTES, "the buffer is bounded");
  }

  drain() {
    this.bufferedAmount = 0;
    this.onbufferedamountlow?.();
  }
}

function outgoing() {
  const world = { said: [], progress: [], isOpen: true };
  world.files = new OutgoingFiles({
    sendControl: (type, fields) => {
      if (world.isOpen) world.said.push({ type, ...fields });
      return world.isOpen;
    },
    onProgress: (printId, fraction) => world.progress.push(fraction),
  });
  return world;
}

const prepared = (size) => prepareFile({ title: "Attestation", mime: "application/pdf", bytes: new Uint8Array(randomBytes(size)) });

async function drainUntilIdle(channel) {
  let before = -1;
  while (channel.sent.length > before) {
    before = channel.sent.length;
    channel.drain();
    await turn();
  }
}

test("a file is announced, then sent whole without ever filling the buffer", async () => {
  const world = outgoing();
  const file = await prepared(3 * 1024 * 1024 + 5);
  const channel = new Channel();
  world.files.attach(channel, {});
  world.files.offer(file);
  await turn();
  assert.equal(world.said[0].type, "offer_print");
  assert.equal(world.said[0].sha256, createHash("sha256").update(file.bytes).digest("hex"));
  await drainUntilIdle(channel);
  assert.deepEqual(Buffer.concat(channel.sent.map((chunk) => chunk.payload)), Buffer.from(file.bytes));
  assert.deepEqual(
    channel.sent.map((chunk) => chunk.chunkNo),
    [...channel.sent.keys()],
  );
});

test("a file resumes on the next connection at the chunk the kiosk names", async () => {
  const world = outgoing();
  const file = await prepared(2 * 1024 * 1024);
  const first = new Channel();
  world.files.attach(first, {});
  world.files.offer(file);
  await turn();
  first.readyState = "closed";
  world.files.detach();
  const second = new Channel();
  world.files.attach(second, { [file.transferId]: 17 });
  await turn();
  await drainUntilIdle(second);
  assert.equal(second.sent[0].chunkNo, 17);
  assert.equal(second.sent.at(-1).chunkNo, file.chunks - 1);
  assert.equal(world.said.filter((s) => s.type === "offer_print").length, 1);
});

test("a kiosk that holds nothing is told of the file again", async () => {
  const world = outgoing();
  world.files.offer(await prepared(100));
  world.files.attach(new Channel(), {});
  await turn();
  world.files.attach(new Channel(), {});
  await turn();
  assert.equal(world.said.filter((s) => s.type === "offer_print").length, 2);
});

test("progress is what the kiosk acknowledged, and a cancelled file stops", async () => {
  const world = outgoing();
  const file = await prepared(4 * 1024 * 1024);
  const channel = new Channel();
  world.files.attach(channel, {});
  world.files.offer(file);
  await turn();
  world.files.acknowledged({ transfer_id: file.transferId, next_chunk: 8 });
  assert.deepEqual(world.progress, [8 / file.chunks]);
  const sent = channel.sent.length;
  world.files.drop(file.printId);
  channel.drain();
  await turn();
  assert.equal(channel.sent.length, sent);
});
