import assert from "node:assert/strict";
import { test } from "node:test";

import { nextWait } from "../../../hub/web/shared/backoff.js";
import { classify, CUT_MS, measure, SETTLE_MS, SteadyLevel } from "../../../hub/web/shared/quality.js";

const CASES = [
  [{ lossPercent: 0, rttMs: 20, silentMs: 0 }, "good"],
  [{ lossPercent: 0.9, rttMs: null, silentMs: 0 }, "good"],
  [{ lossPercent: 1, rttMs: 20, silentMs: 0 }, "medium"],
  [{ lossPercent: 0, rttMs: 150, silentMs: 0 }, "medium"],
  [{ lossPercent: 0, rttMs: 300, silentMs: 0 }, "weak"],
  [{ lossPercent: 30, rttMs: 20, silentMs: 0 }, "weak"],
  [{ lossPercent: 0, rttMs: 20, silentMs: CUT_MS }, "cut"],
];
for (const [figures, level] of CASES) {
  test(`${JSON.stringify(figures)} is ${level}`, () => assert.equal(classify(figures), level));
}

function report({ bytes, received = 0, lost = 0, remoteLoss = 0 }) {
  const stats = [
    { id: "T", type: "transport", selectedCandidatePairId: "P" },
    { id: "P", type: "candidate-pair", bytesReceived: bytes, currentRoundTripTime: 0.05, availableOutgoingBitrate: 480_000 },
    { id: "Q", type: "candidate-pair", bytesReceived: 10_000_000, currentRoundTripTime: 9 },
    { id: "A", type: "inbound-rtp", kind: "audio", packetsReceived: received, packetsLost: lost },
    { id: "V", type: "inbound-rtp", kind: "video", frameWidth: 1280, frameHeight: 720, framesPerSecond: 30 },
    { id: "R", type: "remote-inbound-rtp", fractionLost: remoteLoss },
  ];
  return new Map(stats.map((stat) => [stat.id, stat]));
}

test("figures are those of the last interval, of the pair in use, of the worse direction", () => {
  const first = measure(report({ bytes: 1000, received: 100, lost: 50 }), null, 0);
  const second = measure(report({ bytes: 26_000, received: 198, lost: 52, remoteLoss: 0.05 }), first.totals, 2000);
  assert.deepEqual(second.figures, {
    lossPercent: 5,
    rttMs: 50,
    silentMs: 0,
    availableKbps: 480,
    sentLossPercent: 5,
    kbps: 100,
    width: 1280,
    height: 720,
    fps: 30,
  });
});

test("silence is counted from the last byte", () => {
  let { totals } = measure(report({ bytes: 1000 }), null, 0);
  ({ totals } = measure(report({ bytes: 2000 }), totals, 2000));
  ({ totals } = measure(report({ bytes: 2000 }), totals, 4000));
  assert.equal(measure(report({ bytes: 2000 }), totals, 7000).figures.silentMs, 5000);
});

test("a level is shown when it lasts; a cut at once", () => {
  const steady = new SteadyLevel();
  assert.equal(steady.update("good", 0), "good");
  assert.equal(steady.update("weak", 2000), "good");
  assert.equal(steady.update("good", 4000), "good");
  assert.equal(steady.update("weak", 6000), "good");
  assert.equal(steady.update("weak", 6000 + SETTLE_MS), "weak");
  assert.equal(steady.update("cut", 13_000), "cut");
  assert.equal(steady.update("good", 15_000), "good");
});

test("waits grow to fifteen seconds, with full jitter", () => {
  const longest = [1, 2, 3, 4, 5, 6, 20].map((attempt) => nextWait(attempt, () => 1));
  assert.deepEqual(longest, [0.5, 1, 2, 4, 8, 15, 15]);
  assert.equal(nextWait(9, () => 0), 0.1);
  assert.equal(nextWait(9, () => 0.5), 7.5);
});
