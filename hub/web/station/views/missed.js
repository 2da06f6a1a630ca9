/** An offer that rang in vain: large, with what happened to the caller, and one way back. */

import { h, setShown, setText } from "../../shared/dom.js";
import { asTime, t } from "../../shared/texts.js";
import { isPausedByMiss } from "../state.js";

/** `actions`: setAvailable(). */
export function createMissed({ actions }) {
  const what = h("p", { class: "missed-what" });
  const then = h("p");
  const back = h(
    "button",
    { type: "button", class: "primary back", id: "resume", "aria-keyshortcuts": "F2", onclick: () => actions.setAvailable() },
    t("missed.back"),
    h("kbd", { text: "F2" }),
  );
  const element = h(
    "section",
    { class: "card missed", id: "missed", "aria-labelledby": "missed-title", hidden: true },
    h("h1", { id: "missed-title", text: t("missed.title") }),
    h("div", { role: "status" }, what),
    then,
    back,
  );
  return {
    element,
    focus: () => back.focus(),
    update(state) {
      const shown = isPausedByMiss(state);
      const last = state.missed;
      setText(
        what,
        last?.reason === "expired"
          ? t("missed.what", { site: last.site, time: asTime(new Date(last.wallMs)) })
          : t("missed.what_unknown"),
      );
      setText(then, `${t(last?.isAnnounced ? "missed.kept" : "missed.then")} ${t("missed.paused")}`);
      if (element.hidden !== shown) return;
      setShown(element, shown);
      // Enter is enough on coming back: on the board there is nothing else to type.
      if (shown && element.isConnected) back.focus();
    },
  };
}
