/** Every sentence that the code asks for exists, and every sentence is asked for. */

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

import * as conversation from "../../../hub/web/shared/conversation.js";
import { CATALOGUE } from "../../../hub/web/shared/fr.js";
import * as protocol from "../../../hub/web/shared/protocol.js";
import { asClock, asDuration, asSize, t } from "../../../hub/web/shared/texts.js";
import { CHECKS } from "../../../hub/web/station/post_check.js";

const WEB = new URL("../../../hub/web/", import.meta.url);
const sources = readdirSync(WEB, { recursive: true })
  .filter((name) => name.endsWith(".js") && !/\bfr(_\w+)?\.js$/.test(name))
  .map((name) => readFileSync(new URL(name, WEB), "utf8"))
  .join("\n");

test("every sentence asked for by its name exists", () => {
  const asked = [...sources.matchAll(/\bt\(\s*"([^"]+)"/g)].map(([, key]) => key);
  assert.ok(asked.length > 100);
  assert.deepEqual(asked.filter((key) => !(key in CATALOGUE)), []);
});

test("every sentence is used: by its name, or by a family of names", () => {
  const families = [...sources.matchAll(/`([a-z_]+(?:\.[a-z_]+)*\.)\$\{/g)].map(([, prefix]) => prefix);
  const isUsed = (key) => sources.includes(`"${key}"`) || families.some((family) => key.startsWith(family));
  assert.deepEqual(Object.keys(CATALOGUE).filter((key) => !isUsed(key)), []);
});

const FAMILIES = {
  "state.": protocol.STATION_STATES,
  "away.": protocol.AWAY_REASONS,
  "resolution.": protocol.RESOLUTIONS,
  "wrap_up.cause.": protocol.END_CAUSES,
  "withdrawn.": protocol.WITHDRAWAL_REASONS,
  "result.": [...protocol.OUTCOMES, "transferred", "missed", "passed", "usager_left", "kept", "gone"],
  "scan.": [...conversation.SCAN_STEPS, "asked"],
  "print.": ["sending", ...conversation.PRINT_STEPS.filter((step) => step !== "refused")],
  "print.refused.": conversation.PRINT_REFUSALS,
  "device.": conversation.DEVICE_STATES,
  "transfer.group.": protocol.TRANSFER_KINDS,
  "transfer.": [...protocol.TRANSFER_STATES, "asking", "cancelling", "now", "wait"],
  "transfer.state.": [...protocol.STATION_STATES, "free", "busy", "absent", "closed", "appointment_only"],
  "transfer.failed.": ["not_found", "conflict", "unavailable", "offline", "other"],
  "quality.": ["good", "medium", "weak", "cut", "unknown"],
  "post.check.": CHECKS,
  "post.microphone.": ["denied", "absent", "busy", "failed"],
  "post.camera.": ["denied", "absent", "busy", "failed"],
  "call.problem.audio.": ["none", "denied", "absent", "busy", "failed", "lost"],
  "call.problem.video.": ["none", "denied", "absent", "busy", "failed", "lost"],
  "sign_in.error.": ["wrong_password", "too_many", "unreachable", "refused", "signed_out"],
};
for (const [family, members] of Object.entries(FAMILIES)) {
  test(`each member of ${family}* has its sentence`, () => {
    assert.deepEqual(members.filter((member) => !(family + member in CATALOGUE)), []);
  });
}

test("numbers, plurals and typography", () => {
  assert.equal(t("board.queue.waiting", { n: 1 }), "1 personne attend");
  assert.equal(t("board.queue.waiting", { n: 3 }), "3 personnes attendent");
  assert.equal(t("post.sound.ask"), "Entendue\u00a0?");
  assert.equal(asClock(451), "07:31");
  assert.equal(asClock(3725), "1:02:05");
  assert.equal(asDuration(59), "moins d'une minute");
  assert.equal(asDuration(250), "4 minutes");
  assert.equal(asSize(1536 * 1024), "1,5\u00a0Mo".replace("\u00a0", " "));
  assert.throws(() => t("no.such.sentence"), RangeError);
});
