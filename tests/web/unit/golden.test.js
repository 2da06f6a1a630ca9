/** The JavaScript side of the wire, against the golden messages that the Python tests read too. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import * as conversation from "../../../hub/web/shared/conversation.js";
import * as protocol from "../../../hub/web/shared/protocol.js";
import { ShapeError, withoutNulls } from "../../../hub/web/shared/shape.js";

const FOLDER = new URL("../../fixtures/protocol/", import.meta.url);

function golden(prefix) {
  const files = readdirSync(FOLDER).filter((name) => name.startsWith(prefix));
  assert.ok(files.length > 0, `no golden message ${prefix}*`);
  return files.map((name) => ({ name, text: readFileSync(new URL(name, FOLDER), "utf8") }));
}

for (const [side, wire, sends, hears] of [
  ["hub", protocol, "from_station_", "to_station_"],
  ["kiosk", conversation, "conversation_from_station_", "conversation_to_station_"],
]) {
  for (const { name, text } of golden(sends)) {
    test(`${side}: the page builds ${name} exactly`, () => {
      const { type, ...fields } = JSON.parse(text);
      assert.deepEqual(wire.build(type, fields), JSON.parse(text));
    });
  }
  for (const { name, text } of golden(hears)) {
    test(`${side}: the page accepts ${name} and loses nothing of it`, () => {
      assert.deepEqual(withoutNulls(wire.decode(text)), JSON.parse(text));
    });
  }
  test(`${side}: every type has its golden message`, () => {
    const typesOf = (prefix) => [...new Set(golden(prefix).map(({ text }) => JSON.parse(text).type))].sort();
    assert.deepEqual(wire.MESSAGE_TYPES.fromStation, typesOf(sends));
    assert.deepEqual(wire.MESSAGE_TYPES.toStation, typesOf(hears));
  });
}

test("chunks are packed and unpacked as in the golden example", () => {
  const example = JSON.parse(readFileSync(new URL("conversation_chunk.json", FOLDER), "utf8"));
  const message = conversation.packChunk(
    example.transfer_id,
    example.chunk_no,
    conversation.fromHex(example.payload_hex),
  );
  assert.equal(conversation.toHex(message), example.message_hex);
  const back = conversation.unpackChunk(message.buffer);
  assert.equal(back.transferId, example.transfer_id);
  assert.equal(back.chunkNo, example.chunk_no);
  assert.equal(conversation.toHex(back.payload), example.payload_hex);
});

test("chunks of a wrong size are refused", () => {
  for (const size of [0, 19, 20, 20 + conversation.CHUNK_BYTES + 65]) {
    assert.throws(() => conversation.unpackChunk(new ArrayBuffer(size)), ShapeError);
  }
});

const REFUSED = [
  ["not JSON", "{", SyntaxError],
  ["not an object", "[]", ShapeError],
  ["no type", "{}", ShapeError],
  ["a type of nobody", '{"type": "dance"}', ShapeError],
  ["a name of the language as type", '{"type": "constructor"}', ShapeError],
  ["a missing field", '{"type": "queue_changed", "waiting": 1}', ShapeError],
  ["a negative count", '{"type": "queue_changed", "waiting": -1, "available_stations": 0}', ShapeError],
  ["text instead of a number", '{"type": "queue_changed", "waiting": "1", "available_stations": 0}', ShapeError],
  ["an unknown state", '{"type": "station_changed", "state": "asleep"}', ShapeError],
];
for (const [what, text, kind] of REFUSED) {
  test(`a frame with ${what} is refused`, () => assert.throws(() => protocol.decode(text), kind));
}

test("keys that are not ours are left out", () => {
  const message = protocol.decode('{"type": "queue_changed", "waiting": 0, "available_stations": 1, "extra": 1}');
  assert.deepEqual(message, { type: "queue_changed", waiting: 0, longest_wait_s: 0, available_stations: 1 });
});

test("a control message that is too large is refused before it is read", () => {
  assert.throws(() => conversation.decode(" ".repeat(conversation.MAX_CONTROL_BYTES + 1)), ShapeError);
});

test("a refusal does not repeat what it refuses", () => {
  const secret = "Dupont";
  assert.throws(
    () => protocol.decode(`{"type": "station_changed", "state": "${secret}"}`),
    (error) => !error.message.includes(secret),
  );
});
