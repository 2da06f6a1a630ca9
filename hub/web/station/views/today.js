/** « Mon poste aujourd'hui »: what the hub decided for this station today, each in a sentence. */

import { h, reconcile, setShown, setText } from "../../shared/dom.js";
import { t } from "../../shared/texts.js";

function createRow(event) {
  return { element: h("li", {}, h("time", { text: event.at }), h("span", { text: event.sentence })), update() {} };
}

/** The same sentence may come twice in a minute: its turn is part of its name. */
function numbered(events) {
  const seen = new Map();
  return events
    .toReversed()
    .map((event) => {
      const words = `${event.at} ${event.sentence}`;
      seen.set(words, (seen.get(words) ?? 0) + 1);
      return { ...event, key: `${words} ${seen.get(words)}` };
    })
    .toReversed();
}

/** `day` is its Loader: read when this is opened, and when asked to. */
export function createToday({ day }) {
  const loading = h("p", { class: "hint", role: "status", text: t("today.loading") });
  const empty = h("p", { class: "hint", id: "today-empty", text: t("today.empty") });
  const failure = h("p");
  const failed = h("div", { class: "problem", role: "alert" }, failure);
  const again = h("button", { type: "button", id: "today-again", onclick: () => day.open() });
  const list = h("ol", { class: "events", id: "today-events" });
  const summary = h(
    "summary",
    {},
    h("h2", { text: t("today.title") }),
    h("span", { class: "hint", text: `\u00a0– ${t("today.what")}` }),
  );
  const element = h(
    "details",
    { class: "card wide today", id: "today" },
    summary,
    loading,
    failed,
    empty,
    list,
    again,
  );
  element.addEventListener("toggle", () => (element.open ? day.open() : day.close()));
  return {
    element,
    update() {
      if (!element.open) return;
      const { status, value, code } = day;
      const isReady = status === "ready";
      setShown(loading, status === "loading");
      setShown(failed, status === "failed");
      if (status === "failed") setText(failure, t(code === "refused" ? "today.refused" : "today.failed"));
      const events = value?.events ?? [];
      setShown(empty, isReady && events.length === 0);
      setShown(list, events.length > 0);
      // Never hidden: whoever pressed it keeps the focus.
      setText(again, t(status === "failed" ? "today.retry" : "today.refresh"));
      reconcile(list, numbered(events), (event) => event.key, createRow);
    },
  };
}
