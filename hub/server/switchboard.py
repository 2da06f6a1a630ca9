"""Between the sockets and the decisions: what was decided is told to whom it concerns, and what is due is done.

Holds nothing that cannot be rebuilt: the last committed board of each partner, for relaying, welcomes and tiles.
Decisions come back in the order of their commits and are told before anything else runs, so that no party hears
news out of order.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Protocol

from pydantic import BaseModel

from hub.core import deadlines
from hub.core.board import Board
from hub.core.call_queue import positions, waiting
from hub.core.events import EventName
from hub.core.network import Network
from hub.core.notices import (
    Accepted,
    CallStored,
    CallTurnedAway,
    Ended,
    Notice,
    PeerCounted,
    Requeued,
    Ringing,
    StationMoved,
    Withdrawn,
)
from hub.core.requests import LoseNodes, Request
from hub.core.rows import Call, CallState
from hub.core.waiting_time import RecentWaits
from hub.errors import UnavailableError
from hub.journal import Event
from hub.logbook import record
from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    CallSnapshot,
    IceServer,
    OfferWithdrawn,
    PeerRenewed,
    QueueMoved,
    WaitRange,
)
from hub.server import wire
from hub.server.connections import Connections
from hub.server.digests import Digests
from hub.server.metrics import Metrics

RETRY_S = 1.0
"""After a failure of the database, what is due is tried again after so long."""
_MIN_TIMER_S = 0.02

_logger = logging.getLogger(__name__)

_OFFER_WORDS = {
    EventName.OFFER_ACCEPTED: "accepted",
    EventName.OFFER_DECLINED: "declined",
    EventName.OFFER_EXPIRED: "expired",
    EventName.OFFER_WITHDRAWN: "withdrawn",
}


class Decisions(Protocol):
    """What the switchboard asks of the database; `hub.store.counter.Counter` is the real one.

    Each coroutine raises UnavailableError when the database fails.
    """

    network: Network
    node_id: str
    agent_names: dict[str, str]

    async def decide(self, request: Request) -> list[Board]: ...
    async def look(self, partner_id: str) -> list[Board]: ...
    async def past_call(self, call_id: str) -> Call | None: ...
    async def recent_waits(self, partner_id: str) -> list[tuple[float, float]]: ...
    async def refresh(self) -> bool: ...
    async def purge(self) -> int: ...


class Switchboard:
    """One per hub.

    Args:
        clock: UTC seconds that never jump while the process runs (the one that stamps the rows).
        wall: UTC seconds as a watch shows them, for opening hours.
    """

    def __init__(
        self,
        decisions: Decisions,
        connections: Connections,
        servers_for: wire.ServersFor,
        metrics: Metrics,
        clock: Callable[[], float],
        wall: Callable[[], float],
    ) -> None:
        self.decisions = decisions
        self.connections = connections
        self.metrics = metrics
        self.clock = clock
        self._wall = wall
        self._servers_for = servers_for
        self.boards: dict[str, Board] = {}
        self._partner_of_call: dict[str, str] = {}
        self._call_of_kiosk: dict[str, str] = {}
        self._announced: dict[str, int] = {}
        self._waits: dict[str, RecentWaits] = {}
        self.digests = Digests(self)
        self._timer: asyncio.TimerHandle | None = None
        self._due: dict[str, float] = {}
        self._unapplied: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_stopping = False
        for state in set(CallState) - {CallState.CLOSED}:
            metrics.live_calls.labels(state.value).set_function(partial(self._live_in, state))

    # ---- life ----------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Take up what the database holds: every party has its grace to come back.

        Raises: UnavailableError.
        """
        await self.decisions.refresh()
        for partner_id in self.decisions.network.partners:
            self._waits[partner_id] = RecentWaits(await self.decisions.recent_waits(partner_id))
            await self.submit(LoseNodes(partner_id))

    async def stop(self) -> None:
        """Forget the timers, and wait for the work that has begun."""
        self.is_stopping = True
        if self._timer is not None:
            self._timer.cancel()
        self.digests.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def refresh(self) -> None:
        """Read the network again, and apply what was changed to those who are linked.

        Raises: UnavailableError; what was left undone is done at the next turn.
        """
        if await self.decisions.refresh():
            record(_logger, Event.NETWORK_LOADED)
            self._unapplied = set(self.decisions.network.partners)
        for partner_id in sorted(self._unapplied):
            if partner_id not in self._waits:
                self._waits[partner_id] = RecentWaits(await self.decisions.recent_waits(partner_id))
            self.committed(await self.decisions.look(partner_id))
            self._unapplied.discard(partner_id)

    # ---- decisions -----------------------------------------------------------------------------------------

    async def submit(self, request: Request) -> Board:
        """Decide, then tell. The board after the commit.

        Raises: hub.core.board.Rejected, UnavailableError.
        """
        boards = await self.decisions.decide(request)
        self.committed(boards)
        return boards[0]

    def insist(self, request: Request) -> None:
        """Decide something that is already a fact (a link was lost), again and again while the database fails."""
        if not self.is_stopping:
            self._spawn(self._insist(request))

    async def _insist(self, request: Request) -> None:
        while True:
            try:
                await self.submit(request)
            except UnavailableError:
                record(_logger, Event.DATABASE_FAILED, logging.ERROR)
                await asyncio.sleep(RETRY_S)
            else:
                return

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - the last door: one defect must not stop what is due to others
            record(_logger, Event.TIMER_FAILED, logging.ERROR, error=type(error).__name__)

    def committed(self, boards: list[Board]) -> None:
        """Tell what was decided, here or by another hub."""
        for board in boards:
            self._committed(board)

    def _committed(self, board: Board) -> None:
        """Everything that follows a commit; never waits, so that the order of commits is the order of news."""
        before = self.boards.get(board.partner.id)
        self.boards[board.partner.id] = board
        self._index(board)
        self._count(board, before)
        for notice in board.notices:
            self._announce(board, notice)
        self._announce_positions(board)
        self.digests.touch(board.partner.id)
        self._arm(board)

    def _index(self, board: Board) -> None:
        for call_id in board.changed_calls | board.new_calls:
            call = board.calls.get(call_id)
            if call is None:
                self._partner_of_call.pop(call_id, None)
            else:
                self._partner_of_call[call_id] = board.partner.id
            known = call or board.past_calls[call_id]
            if known.holds_kiosk:
                self._call_of_kiosk[known.kiosk_id] = call_id
            elif self._call_of_kiosk.get(known.kiosk_id) == call_id:
                del self._call_of_kiosk[known.kiosk_id]
            if not known.is_waiting:
                self._announced.pop(call_id, None)

    def _count(self, board: Board, before: Board | None) -> None:
        for event in board.events:
            if event.name in _OFFER_WORDS:
                self.metrics.offers.labels(_OFFER_WORDS[event.name]).inc()
            if event.name is EventName.CALL_ENDED and event.detail is not None:
                self.metrics.calls.labels(event.detail.partition(":")[0]).inc()
            if event.name is EventName.OFFER_ACCEPTED and event.call_id is not None:
                call = board.calls.get(event.call_id) or board.past_calls[event.call_id]
                self._waits.setdefault(board.partner.id, RecentWaits()).add(board.now, board.now - call.queued_at)
                self.metrics.queue_wait_s.observe(board.now - call.queued_at)
                rang = before.calls.get(call.id) if before is not None else None
                if rang is not None and rang.offer_expires_at is not None:
                    rang_at = rang.offer_expires_at - board.partner.offer_timeout_s
                    self.metrics.offer_to_accept_s.observe(max(0.0, board.now - rang_at))

    def _live_in(self, state: CallState) -> float:
        return sum(call.state is state for board in self.boards.values() for call in board.calls.values())

    # ---- news ----------------------------------------------------------------------------------------------

    def tell_kiosk(self, kiosk_id: str, message: BaseModel) -> None:
        link = self.connections.kiosks.get(kiosk_id)
        if link is not None:
            link.connection.news(message)

    def tell_station(self, station_id: str | None, message: BaseModel) -> None:
        link = self.connections.stations.get(station_id or "")
        if link is not None:
            link.connection.news(message)

    def wait_of(self, partner_id: str) -> WaitRange | None:
        """The honest wait of a partner, if enough is known."""
        waits = self._waits.get(partner_id)
        return waits.range(self.clock()) if waits is not None else None

    def ice_for(self, identity: str) -> list[IceServer]:
        return self._servers_for(identity, self._wall())

    def agent_name(self, call: Call) -> str:
        return self.decisions.agent_names.get(call.agent_id or "", "")

    def _announce(self, board: Board, notice: Notice) -> None:
        match notice:
            case CallStored(call):
                self._announce_stored(board, call)
            case CallTurnedAway(kiosk_id, request_id, reason, opens_at):
                self.tell_kiosk(kiosk_id, CallRefused(request_id=request_id, reason=reason, opens_at=opens_at))
            case Requeued(call):
                self._announce_position(board, call, positions(board)[call.id])
            case Ringing(call):
                self.tell_kiosk(call.kiosk_id, CallRinging(call_id=call.id, attempt=call.offer_no))
                self.tell_station(call.station_id, wire.offer(self.decisions.network, call, self.clock()))
            case Withdrawn(station_id, call_id, offer_no, reason):
                self.tell_station(station_id, OfferWithdrawn(call_id=call_id, offer_no=offer_no, reason=reason))
            case Accepted(call):
                self.tell_kiosk(call.kiosk_id, self._accepted(call, call.kiosk_id))
                self.tell_station(call.station_id, self._accepted(call, call.station_id or ""))
            case PeerCounted(call):
                for tell, identity in ((self.tell_kiosk, call.kiosk_id), (self.tell_station, call.station_id or "")):
                    ice = self.ice_for(identity)
                    tell(identity, PeerRenewed(call_id=call.id, peer_no=call.peer_no, ice_servers=ice))
            case Ended(call, station_id) if call.outcome is not None and call.cause is not None:
                ended = CallEnded(call_id=call.id, outcome=call.outcome, cause=call.cause)
                self.tell_kiosk(call.kiosk_id, ended)
                self.tell_station(station_id, ended)
            case StationMoved(station):
                self.tell_station(station.id, wire.station_changed(board, station, self.clock()))

    def _accepted(self, call: Call, identity: str) -> CallAccepted:
        return CallAccepted(
            call_id=call.id, peer_no=call.peer_no, agent_name=self.agent_name(call), ice_servers=self.ice_for(identity)
        )

    def _announce_stored(self, board: Board, call: Call) -> None:
        place = min(positions(board).get(call.id, 1), self._announced.get(call.id, 1 << 30))
        self._announced[call.id] = place
        wait = self.wait_of(board.partner.id) if call.is_waiting else None
        stored = CallQueued(request_id=call.request_id, call_id=call.id, position=place, wait=wait)
        self.tell_kiosk(call.kiosk_id, stored)
        # A request that came again is told how far it got.
        if call.state is CallState.OFFERED:
            self.tell_kiosk(call.kiosk_id, CallRinging(call_id=call.id, attempt=call.offer_no))
        elif call.has_media:
            self.tell_kiosk(call.kiosk_id, self._accepted(call, call.kiosk_id))

    def _announce_positions(self, board: Board) -> None:
        for place, call in enumerate(waiting(board), start=1):
            if call.state is CallState.QUEUED and place < self._announced.get(call.id, 1 << 30):
                self._announce_position(board, call, place)

    def _announce_position(self, board: Board, call: Call, place: int) -> None:
        place = min(place, self._announced.get(call.id, place))
        self._announced[call.id] = place
        moved = QueueMoved(call_id=call.id, position=place, wait=self.wait_of(board.partner.id))
        self.tell_kiosk(call.kiosk_id, moved)

    def snapshot(self, call: Call) -> CallSnapshot:
        """The live call as its kiosk has to know it."""
        place = None
        if call.is_waiting:
            place = positions(self.boards[call.partner_id]).get(call.id, 1)
            place = self._announced[call.id] = min(place, self._announced.get(call.id, place))
        ice = self.ice_for(call.kiosk_id) if call.has_media else []
        return wire.call_snapshot(call, self.agent_name(call), place, self.wait_of(call.partner_id), ice)

    # ---- what is known without asking the database ------------------------------------------------------------

    def live_call(self, call_id: str) -> Call | None:
        """The live call as last committed."""
        partner_id = self._partner_of_call.get(call_id)
        return self.boards[partner_id].calls.get(call_id) if partner_id is not None else None

    def call_of_kiosk(self, kiosk_id: str) -> Call | None:
        call_id = self._call_of_kiosk.get(kiosk_id)
        return self.live_call(call_id) if call_id is not None else None

    # ---- time ----------------------------------------------------------------------------------------------

    def _arm(self, board: Board) -> None:
        partner_id = board.partner.id
        due = deadlines.next_at(board)
        if board.opening.changes_at is not None:
            opens = self.clock() + board.opening.changes_at - self._wall()
            due = opens if due is None else min(due, opens)
        if due is None:
            self._due.pop(partner_id, None)
        else:
            self._due[partner_id] = due
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._due and not self.is_stopping:
            # A little late rather than early: an early look would find nothing due.
            delay = max(_MIN_TIMER_S, min(self._due.values()) - self.clock() + 0.002)
            self._timer = asyncio.get_running_loop().call_later(min(delay, 3600.0), self._run_due)

    def _run_due(self) -> None:
        now = self.clock()
        for partner_id in [partner_id for partner_id, at in self._due.items() if at <= now]:
            del self._due[partner_id]
            self._spawn(self._look(partner_id))
        self._set_timer()

    async def _look(self, partner_id: str) -> None:
        while True:
            try:
                boards = await self.decisions.look(partner_id)
            except UnavailableError:
                record(_logger, Event.DATABASE_FAILED, logging.ERROR)
                await asyncio.sleep(RETRY_S)
            else:
                self.committed(boards)
                return
