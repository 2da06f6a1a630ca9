"""Looks whether calls are routed at all: a free station and a caller it may take must not coexist (I14).

The router proposes every call at once or knows when to try again; this looks at the outcome, from outside, and is wrong
about nothing but time. It changes nothing: what it finds is a defect, counted and logged.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from hub.core.board import Board
from hub.core.call_queue import eligible
from hub.core.routing import available, choose
from hub.journal import Event
from hub.logbook import record
from hub.server.metrics import Metrics

EVERY_S = 1.0
STALLED_S = 2.0
"""A decision that is being written takes less."""

_logger = logging.getLogger(__name__)


def is_stalled(board: Board, now: float) -> bool:
    """Whether a station that is free could take a caller who waits."""
    callers = eligible(board)
    stations = available(board) if callers else []
    if not stations:
        return False
    probe = replace(board, now=now)
    return any(choose(probe, call, stations) is not None for call in callers)


class Watchdog:
    """Looks each second at the boards as last committed."""

    def __init__(
        self, boards: dict[str, Board], metrics: Metrics, clock: Callable[[], float], is_excused: Callable[[], bool]
    ) -> None:
        """`is_excused`: nothing can be decided now (the database is away)."""
        self._boards = boards
        self._metrics = metrics
        self._clock = clock
        self._is_excused = is_excused
        self._since: dict[str, float] = {}
        self._said: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(EVERY_S, self._turn)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _turn(self) -> None:
        self.look(self._clock())
        self.start()

    def look(self, now: float) -> None:
        """Count and log each stall once."""
        if self._is_excused():
            self._since.clear()
            return
        for partner_id, board in self._boards.items():
            if not is_stalled(board, now):
                self._since.pop(partner_id, None)
                self._said.discard(partner_id)
            elif now - self._since.setdefault(partner_id, now) >= STALLED_S and partner_id not in self._said:
                self._said.add(partner_id)
                self._metrics.routing_stalls.inc()
                record(_logger, Event.ROUTING_STALLED, logging.ERROR, partner=partner_id)
