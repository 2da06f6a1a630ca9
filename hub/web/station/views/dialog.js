/** A question that must be answered before going on. */

import { h } from "../../shared/dom.js";
import { t } from "../../shared/texts.js";

/**
 * Ask; resolves to the `value` of the button pressed, or null when the question is put aside (Escape).
 *
 * `choices`: `{value, label, kind}`, the first has the focus. `isOptional`: with a button to put it aside;
 * `signal` (AbortSignal) does so when the question has lost its meaning.
 */
export function ask(question, choices, { isOptional = true, signal = null } = {}) {
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
        isOptional && h("button", { type: "button", text: t("action.cancel"), onclick: () => dialog.close("") }),
      ),
    );
    const giveUp = () => dialog.close("");
    signal?.addEventListener("abort", giveUp);
    dialog.addEventListener("close", () => {
      signal?.removeEventListener("abort", giveUp);
      dialog.remove();
      resolve(dialog.returnValue || null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Put away what is only there to be read: nothing may lie over a call that rings. */
export function closeReading() {
  for (const dialog of document.querySelectorAll("dialog.reading")) dialog.close();
}

/** Show something to read; Escape or the button closes it. */
export function show(title, ...content) {
  const dialog = h(
    "dialog",
    { class: "reading", "aria-labelledby": "dialog-title" },
    h("h2", { id: "dialog-title", text: title }),
    ...content,
    h("div", { class: "row" }, h("button", { type: "button", text: t("action.close"), onclick: () => dialog.close() })),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
