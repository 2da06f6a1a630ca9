/** Choices of this browser, kept between days: station, devices, ring. Nothing about anybody else. */

const PREFIX = "visio-relais.";
const DEFAULTS = { station: "", audio: "", video: "", output: "", volume: 0.8, signed_in: false };

export class Preferences {
  /** `storage` is the browser's localStorage; where it is refused, choices live as long as the page. */
  constructor(storage) {
    this.storage = storage;
    this.memory = new Map();
  }

  get(name) {
    if (this.memory.has(name)) return this.memory.get(name);
    try {
      const stored = this.storage.getItem(PREFIX + name);
      return stored === null ? DEFAULTS[name] : JSON.parse(stored);
    } catch {
      return DEFAULTS[name];
    }
  }

  set(name, value) {
    this.memory.set(name, value);
    try {
      this.storage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
      // Storage refused or full: the choice holds until the page is closed.
    }
  }
}
