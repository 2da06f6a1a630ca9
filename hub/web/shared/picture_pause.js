/**
 * Whether the link still carries my picture beside my voice. Pure: rates and instants come in, a decision goes out.
 *
 * Browsers are slow to admit an estimate below what they are set to send at the least (Chromium: 83 kbit/s with a voice
 * in packets of 20 ms): an estimate near that says little alone, and means that nothing fits when packets are lost or
 * come late besides.
 *
 * Below the floor for a while, the picture stops and the voice has the link for itself. A browser that only sends a
 * voice learns little of a link: there is room again when it says so, or, now and then, when nothing speaks against
 * trying; each try that fails makes the next one wait longer.
 */

/** Voice included, in kbit/s: below the first the picture stops, above the second it comes back. */
export const FLOOR_KBPS = 60;
export const BACK_KBPS = 110;
/** Below this, and with such loss or delay, nothing fits either. */
export const TIGHT_KBPS = 100;
export const TIGHT_LOSS_PERCENT = 10;
export const TIGHT_RTT_MS = 900;
/** So long it must last; loss and delay alone may be those of the first seconds, when all is still being found out. */
export const STOP_AFTER_MS = 2000;
export const SUFFER_AFTER_MS = 4000;
export const BACK_AFTER_MS = 4000;
/** Without another word, the first try after so long; twice as long after each that fails, up to the second. */
export const FIRST_TRY_MS = 10_000;
export const LONGEST_TRY_MS = 120_000;
/** A picture that stayed this long has succeeded. */
export const SETTLED_MS = 20_000;
/** A link that loses more is not tried. */
const TRY_LOSS_PERCENT = 5;

export class PicturePause {
  paused = false;
  #since = null;
  #changedMs = 0;
  #tryMs = FIRST_TRY_MS;

  /** The decision after one more measure; `availableKbps` is null where the browser does not tell. */
  update({ availableKbps, sentLossPercent, rttMs, silentMs }, nowMs) {
    if (availableKbps === null) {
      this.paused = false;
      return false;
    }
    const suffers = sentLossPercent >= TIGHT_LOSS_PERCENT || (rttMs ?? 0) >= TIGHT_RTT_MS;
    const tooTight = availableKbps < FLOOR_KBPS || (availableKbps < TIGHT_KBPS && suffers);
    const crossing = this.paused ? availableKbps >= BACK_KBPS : tooTight;
    this.#since = crossing ? (this.#since ?? nowMs) : null;
    const stopAfterMs = availableKbps < FLOOR_KBPS ? STOP_AFTER_MS : SUFFER_AFTER_MS;
    const lasted = crossing && nowMs - this.#since >= (this.paused ? BACK_AFTER_MS : stopAfterMs);
    if (!this.paused) {
      if (nowMs - this.#changedMs >= SETTLED_MS) this.#tryMs = FIRST_TRY_MS;
      if (lasted) this.#change(true, nowMs);
      return this.paused;
    }
    const calm = silentMs === 0 && sentLossPercent < TRY_LOSS_PERCENT && (rttMs ?? 0) < TIGHT_RTT_MS;
    const tried = calm && nowMs - this.#changedMs >= this.#tryMs;
    if (lasted || tried) {
      if (!lasted) this.#tryMs = Math.min(LONGEST_TRY_MS, 2 * this.#tryMs);
      this.#change(false, nowMs);
    }
    return this.paused;
  }

  #change(paused, nowMs) {
    this.paused = paused;
    this.#since = null;
    this.#changedMs = nowMs;
  }
}
