"""How long to wait before connecting again. Pure: chance is an argument.

Full jitter: thousands of kiosks that lost the same hub must not come back in the same second.
"""

import random
from enum import StrEnum

from hub.protocol import CloseCode

FIRST_S = 0.5
LONGEST_S = 15.0
LONGEST_IN_CALL_S = 2.0
"""Somebody waits for the picture to come back; they are few."""
RESTART_S = 2.0
REFUSED_S = 60.0
REPLACED_S = 30.0
STEADY_S = 10.0
"""A link that held for less did not work: the pauses go on growing."""
MAX_DOUBLINGS = 10


class Loss(StrEnum):
    """Why there is no link now."""

    FAILED = "failed"
    """Could not connect, or the link broke."""
    RESTARTING = "restarting"
    """The hub said that it comes back at once."""
    REPLACED = "replaced"
    """Another link of the same kiosk took its place: somebody copied the key, or an old process lives on."""
    BUSY = "busy"
    """The hub has too many clients, or we talked too much."""
    REFUSED = "refused"
    """The hub does not want this kiosk."""


_OF_CODE = {
    int(CloseCode.RESTARTING): Loss.RESTARTING,
    int(CloseCode.REPLACED): Loss.REPLACED,
    int(CloseCode.TOO_MANY): Loss.BUSY,
    int(CloseCode.FORBIDDEN): Loss.REFUSED,
}


def loss_of(close_code: int | None) -> Loss:
    """What a WebSocket close code (RFC 6455 7.4) means for us; None: the link broke without one."""
    return _OF_CODE.get(close_code, Loss.FAILED) if close_code is not None else Loss.FAILED


class Backoff:
    """Pauses between attempts: 0.5 s doubling to 15 s, each drawn between a little and the whole."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._failures = 0

    def pause_s(self, loss: Loss, held_s: float, *, in_call: bool = False) -> float:
        """The pause after a link that held for `held_s` seconds (0: it never came up) was lost to `loss`."""
        if held_s >= STEADY_S:
            self._failures = 0
        if loss is Loss.RESTARTING:
            # Promised to be back: quick the first times, then like any failure.
            quick = self._failures < 3
            self._failures += 1
            return self._rng.uniform(0.0, RESTART_S) if quick else self._drawn(in_call)
        self._failures += 1
        if loss is Loss.REFUSED:
            return self._rng.uniform(REFUSED_S, 1.25 * REFUSED_S)
        if loss is Loss.REPLACED:
            return self._rng.uniform(REPLACED_S, 2 * REPLACED_S)
        if loss is Loss.BUSY:
            return self._rng.uniform(LONGEST_S / 2, LONGEST_S)
        return self._drawn(in_call)

    def _drawn(self, in_call: bool) -> float:
        ceiling = min(
            LONGEST_IN_CALL_S if in_call else LONGEST_S, FIRST_S * 2 ** min(self._failures - 1, MAX_DOUBLINGS)
        )
        return self._rng.uniform(0.05, ceiling)
