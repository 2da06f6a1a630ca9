/**
 * The ring: made by WebAudio, looped until told to stop, on its own output at its own volume.
 *
 * A browser lets a page sound only after a gesture: `isReady` tells the truth, and the station is not available
 * without it.
 */

/** One period: two short notes, then silence. Frequencies of the ear's easiest range. */
const PERIOD_S = 2.4;
const NOTES = [
  { from: 0, to: 0.42, hz: 880 },
  { from: 0.5, to: 0.92, hz: 1174.66 },
];
const FADE_S = 0.025;
/** A headset may take seconds to open; without a gesture the browser never answers at all. */
const UNLOCK_MS = 4000;

function paint(context) {
  const rate = context.sampleRate;
  const buffer = context.createBuffer(1, Math.round(PERIOD_S * rate), rate);
  const samples = buffer.getChannelData(0);
  for (const { from, to, hz } of NOTES) {
    for (let i = Math.round(from * rate); i < to * rate; i += 1) {
      const t = i / rate;
      const envelope = Math.min(1, (t - from) / FADE_S, (to - t) / FADE_S);
      const wave = Math.sin(2 * Math.PI * hz * t) + 0.25 * Math.sin(4 * Math.PI * hz * t);
      samples[i] = Math.max(0, envelope) * wave * 0.6;
    }
  }
  return buffer;
}

export class Ring {
  #context = null;
  #source = null;
  #gain = null;
  #volume = 0.8;
  #sinkId = "";
  #onState;

  /** `onState(ready)` is called whenever the browser allows or stops the sound. */
  constructor({ onState = () => {} } = {}) {
    this.#onState = onState;
  }

  get isReady() {
    return this.#context?.state === "running";
  }

  get isRinging() {
    return this.#source !== null;
  }

  /** True where the browser lets a page choose the ring's loudspeaker. */
  static get canChooseOutput() {
    return "setSinkId" in AudioContext.prototype;
  }

  /** Ask the browser for sound; to be called in a click. Resolves to `isReady`. */
  async unlock() {
    if (!this.#context || this.#context.state === "closed") {
      this.#context = new AudioContext();
      this.#gain = this.#context.createGain();
      this.#gain.gain.value = this.#volume;
      this.#gain.connect(this.#context.destination);
      this.#context.onstatechange = () => this.#onState(this.isReady);
      if (this.#sinkId) await this.setOutput(this.#sinkId);
    }
    // Without a gesture `resume` may stay pending for ever: a short wait is the answer "no".
    const patience = new Promise((resolve) => setTimeout(resolve, UNLOCK_MS));
    await Promise.race([this.#context.resume().catch(() => {}), patience]);
    this.#onState(this.isReady);
    return this.isReady;
  }

  /** Resume a sound that the browser holds back, if it was asked for before; to be called in any gesture. */
  wake() {
    this.#context?.resume().catch(() => {});
  }

  /** Ring until `stop`; `once`: a single period, for the test. */
  start({ once = false } = {}) {
    this.stop();
    if (!this.#context) return;
    const source = this.#context.createBufferSource();
    source.buffer = paint(this.#context);
    source.loop = !once;
    source.connect(this.#gain);
    source.onended = () => {
      if (this.#source === source) this.#source = null;
    };
    source.start();
    this.#source = source;
  }

  /** Silence. */
  stop() {
    const source = this.#source;
    this.#source = null;
    source?.stop();
    source?.disconnect();
  }

  /** 0..1. Never quite silent: a station that cannot be heard must say so instead. */
  setVolume(volume) {
    this.#volume = Math.min(1, Math.max(0.1, volume));
    if (this.#gain) this.#gain.gain.value = this.#volume;
  }

  get volume() {
    return this.#volume;
  }

  /** Ring on another loudspeaker than the headset of the call. An unknown device falls back to the usual one. */
  async setOutput(deviceId) {
    this.#sinkId = deviceId;
    if (!this.#context?.setSinkId) return;
    try {
      await this.#context.setSinkId(deviceId);
    } catch {
      this.#sinkId = "";
    }
  }
}
