/**
 * What this tab remembers across a reload: the station it held and the day's calls (place, motif, time).
 *
 * Nothing said, shown or sent is ever in here.
 */

const POST = "visio-relais.post";
const HISTORY = "visio-relais.history";

export class PostMemory {
  #storage;

  /** `storage` is the browser's sessionStorage: it dies with the tab. */
  constructor(storage) {
    this.#storage = storage;
  }

  /** The station held before the reload, or null. */
  get stationId() {
    return this.#read(POST);
  }

  get history() {
    const history = this.#read(HISTORY);
    return Array.isArray(history) ? history : [];
  }

  rememberPost(stationId) {
    this.#write(POST, stationId);
  }

  forgetPost() {
    this.#write(POST, null);
  }

  rememberHistory(history) {
    this.#write(HISTORY, history);
  }

  forget() {
    this.#write(POST, null);
    this.#write(HISTORY, []);
  }

  #read(key) {
    try {
      return JSON.parse(this.#storage.getItem(key));
    } catch {
      return null;
    }
  }

  #write(key, value) {
    try {
      this.#storage.setItem(key, JSON.stringify(value));
    } catch {
      // Storage refused: a reload then asks to take the post again.
    }
  }
}
