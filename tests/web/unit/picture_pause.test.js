import assert from "node:assert/strict";
import { test } from "node:test";

import {
  BACK_AFTER_MS,
  BACK_KBPS,
  FIRST_TRY_MS,
  FLOOR_KBPS,
  LONGEST_TRY_MS,
  PicturePause,
  SETTLED_MS,
  STOP_AFTER_MS,
  SUFFER_AFTER_MS,
  TIGHT_KBPS,
  TIGHT_LOSS_PERCENT,
  TIGHT_RTT_MS,
} from "../../../hub/web/shared/picture_pause.js";

const TICK_MS = 1000;

/** Measures of `kbps` for `ms`, from `fromMs` on; the instants at which the decision changed. */
function feed(pause, kbps, fromMs, ms, others = {}) {
  const changes = [];
  for (let at = fromMs; at <= fromMs + ms; at += TICK_MS) {
    const before = pause.paused;
    pause.update({ availableKbps: kbps, sentLossPercent: 0, rttMs: 100, silentMs: 0, ...others }, at);
    if (pause.paused !== before) changes.push(at);
  }
  return changes;
}

function stopped() {
  const pause = new PicturePause();
  assert.deepEqual(feed(pause, FLOOR_KBPS - 1, 0, STOP_AFTER_MS), [STOP_AFTER_MS]);
  return pause;
}

test("a picture that does not fit stops after a while, not at the first bad measure", () => {
  const pause = new PicturePause();
  feed(pause, FLOOR_KBPS - 1, 0, STOP_AFTER_MS - TICK_MS);
  feed(pause, FLOOR_KBPS, STOP_AFTER_MS, 0);
  assert.deepEqual(feed(pause, FLOOR_KBPS - 1, 10_000, STOP_AFTER_MS - TICK_MS), []);
  assert.deepEqual(feed(pause, FLOOR_KBPS - 1, 10_000 + STOP_AFTER_MS, 0), [10_000 + STOP_AFTER_MS]);
});

test("it comes back when there is room for it, not at the floor", () => {
  const pause = stopped();
  const others = { sentLossPercent: 20 };
  assert.deepEqual(feed(pause, BACK_KBPS - 1, 4000, 60_000, others), []);
  assert.deepEqual(feed(pause, BACK_KBPS, 70_000, BACK_AFTER_MS, others), [70_000 + BACK_AFTER_MS]);
});

test("on a calm link it is tried now and then, each time later", () => {
  const pause = stopped();
  let at = STOP_AFTER_MS;
  for (const wait of [1, 2, 4, 8].map((times) => times * FIRST_TRY_MS).concat(LONGEST_TRY_MS)) {
    const [tried] = feed(pause, 50, at + TICK_MS, wait);
    assert.equal(tried, at + wait);
    assert.equal(pause.paused, false);
    [at] = feed(pause, 50, tried + TICK_MS, STOP_AFTER_MS);
    assert.ok(at > tried);
  }
});

test("a try that succeeds makes the next one short again", () => {
  const pause = stopped();
  const [tried] = feed(pause, 50, STOP_AFTER_MS + TICK_MS, FIRST_TRY_MS);
  assert.deepEqual(feed(pause, 300, tried + TICK_MS, SETTLED_MS), []);
  const [again] = feed(pause, 50, tried + SETTLED_MS + 2 * TICK_MS, STOP_AFTER_MS);
  assert.deepEqual(feed(pause, 50, again + TICK_MS, FIRST_TRY_MS), [again + FIRST_TRY_MS]);
});

for (const others of [{ sentLossPercent: 8 }, { rttMs: 2000 }, { silentMs: 2000 }]) {
  test(`a link with ${JSON.stringify(others)} is not tried`, () => {
    assert.deepEqual(feed(stopped(), 50, 4000, 300_000, others), []);
  });
}

test("a browser that does not tell keeps its picture", () => {
  assert.deepEqual(feed(new PicturePause(), null, 0, 60_000), []);
  assert.equal(feed(stopped(), null, 4000, 0).length, 1);
});

test("an estimate that cannot fall lower stops the picture only with loss or delay", () => {
  assert.deepEqual(feed(new PicturePause(), TIGHT_KBPS - 1, 0, 60_000), []);
  for (const others of [{ sentLossPercent: TIGHT_LOSS_PERCENT }, { rttMs: TIGHT_RTT_MS }]) {
    assert.deepEqual(feed(new PicturePause(), TIGHT_KBPS - 1, 0, SUFFER_AFTER_MS, others), [SUFFER_AFTER_MS]);
    assert.deepEqual(feed(new PicturePause(), TIGHT_KBPS, 0, 60_000, others), []);
  }
});
