"""Callers and agents in virtual time around the real pure core: who came when, who was asked, who waited how long.

Nothing is simplified in the hub: each arrival, answer, hang-up and end of wrap-up is a request decided by
`hub.core.decide`, and what is due by itself is decided when it is due, as with the hub's own timer.
"""

import heapq
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from hub.core.board import Board, Rules
from hub.core.deadlines import next_at
from hub.core.events import EventName
from hub.core.network import Partner
from hub.core.requests import Accept, AtStation, FinishWrapUp, HangUp, HearMedia, Kiosk, Look, Place, Request
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import MediaState, Resolution, StationState
from tests.hub.core.world import World

NOBODY_GIVES_UP = Rules(queue_limit_s=1e9, peer_lost_s=1e9)
"""Neither the callers nor the hub on their behalf; all else is as it is delivered."""
Seconds: TypeAlias = Callable[[], float]


@dataclass
class Habits:
    """How long people take, at one partner; each call of a function is one draw."""

    talk_s: Seconds
    answer_s: Seconds = lambda: 0.0
    """From the first ring to the agent's answer; shorter than the offer time-out."""
    wrap_up_s: Seconds = lambda: 0.0


@dataclass
class Served:
    """One call, as it went."""

    call_id: str
    partner_id: str
    kiosk_id: str
    priority: int
    arrived_at: float
    motif_id: str | None = None
    offered_at: float | None = None
    released_at: float | None = None
    """When its station was free for the next one."""

    @property
    def wait_s(self) -> float:
        """From the arrival to the ring at a station: what the hub is answerable for."""
        assert self.offered_at is not None, "still waiting"
        return self.offered_at - self.arrived_at


@dataclass(frozen=True)
class Played:
    """A day that is over: everybody was served."""

    served: list[Served]
    """In the order of arrival."""
    turned_away: int
    """Kiosks that were in use already."""
    open_s: float
    stations: Mapping[str, str]

    def occupancy(self, partner_id: str) -> float:
        """Share of the opening time that the partner's stations spent on calls, from ring to end of wrap-up."""
        busy = sum(
            max(0.0, min(each.released_at or 0.0, self.open_s) - (each.offered_at or 0.0))
            for each in self.served
            if each.partner_id == partner_id
        )
        return busy / self.open_s / sum(owner == partner_id for owner in self.stations.values())


@dataclass
class Play:
    """One run. Add arrivals with `at`, then `run`."""

    partners: Mapping[str, Partner]
    stations: Mapping[str, str]
    """Station -> partner; all of them are on post all the time."""
    habits: Mapping[str, Habits]
    served: dict[str, Served] = field(default_factory=dict)
    turned_away: int = 0
    """Kiosks that were in a call already."""

    def __post_init__(self) -> None:
        self.world = World(dict(self.partners), now=0.0, rules=NOBODY_GIVES_UP)
        for station_id, partner_id in self.stations.items():
            self.world.stations[station_id] = LiveStation(
                station_id, partner_id, state=StationState.AVAILABLE, agent_id=f"a-{station_id}", epoch=1
            )
        self._todo: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._due: dict[str, float] = {}

    def at(self, instant: float, what: Callable[[], None]) -> None:
        heapq.heappush(self._todo, (instant, next(self._order), what))

    def place(self, partner_id: str, kiosk_id: str, motif_id: str | None = None) -> None:
        """Somebody asks for an agent now."""
        if any(call.kiosk_id == kiosk_id and call.holds_kiosk for call in self.world.calls.values()):
            self.turned_away += 1
            return
        call_id = f"c{len(self.served):06}"
        motif = self.partners[partner_id].motif(motif_id)
        priority = motif.priority if motif is not None else 0
        self.served[call_id] = Served(call_id, partner_id, kiosk_id, priority, self.world.now, motif_id)
        self._decide(partner_id, Place(Kiosk(kiosk_id), partner_id, call_id, call_id, motif_id))

    def run(self) -> None:
        """Until every call that came was served."""
        while self._todo:
            due = min(self._due.values(), default=float("inf"))
            if due < self._todo[0][0]:
                self.world.now = max(self.world.now, due)
                for partner_id in [p for p, at in self._due.items() if at <= self.world.now]:
                    self._decide(partner_id, Look(partner_id))
            else:
                self.world.now, _, what = heapq.heappop(self._todo)
                what()

    def _decide(self, partner_id: str, request: Request) -> None:
        board = self.world.apply(partner_id, request)
        for each in self.world.decided:
            due = next_at(each)
            if due is None:
                self._due.pop(each.partner.id, None)
            else:
                self._due[each.partner.id] = due
        self._react(board)

    def _react(self, board: Board) -> None:
        """The agents and callers do what comes after what they were told."""
        habits = self.habits[board.partner.id]
        for event in board.events:
            call_id = event.call_id or ""
            if event.name is EventName.CALL_REFUSED:
                raise AssertionError(f"a call was refused: {event.detail}")
            if event.name is EventName.CALL_OFFERED:
                call = board.calls[call_id]
                if self.served[call_id].offered_at is None:
                    self.served[call_id].offered_at = board.now
                self.at(board.now + habits.answer_s(), partial(self._answer, call))
            elif event.name is EventName.CALL_ENDED:
                self._end(board, board.calls.get(call_id) or board.past_calls[call_id])

    def _answer(self, call: Call) -> None:
        station = AtStation(call.station_id or "", 1)
        self._decide(call.partner_id, Accept(station, call.id, call.offer_no))
        self._decide(call.partner_id, HearMedia(station, call.id, 1, MediaState.CONNECTED))
        talk_s = self.habits[call.partner_id].talk_s()
        self.at(self.world.now + talk_s, partial(self._hang_up, call))

    def _hang_up(self, call: Call) -> None:
        self._decide(call.partner_id, HangUp(Kiosk(call.kiosk_id), call.id))

    def _end(self, board: Board, call: Call) -> None:
        if call.state is CallState.WRAP_UP:
            wrap_up_s = self.habits[call.partner_id].wrap_up_s()
            done = FinishWrapUp(AtStation(call.station_id or "", 1), call.id, Resolution.RESOLVED)
            self.at(board.now + wrap_up_s, partial(self._finish, call, done))
        else:
            self._release(call)

    def _finish(self, call: Call, done: FinishWrapUp) -> None:
        self._decide(call.partner_id, done)
        self._release(call)

    def _release(self, call: Call) -> None:
        self.served[call.id].released_at = self.world.now
        # The day is long: what is over need not be looked at again by every decision.
        del self.world.calls[call.id]
