/**
 * « Prendre mon poste »: sound, microphone, camera, notifications and network, checked in one click.
 *
 * A station is only available when the ring was heard, the microphone opens and the hub answers. A camera can be
 * done without, notifications too.
 */

import { DeviceRefused, listDevices, openPair } from "../shared/devices.js";
import { HEARD, LevelMeter } from "../shared/level_meter.js";
import { t } from "../shared/texts.js";

export const CHECKS = ["sound", "microphone", "camera", "notifications", "network"];
const SLOW_MS = 300;

export class PostCheck {
  /** name -> {state: idle|running|ok|warn|fail|ask, text} */
  results = {};
  level = 0;
  microphones = [];
  cameras = [];
  outputs = [];
  previewTrack = null;
  started = false;
  #ring;
  #preferences;
  #measure;
  #onChange;
  #onPassed;
  #meter = null;
  #microphoneTrack = null;
  #run = 0;

  /**
   * `preferences` remembers choices; `measure()` resolves to milliseconds to the hub, the station being taken,
   * or rejects with `{code}`; `onPassed()` is called when nothing is missing any more.
   */
  constructor({ ring, preferences, measure, onChange, onPassed }) {
    this.#ring = ring;
    this.#preferences = preferences;
    this.#measure = measure;
    this.#onChange = onChange;
    this.#onPassed = onPassed;
    this.reset();
  }

  reset() {
    this.#run += 1;
    this.started = false;
    for (const name of CHECKS) this.results[name] = { state: "idle", text: t(`post.${name}.idle`) };
    this.#release();
  }

  /** Everything at once; must be called in a click. */
  async start() {
    const run = ++this.#run;
    this.started = true;
    this.#release();
    for (const name of CHECKS) this.#set(name, "running", "");
    // Asked together: browsers want these in the click itself, and one question left open must not hold the others.
    await Promise.all([
      this.#checkSound(run),
      this.#checkNotifications(run),
      this.#checkNetwork(run),
      this.#checkDevices(run),
    ]);
  }

  /** The agent says whether the test ring was heard. */
  answerHeard(heard) {
    if (heard) this.#set("sound", "ok", t("post.sound.ok"));
    else this.#set("sound", "ask", t("post.sound.unheard"));
    this.#ring.stop();
    this.#finishIfPassed();
  }

  /** Ring again, after a change of volume or output. */
  async replay() {
    if (await this.#ring.unlock()) {
      this.#ring.start({ once: true });
      this.#set("sound", "ask", t("post.sound.ask"));
    } else this.#set("sound", "fail", t("post.sound.blocked"));
  }

  /** Another microphone or camera was chosen, or « Je n'ai pas de caméra ». */
  async choose(kind, deviceId) {
    this.#preferences.set(kind, deviceId);
    if (!this.started) return;
    const name = kind === "audio" ? "microphone" : "camera";
    this.#set(name, "running", "");
    const run = this.#run;
    const opened = (await openPair({ audio: null, video: null, [kind]: deviceId }))[kind];
    if (run === this.#run) this.#take(kind, opened);
    else opened?.stop?.();
    this.#finishIfPassed();
  }

  /** Names of the checks that still stand in the way. */
  get missing() {
    return CHECKS.filter((name) => !["ok", "warn"].includes(this.results[name].state));
  }

  /** Close devices and fall silent. */
  close() {
    this.#run += 1;
    this.#ring.stop();
    this.#release();
  }

  async #checkSound(run) {
    const running = await this.#ring.unlock();
    if (run !== this.#run) return;
    if (!running) {
      this.#set("sound", "fail", t("post.sound.blocked"));
      return;
    }
    this.#ring.start({ once: true });
    this.#set("sound", "ask", t("post.sound.ask"));
  }

  async #checkNotifications(run) {
    let permission = "Notification" in window ? Notification.permission : "absent";
    if (permission === "default") {
      // Not answering is an answer too: notifications can be done without.
      this.#set("notifications", "warn", t("post.notifications.asked"));
      permission = await Notification.requestPermission();
    }
    if (run !== this.#run) return;
    if (permission === "granted") this.#set("notifications", "ok", t("post.notifications.ok"));
    else this.#set("notifications", "warn", t(`post.notifications.${permission === "absent" ? "absent" : "denied"}`));
  }

  async #checkDevices(run) {
    const opened = await openPair({ audio: this.#preferences.get("audio"), video: this.#preferences.get("video") });
    if (run !== this.#run) {
      opened.audio?.stop?.();
      opened.video?.stop?.();
      return;
    }
    this.#take("audio", opened.audio);
    this.#take("video", opened.video);
    [this.microphones, this.cameras, this.outputs] = await Promise.all(["audio", "video", "output"].map(listDevices));
    this.#onChange();
    this.#finishIfPassed();
  }

  async #checkNetwork(run) {
    try {
      const ms = Math.round(await this.#measure());
      if (run !== this.#run) return;
      if (ms > SLOW_MS) this.#set("network", "warn", t("post.network.slow", { n: ms }));
      else this.#set("network", "ok", t("post.network.ok", { n: ms }));
    } catch (error) {
      if (!error.code) throw error;
      if (run !== this.#run) return;
      const known = ["conflict", "forbidden", "wrong_version"].includes(error.code) ? error.code : "fail";
      this.#set("network", "fail", t(`post.network.${known}`), error.code);
    }
    this.#finishIfPassed();
  }

  #take(kind, opened) {
    if (kind === "audio") {
      this.#meter?.close();
      this.#meter = null;
      this.#microphoneTrack?.stop();
      this.#microphoneTrack = null;
      if (opened instanceof DeviceRefused) {
        this.#set("microphone", "fail", t(`post.microphone.${opened.reason}`));
        return;
      }
      this.#microphoneTrack = opened;
      this.#set("microphone", "ok", t("post.microphone.silent"));
      this.#meter = new LevelMeter(opened, (level) => this.#heardLevel(level));
      return;
    }
    this.previewTrack?.stop();
    this.previewTrack = null;
    if (opened === null) this.#set("camera", "ok", t("post.camera.waived"));
    else if (opened instanceof DeviceRefused) this.#set("camera", "fail", t(`post.camera.${opened.reason}`));
    else {
      this.previewTrack = opened;
      this.#set("camera", "ok", t("post.camera.ok"));
    }
  }

  #heardLevel(level) {
    this.level = level;
    if (level > HEARD && this.results.microphone.text !== t("post.microphone.ok")) {
      this.#set("microphone", "ok", t("post.microphone.ok"));
    } else this.#onChange();
  }

  #finishIfPassed() {
    if (this.started && this.missing.length === 0) this.#onPassed();
  }

  #release() {
    this.#meter?.close();
    this.#meter = null;
    this.#microphoneTrack?.stop();
    this.#microphoneTrack = null;
    this.previewTrack?.stop();
    this.previewTrack = null;
    this.level = 0;
  }

  #set(name, state, text, code = null) {
    this.results[name] = { state, text, code };
    this.#onChange();
  }
}
