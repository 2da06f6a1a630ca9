/** The board between calls: state, queue, the way back after a missed call, the day's calls and decisions. */

import { h, reconcile, setAttribute, setShown, setText } from "../../shared/dom.js";
import { CHOSEN_AWAY_REASONS } from "../../shared/protocol.js";
import { asClock, asDuration, asTime, hasText, t } from "../../shared/texts.js";
import { isPausedByMiss, longestWaitS } from "../state.js";
import { stateInWords } from "./header.js";
import { createMissed } from "./missed.js";
import { createToday } from "./today.js";

function createHistoryRow(entry) {
  const cells = {
    time: h("td", { text: asTime(new Date(entry.wallMs)) }),
    site: h("td", { text: entry.site }),
    motif: h("td", { text: entry.motif ?? t("ring.no_motif") }),
    result: h("td", { text: t(`result.${entry.result}`) }),
    duration: h("td", { text: entry.durationS === null ? "–" : asClock(entry.durationS) }),
  };
  return { element: h("tr", {}, ...Object.values(cells)), update() {} };
}

/** `day` is the Loader of « Mon poste aujourd'hui ». */
export function createBoard({ actions, day }) {
  const stateWords = h("p", { class: "state-words", id: "board-state" });
  const stateHint = h("p", { class: "hint" });
  const available = h("button", {
    type: "button",
    class: "primary big",
    id: "become-available",
    text: t("board.become_available"),
    onclick: () => actions.setAvailable(),
  });
  const reasons = CHOSEN_AWAY_REASONS.map((reason) =>
    h("button", { type: "button", "data-reason": reason, text: t(`away.${reason}`), onclick: () => actions.setAway(reason) }),
  );
  const missed = createMissed({ actions });
  const today = createToday({ day });
  const lastMissed = h("p", { class: "banner note", hidden: true });
  const leave = h("button", { type: "button", class: "quiet", text: t("board.leave_post"), onclick: () => actions.leavePost() });

  const waiting = h("p", { class: "figure", id: "queue-waiting" });
  const longest = h("p", { class: "hint" });
  const stations = h("p", { class: "hint" });

  const rows = h("tbody");
  const headings = ["time", "site", "motif", "result", "duration"].map((name) =>
    h("th", { scope: "col", text: t(`board.history.${name}`) }),
  );
  const table = h("table", { class: "history" }, h("thead", {}, h("tr", {}, headings)), rows);
  const empty = h("p", { class: "hint", text: t("board.history.empty") });

  const element = h(
    "main",
    { class: "board", id: "main" },
    missed.element,
    lastMissed,
    h(
      "section",
      { class: "card", "aria-label": t("state.available") },
      stateWords,
      stateHint,
      available,
      h("h2", { class: "small", text: t("board.go_away") }),
      h("div", { class: "row" }, reasons),
      leave,
    ),
    h("section", { class: "card" }, h("h2", { text: t("board.queue.title") }), waiting, longest, stations),
    today.element,
    h("section", { class: "card wide" }, h("h2", { text: t("board.history.title") }), empty, h("div", { class: "scroll" }, table)),
  );

  return {
    element,
    shown: () => missed.focus(),
    update(state, nowMs) {
      const { station, queue, history } = state;
      const away = station.state === "away";
      setText(stateWords, stateInWords(station));
      setAttribute(stateWords, "data-state", station.state);
      const hint = `board.${station.state}`;
      setText(stateHint, hasText(hint) ? t(hint) : "");
      const wasMissed = isPausedByMiss(state);
      missed.update(state);
      today.update();
      setShown(available, away && !wasMissed);
      for (const button of reasons) {
        setAttribute(button, "aria-pressed", String(away && station.awayReason === button.dataset.reason));
      }
      const last = state.missed;
      setShown(lastMissed, last !== null && last.reason !== "declined" && !state.offer && !wasMissed);
      if (last) {
        const isKept = last.isAnnounced && ["expired", "gone"].includes(last.reason);
        const why = isKept ? t("withdrawn.kept") : t(`withdrawn.${last.reason}`);
        setText(lastMissed, t("board.last_missed", { site: last.site, time: asTime(new Date(last.wallMs)), why }));
      }
      setText(waiting, queue.waiting ? t("board.queue.waiting", { n: queue.waiting }) : t("board.queue.nobody"));
      setShown(longest, queue.waiting > 0);
      setText(longest, t("board.queue.longest", { wait: asDuration(longestWaitS(queue, nowMs)) }));
      setShown(stations, queue.available !== null);
      if (queue.available !== null) setText(stations, t("board.queue.stations", { n: queue.available }));
      setShown(empty, history.length === 0);
      setShown(table, history.length > 0);
      reconcile(rows, history, (entry) => `${entry.callId} ${entry.result} ${entry.wallMs}`, createHistoryRow);
    },
  };
}
