/** Waits between attempts to reach the hub: exponential with full jitter, so that stations do not come in step. */

export const FIRST_WAIT_S = 0.5;
export const LONGEST_WAIT_S = 15;

/** Seconds to wait before attempt number `attempt` (from 1). `random` gives 0..1. */
export function nextWait(attempt, random = Math.random) {
  const ceiling = Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** (attempt - 1));
  return Math.max(0.1, random() * ceiling);
}
