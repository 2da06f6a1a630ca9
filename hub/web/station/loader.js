/**
 * Something asked of the hub when a panel is opened, again now and then while it stays open.
 *
 * `status`: idle, loading (nothing to show yet), ready, failed. A later failure keeps showing what is known.
 */

export class Loader {
  status = "idle";
  value = null;
  /** The ApiError's code when `status` is failed. */
  code = null;
  #load;
  #onChange;
  #everyMs;
  #timer = null;
  #round = 0;

  /** `load()` resolves to the value or rejects with `{code}`; `everyMs`: how often it is asked again (null: never). */
  constructor({ load, onChange, everyMs = null }) {
    this.#load = load;
    this.#onChange = onChange;
    this.#everyMs = everyMs;
  }

  get isOpen() {
    return this.status !== "idle";
  }

  /** Ask now; what was known before is not shown again. */
  open() {
    this.close();
    this.status = "loading";
    this.#onChange();
    return this.#ask();
  }

  close() {
    this.#round += 1;
    clearTimeout(this.#timer);
    this.#timer = null;
    this.status = "idle";
    this.value = null;
    this.code = null;
  }

  async #ask() {
    const round = this.#round;
    let value = null;
    let code = null;
    try {
      value = await this.#load();
    } catch (error) {
      if (!error.code) throw error;
      code = error.code;
    }
    if (round !== this.#round) return;
    if (code === null) {
      this.status = "ready";
      this.value = value;
      this.code = null;
    } else if (this.value === null) {
      this.status = "failed";
      this.code = code;
    }
    if (this.#everyMs !== null) this.#timer = setTimeout(() => this.#ask(), this.#everyMs);
    this.#onChange();
  }
}
