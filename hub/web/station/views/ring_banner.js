/** The call that rings: on top of whatever is shown, without taking the focus from what is being typed. */

import { h, reconcile, setShown, setText } from "../../shared/dom.js";
import { asDuration, t } from "../../shared/texts.js";
import { remarksOn } from "./card_words.js";

const languages = new Intl.DisplayNames(["fr"], { type: "language" });

function languageName(code) {
  try {
    return languages.of(code) ?? code;
  } catch {
    return code; // not a language tag
  }
}

function createRemark({ name, words }) {
  return { element: h("li", { "data-remark": name, text: words }), update() {} };
}

export function createRingBanner({ actions }) {
  const title = h("h2");
  const remarks = h("ul", { class: "ring-remarks" });
  const announced = h("p", { class: "ring-announced", text: t("ring.announced") });
  const facts = h("p", { class: "ring-facts" });
  const papers = h("p", { class: "ring-papers" });
  const countdown = h("p", { class: "ring-countdown", "aria-hidden": "true" });
  const bar = h("progress", { max: 1, value: 1, "aria-hidden": "true" });
  const answer = h(
    "button",
    { type: "button", class: "answer big", id: "answer", "aria-keyshortcuts": "F2", onclick: () => actions.accept() },
    t("ring.answer"),
    h("kbd", { text: "F2" }),
  );
  const answerText = answer.firstChild;
  const pass = h("button", { type: "button", class: "big", id: "pass", text: t("ring.pass"), onclick: () => actions.decline() });
  const announcement = h("div", { class: "sr-only", role: "alert" });
  const body = h(
    "section",
    { class: "ring", id: "ring", "aria-label": t("state.offered"), hidden: true },
    h("div", { class: "ring-words" }, title, remarks, announced, facts, papers),
    h("div", { class: "ring-actions" }, answer, pass, h("div", { class: "ring-time" }, countdown, bar)),
  );
  const element = h("div", { class: "ring-holder" }, body, announcement);
  return {
    element,
    update({ offer }, nowMs) {
      setShown(body, offer !== null);
      if (!offer) {
        setText(announcement, "");
        return;
      }
      const { card } = offer;
      const motif = card.motif?.label ?? t("ring.no_motif");
      const label = t("ring.title", { site: card.site_name });
      setText(title, label);
      const known = remarksOn(card);
      const spoken = [t("ring.announce", { site: card.site_name, motif }), ...known.map(({ words }) => `${words}.`)];
      if (card.is_announced) spoken.push(t("ring.announced"));
      setText(announcement, spoken.join(" "));
      setShown(remarks, known.length > 0);
      reconcile(remarks, known, ({ name, words }) => `${name} ${words}`, createRemark);
      setShown(announced, card.is_announced);
      setText(
        facts,
        [
          `${t("ring.motif")}\u00a0: ${motif}`,
          `${t("ring.waited")} ${asDuration(card.waited_s)}`,
          t(card.accompanied ? "ring.accompanied" : "ring.alone"),
          t("ring.language", { name: languageName(card.language) }),
          card.kiosk_name,
        ].join("  ·  "),
      );
      const list = card.motif?.papers ?? [];
      setShown(papers, list.length > 0);
      setText(papers, `${t("ring.papers")}\u00a0: ${list.join(" · ")}`);
      const left = Math.max(0, Math.ceil((offer.expiresAtMs - nowMs) / 1000));
      setText(countdown, t("ring.countdown", { n: left }));
      bar.value = offer.totalS ? Math.min(1, left / offer.totalS) : 0;
      setText(answerText, offer.answering ? t("ring.answering") : t("ring.answer"));
      answer.disabled = offer.answering;
      pass.disabled = offer.answering;
    },
  };
}
