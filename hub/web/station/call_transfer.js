/**
 * A transfer that this station asked for, step by step; and whom it may be asked of. Pure.
 *
 * `{callId, to, announced, step, code}`. Steps of the page: `asking` (sent, not answered yet), `cancelling`,
 * `failed` (`code` says why); the others are the hub's (TRANSFER_STATES). Announced: the caller stays here until
 * somebody answers, which is `done`. Otherwise it is `done` at once: the hub has the caller, who waits.
 */

const LIVE = ["asking", "waiting", "ringing", "cancelling"];
/** Stations that cannot take a call now and will not when their call is over. */
const GONE = ["offline", "away"];
/** Services whose people a caller may wait for. */
const OPEN_TILES = ["free", "busy"];

/** True while the transfer may still be answered. */
export function isLive(transfer) {
  return transfer !== null && LIVE.includes(transfer.step);
}

/** The agent asked for it; the hub has not answered yet. */
export function asked(callId, { to, announced }) {
  return { callId, to, announced, step: "asking", code: null };
}

/**
 * The hub's word. The target keeps the name that the agent chose; the hub's is for what is not known here. A
 * transfer of before a reload is announced: only those are still told then.
 */
export function changed(transfer, { call_id: callId, state, to }) {
  const known = transfer?.callId === callId ? transfer : { callId, to, announced: true };
  return { ...known, to: known.to || to, step: state, code: null };
}

/** The hub refused the request (`code` of ErrorCode, or `offline`). Taking back what is refused leaves it as it was. */
export function failed(transfer, code) {
  if (transfer?.step === "cancelling") return { ...transfer, step: "waiting" };
  return transfer && { ...transfer, step: "failed", code };
}

/** True while a request of this page has no answer yet: an error of the hub about the call is about it. */
export function isUnanswered(transfer) {
  return transfer !== null && ["asking", "cancelling"].includes(transfer.step);
}

/**
 * After a break of the link: what the hub says is true. `told` is its word or null, `held` its call here or null.
 * A transfer that it does not know any more was not taken by anybody, when the caller is still here.
 */
export function recovered(transfer, told, held) {
  if (told) return changed(transfer, told);
  if (!transfer || transfer.callId !== held?.card.call_id) return null;
  if (held.state === "wrap_up") return transfer;
  if (transfer.step === "asking") return failed(transfer, "offline");
  if (transfer.step === "cancelling") return { ...transfer, step: "cancelled" };
  return isLive(transfer) ? { ...transfer, step: "refused" } : transfer;
}

/**
 * The choices of the panel, from the hub's list: `[{kind, id, name, detail, state, isPossible, motifs}]`.
 * Who can answer now comes first, then who may later; `isPossible` is false for who cannot.
 */
export function choicesOf({ stations, pools, partners }) {
  const rank = (choice) => (choice.state === "available" || choice.state === "free" ? 0 : choice.isPossible ? 1 : 2);
  const sorted = (choices) =>
    choices
      .map((choice, index) => ({ choice, index }))
      .sort((one, other) => rank(one.choice) - rank(other.choice) || one.index - other.index)
      .map(({ choice }) => choice);
  return {
    station: sorted(
      stations.map(({ id, name, agent_name: agentName, state }) => ({
        kind: "station",
        id,
        name: agentName || name,
        detail: agentName ? name : "",
        state,
        isPossible: !GONE.includes(state),
        motifs: [],
      })),
    ),
    pool: sorted(
      pools.map(({ id, name, available }) => ({
        kind: "pool",
        id,
        name,
        detail: "",
        state: available > 0 ? "available" : "busy",
        available,
        isPossible: true,
        motifs: [],
      })),
    ),
    partner: sorted(
      partners.map(({ id, name, full_name: fullName, state, motifs }) => ({
        kind: "partner",
        id,
        name,
        detail: fullName === name ? "" : fullName,
        state,
        isPossible: OPEN_TILES.includes(state),
        motifs,
      })),
    ),
  };
}
