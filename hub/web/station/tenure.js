/** Holding a station: taking it (a promise with an answer), keeping it over broken links, leaving it. */

import { HubLink, LinkState } from "../shared/link.js";

const TIMEOUT_MS = 10_000;

export class Tenure {
  /** The station last asked for, to ask for it again. */
  lastStation = "";
  #link;
  #taking = null;
  #onMessage;
  #onLink;

  /** `onMessage(message)` and `onLink(state, details)` as of HubLink; `checkSession()` too. */
  constructor({ onMessage, onLink, checkSession }) {
    this.#onMessage = onMessage;
    this.#onLink = onLink;
    this.#link = new HubLink({
      url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/station`,
      onMessage: (message) => this.#heard(message),
      onState: (state, details) => this.#changed(state, details),
      checkSession,
    });
  }

  /** Sit at a station. Resolves when the hub welcomed us; rejects with `{code}` of an error, or `timeout`. */
  take(stationId, { takeOver }) {
    this.lastStation = stationId;
    this.#end({ code: "timeout" });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end({ code: "timeout" }), TIMEOUT_MS);
      this.#link.open(stationId, { takeOver });
      this.#taking = { resolve, reject, timer };
    });
  }

  /** Say something to the hub; false when the line is down. */
  send(type, fields) {
    return this.#link.send(type, fields);
  }

  hurry() {
    this.#link.hurry();
  }

  leave() {
    this.#link.close();
  }

  #end(failure = null) {
    const taking = this.#taking;
    if (!taking) return;
    this.#taking = null;
    clearTimeout(taking.timer);
    if (failure) {
      this.#link.close();
      taking.reject(failure);
    } else taking.resolve();
  }

  #heard(message) {
    if (message.type === "error" && this.#taking) {
      this.#end({ code: message.code });
      return;
    }
    this.#onMessage(message);
    if (message.type === "welcome_station") this.#end();
  }

  #changed(state, details) {
    if (state === LinkState.FORBIDDEN && this.#taking) this.#end({ code: "forbidden" });
    else this.#onLink(state, details);
  }
}
