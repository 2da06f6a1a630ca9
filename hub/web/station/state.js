/**
 * What the station page knows, and how each piece of news changes it. Pure: time (milliseconds) is an argument.
 *
 * The hub tells the truth about the station; the page only adds what the hub cannot know (is the sound
 * allowed, is this tab the active one). `reduce` never changes its argument.
 */

import { asked, changed, failed, recovered } from "./call_transfer.js";

/** Which page is shown. */
export const Phase = Object.freeze({
  LOADING: "loading",
  INSECURE: "insecure",
  OTHER_TAB: "other_tab",
  SIGNING_IN: "signing_in",
  TAKING_POST: "taking_post",
  ON_POST: "on_post",
  REPLACED: "replaced",
});

const MAX_HISTORY = 50;

export function initialState() {
  return {
    phase: Phase.LOADING,
    me: null,
    link: { state: "closed", retryAtMs: null },
    station: null,
    queue: { waiting: 0, longestWaitS: 0, available: null, atMs: 0 },
    sound: { ready: false },
    offer: null,
    call: null,
    wrapUp: null,
    /** The transfer asked for in this call, told until its wrap-up is over (call_transfer.js). */
    transfer: null,
    missed: null,
    /** What comes after the call: "available" or a reason to be away. */
    afterCall: "available",
    history: [],
  };
}

const inMs = (nowMs, seconds) => (seconds === null || seconds === undefined ? null : nowMs + seconds * 1000);

function remember(state, entry) {
  const others = state.history.filter((known) => known.callId !== entry.callId || known.result !== entry.result);
  return [entry, ...others].slice(0, MAX_HISTORY);
}

function entryOf(card, result, wallMs, durationS = null) {
  return {
    callId: card.call_id,
    wallMs,
    site: card.site_name,
    motif: card.motif?.label ?? null,
    result,
    durationS,
  };
}

function offerOf(card, offerNo, expiresInS, nowMs) {
  return { card, offerNo, expiresAtMs: inMs(nowMs, expiresInS), totalS: expiresInS ?? 0, answering: false };
}

function callOf(card, nowMs, extra = {}) {
  return { card, callId: card.call_id, startedAtMs: nowMs, peerNo: 0, restored: false, ...extra };
}

function wrapUpOf(card, nowMs, extra = {}) {
  return { callId: card.call_id, card, expiresAtMs: null, cause: null, offline: false, sent: false, ...extra };
}

/** What comes after the call, as the hub knows it. */
function choiceOf({ next_state: nextState, next_away_reason: reason }) {
  return nextState === "away" ? (reason ?? "break") : "available";
}

