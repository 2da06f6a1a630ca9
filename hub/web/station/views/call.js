/** The left column during a call: the usager's picture, mine, the switches, the line's quality, hang up. */

import { h, setAttribute, setShown, setText } from "../../shared/dom.js";
import { CHOSEN_AWAY_REASONS } from "../../shared/protocol.js";
import { asClock, asNumber, t } from "../../shared/texts.js";
import { remarksOn } from "./card_words.js";

/** Long enough to read the question, short enough not to lie in wait. */
const CONFIRM_MS = 4000;
const HOLD_MS = 1000;

function createSwitch(id, key, onclick) {
  const label = h("span");
  const button = h("button", { type: "button", id, "aria-keyshortcuts": key, onclick }, label, h("kbd", { text: key }));
  return {
    element: button,
    update(on, words) {
      setText(label, words);
      setAttribute(button, "aria-pressed", String(!on));
      setAttribute(button, "data-off", !on);
    },
  };
}

function createQuality() {
  const word = h("strong", { id: "quality" });
  const bars = h("span", { class: "bars", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  const figures = h("p", { class: "hint" });
  const element = h(
    "details",
    { class: "quality" },
    h("summary", {}, bars, `${t("quality.label")}\u00a0: `, word, h("span", { class: "more", text: t("quality.details") })),
    figures,
  );
  return {
    element,
    update({ level, figures: f }) {
      setText(word, t(`quality.${level ?? "unknown"}`));
      setAttribute(element, "data-level", level);
      if (!element.open) return;
      const values = f && {
        loss: asNumber(f.lossPercent),
        rtt: f.rttMs === null ? "?" : Math.round(f.rttMs),
        kbps: Math.round(f.kbps),
        size: `${f.width} × ${f.height}`,
        fps: Math.round(f.fps),
      };
      setText(figures, values ? t("quality.figures", values) : t("quality.figures_unknown"));
    },
  };
}

/** Which sentence covers the picture, if any; `urgent` ones are warnings. */
function coverOf(call, status) {
  if (status.media === "lost") return { text: t("call.lost"), urgent: true };
  if (status.media === "connecting") return { text: t(call.restored ? "call.restoring" : "call.connecting") };
  if (status.media === "weak") return { text: t("call.weak"), urgent: true };
  if (status.kioskMuted.camera) return { text: t("call.kiosk_camera_off") };
  if (status.kioskPicturePaused) return { text: t("call.kiosk_picture_paused") };
  if (status.figures && !status.hasPicture) return { text: t("call.no_picture") };
  return null;
}

/** `transferButton` and `transferNotice` (elements) have their place among the call's own. */
export function createCall({ actions, transferButton, transferNotice }) {
  const title = h("h1", { class: "call-title", tabindex: "-1" });
  const elapsed = h("span", { class: "elapsed", id: "elapsed", "aria-label": t("call.elapsed") });
  const picture = h("video", { id: "usager-picture", playsinline: true, autoplay: true, "aria-label": t("call.picture") });
  const selfView = h("video", { id: "self-view", class: "mirrored", playsinline: true, autoplay: true, "aria-label": t("call.self_view") });
  selfView.muted = true;
  const cover = h("p", { class: "cover", role: "status" });
  const play = h("button", { type: "button", class: "primary play", hidden: true, text: t("call.play"), onclick: () => start(picture) });
  const stage = h("div", { class: "stage" }, picture, cover, play, selfView);
  const notes = h("p", { class: "call-notes", role: "status" });
  const problems = h("p", { class: "problem", role: "status", hidden: true });

  const microphone = createSwitch("microphone-switch", "F8", () => actions.toggle("audio"));
  const camera = createSwitch("camera-switch", "F9", () => actions.toggle("video"));
  const hangUpText = h("span", { text: t("call.hang_up") });
  const hangUp = h(
    "button",
    { type: "button", class: "danger big", id: "hang-up", "aria-keyshortcuts": "F4", onclick: () => actions.hangUp() },
    hangUpText,
    h("kbd", { text: "F4" }),
  );
  const quality = createQuality();
  const after = h(
    "select",
    {
      id: "after-call",
      onchange: () => actions.chooseAfterCall(after.value),
    },
    h("option", { value: "available", text: t("wrap_up.next.available") }),
    CHOSEN_AWAY_REASONS.map((reason) => h("option", { value: reason, text: t(`away.${reason}`) })),
  );
  const facts = h("p", { class: "hint" });

  const element = h(
    "section",
    { class: "call", "aria-label": t("state.in_call") },
    h("div", { class: "call-head" }, title, elapsed),
    stage,
    h("div", { class: "row switches" }, microphone.element, camera.element, transferButton, hangUp),
    transferNotice,
    notes,
    problems,
    quality.element,
    facts,
    h("div", { class: "field line" }, h("label", { for: "after-call", text: t("call.after") }), after),
  );

  async function start(video) {
    try {
      await video.play();
      setShown(play, false);
    } catch (error) {
      // Only a gesture lets it play then; any other failure ends with the next stream.
      if (error.name === "NotAllowedError") setShown(play, true);
    }
  }

  function attach(video, stream) {
    if (video.srcObject === stream) return;
    video.srcObject = stream;
    if (stream) start(video);
  }

  let confirmUntil = 0;
  let selfStream = null;
  return {
    element,
    /** F4: the first press asks, the second (or a long one) hangs up. */
    askHangUp(nowMs, isHeld) {
      const isSecond = nowMs < confirmUntil && !isHeld;
      const isLong = isHeld && confirmUntil && nowMs >= confirmUntil - CONFIRM_MS + HOLD_MS;
      if (isSecond || isLong) {
        confirmUntil = 0;
        actions.hangUp();
      } else if (!isHeld) {
        confirmUntil = nowMs + CONFIRM_MS;
        actions.announce(t("call.hang_up_confirm"));
      }
    },
    update({ call, afterCall }, nowMs, { status }) {
      if (!call) {
        attach(picture, null);
        attach(selfView, null);
        selfStream = null;
        confirmUntil = 0;
        return;
      }
      setText(title, call.card.site_name);
      setText(elapsed, asClock((nowMs - call.startedAtMs) / 1000));
      if (nowMs >= confirmUntil) confirmUntil = 0;
      setText(hangUpText, t(confirmUntil ? "call.hang_up_confirm" : "call.hang_up"));
      const motif = call.card.motif?.label ?? t("ring.no_motif");
      const known = [
        `${t("ring.motif")}\u00a0: ${motif}`,
        t(call.card.accompanied ? "ring.accompanied" : "ring.alone"),
        ...remarksOn(call.card).map(({ words }) => words),
      ];
      setText(facts, known.join("  ·  "));
      if (after.value !== afterCall) after.value = afterCall;
      if (!status) return;

      attach(picture, status.remoteStream);
      const track = status.tracks.video;
      if (selfStream?.getTracks()[0] !== (track ?? undefined)) selfStream = track && new MediaStream([track]);
      attach(selfView, selfStream);
      setAttribute(picture, "data-still", status.kioskPicturePaused);
      setAttribute(selfView, "data-still", status.picturePaused);
      setShown(selfView, Boolean(track) && status.wanted.video);
      const covered = coverOf(call, status);
      setShown(cover, covered !== null);
      setText(cover, covered?.text ?? "");
      setAttribute(cover, "data-urgent", String(Boolean(covered?.urgent)));

      microphone.update(status.wanted.audio, t(status.wanted.audio ? "call.microphone_on" : "call.microphone_off"));
      camera.update(status.wanted.video, t(status.wanted.video ? "call.camera_on" : "call.camera_off"));
      quality.update(status);
      const remarks = [
        status.picturePaused && status.wanted.video && t("call.picture_paused"),
        status.kioskMuted.microphone && t("call.kiosk_microphone_off"),
        ["weak", "lost"].includes(status.kioskMedia) && t("call.kiosk_weak"),
      ].filter(Boolean);
      setText(notes, remarks.join(" "));
      setShown(notes, remarks.length > 0);
      const broken = ["audio", "video"]
        .filter((kind) => status.problems[kind])
        .map((kind) => t(`call.problem.${kind}.${status.problems[kind]}`));
      setText(problems, broken.join(" "));
      setShown(problems, broken.length > 0);
    },
  };
}
