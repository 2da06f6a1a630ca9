/** Keeps the screen on while the agent is on post: a locked screen is a missed call. */

export class WakeLock {
  #wanted = false;
  #lock = null;

  constructor() {
    // The browser lets go whenever the page is hidden.
    document.addEventListener("visibilitychange", () => this.#apply());
  }

  set(wanted) {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    this.#apply();
  }

  async #apply() {
    if (!navigator.wakeLock) return;
    if (!this.#wanted) {
      const lock = this.#lock;
      this.#lock = null;
      await lock?.release();
      return;
    }
    if (document.visibilityState !== "visible" || (this.#lock && !this.#lock.released)) return;
    try {
      const lock = await navigator.wakeLock.request("screen");
      if (this.#wanted) this.#lock = lock;
      else await lock.release();
    } catch {
      // Refused (battery saver): the ring and the notification do without.
    }
  }
}
