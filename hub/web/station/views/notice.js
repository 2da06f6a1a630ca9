/** A page that says one thing and offers at most one way on. */

import { h } from "../../shared/dom.js";
import { t } from "../../shared/texts.js";

/** `name` chooses the sentences; `action` is `{label, run}` or null. */
export function createNotice(name, action = null) {
  const button = action && h("button", { class: "primary", type: "button", text: action.label, onclick: action.run });
  const element = h(
    "main",
    { class: "narrow", id: "main" },
    h("div", { class: "card" }, h("h1", { text: t(`notice.${name}.title`) }), h("p", { text: t(`notice.${name}.text`) }), button),
  );
  return { element, shown: () => button?.focus() };
}
