/**
 * The wire between hub and station page: the JavaScript side of hub/protocol.py.
 *
 * Both are checked against the golden messages of tests/fixtures/protocol/. The page sends only what `encode`
 * accepts and acts only on what `decode` returns.
 */

import {
  defaulted,
  flag,
  identifier,
  integer,
  list,
  object,
  oneOf,
  optional,
  seconds,
  text,
  union,
  withoutNulls,
} from "./shape.js";

export const PROTOCOL_VERSION = 1;
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** Why the hub closed a socket. */
export const CloseCode = Object.freeze({
  PROTOCOL_ERROR: 4000,
  REPLACED: 4001,
  FORBIDDEN: 4003,
  TOO_MANY: 4008,
  RESTARTING: 1012,
});

export const STATION_STATES = ["offline", "away", "available", "offered", "in_call", "wrap_up"];
export const AWAY_REASONS = [
  "break",
  "lunch",
  "meeting",
  "front_desk",
  "case_work",
  "training",
  "just_arrived",
  "missed_offers",
  "technical",
];
/** The reasons that an agent may choose; the others are set by the hub or the page. */
export const CHOSEN_AWAY_REASONS = AWAY_REASONS.slice(0, 6);
export const OUTCOMES = ["completed", "abandoned", "unanswered", "declined", "failed", "out_of_hours"];
export const END_CAUSES = [
  "usager_hung_up",
  "agent_hung_up",
  "usager_left_queue",
  "no_answer",
  "service_closed",
  "kiosk_lost",
  "station_lost",
  "media_lost",
  "idle",
  "hub_stopped",
  "transferred",
  "transfer_refused",
  "nobody_left",
  "not_back",
];
export const RESOLUTIONS = [
  "resolved",
  "to_follow_up",
  "appointment_made",
  "wrong_service",
  "cut_off",
  "nobody_there",
];
export const ERROR_CODES = [
  "malformed",
  "too_large",
  "unknown_type",
  "invalid",
  "forbidden",
  "not_found",
  "conflict",
  "too_many",
  "wrong_version",
  "bad_signature",
  "unavailable",
];
export const MEDIA_STATES = ["connecting", "connected", "weak", "lost"];
export const WITHDRAWAL_REASONS = ["expired", "declined", "usager_left", "taken_elsewhere", "gone"];

export const TRANSFER_KINDS = ["station", "pool", "partner"];
export const TRANSFER_STATES = ["waiting", "ringing", "done", "refused", "cancelled"];

const label = text(200);
const awayReason = oneOf(AWAY_REASONS);
const nextState = oneOf(["available", "away"]);

const description = object({ type: oneOf(["offer", "answer"]), sdp: text(48 * 1024) });
const candidate = object({
  candidate: text(1024),
  sdpMid: optional(text()),
  sdpMLineIndex: optional(integer()),
});
const iceServer = object({
  urls: list(text(), 8, 1),
  username: optional(text()),
  credential: optional(text()),
});
const motif = object({ id: identifier, label, papers: defaulted(list(label), []) });
const partner = object({
  id: identifier,
  name: label,
  full_name: label,
  tagline: defaulted(label, ""),
  motifs: defaulted(list(motif), []),
});
const card = object({
  call_id: identifier,
  site_name: label,
  kiosk_name: label,
  motif: optional(motif),
  accompanied: defaulted(flag, false),
  language: defaulted(text(), "fr"),
  waited_s: defaulted(seconds, 0),
  is_priority: defaulted(flag, false),
  from_elsewhere: defaulted(flag, false),
  transferred_by: defaulted(label, ""),
  transferred_from: defaulted(label, ""),
  is_announced: defaulted(flag, false),
});
const transferTarget = object({
  kind: oneOf(TRANSFER_KINDS),
  id: identifier,
  motif_id: optional(identifier),
});
const transferChanged = {
  call_id: identifier,
  state: oneOf(TRANSFER_STATES),
  to: defaulted(label, ""),
};
const stationCall = object({
  card,
  state: oneOf(["offered", "connecting", "in_call", "wrap_up"]),
  offer_no: defaulted(integer(), 0),
  peer_no: defaulted(integer(), 0),
  expires_in_s: optional(seconds),
});

