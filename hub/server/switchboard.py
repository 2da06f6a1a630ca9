"""Between the sockets and the decisions: what was decided is told to whom it concerns, and what is due is done.

Holds nothing that cannot be rebuilt: the last committed board of each partner, for relaying, welcomes and tiles.
Decisions come back in the order of their commits and are told before anything else runs, so that no party hears
news out of order.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from hub.core import deadlines
from hub.core.board import Board
from hub.core.call_queue import positions
from hub.core.events import EventName
from hub.core.network import Network
from hub.core.notices import Accepted
from hub.core.requests import Look, LoseNodes, Request
from hub.core.rows import Call, CallState
from hub.core.waiting_time import RecentWaits, steps_ahead
from hub.errors import UnavailableError
from hub.journal import Event
from hub.logbook import record
from hub.protocol import CallSnapshot, IceServer, Ticket, WaitRange
from hub.server import wire
from hub.server.announcer import Announcer
from hub.server.connections import Connections
from hub.server.digests import Digests
from hub.server.insistence import Insistence
from hub.server.live_calls import LiveCalls
from hub.server.metrics import Metrics
from hub.server.watchdog import Watchdog

_MIN_TIMER_S = 0.02

_logger = logging.getLogger(__name__)

_OFFER_WORDS = {
    EventName.OFFER_ACCEPTED: "accepted",
    EventName.OFFER_DECLINED: "declined",
    EventName.OFFER_EXPIRED: "expired",
    EventName.OFFER_WITHDRAWN: "withdrawn",
}
_TRANSFER_WORDS = {
    EventName.TRANSFER_ASKED: "asked",
    EventName.TRANSFER_TAKEN: "taken",
    EventName.TRANSFER_REFUSED: "refused",
    EventName.TRANSFER_CANCELLED: "cancelled",
}
_NUMBER_WORDS = {
    EventName.PLACE_KEPT: "kept",
    EventName.NUMBER_CALLED: "called",
    EventName.NUMBER_MISSED: "missed",
    EventName.PLACE_CLAIMED: "claimed",
}


class Decisions(Protocol):
    """What the switchboard asks of the database; `hub.store.counter.Counter` is the real one.

    Each coroutine raises UnavailableError when the database fails.
    """

    network: Network
    node_id: str
    agent_names: dict[str, str]
    lost_races: int
    on_news: Callable[[list[Board]], None]
    """Called with boards that other hubs changed."""

    async def decide(self, request: Request) -> list[Board]: ...
    async def look(self, partner_id: str) -> list[Board]: ...
    async def past_call(self, call_id: str) -> Call | None: ...
    async def recent_waits(self, partner_id: str) -> list[tuple[float, float, int]]: ...
    async def refresh(self) -> bool: ...
    async def purge(self) -> int: ...


class Switchboard:
    """One per hub.

    Args:
        clock: UTC seconds that never jump while the process runs (the one that stamps the rows).
        wall: UTC seconds as a watch shows them, for opening hours.
        zone: where the watch is.
    """

    def __init__(
        self,
        decisions: Decisions,
        connections: Connections,
        servers_for: wire.ServersFor,
        metrics: Metrics,
        clock: Callable[[], float],
        wall: Callable[[], float],
        zone: ZoneInfo,
    ) -> None:
        self.decisions = decisions
        self.connections = connections
        self.metrics = metrics
        self.clock = clock
        self.wall = wall
        self.zone = zone
        self._servers_for = servers_for
        self._live = LiveCalls()
        self.boards = self._live.boards
        self._waits: dict[str, RecentWaits] = {}
        self._announcer = Announcer(self._live, connections, decisions, self.wait_of, self.ice_for, clock)
        self.digests = Digests(self)
        self._insistence = Insistence(self.submit)
        self._lost_races = 0
        self._timer: asyncio.TimerHandle | None = None
        self._timer_at = 0.0
        self._due: dict[str, float] = {}
        self._unapplied: set[str] = set()
        self.post: Callable[[str, str], None] = lambda _node_id, _letter: None
        """Hands a letter to another hub (`hub.server.cluster`); without others there is nobody to hand it to."""
        self.is_stopping = False
        self.is_degraded = False
        """The database failed when it was last asked."""
        self._watchdog = Watchdog(self.boards, metrics, clock, lambda: self.is_degraded)
        for state in set(CallState) - {CallState.CLOSED}:
            metrics.live_calls.labels(state.value).set_function(partial(self._live_in, state))

    # ---- life ----------------------------------------------------------------------------------------------

    async def start(self, living: frozenset[str] = frozenset()) -> None:
        """Take up what the database holds: every party of a hub that is not `living` has its grace to come back.

        Raises: UnavailableError.
        """
        self.decisions.on_news = self.committed
        await self.decisions.refresh()
        for partner_id in self.decisions.network.partners:
            self._waits[partner_id] = RecentWaits(await self.decisions.recent_waits(partner_id))
            await self.submit(LoseNodes(partner_id, living))
        self._watchdog.start()

    async def stop(self) -> None:
        """Forget the timers, and leave the work that has begun."""
        self.is_stopping = True
        self._watchdog.stop()
        if self._timer is not None:
            self._timer.cancel()
        await self.digests.stop()
        await self._insistence.stop()

    async def refresh(self) -> None:
        """Read the network again, and apply what was changed to those who are linked.

        Raises: UnavailableError; what was left undone is done at the next turn.
        """
        if await self.decisions.refresh():
            record(_logger, Event.NETWORK_LOADED)
            self._unapplied = set(self.decisions.network.partners)
        if not self._unapplied:
            return
        for partner_id in sorted(self._unapplied):
            if partner_id not in self._waits:
                self._waits[partner_id] = RecentWaits(await self.decisions.recent_waits(partner_id))
            self.committed(await self.decisions.look(partner_id))
            self._unapplied.discard(partner_id)
        self.digests.network_changed()

    # ---- decisions -----------------------------------------------------------------------------------------

    async def submit(self, request: Request) -> Board:
        """Decide, then tell. The asked partner's board after the commit.

        Raises: hub.core.board.Rejected, UnavailableError.
        """
        try:
            with self.metrics.time_database("decide"):
                boards = await self.decisions.decide(request)
        except UnavailableError:
            self._note_database(answers=False)
            raise
        self._note_database(answers=True)
        if self.decisions.lost_races != self._lost_races:
            self.metrics.lost_races.inc(self.decisions.lost_races - self._lost_races)
            self._lost_races = self.decisions.lost_races
        self.committed(boards)
        return boards[0]

    def insist(self, request: Request, is_still_so: Callable[[], bool] | None = None) -> None:
        """Decide something that is already a fact (a link was lost), again and again while the database fails.

        Args:
            is_still_so: asked before each try; what is no fact any more is dropped.
        """
        if not self.is_stopping:
            self._insistence.add(request, is_still_so or (lambda: True))

    def _note_database(self, *, answers: bool) -> None:
        if answers is self.is_degraded:
            self.is_degraded = not answers
            event, level = (Event.DATABASE_BACK, logging.INFO) if answers else (Event.DATABASE_FAILED, logging.ERROR)
            record(_logger, event, level)

    def committed(self, boards: list[Board]) -> None:
        """Tell what was decided, here or by another hub.

        Never waits, so that the order of commits is the order of news. All boards are taken before any is told: a call
        may have gone from one to the other.
        """
        befores = [self.boards.get(board.partner.id) for board in boards]
        for board in boards:
            self._announcer.settled(self._live.commit(board))
        for board, before in zip(boards, befores, strict=True):
            self._count(board, before)
            self._announcer.announce(board)
            self.digests.touch(board.partner.id)
            self._arm(board)

    def _count(self, board: Board, before: Board | None) -> None:
        for event in board.events:
            if event.name in _OFFER_WORDS:
                self.metrics.offers.labels(_OFFER_WORDS[event.name]).inc()
            elif event.name in _TRANSFER_WORDS:
                self.metrics.transfers.labels(_TRANSFER_WORDS[event.name]).inc()
            elif event.name in _NUMBER_WORDS:
                self.metrics.numbers.labels(_NUMBER_WORDS[event.name]).inc()
            elif event.name is EventName.CALL_ENDED and event.detail is not None:
                self.metrics.calls.labels(event.detail.partition(":")[0]).inc()
        for notice in board.notices:
            if isinstance(notice, Accepted):
                self._count_answer(board, notice.call, before)

    def _count_answer(self, board: Board, call: Call, before: Board | None) -> None:
        wait_s = board.now - call.queued_at
        if call.origin_call_id is None and call.ticket_no is None and call.waiting_since is None:
            # Who was passed on, went for a walk with a number or was cut off before did not wait all that time.
            self._waits.setdefault(board.partner.id, RecentWaits()).add(board.now, wait_s, call.ahead)
        self.metrics.queue_wait_s.observe(wait_s)
        rang = before.calls.get(call.id) if before is not None else None
        if rang is not None and rang.offer_expires_at is not None:
            rang_at = rang.offer_expires_at - board.partner.offer_timeout_s
            self.metrics.offer_to_accept_s.observe(max(0.0, board.now - rang_at))

    def _live_in(self, state: CallState) -> float:
        return sum(call.state is state for board in self.boards.values() for call in board.calls.values())

    # ---- what is known without asking the database ------------------------------------------------------------

    def live_call(self, call_id: str) -> Call | None:
        """The live call as last committed."""
        return self._live.call(call_id)

    def call_of_kiosk(self, kiosk_id: str) -> Call | None:
        """The call that the kiosk is in."""
        return self._live.of_kiosk(kiosk_id)

    def tickets_of(self, kiosk_id: str) -> list[Ticket]:
        """The numbers of a kiosk, oldest first."""
        return self._announcer.tickets_of(kiosk_id)

    def snapshot(self, call: Call, held_call_id: str | None = None) -> CallSnapshot:
        """The live call as its kiosk has to know it. `held_call_id`: the leg of it that the kiosk holds."""
        return self._announcer.snapshot(call, held_call_id or call.id)

    def wait_of(self, partner_id: str, place: int | None = None) -> WaitRange | None:
        """The honest wait of who is at this place in the queue, or would come now, if enough is known."""
        waits = self._waits.get(partner_id)
        if waits is None:
            return None
        board = self.boards.get(partner_id)
        ahead = place if place is not None else steps_ahead(len(positions(board)) if board else 0, is_free=False)
        return waits.range(self.clock(), ahead)

    def ice_for(self, identity: str) -> list[IceServer]:
        return self._servers_for(identity, self.wall())

    def tell_kiosk(self, kiosk_id: str, message: BaseModel) -> None:
        """News for a kiosk, if it is linked here."""
        self._announcer.tell_kiosk(kiosk_id, message)

    def tell_station(self, station_id: str | None, message: BaseModel) -> None:
        """News for a station, if it is linked here."""
        self._announcer.tell_station(station_id, message)

    # ---- time ----------------------------------------------------------------------------------------------

    def _arm(self, board: Board) -> None:
        partner_id = board.partner.id
        due = deadlines.next_at(board)
        if board.opening.changes_at is not None:
            opens = self.clock() + board.opening.changes_at - self.wall()
            due = opens if due is None else min(due, opens)
        if due is None:
            self._due.pop(partner_id, None)
            return
        self._due[partner_id] = due
        # A timer that is too early costs one look at `_due`; only one that would be too late is set again.
        if self._timer is None or due < self._timer_at:
            self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._due and not self.is_stopping:
            self._timer_at = min(self._due.values())
            # A little late rather than early: an early look would find nothing due.
            delay = max(_MIN_TIMER_S, self._timer_at - self.clock() + 0.002)
            self._timer = asyncio.get_running_loop().call_later(min(delay, 3600.0), self._run_due)

    def _run_due(self) -> None:
        now = self.clock()
        for partner_id in [partner_id for partner_id, at in self._due.items() if at <= now]:
            del self._due[partner_id]
            self.insist(Look(partner_id))
        self._set_timer()
