/** A question that must be answered before going on. */

import { h } from "../../shared/dom.js";
import { t } from "../../shared/texts.js";

/**
 * Ask; resolves to the `value` of the button pressed, or null when the question is put aside (Escape).
 *
 * `choices`: `{value, label, kind}`, the first has the focus.
 */
export function ask(question, choices) {
  return new Promise((resolve) => {
    const dialog = h(
      "dialog",
      { "aria-labelledby": "question" },
      h("p", { id: "question", class: "question", text: question }),
      h(
        "div",
        { class: "row" },
        choices.map(({ value, label, kind = "" }) =>
          h("button", { type: "button", class: kind, text: label, onclick: () => dialog.close(value) }),
        ),
        h("button", { type: "button", text: t("action.cancel"), onclick: () => dialog.close("") }),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue || null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Show something to read; Escape or the button closes it. */
export function show(title, ...content) {
  const dialog = h(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    h("h2", { id: "dialog-title", text: title }),
    ...content,
    h("div", { class: "row" }, h("button", { type: "button", text: t("action.close"), onclick: () => dialog.close() })),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
