/** After the call: one click says how it went and closes the file; time left and what will be erased are shown. */

import { h, setAttribute, setShown, setText } from "../../shared/dom.js";
import { CHOSEN_AWAY_REASONS, RESOLUTIONS } from "../../shared/protocol.js";
import { asClock, hasText, t } from "../../shared/texts.js";
import { ask } from "./dialog.js";
import { aftermathInWords } from "./transfer_notice.js";

/** `actions`: finishWrapUp(fields of finish_wrap_up), extendWrapUp(), chooseAfterCall(choice), download(pages). */
export function createWrapUp({ actions }) {
  const title = h("h1", { class: "call-title", tabindex: "-1", text: t("wrap_up.title") });
  const site = h("p", { class: "hint" });
  const cause = h("p");
  const aftermath = h("p", { role: "status", id: "transfer-aftermath" });
  const offline = h("p", { class: "problem", hidden: true, text: t("wrap_up.offline") });
  const remaining = h("span", { class: "elapsed", id: "wrap-up-remaining" });
  const extend = h("button", { type: "button", id: "extend-wrap-up", text: t("wrap_up.extend"), onclick: () => actions.extendWrapUp() });
  const timer = h("p", { class: "row" }, h("span", { text: `${t("wrap_up.remaining")}\u00a0:` }), remaining, extend);
  const then = h("p", { class: "hint", id: "wrap-up-then" });
  const motif = h("select", { id: "wrap-up-motif" });
  const next = h(
    "select",
    { id: "wrap-up-next", onchange: () => actions.chooseAfterCall(next.value) },
    h("option", { value: "available", text: t("wrap_up.next.available") }),
    CHOSEN_AWAY_REASONS.map((reason) => h("option", { value: reason, text: t(`away.${reason}`) })),
  );
  const erase = h("p", { class: "banner note", id: "erase-notice" });
  const sent = h("p", { class: "hint", role: "status" });
  const buttons = RESOLUTIONS.map((resolution) =>
    h("button", {
      type: "button",
      class: "big",
      "data-resolution": resolution,
      text: t(`resolution.${resolution}`),
      onclick: () => finish(resolution),
    }),
  );
  const element = h(
    "section",
    { class: "wrap-up", id: "wrap-up", "aria-label": t("wrap_up.title") },
    title,
    site,
    cause,
    aftermath,
    offline,
    timer,
    then,
    erase,
    h("div", { class: "field" }, h("label", { for: "wrap-up-motif", text: t("wrap_up.motif") }), motif),
    h("div", { class: "field" }, h("label", { for: "wrap-up-next", text: t("wrap_up.next") }), next),
    h("p", { class: "label", id: "resolution-label", text: t("wrap_up.resolution") }),
    h("div", { class: "resolutions", role: "group", "aria-labelledby": "resolution-label" }, buttons),
    sent,
  );

  let current = null;
  let documents = null;
  async function finish(resolution) {
    const kept = documents.pages.filter((page) => !page.downloaded);
    if (kept.length) {
      const answer = await ask(t("wrap_up.not_downloaded", { n: kept.length }), [
        { value: "download", label: t("wrap_up.download_and_finish"), kind: "primary" },
        { value: "drop", label: t("wrap_up.finish_anyway"), kind: "danger" },
      ]);
      if (answer === null) return;
      if (answer === "download") actions.download(documents.pages);
    }
    const isAvailable = next.value === "available";
    actions.finishWrapUp({
      resolution,
      motif_id: motif.value || null,
      next_state: isAvailable ? "available" : "away",
      away_reason: isAvailable ? null : next.value,
    });
  }

  function open({ wrapUp, station }) {
    current = wrapUp.callId;
    motif.replaceChildren(
      h("option", { value: "", text: t("wrap_up.no_motif") }),
      ...station.partner.motifs.map(({ id, label }) => h("option", { value: id, text: label })),
    );
    motif.value = wrapUp.card.motif?.id ?? "";
    title.focus();
  }

  return {
    element,
    update(state, nowMs, { documents: papers }) {
      const { wrapUp, link } = state;
      documents = papers;
      if (!wrapUp) {
        current = null;
        return;
      }
      if (current !== wrapUp.callId) open(state);
      setText(site, wrapUp.card.site_name);
      const key = `wrap_up.cause.${wrapUp.cause}`;
      setText(cause, wrapUp.cause && hasText(key) ? t(key) : "");
      const away = link.state !== "open";
      setShown(offline, away);
      if (next.value !== state.afterCall) next.value = state.afterCall;
      setText(aftermath, aftermathInWords(state.transfer));
      setShown(timer, wrapUp.expiresAtMs !== null);
      setShown(then, wrapUp.expiresAtMs !== null);
      setText(
        then,
        state.afterCall === "available"
          ? t("wrap_up.then.available")
          : t("wrap_up.then.away", { reason: t(`away.${state.afterCall}`).toLowerCase() }),
      );
      if (wrapUp.expiresAtMs !== null) setText(remaining, asClock((wrapUp.expiresAtMs - nowMs) / 1000));
      const waiting = away || wrapUp.offline || wrapUp.sent;
      for (const button of buttons) button.disabled = waiting;
      extend.disabled = waiting;
      setText(sent, wrapUp.sent ? t("wrap_up.sent") : "");
      const { pages } = papers;
      setText(erase, pages.length ? t("wrap_up.erase", { n: pages.length }) : t("wrap_up.erase_nothing"));
      setAttribute(erase, "data-urgent", String(pages.some((page) => !page.downloaded)));
    },
  };
}
