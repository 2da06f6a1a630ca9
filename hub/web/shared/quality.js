/**
 * How good the connection is, in four words, from the browser's own figures (W3C webrtc-stats).
 *
 * The worst of both directions counts: being understood is half of a conversation.
 */

/** From best to worst. */
export const LEVELS = ["good", "medium", "weak", "cut"];

const LIMITS = [
  { level: "good", lossPercent: 1, rttMs: 150 },
  { level: "medium", lossPercent: 3, rttMs: 300 },
];

/** A better or worse level must last this long before it is shown. */
export const SETTLE_MS = 6000;
/** Without a byte from the kiosk for this long the line is called cut... */
export const CUT_MS = 4000;
/** ...and after this long a new peer connection is asked for. */
export const LOST_MS = 8000;

/** The level of one measure: `lossPercent` 0..100, `rttMs` or null, `silentMs` since the last byte. */
export function classify({ lossPercent, rttMs, silentMs }) {
  if (silentMs >= CUT_MS) return "cut";
  const limit = LIMITS.find((l) => lossPercent < l.lossPercent && (rttMs ?? 0) < l.rttMs);
  return limit?.level ?? "weak";
}

/** Figures of the last interval from two `RTCStatsReport`s; `previous` is null the first time. */
export function measure(report, previous, nowMs) {
  const totals = { bytes: 0, received: 0, lost: 0, at: nowMs, heardAt: previous?.heardAt ?? nowMs };
  let rttMs = null;
  let remoteLoss = 0;
  let pairId = null;
  let availableKbps = null;
  const picture = { width: 0, height: 0, fps: 0 };
  for (const stat of report.values()) if (stat.type === "transport") pairId = stat.selectedCandidatePairId ?? pairId;
  for (const stat of report.values()) {
    const isSelected = stat.type === "candidate-pair" && (stat.id === pairId || (!pairId && stat.selected));
    if (isSelected) {
      totals.bytes += stat.bytesReceived ?? 0;
      if (stat.currentRoundTripTime !== undefined) rttMs = stat.currentRoundTripTime * 1000;
      if (stat.availableOutgoingBitrate !== undefined) availableKbps = stat.availableOutgoingBitrate / 1000;
    } else if (stat.type === "inbound-rtp") {
      totals.received += stat.packetsReceived ?? 0;
      totals.lost += stat.packetsLost ?? 0;
      totals.bytes += stat.bytesReceived ?? 0;
      if (stat.kind === "video") {
        Object.assign(picture, { width: stat.frameWidth ?? 0, height: stat.frameHeight ?? 0 });
        picture.fps = stat.framesPerSecond ?? 0;
      }
    } else if (stat.type === "remote-inbound-rtp") {
      remoteLoss = Math.max(remoteLoss, (stat.fractionLost ?? 0) * 100);
      if (rttMs === null && stat.roundTripTime !== undefined) rttMs = stat.roundTripTime * 1000;
    }
  }
  if (!previous || totals.bytes > previous.bytes) totals.heardAt = nowMs;
  const received = Math.max(0, totals.received - (previous?.received ?? 0));
  const lost = Math.max(0, totals.lost - (previous?.lost ?? 0));
  const inboundLoss = received + lost > 0 ? (100 * lost) / (received + lost) : 0;
  const intervalS = previous ? Math.max(0.001, (nowMs - previous.at) / 1000) : null;
  const bytes = previous ? Math.max(0, totals.bytes - previous.bytes) : 0;
  return {
    totals,
    figures: {
      lossPercent: Math.max(inboundLoss, remoteLoss),
      rttMs,
      silentMs: nowMs - totals.heardAt,
      availableKbps,
      sentLossPercent: remoteLoss,
      kbps: intervalS ? (bytes * 8) / 1000 / intervalS : 0,
      ...picture,
    },
  };
}

/** Shows a level only when it has lasted; a cut, and the end of a cut, are told at once. */
export class SteadyLevel {
  #shown = null;
  #candidate = null;
  #since = 0;

  /** The level to show after one more measure. */
  update(level, nowMs) {
    if (level !== this.#candidate) {
      this.#candidate = level;
      this.#since = nowMs;
    }
    const urgent = this.#shown === null || level === "cut" || this.#shown === "cut";
    if (urgent || nowMs - this.#since >= SETTLE_MS) this.#shown = level;
    return this.#shown;
  }
}
