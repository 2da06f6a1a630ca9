"""The ladder: when an usager who has to wait is offered a number, and when they are told not to wait.

Its steps are words of the protocol, so that hub and kiosk agree: a `free` tile calls; a `busy` one waits here, and may
take a number when `may_keep_place` says so; `closed`, `absent` or a refusal says when to come back; `appointment_only`
is the door of the appointment.
"""

from hub.core.network import Partner
from hub.protocol import WaitRange

UNKNOWN_WAIT_PLACE = 3
"""Where nobody can say how long it takes, a number is offered from this place in the queue on."""


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
