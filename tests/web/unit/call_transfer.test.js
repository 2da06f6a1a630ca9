import assert from "node:assert/strict";
import { test } from "node:test";

import { t } from "../../../hub/web/shared/texts.js";
import {
  asked,
  changed,
  choicesOf,
  failed,
  isLive,
  isUnanswered,
  recovered,
} from "../../../hub/web/station/call_transfer.js";
import { aftermathInWords, transferInWords } from "../../../hub/web/station/views/transfer_notice.js";

const start = asked("c1", { to: "M. Leroy", announced: true });
const told = (state, to = "") => ({ call_id: "c1", state, to });
const at = (state) => changed(start, told(state));
const held = (state) => ({ state, card: { call_id: "c1" } });

test("only what may still be answered is live", () => {
  assert.deepEqual(["waiting", "ringing"].map((state) => isLive(at(state))), [true, true]);
  assert.deepEqual(["done", "refused", "cancelled"].map((state) => isLive(at(state))), [false, false, false]);
  assert.deepEqual([isLive(start), isLive(failed(start, "conflict")), isLive(null)], [true, false, false]);
});

test("the target keeps the name that was chosen; after a reload it has the hub's", () => {
  assert.equal(changed(start, told("ringing", "Poste 2")).to, "M. Leroy");
  assert.equal(changed(null, told("ringing", "Poste 2")).to, "Poste 2");
});

test("a refused request keeps its reason; taking back in vain leaves the transfer alive", () => {
  assert.deepEqual(failed(start, "not_found"), { ...start, step: "failed", code: "not_found" });
  assert.equal(failed({ ...start, step: "cancelling" }, "conflict").step, "waiting");
  assert.equal(failed(null, "conflict"), null);
  assert.deepEqual([isUnanswered(start), isUnanswered(at("ringing")), isUnanswered(null)], [true, false, false]);
});

for (const [what, transfer, call, step] of [
  ["not answered when the link broke: it did not leave", start, held("in_call"), "failed"],
  ["ringing before, unknown to the hub after: nobody took it", at("ringing"), held("in_call"), "refused"],
  ["taken back just before", { ...start, step: "cancelling" }, held("in_call"), "cancelled"],
  ["refused before, still so", at("refused"), held("connecting"), "refused"],
  ["done, and the wrap-up goes on", at("done"), held("wrap_up"), "done"],
]) {
  test(`after a break of the link: ${what}`, () => assert.equal(recovered(transfer, null, call).step, step));
}

test("after a break of the link the hub's word wins, and nothing is told of another call", () => {
  assert.equal(recovered(at("ringing"), told("waiting"), held("in_call")).step, "waiting");
  assert.equal(recovered(at("ringing"), null, null), null);
  assert.equal(recovered(at("ringing"), null, { state: "in_call", card: { call_id: "c2" } }), null);
});

const list = {
  stations: [
    { id: "s1", name: "Poste 1", agent_name: "", state: "offline" },
    { id: "s2", name: "Poste 2", agent_name: "Mme Dubois", state: "in_call" },
    { id: "s3", name: "Poste 3", agent_name: "M. Leroy", state: "available" },
    { id: "s4", name: "Poste 4", agent_name: "M. Petit", state: "away" },
  ],
  pools: [
    { id: "a", name: "Privas", available: 0 },
    { id: "b", name: "Ardèche", available: 2 },
  ],
  partners: [
    { id: "p", name: "CPAM", full_name: "Assurance maladie", state: "closed", motifs: [] },
    { id: "q", name: "MSA", full_name: "MSA", state: "busy", motifs: [{ id: "r", label: "Retraite" }] },
    { id: "f", name: "Impôts", full_name: "Finances publiques", state: "free", motifs: [] },
  ],
};

test("who can answer now comes first, who cannot at all comes last and cannot be chosen", () => {
  const { station, pool, partner } = choicesOf(list);
  const brief = (choices) => choices.map(({ id, isPossible }) => [id, isPossible]);
  assert.deepEqual(brief(station), [["s3", true], ["s2", true], ["s1", false], ["s4", false]]);
  assert.deepEqual(brief(pool), [["b", true], ["a", true]]);
  assert.deepEqual(brief(partner), [["f", true], ["q", true], ["p", false]]);
});

test("people are called by their name, places without anybody by theirs", () => {
  const { station, partner } = choicesOf(list);
  assert.deepEqual([station[0].name, station[0].detail], ["M. Leroy", "Poste 3"]);
  assert.deepEqual([station[2].name, station[2].detail], ["Poste 1", ""]);
  assert.deepEqual([partner[1].name, partner[1].detail, partner[1].motifs.length], ["MSA", "", 1]);
});

test("each step says in words where the usager is", () => {
  for (const step of ["refused", "cancelled"]) assert.match(transferInWords(at(step)), /toujours avec vous/);
  for (const code of ["not_found", "conflict", "unavailable", "offline", "invalid"]) {
    const words = transferInWords(failed(start, code));
    assert.match(words, /rien n'a/);
    assert.match(words, /toujours avec vous/);
  }
  assert.equal(transferInWords(failed(start, "invalid")), t("transfer.failed.other"));
  assert.match(transferInWords(at("ringing")), /M\. Leroy.*Ne raccrochez pas/);
});

test("the wrap-up tells what became of the caller", () => {
  assert.match(aftermathInWords(at("done")), /M\. Leroy a répondu/);
  assert.match(aftermathInWords({ ...at("done"), announced: false }), /M\. Leroy.*attend la réponse/);
  assert.deepEqual([aftermathInWords(null), aftermathInWords(at("cancelled"))], ["", ""]);
});
