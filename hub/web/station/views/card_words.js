/** What a call card says of where the call comes from, in the words of the ring and of the call alike. */

import { t } from "../../shared/texts.js";

/** « Mme Martin (MSA) », or whichever of the two is known. */
function whoPassedItOn({ transferred_by: person, transferred_from: service }) {
  return person && service ? t("ring.transferred_by", { person, service }) : person || service;
}

/** Short remarks, the most pressing first: `[{name, words}]`. */
export function remarksOn(card) {
  const who = whoPassedItOn(card);
  return [
    card.is_priority && { name: "priority", words: t("ring.priority") },
    card.from_elsewhere && { name: "from_elsewhere", words: t("ring.from_elsewhere") },
    who && { name: "transferred", words: t("ring.transferred", { who }) },
  ].filter(Boolean);
}
