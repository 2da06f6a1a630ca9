"""The ladder: from the best that an usager can be offered to the way out, the same words at the hub and the kiosk.

Free: call. Busy: wait here, and when that is long, take a number and come back. Closed, nobody there or much too
long: when to come back; where calls are not taken at all: the appointment.
"""

from enum import StrEnum

from hub.core.network import Partner
from hub.protocol import RefusalReason, TileState, WaitRange

UNKNOWN_WAIT_PLACE = 3
"""Where nobody can say how long it takes, a number is offered from this place in the queue on."""


class Step(StrEnum):
    """What the usager may be offered next."""

    CALL = "call"
    WAIT = "wait"
    KEEP_PLACE = "keep_place"
    COME_BACK_AT = "come_back_at"
    """At `opens_at`, or later today when nobody can say when."""
    APPOINTMENT = "appointment"


def is_too_long(partner: Partner, waiting: int, wait: WaitRange | None) -> bool:
    """Whether the next caller is told not to wait. `waiting`: how many wait already; `wait`: the honest range.

    The median decides: somebody is only sent away when most would have waited longer than the partner allows.
    """
    policy = partner.policy
    if 0 < policy.max_waiting <= waiting:
        return True
    return policy.max_wait_s > 0 and wait is not None and wait.min_s > policy.max_wait_s


def may_keep_place(partner: Partner, wait: WaitRange | None, position: int) -> bool:
    """Whether a number is offered to who is at `position` (from 1) and has `wait` before them.

    The upper end decides: a number costs nothing, and is offered as soon as the wait may be long.
    """
    after_s = partner.policy.keep_place_after_s
    if after_s <= 0:
        return False
    if wait is None:
        return position >= UNKNOWN_WAIT_PLACE
    return wait.max_s > after_s


def before_calling(state: TileState, may_keep: bool = False) -> tuple[Step, ...]:
    """What a tile in this state offers, best first; never nothing."""
    match state:
        case TileState.FREE:
            return (Step.CALL,)
        case TileState.BUSY:
            return (Step.WAIT, Step.KEEP_PLACE) if may_keep else (Step.WAIT,)
        case TileState.APPOINTMENT_ONLY:
            return (Step.APPOINTMENT, Step.COME_BACK_AT)
        case TileState.ABSENT | TileState.CLOSED:
            return (Step.COME_BACK_AT,)


_CAN_HELP_NOBODY = frozenset({RefusalReason.UNKNOWN_PARTNER, RefusalReason.UNKNOWN_MOTIF, RefusalReason.KIOSK_DISABLED})


def after_refusal(reason: RefusalReason) -> tuple[Step, ...]:
    """What is left to somebody whose call was refused; nothing only when the kiosk itself is wrong."""
    if reason is RefusalReason.APPOINTMENT_ONLY:
        return (Step.APPOINTMENT, Step.COME_BACK_AT)
    return () if reason in _CAN_HELP_NOBODY else (Step.COME_BACK_AT,)
