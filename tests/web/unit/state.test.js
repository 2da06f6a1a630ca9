import assert from "node:assert/strict";
import { test } from "node:test";

import { initialState, isPausedByMiss, longestWaitS, Phase, reduce, scene } from "../../../hub/web/station/state.js";

const card = {
  call_id: "c1",
  site_name: "Vernoux",
  kiosk_name: "Accueil",
  motif: { id: "m", label: "Logement", papers: [] },
  accompanied: false,
  language: "fr",
  waited_s: 5,
  is_priority: false,
  from_elsewhere: false,
  transferred_by: "",
  transferred_from: "",
  is_announced: false,
};
const partner = { id: "p", name: "CAF", full_name: "CAF", tagline: "", motifs: [] };
const welcome = {
  type: "welcome_station",
  station_id: "s",
  station_name: "Poste 1",
  agent_name: "Mme Martin",
  partner,
  state: "available",
  away_reason: null,
  waiting: 0,
  longest_wait_s: 0,
  next_state: null,
  next_away_reason: null,
  call: null,
  transfer: null,
};
const offer = { type: "offer", offer_no: 1, expires_in_s: 20, card };
const accepted = { type: "call_accepted", call_id: "c1", peer_no: 1, agent_name: "", ice_servers: [] };
const changed = (state, more = {}) => ({
  type: "station_changed",
  state,
  away_reason: null,
  next_state: null,
  next_away_reason: null,
  wrap_up_call_id: null,
  expires_in_s: null,
  ...more,
});

function after(...events) {
  const start = { ...initialState(), phase: Phase.ON_POST };
  return events.reduce((state, event, index) => reduce(state, event, index * 1000, 1e12), start);
}

test("an answered call goes from ring to call to wrap-up to board", () => {
  const ringing = after(welcome, changed("offered", { expires_in_s: 20 }), offer);
  assert.equal(ringing.offer.expiresAtMs, 22_000);
  assert.equal(scene(ringing), "board");
  const inCall = after(welcome, offer, { type: "answering" }, accepted, changed("in_call"));
  assert.deepEqual([inCall.offer, scene(inCall), inCall.call.peerNo], [null, "call", 1]);
  const ended = { type: "call_ended", call_id: "c1", outcome: "completed", cause: "usager_hung_up" };
  const wrapping = after(welcome, offer, accepted, ended, changed("wrap_up", { expires_in_s: 60 }));
  assert.deepEqual([scene(wrapping), wrapping.wrapUp.cause], ["wrap_up", "usager_hung_up"]);
  assert.deepEqual([wrapping.wrapUp.expiresAtMs, wrapping.wrapUp.offline], [64_000, false]);
  assert.equal(wrapping.history[0].durationS, 1);
  const done = after(welcome, offer, accepted, ended, changed("wrap_up"), changed("available"));
  assert.deepEqual([scene(done), done.wrapUp], ["board", null]);
});

test("in_call and call_accepted may come in either order", () => {
  const state = after(welcome, offer, changed("in_call"), accepted);
  assert.deepEqual([state.call.callId, state.call.peerNo], ["c1", 1]);
});

for (const [reason, result] of [
  ["expired", "missed"],
  ["declined", "passed"],
  ["usager_left", "usager_left"],
  ["taken_elsewhere", "gone"],
  ["gone", "gone"],
]) {
  test(`an offer withdrawn because ${reason} stops ringing and is written down as ${result}`, () => {
    const state = after(welcome, offer, { type: "offer_withdrawn", call_id: "c1", offer_no: 1, reason });
    assert.equal(state.offer, null);
    assert.equal(state.history[0].result, result);
  });
}

test("an announced call that is taken back stayed with the colleague", () => {
  const announced = { ...offer, card: { ...card, is_announced: true } };
  const state = after(welcome, announced, { type: "offer_withdrawn", call_id: "c1", offer_no: 1, reason: "gone" });
  assert.deepEqual([state.history[0].result, state.missed.isAnnounced], ["kept", true]);
});

test("late news of another offer does not stop this ring", () => {
  const other = { type: "offer_withdrawn", call_id: "c1", offer_no: 9, reason: "expired" };
  assert.notEqual(after(welcome, offer, other).offer, null);
});

test("hanging up while the hub is away waits for the hub before the file can be closed", () => {
  const closed = after(welcome, offer, accepted, { type: "call_closed", cause: "agent_hung_up" });
  assert.deepEqual([closed.call, closed.wrapUp.offline], [null, true]);
  const held = { card, state: "in_call", offer_no: 1, peer_no: 1, expires_in_s: null };
  const back = reduce(closed, { ...welcome, state: "in_call", call: held }, 9000);
  assert.deepEqual([back.call, back.wrapUp.callId], [null, "c1"]);
  const told = reduce(back, changed("wrap_up", { expires_in_s: 60 }), 10_000);
  assert.deepEqual([told.wrapUp.offline, told.wrapUp.cause], [false, "agent_hung_up"]);
});

