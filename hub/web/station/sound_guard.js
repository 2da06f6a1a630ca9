/**
 * A ring that cannot be heard, a voice that cannot be sent: no call may be proposed then (S-01, S-05).
 *
 * The station is put away with the reason `technical`, and comes back when the reason is gone.
 */

import { Phase } from "./state.js";

export class SoundGuard {
  microphoneGone = false;
  #ring;
  #state;
  #setAvailability;
  #onChange;

  /** `state()` gives the page's state; `setAvailability(state, reason)` tells the hub; `onChange()` to show it. */
  constructor({ ring, state, setAvailability, onChange }) {
    this.#ring = ring;
    this.#state = state;
    this.#setAvailability = setAvailability;
    this.#onChange = onChange;
  }

  watch() {
    navigator.mediaDevices?.addEventListener("devicechange", () => this.#devicesChanged());
    // Any gesture lets the browser sound: the ring is ready before it is needed.
    for (const gesture of ["pointerdown", "keydown"]) {
      document.addEventListener(gesture, () => this.#ring.isReady || this.#ring.wake());
    }
  }

  /** Be away if a call could not be heard or answered now. */
  check() {
    const { phase, station, offer, call } = this.#state();
    const isWaiting = phase === Phase.ON_POST && station?.state === "available" && !offer && !call;
    if (isWaiting && (!this.#ring.isReady || this.microphoneGone)) this.#setAvailability("away", "technical");
  }

  /** The agent asks for the sound (a click), or the microphone is back. */
  async restore() {
    const ready = await this.#ring.unlock();
    const { station, call, wrapUp } = this.#state();
    if (!ready || this.microphoneGone || call || wrapUp) return;
    if (station?.state === "away" && station.awayReason === "technical") this.#setAvailability("available");
  }

  async #devicesChanged() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    const gone = !devices.some((device) => device.kind === "audioinput");
    if (gone === this.microphoneGone) return;
    this.microphoneGone = gone;
    if (gone) this.check();
    else await this.restore();
    this.#onChange();
  }
}
