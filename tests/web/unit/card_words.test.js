import assert from "node:assert/strict";
import { test } from "node:test";

import { remarksOn } from "../../../hub/web/station/views/card_words.js";

const plain = { is_priority: false, from_elsewhere: false, transferred_by: "", transferred_from: "" };
const words = (more) => remarksOn({ ...plain, ...more }).map((remark) => remark.words);

test("an ordinary call needs no remark", () => assert.deepEqual(words({}), []));

test("remarks say what the agent must know before answering, the most pressing first", () => {
  const all = { is_priority: true, from_elsewhere: true, transferred_by: "Mme Martin", transferred_from: "MSA" };
  assert.deepEqual(words(all), ["Prioritaire", "Appel d'un autre secteur", "Transmis par Mme Martin (MSA)"]);
});

test("who passed it on is named as far as it is known", () => {
  assert.deepEqual(words({ transferred_by: "Mme Martin" }), ["Transmis par Mme Martin"]);
  assert.deepEqual(words({ transferred_from: "MSA" }), ["Transmis par MSA"]);
});