test("a link that comes back keeps the call that is running", () => {
  const inCall = after(welcome, offer, accepted);
  const held = { card, state: "in_call", offer_no: 1, peer_no: 1, expires_in_s: null };
  const back = reduce(inCall, { ...welcome, state: "in_call", call: held }, 9000);
  assert.equal(back.call, inCall.call);
});

test("a reload finds the call again, the ring again, the wrap-up again", () => {
  const held = (state) => ({ ...welcome, call: { card, state, offer_no: 2, peer_no: 3, expires_in_s: 7 } });
  assert.equal(after(held("in_call")).call.restored, true);
  assert.equal(after(held("connecting")).call.restored, true);
  const ringing = after(held("offered")).offer;
  assert.deepEqual([ringing.offerNo, ringing.expiresAtMs], [2, 7000]);
  assert.equal(after(held("wrap_up")).wrapUp.expiresAtMs, 7000);
});

test("a call found on taking the post skips the checks", () => {
  const taking = { ...initialState(), phase: Phase.TAKING_POST };
  const held = { card, state: "in_call", offer_no: 1, peer_no: 1, expires_in_s: null };
  assert.equal(reduce(taking, { ...welcome, call: held }, 0).phase, Phase.ON_POST);
  assert.equal(reduce(taking, welcome, 0).phase, Phase.TAKING_POST);
});

test("a call that ended while the link was down is over here too", () => {
  const state = reduce(after(welcome, offer, accepted), welcome, 9000);
  assert.deepEqual([state.call, scene(state)], [null, "board"]);
});

test("states are never changed in place, unknown news changes nothing", () => {
  const state = Object.freeze(after(welcome));
  assert.equal(reduce(state, { type: "unheard_of" }, 0), state);
  reduce(state, offer, 0);
  assert.equal(state.offer, null);
});

test("the longest wait grows between two words of the hub", () => {
  assert.equal(longestWaitS({ waiting: 2, longestWaitS: 30, atMs: 1000 }, 6000), 35);
  assert.equal(longestWaitS({ waiting: 0, longestWaitS: 0, atMs: 0 }, 6000), 0);
});

test("what comes after the call is the hub's word, found again after a reload", () => {
  const lunch = { next_state: "away", next_away_reason: "lunch" };
  assert.equal(after(welcome, offer, accepted, changed("in_call", lunch)).afterCall, "lunch");
  assert.equal(after({ ...welcome, ...lunch }).afterCall, "lunch");
  assert.equal(after(welcome, offer, accepted, changed("in_call", lunch), changed("wrap_up")).afterCall, "available");
});

test("a paused station is told apart from one whose agent chose to be away", () => {
  const missed = after(welcome, changed("away", { away_reason: "missed_offers" }));
  assert.equal(isPausedByMiss(missed), true);
  assert.equal(isPausedByMiss(after(welcome, changed("away", { away_reason: "lunch" }))), false);
  assert.equal(isPausedByMiss(initialState()), false);
});

const asks = { type: "transfer_asked", to: "M. Leroy", announced: true };
const told = (state, callId = "c1") => ({ type: "transfer_changed", call_id: callId, state, to: "M. Leroy" });

test("a transfer is told beside its call, until the wrap-up is over", () => {
  const ringing = after(welcome, offer, accepted, asks, told("ringing"));
  assert.deepEqual([ringing.transfer.step, ringing.transfer.callId], ["ringing", "c1"]);
  const ended = { type: "call_ended", call_id: "c1", outcome: "completed", cause: "transferred" };
  const wrapping = after(welcome, offer, accepted, asks, told("done"), ended, changed("wrap_up"));
  assert.deepEqual([wrapping.transfer.step, wrapping.wrapUp.cause], ["done", "transferred"]);
  assert.equal(wrapping.history[0].result, "transferred");
  assert.equal(reduce(wrapping, changed("available"), 0).transfer, null);
});

test("a late word on another call's transfer changes nothing", () => {
  assert.equal(after(welcome, offer, accepted, told("refused", "c0")).transfer, null);
  assert.equal(after(welcome, told("refused")).transfer, null);
});

test("without a call there is nothing to transfer", () => assert.equal(after(welcome, asks).transfer, null));

test("a reload finds an announced transfer again", () => {
  const held = { card, state: "in_call", offer_no: 1, peer_no: 1, expires_in_s: null };
  const back = after({ ...welcome, state: "in_call", call: held, transfer: told("ringing") });
  assert.deepEqual([back.call.callId, back.transfer.step, back.transfer.announced], ["c1", "ringing", true]);
});
