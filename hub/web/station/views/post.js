/** « Prendre mon poste »: choose a station, one click, five checks told in words. */

import { h, setAttribute, setShown, setText } from "../../shared/dom.js";
import { Ring } from "../../shared/ring.js";
import { t } from "../../shared/texts.js";
import { CHECKS } from "../post_check.js";

function fillChoices(select, devices, chosen) {
  const signature = devices.map((d) => `${d.id} ${d.label}`).join();
  if (select.dataset.signature === signature) return;
  select.dataset.signature = signature;
  const options = devices.filter((d) => d.id !== "default").map((d) => h("option", { value: d.id, text: d.label }));
  select.replaceChildren(h("option", { value: "", text: t("post.device.default") }), ...options);
  select.value = devices.some((d) => d.id === chosen) ? chosen : "";
}

function createRow(name, ...extras) {
  const state = h("strong", { class: "check-state" });
  const text = h("p", { class: "check-text" });
  const element = h(
    "li",
    { class: "check", id: `check-${name}` },
    h("div", { class: "check-head" }, h("span", { class: "check-name", text: t(`post.check.${name}`) }), state),
    text,
    ...extras,
  );
  return {
    element,
    update(result) {
      setAttribute(element, "data-state", result.state);
      setText(state, t(`post.state.${result.state}`));
      setText(text, result.text);
    },
  };
}

/** `actions`: startCheck(stationId, {takeOver}), signOut(). `check` is the PostCheck, `preferences` the choices. */
export function createPost({ actions, check, preferences, ring }) {
  const hello = h("p");
  const station = h("select", { id: "station" });
  const none = h("p", { class: "problem", text: t("post.no_station"), hidden: true });
  const start = h("button", { type: "submit", class: "primary big", text: t("post.start") });
  const waiting = h("p", { class: "hint", role: "status" });

  const heard = h("button", { type: "button", class: "primary", text: t("post.sound.heard"), onclick: () => check.answerHeard(true) });
  const unheard = h("button", { type: "button", text: t("post.sound.not_heard"), onclick: () => check.answerHeard(false) });
  const replay = h("button", { type: "button", text: t("post.sound.replay"), onclick: () => check.replay() });
  const answers = h("div", { class: "row" }, heard, unheard, replay);
  const volume = h("input", {
    id: "ring-volume",
    type: "range",
    min: "0.1",
    max: "1",
    step: "0.1",
    oninput: () => {
      preferences.set("volume", Number(volume.value));
      ring.setVolume(Number(volume.value));
    },
  });
  volume.value = String(preferences.get("volume"));
  const output = h("select", {
    id: "ring-output",
    onchange: () => {
      preferences.set("output", output.value);
      ring.setOutput(output.value);
    },
  });
  const outputRow = h("div", { class: "field" }, h("label", { for: "ring-output", text: t("post.sound.output") }), output);
  const settings = h(
    "div",
    { class: "fields" },
    h("div", { class: "field" }, h("label", { for: "ring-volume", text: t("post.sound.volume") }), volume),
    outputRow,
  );

  const meter = h("meter", { min: 0, max: 1, low: 0.04, value: 0, "aria-label": t("post.microphone.level") });
  const microphone = h("select", { id: "microphone", onchange: () => check.choose("audio", microphone.value) });
  const microphoneRow = h(
    "div",
    { class: "fields" },
    h("div", { class: "field" }, h("label", { for: "microphone", text: t("post.microphone.choice") }), microphone),
    h("div", { class: "field" }, h("span", { class: "label", text: t("post.microphone.level") }), meter),
  );

  const preview = h("video", { class: "preview mirrored", muted: true, playsinline: true, "aria-label": t("post.camera.preview") });
  preview.muted = true;
  const camera = h("select", { id: "camera", onchange: () => check.choose("video", camera.value) });
  const cameraRow = h("div", { class: "field" }, h("label", { for: "camera", text: t("post.camera.choice") }), camera);
  const waived = h("input", {
    id: "without-camera",
    type: "checkbox",
    onchange: () => check.choose("video", waived.checked ? null : ""),
  });
  waived.checked = preferences.get("video") === null;
  const takeOver = h("button", {
    type: "button",
    text: t("post.network.take_over"),
    onclick: () => actions.startCheck(station.value, { takeOver: true }),
  });

  const rows = {
    sound: createRow("sound", answers, settings),
    microphone: createRow("microphone", microphoneRow),
    camera: createRow(
      "camera",
      preview,
      cameraRow,
      h("label", { class: "inline", for: "without-camera" }, waived, t("post.without_camera")),
    ),
    notifications: createRow("notifications"),
    network: createRow("network", takeOver),
  };

  const element = h(
    "main",
    { class: "post", id: "main" },
    h(
      "form",
      {
        class: "card",
        onsubmit: (event) => {
          event.preventDefault();
          actions.startCheck(station.value);
        },
      },
      h("h1", { text: t("post.title") }),
      hello,
      none,
      h("label", { for: "station", text: t("post.station") }),
      station,
      start,
      waiting,
    ),
    h(
      "section",
      { class: "card", "aria-labelledby": "checks-title" },
      h("h2", { id: "checks-title", text: t("post.checks") }),
      h("ul", { class: "checks" }, CHECKS.map((name) => rows[name].element)),
    ),
  );

  let known = null;
  function fillStations(me) {
    if (known === me) return;
    known = me;
    const chosen = station.value || preferences.get("station");
    station.replaceChildren(
      ...me.stations.map((place) =>
        h("option", {
          value: place.id,
          text: place.occupied_by_other ? t("post.station_taken", { name: place.name }) : place.name,
          disabled: place.occupied_by_other,
        }),
      ),
    );
    const free = me.stations.filter((place) => !place.occupied_by_other);
    station.value = (free.find((place) => place.id === chosen) ?? free[0])?.id ?? "";
    setText(hello, t("post.hello", { name: me.agent.name }));
    setShown(none, me.stations.length === 0);
    start.disabled = free.length === 0;
  }

  let asked = false;
  return {
    element,
    shown: () => start.focus(),
    update(state) {
      fillStations(state.me);
      for (const name of CHECKS) rows[name].update(check.results[name]);
      const soundState = check.results.sound.state;
      const nowAsked = soundState === "ask";
      setShown(answers, nowAsked);
      setShown(settings, check.started);
      setShown(outputRow, Ring.canChooseOutput && check.outputs.length > 0);
      // The one question of the morning: the keyboard is already on its answer.
      if (nowAsked && !asked && element.contains(document.activeElement)) heard.focus();
      asked = nowAsked;
      setShown(microphoneRow, check.started);
      setShown(cameraRow, check.started && !waived.checked);
      meter.value = check.level;
      fillChoices(microphone, check.microphones, preferences.get("audio"));
      fillChoices(camera, check.cameras, preferences.get("video"));
      fillChoices(output, check.outputs, preferences.get("output"));
      const track = check.previewTrack;
      setShown(preview, track !== null);
      if (preview.srcObject?.getTracks()[0] !== (track ?? undefined)) {
        preview.srcObject = track && new MediaStream([track]);
        if (track) preview.play().catch(() => {});
      }
      setShown(takeOver, check.results.network.code === "conflict");
      setText(start, check.started ? t("post.again") : t("post.start"));
      const missing = check.missing.map((name) => t(`post.check.${name}`).toLowerCase());
      setText(waiting, check.started && missing.length ? t("post.waiting", { list: missing.join(", ") }) : "");
    },
  };
}
