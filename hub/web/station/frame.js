/** The page as a whole: which views exist and which one is shown. Views are made once; focus is never lost. */

import { h, setShown, setText } from "../shared/dom.js";
import { t } from "../shared/texts.js";
import { isPausedByMiss, Phase, scene } from "./state.js";
import { createBoard } from "./views/board.js";
import { createCall } from "./views/call.js";
import { closeReading } from "./views/dialog.js";
import { createHeader } from "./views/header.js";
import { createNotice } from "./views/notice.js";
import { createPapers } from "./views/papers.js";
import { createPost } from "./views/post.js";
import { createRingBanner } from "./views/ring_banner.js";
import { createSignIn } from "./views/sign_in.js";
import { createTransferNotice } from "./views/transfer_notice.js";
import { createTransferPanel } from "./views/transfer_panel.js";
import { createViewer } from "./views/viewer.js";
import { createWrapUp } from "./views/wrap_up.js";

/** A title for the tab that tells the state even when another tab is shown. */
export function pageTitle(state) {
  const { station, call, wrapUp } = state;
  if (call) return `● ${call.card.site_name} – ${t("app.name")}`;
  if (wrapUp) return `${t("wrap_up.title")} – ${t("app.name")}`;
  if (isPausedByMiss(state)) return t("missed.page_title", { app: t("app.name") });
  return station ? `${t(`state.${station.state}`)} – ${t("app.name")}` : t("app.name");
}

export function createFrame({ actions, check, preferences, ring, transfers, today }) {
  const takeHere = { label: t("take_here"), run: () => actions.takeHere() };
  const header = createHeader({ actions });
  const banner = createRingBanner({ actions });
  const board = createBoard({ actions, day: today });
  const notice = createTransferNotice({ transfers, chooseAgain: () => transfer.open() });
  const transfer = createTransferPanel({ transfers, onSent: () => notice.focus() });
  const call = createCall({ actions, transferButton: transfer.button, transferNotice: notice.element });
  const wrapUp = createWrapUp({ actions });
  const papers = createPapers({ actions, viewer: createViewer({ actions }) });
  const deskSide = h("div", { class: "desk-side" }, call.element, wrapUp.element);
  const desk = {
    element: h("main", { class: "desk", id: "main" }, deskSide, h("div", { class: "desk-work" }, transfer.element, papers.element)),
    shown: () => deskSide.querySelector("section:not([hidden]) h1").focus(),
  };
  const pages = {
    [Phase.LOADING]: createNotice("loading"),
    [Phase.INSECURE]: createNotice("insecure"),
    [Phase.OTHER_TAB]: createNotice("other_tab", takeHere),
    [Phase.REPLACED]: createNotice("replaced", takeHere),
    [Phase.SIGNING_IN]: createSignIn({ signIn: actions.signIn }),
    [Phase.TAKING_POST]: createPost({ actions, check, preferences, ring }),
    board,
    desk,
  };
  const root = document.getElementById("page");
  const polite = document.getElementById("polite");
  root.append(header.element, banner.element, h("main"));
  let shown = null;

  function pageOf(state) {
    if (state.phase !== Phase.ON_POST) return state.phase;
    if (!state.station) return Phase.LOADING;
    return scene(state) === "board" ? "board" : "desk";
  }

  function open(name) {
    shown = name;
    root.replaceChild(pages[name].element, root.lastChild);
    // What had the focus may be gone with its page (or with the ring): the next thing to do gets it.
    if (document.activeElement === document.body) pages[name].shown?.();
  }

  return {
    askHangUp: call.askHangUp,
    announce(sentence) {
      // The same sentence twice is said twice only when the region changes.
      setText(polite, polite.textContent === sentence ? `${sentence}\u00a0` : sentence);
    },
    update(state, nowMs, extras) {
      const name = pageOf(state);
      header.update(state, nowMs, extras);
      banner.update(state, nowMs);
      if (state.offer) closeReading();
      if (name === Phase.TAKING_POST) pages[name].update(state);
      if (name === "board") board.update(state, nowMs);
      if (name === "desk") {
        setShown(call.element, state.call !== null);
        setShown(wrapUp.element, state.call === null);
        papers.update(state, extras);
      }
      call.update(state, nowMs, extras);
      notice.update(state);
      transfer.update(state, extras);
      // Last, when each part is shown or hidden as it will stay: a hidden part cannot take the focus.
      if (name !== shown) open(name);
      wrapUp.update(state, nowMs, extras);
    },
  };
}
