/**
 * One active tab (S-06): two would ring twice and fight for the station.
 *
 * A Web Lock is held as long as the tab is the active one; the browser frees it when the tab dies. A tab that
 * wants it asks the holder over a BroadcastChannel to let go.
 */

const LOCK = "visio-relais-station";
const CHANNEL = "visio-relais-station";
/** What the browser calls this page among the holders of locks. */
function ownClientId() {
  const name = crypto.randomUUID();
  return navigator.locks.request(name, async () => {
    const { held } = await navigator.locks.query();
    return held.find((lock) => lock.name === name)?.clientId;
  });
}

/** A page being reloaded needs a moment to let go of its lock. */
const PATIENCE_MS = 800;
const ANSWER_MS = 1500;

export class TabLock {
  #release = null;
  #channel = new BroadcastChannel(CHANNEL);
  #onTaken;

  /** `onTaken()` is called when another tab of this browser takes over. */
  constructor({ onTaken }) {
    this.#onTaken = onTaken;
    this.#channel.onmessage = ({ data }) => {
      if (data === "take_over" && this.#release) this.#letGo();
    };
  }

  /**
   * Become the active tab if none is. A slow computer is not another tab: only another holder makes us give up, not
   * a request of our own that was granted in the moment of losing patience with it.
   */
  async acquire() {
    while (!(await this.#request({ waitMs: PATIENCE_MS }))) {
      const [mine, { held }] = await Promise.all([ownClientId(), navigator.locks.query()]);
      if (held.some((lock) => lock.name === LOCK && lock.clientId !== mine)) return false;
    }
    return true;
  }

  /** Become the active tab whatever the other one does. */
  async takeOver() {
    this.#channel.postMessage("take_over");
    return (await this.#request({ waitMs: ANSWER_MS })) || this.#request({ steal: true });
  }

  #letGo() {
    this.#release();
    this.#release = null;
    this.#onTaken();
  }

  #request({ waitMs = 0, steal = false }) {
    if (this.#release) return Promise.resolve(true);
    const patience = new AbortController();
    const timer = waitMs ? setTimeout(() => patience.abort(), waitMs) : null;
    const options = steal ? { steal: true } : { signal: patience.signal };
    return new Promise((resolve) => {
      navigator.locks
        .request(LOCK, options, () => {
          clearTimeout(timer);
          resolve(true);
          return new Promise((release) => (this.#release = release));
        })
        .catch(() => {
          clearTimeout(timer);
          // Refused in time, or stolen later by a tab that got no answer.
          if (this.#release) {
            this.#release = null;
            this.#onTaken();
          }
          resolve(false);
        });
    });
  }
}