const relayed = {
  description: { call_id: identifier, peer_no: integer(1), description },
  candidate: { call_id: identifier, peer_no: integer(1), candidate },
  report_media: { call_id: identifier, peer_no: integer(1), state: oneOf(MEDIA_STATES) },
};

const FROM_STATION = {
  ...relayed,
  take_station: { protocol: integer(), station_id: identifier, take_over: defaulted(flag, false) },
  set_availability: { state: nextState, away_reason: optional(awayReason) },
  accept_offer: { call_id: identifier, offer_no: integer(1) },
  decline_offer: { call_id: identifier, offer_no: integer(1) },
  hang_up: { call_id: identifier, cause: defaulted(oneOf(["hung_up", "idle", "media_lost"]), "hung_up") },
  renew_peer: { call_id: identifier, peer_no: optional(integer(1)) },
  finish_wrap_up: {
    call_id: identifier,
    resolution: oneOf(RESOLUTIONS),
    motif_id: optional(identifier),
    next_state: defaulted(nextState, "available"),
    away_reason: optional(awayReason),
  },
  extend_wrap_up: { call_id: identifier },
  transfer_call: { call_id: identifier, to: transferTarget, announced: defaulted(flag, false) },
  cancel_transfer: { call_id: identifier },
};

const TO_STATION = {
  ...relayed,
  welcome_station: {
    protocol: defaulted(integer(), PROTOCOL_VERSION),
    station_id: identifier,
    station_name: label,
    agent_name: label,
    partner,
    state: oneOf(STATION_STATES),
    away_reason: optional(awayReason),
    waiting: defaulted(integer(), 0),
    longest_wait_s: defaulted(seconds, 0),
    next_state: optional(nextState),
    next_away_reason: optional(awayReason),
    call: optional(stationCall),
    transfer: optional(union({ transfer_changed: transferChanged })),
  },
  station_changed: {
    state: oneOf(STATION_STATES),
    away_reason: optional(awayReason),
    next_state: optional(nextState),
    next_away_reason: optional(awayReason),
    wrap_up_call_id: optional(identifier),
    expires_in_s: optional(seconds),
  },
  transfer_changed: transferChanged,
  queue_changed: {
    waiting: integer(0),
    longest_wait_s: defaulted(seconds, 0),
    available_stations: integer(0),
  },
  offer: { offer_no: integer(1), expires_in_s: seconds, card },
  offer_withdrawn: { call_id: identifier, offer_no: integer(1), reason: oneOf(WITHDRAWAL_REASONS) },
  call_accepted: {
    call_id: identifier,
    peer_no: integer(1),
    agent_name: defaulted(label, ""),
    ice_servers: list(iceServer),
  },
  peer_renewed: { call_id: identifier, peer_no: integer(1), ice_servers: list(iceServer) },
  call_ended: { call_id: identifier, outcome: oneOf(OUTCOMES), cause: oneOf(END_CAUSES) },
  error: { code: oneOf(ERROR_CODES), detail: defaulted(text(300), ""), in_reply_to: optional(text()) },
};

const checkOutgoing = union(FROM_STATION);
const checkIncoming = union(TO_STATION);

/** The message as it goes on the wire (an object). Throws ShapeError when it is not one of ours. */
export function build(type, fields = {}) {
  return withoutNulls(checkOutgoing({ ...fields, type }));
}

/** The text frame of a message to the hub. */
export function encode(type, fields = {}) {
  return JSON.stringify(build(type, fields));
}

/** A message of the hub from its text frame. Throws ShapeError; absent optional values are null. */
export function decode(frame) {
  return checkIncoming(JSON.parse(frame));
}

export const MESSAGE_TYPES = Object.freeze({
  fromStation: Object.keys(FROM_STATION).sort(),
  toStation: Object.keys(TO_STATION).sort(),
});
