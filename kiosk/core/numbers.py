"""Numbers under which usagers of this kiosk kept a place in a queue.

The list is the hub's, given anew at each change: the kiosk keeps nothing of its own, and a number belongs to
no stay. It names a partner and a place in a queue, never who left.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from hub.protocol import Ticket, WaitRange


@dataclass(frozen=True)
class Number:
    """A place kept; `expires_at` (monotonic seconds) is when a number that is called is no longer waited for."""

    call_id: str
    number: int
    partner_id: str
    called: bool = False
    wait: WaitRange | None = None
    expires_at: float = math.inf

    @classmethod
    def of(cls, ticket: Ticket, now: float) -> "Number":
        expires_at = math.inf if ticket.expires_in_s is None else now + ticket.expires_in_s
        called = ticket.state == "called"
        return cls(ticket.call_id, ticket.number, ticket.partner_id, called, ticket.wait, expires_at)

    def is_called(self, now: float) -> bool:
        """Whoever has this number may come now."""
        return self.called and now < self.expires_at

    def minutes_left(self, now: float) -> int:
        """Whole minutes in which to come, rounded up; 0 in the last quarter of a minute, or when nothing is known."""
        left = self.expires_at - now
        return 0 if left <= LAST_MOMENT_S or math.isinf(left) else math.ceil(left / 60)


LAST_MOMENT_S = 15.0

Numbers = tuple[Number, ...]


def told(tickets: Iterable[Ticket], now: float) -> Numbers:
    """The hub's whole list."""
    return tuple(Number.of(ticket, now) for ticket in tickets)


def added(numbers: Numbers, ticket: Ticket, now: float) -> Numbers:
    """The list with one more, or with one told again."""
    return (*(each for each in numbers if each.call_id != ticket.call_id), Number.of(ticket, now))


def of_call(numbers: Numbers, call_id: str | None) -> Number | None:
    return next((each for each in numbers if each.call_id == call_id), None)


def called(numbers: Numbers, now: float) -> Numbers:
    """Those called at `now`, the one with the least time left first."""
    return tuple(sorted((each for each in numbers if each.is_called(now)), key=lambda each: each.expires_at))
