"""A world of kiosks, stations and partners around the pure core, for property tests: no socket, no database."""

from dataclasses import dataclass, field
from typing import Any

from hub.core.board import Board, Exclusion, Rejected, Rules
from hub.core.call_queue import eligible
from hub.core.deadlines import next_at
from hub.core.decide import decide
from hub.core.hours import ALWAYS_OPEN, Opening
from hub.core.network import Motif, Partner
from hub.core.notices import Ringing
from hub.core.requests import Look, Place, Request
from hub.core.routing import available, choose
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import StationState

RULES = Rules(offline_grace_s=20, peer_lost_s=60, queue_limit_s=600, exclusion_s=30, wrap_up_limit_s=300)

STATES_OF_STATION = {
    CallState.OFFERED: StationState.OFFERED,
    CallState.CONNECTING: StationState.IN_CALL,
    CallState.IN_CALL: StationState.IN_CALL,
    CallState.WRAP_UP: StationState.WRAP_UP,
}


def partner(partner_id: str = "caf", **more: Any) -> Partner:
    return Partner(partner_id, partner_id.upper(), f"Partenaire {partner_id}", motifs=(Motif("rsa", "RSA"),), **more)


def station(station_id: str = "s1", **more: Any) -> LiveStation:
    """An available station, unless told otherwise."""
    facts: dict[str, Any] = {
        "partner_id": "caf",
        "state": StationState.AVAILABLE,
        "agent_id": f"a-{station_id}",
        "epoch": 1,
    }
    return LiveStation(station_id, **(facts | more))


def queued(call_id: str = "c1", **more: Any) -> Call:
    facts: dict[str, Any] = {
        "request_id": f"r-{call_id}",
        "kiosk_id": f"k-{call_id}",
        "partner_id": "caf",
        "queued_at": 1000.0,
    }
    return Call(call_id, **(facts | more))


@dataclass
class World:
    """All rows of all partners, and the instant. `run` is what takes a decision; the store has its own."""

    partners: dict[str, Partner]
    now: float = 1000.0
    calls: dict[str, Call] = field(default_factory=dict)
    stations: dict[str, LiveStation] = field(default_factory=dict)
    exclusions: dict[tuple[str, str], Exclusion] = field(default_factory=dict)
    openings: dict[str, Opening] = field(default_factory=dict)
    rules: Rules = RULES

    def board(self, partner_id: str, request: Request | None = None) -> Board:
        """The board that a decision of this partner starts from, as the store loads it."""
        live = {c.id: c for c in self.calls.values() if c.partner_id == partner_id and c.state is not CallState.CLOSED}
        board = Board(
            partner=self.partners[partner_id],
            now=self.now,
            calls=live,
            stations={s.id: s for s in self.stations.values() if s.partner_id == partner_id},
            exclusions={key: e for key, e in self.exclusions.items() if e.call_id in live},
            opening=self.openings.get(partner_id, ALWAYS_OPEN),
            rules=self.rules,
        )
        if isinstance(request, Place):
            board.calls_of_kiosk = {
                c.id: c
                for c in self.calls.values()
                if c.kiosk_id == request.kiosk.id and (c.holds_kiosk or c.request_id == request.request_id)
            }
        call_id = getattr(request, "call_id", None)
        past = self.calls.get(call_id or "")
        if past is not None and past.id not in live and past.partner_id == partner_id:
            board.past_calls[past.id] = past
        return board

    def apply(self, partner_id: str, request: Request) -> Board:
        """Decide and keep what was decided. Raises: Rejected."""
        board = self.board(partner_id, request)
        decide(board, request)
        self._keep(board)
        return board

    def _keep(self, board: Board) -> None:
        for call in (*board.written_calls(), *board.inserted_calls()):
            self.calls[call.id] = call
        for station_id in board.changed_stations:
            self.stations[station_id] = board.stations[station_id]
        for exclusion in board.new_exclusions:
            self.exclusions[exclusion.call_id, exclusion.station_id] = exclusion

    def look(self) -> None:
        for partner_id in self.partners:
            self.apply(partner_id, Look(partner_id))

    def next_at(self) -> float | None:
        found = [at for p in self.partners if (at := next_at(self.board(p))) is not None]
        return min(found, default=None)

    def advance(self, seconds: float) -> None:
        """Let time pass; everything that is due happens when it is due, as with the hub's timer."""
        until = self.now + seconds
        while (due := self.next_at()) is not None and due <= until:
            self.now = max(self.now, due)
            self.look()
        self.now = until
        self.look()

    def try_apply(self, partner_id: str, request: Request) -> Board | None:
        try:
            return self.apply(partner_id, request)
        except Rejected:
            return None


def check_rows(world: World) -> None:
    """What is true of the rows after each decision: I1, I2, I3, I8, I9, and that stations and calls agree."""
    holding = [call for call in world.calls.values() if call.holds_station]
    stations = [call.station_id for call in holding]
    assert len(stations) == len(set(stations)), "I1: a station in two calls"
    kiosks = [call.kiosk_id for call in world.calls.values() if call.holds_kiosk]
    assert len(kiosks) == len(set(kiosks)), "I2: a kiosk in two calls"
    for call in world.calls.values():
        assert (call.state is CallState.CLOSED) == (call.closed_at is not None)
        ended = call.state in (CallState.WRAP_UP, CallState.CLOSED)
        assert ended == (call.outcome is not None) == (call.cause is not None) == (call.ended_at is not None), "I3"
        assert (call.state is CallState.OFFERED) == (call.offer_expires_at is not None)
        assert call.connected_at is None or call.accepted_at is not None
        if call.station_id is not None:
            assert world.stations[call.station_id].partner_id == call.partner_id, "I8"
        if call.state is CallState.QUEUED:
            assert call.station_id is None
    by_station = {call.station_id: call for call in holding}
    for each in world.stations.values():
        call_there = by_station.get(each.id)
        busy = (StationState.OFFERED, StationState.IN_CALL, StationState.WRAP_UP)
        if call_there is None:
            assert each.state not in busy, "a station is busy with nothing"
        else:
            assert each.state is STATES_OF_STATION[call_there.state]
        if each.state is StationState.OFFERED:
            assert each.is_linked, "I9: an offer to a station that is gone"
        if each.state not in (StationState.OFFLINE,):
            assert each.agent_id is not None


def check_routing(world: World) -> None:
    """I14: no free station beside a caller that it may take. I5 is checked where calls are offered."""
    for partner_id in world.partners:
        board = world.board(partner_id)
        free = available(board)
        for call in eligible(board):
            assert choose(board, call, free) is None, "I14: a free station beside an eligible caller"


def check_offers(board: Board) -> None:
    """I5, I9: whoever was offered in this decision was first among those whom that station may take."""
    for notice in board.notices:
        if not isinstance(notice, Ringing):
            continue
        offered = notice.call
        chosen = board.stations[offered.station_id or ""]
        assert chosen.is_enabled
        for other in board.calls.values():
            waits = other.state is CallState.QUEUED and other.kiosk_lost_at is None
            if waits and other.priority >= offered.priority and other.queued_at < offered.queued_at:
                assert (other.id, chosen.id) in board.exclusions, "I5: somebody who came before still waits"
