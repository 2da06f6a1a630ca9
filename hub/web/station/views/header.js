/** The line at the top: whose station this is, its state, and the banners that must not be missed. */

import { h, setAttribute, setShown, setText } from "../../shared/dom.js";
import { t } from "../../shared/texts.js";
import { Phase } from "../state.js";
import { show } from "./dialog.js";

const SHORTCUTS = ["F2", "F4", "F8", "F9", "plus_minus", "r", "alt_arrows"];
const KEY_NAMES = { plus_minus: t("help.key.plus_minus"), r: t("help.key.r"), alt_arrows: t("help.key.alt_arrows") };

function showHelp() {
  const rows = SHORTCUTS.map((key) =>
    h("tr", {}, h("th", { scope: "row" }, h("kbd", { text: KEY_NAMES[key] ?? key })), h("td", { text: t(`help.${key}`) })),
  );
  show(t("help.title"), h("table", { class: "shortcuts" }, h("tbody", {}, rows)));
}

/** « Absent : déjeuner » in words. */
export function stateInWords(station) {
  const words = t(`state.${station.state}`);
  const reason = station.state === "away" && station.awayReason ? ` : ${t(`away.${station.awayReason}`).toLowerCase()}` : "";
  return words + reason.replace(" :", "\u00a0:");
}

export function createHeader({ actions }) {
  const place = h("span", { class: "place" });
  const state = h("strong", { class: "state", id: "station-state" });
  const person = h("span", { class: "person" });
  const signOut = h("button", { type: "button", class: "quiet", text: t("sign_out"), onclick: () => actions.signOut() });

  const linkText = h("span");
  const hurry = h("button", { type: "button", text: t("link.hurry"), onclick: () => actions.hurry() });
  const link = h("div", { class: "banner warning", role: "status", id: "link-banner", hidden: true }, linkText, hurry);
  const soundText = h("span");
  const restore = h("button", { type: "button", class: "primary", onclick: () => actions.restoreSound() });
  const sound = h("div", { class: "banner warning", role: "status", id: "sound-banner", hidden: true }, soundText, restore);
  const toastText = h("span");
  const toast = h("div", { class: "banner note", role: "status", id: "toast", hidden: true }, toastText);

  const element = h(
    "header",
    { class: "top" },
    h("a", { class: "skip", href: "#main", text: t("skip") }),
    h(
      "div",
      { class: "top-line" },
      h("span", { class: "brand", text: t("app.name") }),
      place,
      state,
      h("span", { class: "spacer" }),
      person,
      h("button", { type: "button", class: "quiet", text: t("help.open"), onclick: showHelp }),
      signOut,
    ),
    link,
    sound,
    toast,
  );
  return {
    element,
    update(model, nowMs, { toastText: message, microphoneGone }) {
      const { station, me } = model;
      setText(place, station ? `${station.partner.name} · ${station.name}` : (me?.partner.name ?? ""));
      setText(person, station?.agentName ?? me?.agent.name ?? "");
      setShown(state, station !== null);
      if (station) {
        setText(state, stateInWords(station));
        setAttribute(state, "data-state", station.state);
      }
      // Leaving in the middle of a call would cut the usager off by mistake.
      setShown(signOut, !model.call && !model.wrapUp);
      const down = station !== null && ["waiting", "connecting"].includes(model.link.state);
      setShown(link, down);
      if (down) {
        const seconds = Math.ceil(((model.link.retryAtMs ?? nowMs) - nowMs) / 1000);
        setText(linkText, model.link.state === "waiting" ? t("link.waiting", { n: Math.max(0, seconds) }) : t("link.connecting"));
        setShown(hurry, model.link.state === "waiting");
      }
      const silent = model.phase === Phase.ON_POST && station !== null && (!model.sound.ready || microphoneGone) && !model.wrapUp;
      setShown(sound, silent);
      if (silent) {
        const blocked = model.call ? t("sound.blocked_in_call") : t("sound.blocked");
        setText(soundText, model.sound.ready ? t("microphone.gone") : blocked);
        setText(restore, model.call ? t("sound.restore_in_call") : t("sound.restore"));
        setShown(restore, !model.sound.ready);
      }
      setShown(toast, Boolean(message));
      if (message) setText(toastText, message);
    },
  };
}