const HANDLERS = {
  // ---- of the page itself ------------------------------------------------------------------------------
  phase_changed: (state, { phase }) => ({ ...state, phase }),
  signed_in: (state, { me }) => ({ ...state, me, phase: Phase.TAKING_POST }),
  signed_out: (state) => ({ ...initialState(), phase: Phase.SIGNING_IN, sound: state.sound }),
  history_restored: (state, { history }) => ({ ...state, history: history.slice(0, MAX_HISTORY) }),
  link_changed: (state, { link, waitS }, nowMs) => ({
    ...state,
    link: { state: link, retryAtMs: inMs(nowMs, waitS) },
  }),
  post_left: (state) => ({
    ...state,
    phase: Phase.TAKING_POST,
    station: null,
    offer: null,
    call: null,
    wrapUp: null,
    transfer: null,
    missed: null,
  }),
  sound_changed: (state, { ready }) => ({ ...state, sound: { ready } }),
  after_call_chosen: (state, { choice }) => ({ ...state, afterCall: choice }),
  answering: (state) => (state.offer ? { ...state, offer: { ...state.offer, answering: true } } : state),
  /** Ended from here or by the kiosk's own word, while the hub may be away. */
  call_closed: (state, { cause }, nowMs, wallMs) => {
    if (!state.call) return state;
    const { card, startedAtMs } = state.call;
    const durationS = (nowMs - startedAtMs) / 1000;
    return {
      ...state,
      call: null,
      wrapUp: wrapUpOf(card, nowMs, { cause, offline: true }),
      history: remember(state, entryOf(card, "completed", wallMs, durationS)),
    };
  },
  wrap_up_sent: (state) => (state.wrapUp ? { ...state, wrapUp: { ...state.wrapUp, sent: true } } : state),
  transfer_asked: (state, event) => (state.call ? { ...state, transfer: asked(state.call.callId, event) } : state),
  transfer_failed: (state, { code }) => ({ ...state, transfer: failed(state.transfer, code) }),
  transfer_cancelled: (state) => ({ ...state, transfer: state.transfer && { ...state.transfer, step: "cancelling" } }),
  transfer_dismissed: (state) => ({ ...state, transfer: null }),

  // ---- of the hub --------------------------------------------------------------------------------------
  welcome_station: (state, message, nowMs) => {
    const next = {
      ...state,
      // A call is waiting for us: the checks of « Prendre mon poste » can wait.
      phase: message.call ? Phase.ON_POST : state.phase,
      station: {
        id: message.station_id,
        name: message.station_name,
        agentName: message.agent_name,
        partner: message.partner,
        state: message.state,
        awayReason: message.away_reason,
        nextState: null,
      },
      queue: { ...state.queue, waiting: message.waiting, longestWaitS: message.longest_wait_s, atMs: nowMs },
      offer: null,
      transfer: recovered(state.transfer, message.transfer, message.call),
      afterCall: choiceOf(message),
    };
    const held = message.call;
    const isMine = (known) => known && known.callId === held?.card.call_id;
    if (held?.state === "offered") {
      return { ...next, call: null, wrapUp: null, offer: offerOf(held.card, held.offer_no, held.expires_in_s, nowMs) };
    }
    if (held?.state === "connecting" || held?.state === "in_call") {
      // Hung up here while the hub was away: the hub still has to be told (station.js does).
      if (isMine(state.wrapUp)) return next;
      const call = isMine(state.call) ? state.call : callOf(held.card, nowMs, { restored: true });
      return { ...next, wrapUp: null, call };
    }
    if (held?.state === "wrap_up") {
      const known = isMine(state.wrapUp) ? state.wrapUp : wrapUpOf(held.card, nowMs);
      const wrapUp = { ...known, offline: false, sent: false, expiresAtMs: inMs(nowMs, held.expires_in_s) };
      return { ...next, call: null, wrapUp };
    }
    return { ...next, call: null, wrapUp: null };
  },

  station_changed: (state, message, nowMs) => {
    if (!state.station) return state;
    const station = {
      ...state.station,
      state: message.state,
      awayReason: message.away_reason,
      nextState: message.next_state,
    };
    const isBusy = ["in_call", "wrap_up"].includes(message.state);
    const next = {
      ...state,
      station,
      transfer: isBusy ? state.transfer : null,
      afterCall: isBusy ? choiceOf(message) : state.afterCall,
    };
    const expiresAtMs = inMs(nowMs, message.expires_in_s);
    switch (message.state) {
      case "wrap_up": {
        const card = state.wrapUp?.card ?? state.call?.card;
        if (!card) return next;
        const known = state.wrapUp ?? wrapUpOf(card, nowMs);
        return { ...next, offer: null, call: null, wrapUp: { ...known, offline: false, sent: false, expiresAtMs } };
      }
      case "in_call":
        if (state.call || state.wrapUp || !state.offer) return next;
        return { ...next, offer: null, call: callOf(state.offer.card, nowMs) };
      case "offered":
        return state.offer && expiresAtMs ? { ...next, offer: { ...state.offer, expiresAtMs } } : next;
      case "available":
        // What was missed is told until the agent says to be back.
        return { ...next, offer: null, call: null, wrapUp: null, missed: state.station.state === "away" ? null : state.missed };
      default: // away, offline
        return { ...next, offer: null, call: null, wrapUp: null };
    }
  },

  /** Of the call shown only: a late word on an earlier one would be read as being about this one. */
  transfer_changed: (state, message) => {
    const callId = state.call?.callId ?? state.wrapUp?.callId;
    return callId === message.call_id ? { ...state, transfer: changed(state.transfer, message) } : state;
  },

  queue_changed: (state, message, nowMs) => ({
    ...state,
    queue: {
      waiting: message.waiting,
      longestWaitS: message.longest_wait_s,
      available: message.available_stations,
      atMs: nowMs,
    },
  }),

  offer: (state, message, nowMs) => ({
    ...state,
    missed: null,
    transfer: null,
    afterCall: "available",
    offer: offerOf(message.card, message.offer_no, message.expires_in_s, nowMs),
  }),

  offer_withdrawn: (state, message, nowMs, wallMs) => {
    const { offer } = state;
    if (!offer || offer.card.call_id !== message.call_id || offer.offerNo !== message.offer_no) return state;
    const results = { expired: "missed", declined: "passed", usager_left: "usager_left" };
    const isAnnounced = offer.card.is_announced;
    const result = results[message.reason] ?? (isAnnounced ? "kept" : "gone");
    const entry = entryOf(offer.card, result, wallMs);
    return { ...state, offer: null, missed: { ...entry, reason: message.reason, isAnnounced }, history: remember(state, entry) };
  },

  call_accepted: (state, message, nowMs) => {
    const card = state.offer?.card.call_id === message.call_id ? state.offer.card : state.call?.card;
    if (!card || card.call_id !== message.call_id) return state;
    const call = state.call ?? callOf(card, nowMs);
    return { ...state, offer: null, call: { ...call, peerNo: message.peer_no } };
  },

  peer_renewed: (state, message) =>
    state.call?.callId === message.call_id
      ? { ...state, call: { ...state.call, peerNo: message.peer_no } }
      : state,

  call_ended: (state, message, nowMs, wallMs) => {
    if (state.offer?.card.call_id === message.call_id) {
      const entry = entryOf(state.offer.card, "usager_left", wallMs);
      return { ...state, offer: null, history: remember(state, entry) };
    }
    if (state.wrapUp?.callId === message.call_id) {
      return { ...state, wrapUp: { ...state.wrapUp, cause: message.cause } };
    }
    if (state.call?.callId !== message.call_id) return state;
    const { card, startedAtMs } = state.call;
    const result = message.cause === "transferred" ? "transferred" : message.outcome;
    const entry = entryOf(card, result, wallMs, (nowMs - startedAtMs) / 1000);
    return {
      ...state,
      call: null,
      wrapUp: wrapUpOf(card, nowMs, { cause: message.cause }),
      history: remember(state, entry),
    };
  },
};

/** The state after `event` (`type` names it). `nowMs` is monotonic, `wallMs` only dates the history. */
export function reduce(state, event, nowMs, wallMs = 0) {
  const handler = HANDLERS[event.type];
  return handler ? handler(state, event, nowMs, wallMs) : state;
}

/** What the agent sees as the heading of the moment: one of ring, call, wrap_up, board. */
export function scene(state) {
  if (state.call) return "call";
  if (state.wrapUp) return "wrap_up";
  return "board";
}

/** The hub paused this station because a call rang here in vain. */
export function isPausedByMiss({ station }) {
  return station?.state === "away" && station.awayReason === "missed_offers";
}

/** The longest wait now, counted on from the hub's last word. */
export function longestWaitS(queue, nowMs) {
  return queue.waiting === 0 ? 0 : queue.longestWaitS + (nowMs - queue.atMs) / 1000;
}
