/** What becomes of the transfer, beside the call: one sentence, and what can be done now. */

import { h, setAttribute, setShown, setText } from "../../shared/dom.js";
import { hasText, t } from "../../shared/texts.js";
import { isLive } from "../call_transfer.js";

const SETTLED = ["refused", "cancelled", "failed"];

/** Where the transfer stands while the caller is still here. */
export function transferInWords({ step, to, code }) {
  if (step !== "failed") return t(`transfer.${step}`, { to });
  const reason = `transfer.failed.${code}`;
  return t(hasText(reason) ? reason : "transfer.failed.other", { to });
}

/** What became of the caller, told in the wrap-up; empty when no transfer ended the call. */
export function aftermathInWords(transfer) {
  if (transfer?.step !== "done") return "";
  // Announced, it is done when somebody answered; else when the hub has it.
  return t(transfer.announced ? "transfer.done" : "transfer.after", { to: transfer.to });
}

/** `transfers` is the TransferDesk; `chooseAgain()` opens the panel. */
export function createTransferNotice({ transfers, chooseAgain }) {
  const words = h("p", { role: "status", id: "transfer-words", tabindex: "-1" });
  const cancel = h("button", { type: "button", id: "transfer-cancel", text: t("transfer.cancel"), onclick: () => transfers.takeBack() });
  const again = h("button", { type: "button", id: "transfer-again", text: t("transfer.again"), onclick: chooseAgain });
  const dismiss = h("button", { type: "button", class: "quiet", text: t("action.close"), onclick: () => transfers.dismiss() });
  const element = h(
    "div",
    { class: "transfer-notice", id: "transfer-notice" },
    words,
    h("div", { class: "row" }, cancel, again, dismiss),
  );
  return {
    element,
    focus: () => words.focus(),
    update({ call, transfer }) {
      const isHere = call !== null && transfer !== null;
      const sentence = isHere ? transferInWords(transfer) : "";
      setText(words, sentence);
      setAttribute(element, "data-empty", sentence === "");
      const isSettled = isHere && SETTLED.includes(transfer.step);
      setAttribute(element, "data-tone", isSettled ? "settled" : "live");
      // The button that is pressed goes away: the sentence that answers it takes the focus.
      const hides = (button, shown) => !shown && document.activeElement === button;
      const mayCancel = isHere && isLive(transfer) && transfer.announced && transfer.step !== "cancelling";
      const losesFocus = hides(cancel, mayCancel) || hides(dismiss, isSettled) || hides(again, isSettled);
      setShown(cancel, mayCancel);
      setShown(again, isSettled);
      setShown(dismiss, isSettled);
      if (losesFocus && sentence) words.focus();
    },
  };
}
