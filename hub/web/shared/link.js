/**
 * The page's line to the hub: one WebSocket, taken up again by itself when it breaks.
 *
 * The position (« take_station ») is always the first message, so that the hub knows who speaks. What is asked
 * while the line is down is not queued: after a break the hub tells the truth again and the page asks anew.
 */

import { nextWait } from "./backoff.js";
import { CloseCode, decode, encode, PROTOCOL_VERSION } from "./protocol.js";
import { ShapeError } from "./shape.js";

/** States told to `onState`. */
export const LinkState = Object.freeze({
  CLOSED: "closed",
  CONNECTING: "connecting",
  OPEN: "open",
  WAITING: "waiting",
  REPLACED: "replaced",
  FORBIDDEN: "forbidden",
});

/** A socket that does not open in this time is given up and tried again. */
const OPENING_MS = 8000;
/** After a cut shorter than this the station is still this page's to take back without asking. */
const TAKE_BACK_MS = 60_000;

export class HubLink {
  #url;
  #socket = null;
  #stationId = null;
  #takeOver = false;
  #attempt = 0;
  #timer = null;
  #lostAt = null;
  #welcomed = false;
  #onMessage;
  #onState;
  #checkSession;

  /**
   * `onMessage(message)` gets each valid message; `onState(state, {waitS, attempt})` each change of the line.
   * `checkSession()` resolves to false when the agent is signed out: a refused socket does not say why.
   */
  constructor({ url, onMessage, onState, checkSession }) {
    this.#url = url;
    this.#onMessage = onMessage;
    this.#onState = onState;
    this.#checkSession = checkSession;
  }

  /** Take a station and keep the line to the hub from now on. */
  open(stationId, { takeOver = false } = {}) {
    this.close();
    this.#stationId = stationId;
    this.#takeOver = takeOver;
    this.#attempt = 0;
    this.#connect();
  }

  /** Leave the station. */
  close() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    }
    this.#lostAt = null;
    this.#welcomed = false;
    if (this.#stationId !== null) {
      this.#stationId = null;
      this.#onState(LinkState.CLOSED, {});
    }
  }

  /** Try at once instead of waiting (the browser says that the network is back, or the agent asks). */
  hurry() {
    if (this.#timer !== null && this.#stationId !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#connect();
    }
  }

  /** Send a message; false when the line is down. */
  send(type, fields) {
    if (this.#socket?.readyState !== WebSocket.OPEN || !this.#welcomed) return false;
    this.#socket.send(encode(type, fields));
    return true;
  }

  #connect() {
    this.#onState(LinkState.CONNECTING, { attempt: this.#attempt });
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#welcomed = false;
    const deadline = setTimeout(() => socket.close(), OPENING_MS);
    socket.onopen = () => {
      const takeBack = this.#lostAt !== null && performance.now() - this.#lostAt < TAKE_BACK_MS;
      socket.send(
        encode("take_station", {
          protocol: PROTOCOL_VERSION,
          station_id: this.#stationId,
          take_over: this.#takeOver || takeBack,
        }),
      );
    };
    socket.onmessage = (event) => {
      const message = this.#read(event.data);
      if (!message || this.#socket !== socket) return;
      if (message.type === "welcome_station") {
        clearTimeout(deadline);
        this.#welcomed = true;
        this.#attempt = 0;
        this.#lostAt = null;
        this.#takeOver = false;
        this.#onState(LinkState.OPEN, {});
      }
      this.#onMessage(message);
    };
    socket.onclose = (event) => {
      clearTimeout(deadline);
      if (this.#socket === socket) this.#closed(event.code);
    };
  }

  #read(frame) {
    try {
      return decode(frame);
    } catch (error) {
      if (error instanceof ShapeError || error instanceof SyntaxError) return null;
      throw error;
    }
  }

  async #closed(code) {
    this.#socket = null;
    if (this.#welcomed) this.#lostAt = performance.now();
    this.#welcomed = false;
    if (code === CloseCode.REPLACED || code === CloseCode.FORBIDDEN) {
      this.#stationId = null;
      this.#onState(code === CloseCode.REPLACED ? LinkState.REPLACED : LinkState.FORBIDDEN, {});
      return;
    }
    this.#attempt += 1;
    const waitS = nextWait(code === CloseCode.TOO_MANY ? this.#attempt + 4 : this.#attempt);
    this.#onState(LinkState.WAITING, { waitS, attempt: this.#attempt });
    const stationId = this.#stationId;
    this.#timer = setTimeout(async () => {
      this.#timer = null;
      const signedIn = this.#attempt < 2 || (await this.#checkSession());
      if (this.#stationId !== stationId || this.#socket !== null) return;
      if (signedIn) this.#connect();
      else {
        this.#stationId = null;
        this.#onState(LinkState.FORBIDDEN, {});
      }
    }, waitS * 1000);
  }
}
