"""The live rows of one partner, as one decision sees and changes them.

A decision takes a Board, changes it through the methods below, and leaves in it what has to be written, logged
and told. Partners never share a board, so that one never blocks another (I7).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hub.core.events import EventName, LoggedEvent
from hub.core.hours import ALWAYS_OPEN, Opening
from hub.core.network import Partner
from hub.core.notices import Notice
from hub.core.requests import FollowUp
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import ErrorCode


class Rejected(Exception):
    """The request cannot be done; nothing was changed. Answered by `error`."""

    def __init__(self, code: ErrorCode, detail: str) -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code.value}: {detail}")


@dataclass(frozen=True)
class Rules:
    """Durations of the engine, in seconds (see `hub.config.RoutingOptions`)."""

    offline_grace_s: float = 20.0
    kept_place_s: float = 90.0
    """A caller whose kiosk is cut off keeps the place so long; so does the next call after one that failed."""
    nobody_left_s: float = 120.0
    """Nobody waits longer than this for nobody."""
    summon_s: float = 120.0
    """Time to come back when one's number is called."""
    summon_pause_s: float = 300.0
    """A number that was called in vain is left alone for so long."""
    summons_limit: int = 2
    ticket_limit_s: float = 14400.0
    """A number is kept no longer than this."""
    announced_limit_s: float = 60.0
    """An announced transfer that nobody took is over."""
    peer_lost_s: float = 60.0
    queue_limit_s: float = 3600.0
    exclusion_s: float = 30.0
    """After so long, a call may go back to a station that passed it, when nobody else is free."""
    wrap_up_limit_s: float = 1800.0
    """Extensions of a wrap-up end here, counted from the end of the call."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A station passed or missed this call."""

    call_id: str
    station_id: str
    at: float
    how: str
    """`declined` or `expired`."""


@dataclass
class Board:
    """One partner: its live calls (not `closed`), all its stations, and who passed which call."""

    partner: Partner
    now: float
    calls: dict[str, Call] = field(default_factory=dict)
    stations: dict[str, LiveStation] = field(default_factory=dict)
    exclusions: dict[tuple[str, str], Exclusion] = field(default_factory=dict)
    """By (call, station)."""
    past_calls: dict[str, Call] = field(default_factory=dict)
    """Calls already closed that the request names: a late message is answered, not obeyed."""
    calls_of_kiosk: dict[str, Call] = field(default_factory=dict)
    """By id: live calls and numbers of the asking kiosk, at any partner, and the one that this request made before.

    Loaded for `Place`, `KeepPlace` and `ClaimPlace`.
    """
    cut_off_call: Call | None = None
    """For `Place`: the call of this kiosk here that ended last, when that is less than `kept_place_s` ago.

    Not an announced leg. If it failed, its arrival is the new call's.
    """
    busy_elsewhere: frozenset[str] = frozenset()
    """Kiosks of this board's numbers (`Call.is_ticket`) that are in a live call at another partner now."""
    local: datetime | None = None
    """Wall time of the decision in the network's zone; None: no rule of admission is asked."""
    opening: Opening = ALWAYS_OPEN
    rules: Rules = field(default_factory=Rules)

    changed_calls: set[str] = field(default_factory=set)
    new_calls: set[str] = field(default_factory=set)
    changed_stations: set[str] = field(default_factory=set)
    new_exclusions: list[Exclusion] = field(default_factory=list)
    events: list[LoggedEvent] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    follow_ups: list[FollowUp] = field(default_factory=list)
    """Decided next, on the boards of the partners they name, in the same transaction."""
    placed_in_window: int = 0
    """Calls that the asking kiosk placed here since its admission window began (`hub.core.admission`)."""

    def add_call(self, call: Call) -> None:
        self.calls[call.id] = call
        self.new_calls.add(call.id)

    def set_call(self, call: Call, **changes: Any) -> Call:
        """Change a call's facts, not its state (that is `hub.core.calls.move`)."""
        changed = replace(call, **changes)
        if changed.state is CallState.CLOSED:
            self.calls.pop(call.id, None)
            self.past_calls[call.id] = changed
        else:
            self.calls[call.id] = changed
        self.changed_calls.add(call.id)
        return changed

    def set_station(self, station: LiveStation, **changes: Any) -> LiveStation:
        """Change a station's facts, not its state (that is `hub.core.presence.move`)."""
        changed = replace(station, **changes)
        self.stations[station.id] = changed
        self.changed_stations.add(station.id)
        return changed

    def exclude(self, call: Call, station_id: str, how: str) -> None:
        exclusion = Exclusion(call.id, station_id, self.now, how)
        self.exclusions[call.id, station_id] = exclusion
        self.new_exclusions.append(exclusion)

    def log(
        self, name: EventName, call: Call | None = None, station_id: str | None = None, detail: str | None = None
    ) -> None:
        self.events.append(
            LoggedEvent(
                name,
                call.id if call else None,
                station_id or (call.station_id if call else None),
                call.kiosk_id if call else None,
                detail,
            )
        )

    def tell(self, notice: Notice) -> None:
        self.notices.append(notice)

    def station(self, station_id: str | None) -> LiveStation:
        """Raises: Rejected, when no such station belongs to this partner."""
        station = self.stations.get(station_id or "")
        if station is None:
            raise Rejected(ErrorCode.NOT_FOUND, "no such station")
        return station

    def call_of_station(self, station_id: str) -> Call | None:
        return next((c for c in self.calls.values() if c.station_id == station_id and c.holds_station), None)

    def call_of_kiosk(self, kiosk_id: str) -> Call | None:
        return next((c for c in self.calls.values() if c.kiosk_id == kiosk_id and c.holds_kiosk), None)

    def written_calls(self) -> Iterable[Call]:
        """Calls to update (new ones are inserted instead)."""
        for call_id in self.changed_calls - self.new_calls:
            yield self.calls.get(call_id) or self.past_calls[call_id]

    def inserted_calls(self) -> Iterable[Call]:
        for call_id in self.new_calls:
            yield self.calls.get(call_id) or self.past_calls[call_id]
