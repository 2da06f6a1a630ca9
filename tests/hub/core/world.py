"""A world of kiosks, stations and partners around the pure core, for property tests: no socket, no database."""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from hub.core.board import Board, Exclusion, Rejected, Rules
from hub.core.deadlines import next_at
from hub.core.decide import decide
from hub.core.events import LoggedEvent
from hub.core.hours import ALWAYS_OPEN, Opening
from hub.core.network import Motif, Partner
from hub.core.requests import ClaimPlace, KeepPlace, Look, Place, Request
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import ErrorCode, StationState

RULES = Rules(
    offline_grace_s=20, peer_lost_s=60, queue_limit_s=600, exclusion_s=30, wrap_up_limit_s=300, ticket_limit_s=1200
)


def partner(partner_id: str = "caf", **more: Any) -> Partner:
    facts: dict[str, Any] = {"motifs": (Motif("rsa", "RSA"),)}
    return Partner(partner_id, partner_id.upper(), f"Partenaire {partner_id}", **(facts | more))


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


class OverslepError(AssertionError):
    """Something was to be done, and no deadline said so."""


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
    local: datetime | None = None
    placed_in_window: int = 0
    events: list[LoggedEvent] = field(default_factory=list)
    decided: list[Board] = field(default_factory=list)
    """Of the last request: the asked partner's board, then those of its follow-ups."""

    def board(self, partner_id: str, request: Request | None = None) -> Board:
        """The board that a decision of this partner starts from, as the store loads it."""
        if partner_id not in self.partners:
            raise Rejected(ErrorCode.NOT_FOUND, "no such partner")
        live = {c.id: c for c in self.calls.values() if c.partner_id == partner_id and c.state is not CallState.CLOSED}
        board = Board(
            partner=self.partners[partner_id],
            now=self.now,
            calls=live,
            stations={s.id: s for s in self.stations.values() if s.partner_id == partner_id},
            exclusions={key: e for key, e in self.exclusions.items() if e.call_id in live},
            opening=self.openings.get(partner_id, ALWAYS_OPEN),
            rules=self.rules,
            local=self.local,
            placed_in_window=self.placed_in_window,
        )
        self.fill(board, request)
        return board

    def fill(self, board: Board, request: Request | None) -> None:
        """What this request needs besides the live rows."""
        if isinstance(request, Place | KeepPlace | ClaimPlace):
            again = getattr(request, "request_id", None)
            board.calls_of_kiosk = {
                c.id: c
                for c in self.calls.values()
                if c.kiosk_id == request.kiosk.id and (c.ended_at is None or c.request_id == again)
            }
        if isinstance(request, Place):
            board.cut_off_call = self._ended_last(request.kiosk.id, board.partner.id)
        call_id = getattr(request, "call_id", None)
        past = self.calls.get(call_id or "")
        if past is not None and past.id not in board.calls and past.partner_id == board.partner.id:
            board.past_calls.setdefault(past.id, past)
        tickets = {c.kiosk_id for c in board.calls.values() if c.is_ticket}
        if tickets:
            elsewhere = (c for c in self.calls.values() if c.holds_kiosk and c.partner_id != board.partner.id)
            board.busy_elsewhere = frozenset(c.kiosk_id for c in elsewhere if c.kiosk_id in tickets)

    def _ended_last(self, kiosk_id: str, partner_id: str) -> Call | None:
        ended = (
            (c.ended_at, c.id, c)
            for c in self.calls.values()
            if (c.kiosk_id, c.partner_id) == (kiosk_id, partner_id) and c.ended_at is not None and not c.is_announced
        )
        return max(ended, default=(0.0, "", None))[2]

    def apply(self, partner_id: str, request: Request) -> Board:
        """Decide, with what follows, and keep what was decided: all of it or nothing. Raises: Rejected."""
        boards: dict[str, Board] = {}
        todo: deque[tuple[str, Request]] = deque([(partner_id, request)])
        while todo:
            where, what = todo.popleft()
            board = boards.get(where)
            if board is None:
                board = boards[where] = self.board(where, what)
            else:
                self.fill(board, what)
            decide(board, what)
            todo += [(each.partner_id, each) for each in board.follow_ups]
            board.follow_ups.clear()
        for board in boards.values():
            self._keep(board)
        self.decided = list(boards.values())
        return boards[partner_id]

    def _keep(self, board: Board) -> None:
        for call in (*board.written_calls(), *board.inserted_calls()):
            self.calls[call.id] = call
        for station_id in board.changed_stations:
            self.stations[station_id] = board.stations[station_id]
        for exclusion in board.new_exclusions:
            self.exclusions[exclusion.call_id, exclusion.station_id] = exclusion
        self.events += board.events

    def look(self) -> None:
        for partner_id in self.partners:
            self.apply(partner_id, Look(partner_id))

    def next_at(self) -> float | None:
        found = [at for p in self.partners if (at := next_at(self.board(p))) is not None]
        return min(found, default=None)

    def advance(self, seconds: float) -> None:
        """Let time pass; everything that is due happens when it is due, as with the hub's timer.

        Raises: OverslepError, when something happens that no deadline announced.
        """
        until = self.now + seconds
        while (due := self.next_at()) is not None and due <= until:
            self.now = max(self.now, due)
            self.look()
        self.now = until
        before, stations = dict(self.calls), dict(self.stations)
        self.look()
        # A number is called when its kiosk has served another partner's caller, which this board only sees later.
        changed = [c for c in self.calls.values() if c != before.get(c.id) and not c.is_ticket]
        if changed or stations != self.stations:
            raise OverslepError(changed)

    def try_apply(self, partner_id: str, request: Request) -> Board | None:
        try:
            return self.apply(partner_id, request)
        except Rejected:
            self.decided = []
            return None
