"""The invariants of the design (I1-I11, I14), as checks of a `World`: each raises AssertionError when it is broken.

Written without the engine's own functions, so that a mistake there is not repeated here. `test_invariants` breaks
each of them on purpose.
"""

from collections import Counter
from dataclasses import dataclass, field

from hub.core.board import Board
from hub.core.events import EventName
from hub.core.notices import Ringing
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import EndCause, StationState
from tests.hub.core.world import World

HEAD_START_S = 300.0
"""Of one class; the design's figure, not the engine's constant."""

STATES_OF_STATION = {
    CallState.OFFERED: StationState.OFFERED,
    CallState.CONNECTING: StationState.IN_CALL,
    CallState.IN_CALL: StationState.IN_CALL,
    CallState.WRAP_UP: StationState.WRAP_UP,
}
AT_THE_KIOSK = (CallState.QUEUED, CallState.OFFERED, CallState.CONNECTING, CallState.IN_CALL)
AT_A_STATION = tuple(STATES_OF_STATION)


def check_rows(world: World) -> None:
    """I1, I2, I3, I8, I9, and that stations and calls agree."""
    by_station: dict[str, Call] = {}
    kiosks: set[str] = set()
    for call in world.calls.values():
        _check_call(call)
        if call.state in AT_A_STATION:
            assert call.station_id is not None
            assert call.station_id not in by_station, "I1: a station in two calls"
            by_station[call.station_id] = call
        if call.state in AT_THE_KIOSK and not call.is_announced:
            assert call.kiosk_id not in kiosks, "I2: a kiosk in two calls"
            kiosks.add(call.kiosk_id)
        if call.station_id is not None:
            assert world.stations[call.station_id].partner_id == call.partner_id, "I8"
    for each in world.stations.values():
        call_there = by_station.get(each.id)
        if call_there is None:
            assert each.state not in STATES_OF_STATION.values(), "a station is busy with nothing"
        elif each.state is not STATES_OF_STATION[call_there.state]:
            raise AssertionError("a station and its call disagree")
        if each.state is StationState.OFFERED:
            assert each.agent_id is not None, "I9: an offer to nobody"
            assert each.lost_at is None, "I9: an offer to a station that is gone"
        if each.state is not StationState.OFFLINE:
            assert each.agent_id is not None


def _check_call(call: Call) -> None:
    assert (call.state is CallState.CLOSED) == (call.closed_at is not None), "I3"
    ended = call.state in (CallState.WRAP_UP, CallState.CLOSED)
    assert ended == (call.outcome is not None) == (call.cause is not None) == (call.ended_at is not None), "I3"
    assert (call.state is CallState.OFFERED) == (call.offer_expires_at is not None)
    assert (call.state is CallState.SUMMONED) == (call.summon_expires_at is not None)
    assert call.connected_at is None or call.accepted_at is not None
    if call.state in (CallState.QUEUED, CallState.KEPT, CallState.SUMMONED):
        assert call.station_id is None, "a number, or a waiting call, at a station"
    if call.state in (CallState.KEPT, CallState.SUMMONED):
        assert call.ticket_no is not None
        assert call.kiosk_lost_at is None


def check_transfers(world: World) -> None:
    """Each leg knows the other; nobody is passed on twice, or lost in between."""
    onward = Counter(c.origin_call_id for c in world.calls.values() if c.origin_call_id and not c.is_announced)
    for call in world.calls.values():
        if call.cause is EndCause.TRANSFERRED:
            assert onward[call.id] == 1, "I3: a caller was passed on to nobody, or to two"
            assert world.calls[call.transfer_call_id or ""].origin_call_id == call.id
            assert world.calls[call.transfer_call_id or ""].queued_at == call.queued_at, "I5: arrival lost"
        else:
            assert onward[call.id] == 0, "I3: a caller goes on whose call ended otherwise"
        if call.transfer_state is not None:
            leg = world.calls[call.transfer_call_id or ""]
            assert call.state in (CallState.CONNECTING, CallState.IN_CALL)
            assert leg.is_announced, "an open transfer without its leg"
            assert leg.state in (CallState.QUEUED, CallState.OFFERED), "an open transfer of a leg that is over"
        if call.is_announced and call.state is not CallState.CLOSED:
            first = world.calls[call.origin_call_id or ""]
            assert call.state in (CallState.QUEUED, CallState.OFFERED), "an announced leg goes on alone"
            assert first.transfer_state is not None, "an announced leg that nobody waits for"
            assert first.transfer_call_id == call.id


def check_numbers(world: World) -> None:
    """A number is one among those alive at a kiosk; one is called at a time."""
    tickets = [c for c in world.calls.values() if c.state in (CallState.KEPT, CallState.SUMMONED)]
    numbers = [(c.kiosk_id, c.ticket_no) for c in tickets]
    assert len(numbers) == len(set(numbers)), "the same number twice at one kiosk"


def may_take(world: World, station: LiveStation, call: Call) -> bool:
    """Whether the rules let this station be proposed this call at this instant, whoever passed it (I8)."""
    partner = world.partners[call.partner_id]
    if station.partner_id != call.partner_id or not station.is_enabled:
        return False
    for motif in partner.motifs:
        if motif.id == call.motif_id and motif.skills - station.skills:
            return False
    if call.only_station_id:
        return station.id == call.only_station_id
    if call.only_pool_id:
        return station.pool_id == call.only_pool_id
    for overflow in sorted(partner.policy.overflows, key=lambda o: not o.sites):
        if not overflow.sites or call.site_id in overflow.sites:
            waited = world.now - call.queued_at
            return any(s.pool_id == station.pool_id and s.after_s <= max(0.0, waited) for s in overflow.steps)
    return True


def check_routing(world: World) -> None:
    """I14 (and I7): no free station beside a caller that it may take, whoever else waits."""
    free = [
        s
        for s in world.stations.values()
        if s.state is StationState.AVAILABLE and s.is_enabled and s.lost_at is None and s.agent_id is not None
    ]
    if not free:
        return
    for call in world.calls.values():
        if call.state is not CallState.QUEUED or call.kiosk_lost_at is not None:
            continue
        for station in free:
            passed = world.exclusions.get((call.id, station.id))
            is_left_alone = passed is not None and (
                call.is_announced or world.now < passed.at + world.rules.exclusion_s
            )
            if not is_left_alone and may_take(world, station, call):
                raise AssertionError("I14: a free station beside a caller that it may take")


def check_offers(world: World, board: Board) -> None:
    """I5, I6, I8, I9: whoever was proposed was the one to propose, to a station that may take the call."""
    for notice in board.notices:
        if not isinstance(notice, Ringing):
            continue
        offered = notice.call
        chosen = world.stations[offered.station_id or ""]
        assert chosen.is_enabled, "I9: an offer to a disabled station"
        assert may_take(world, chosen, offered), "I8: an offer to a station that may not take it"
        for other in board.calls.values():
            if other.state is not CallState.QUEUED or other.kiosk_lost_at is not None:
                continue
            if (other.id, chosen.id) in board.exclusions or not may_take(world, chosen, other):
                continue
            earlier = offered.queued_at - other.queued_at
            if other.priority == offered.priority:
                assert earlier <= 0, "I5: somebody of the class who came before still waits"
            head_start = (offered.priority - other.priority) * HEAD_START_S
            assert earlier <= max(0.0, head_start), "I6: a class does not age"
            if other.priority > offered.priority:
                assert earlier <= head_start, "a class has no head start"


def check_partners(board: Board) -> None:
    """I7: a decision of one partner changes nothing of another."""
    ids = {call.partner_id for call in (*board.written_calls(), *board.inserted_calls())}
    ids |= {board.stations[station_id].partner_id for station_id in board.changed_stations}
    assert ids <= {board.partner.id}, "I7: a decision changed another partner's rows"


@dataclass
class Ledger:
    """I11: what statistics make of the event log, line after line."""

    read: int = 0
    began: Counter[str] = field(default_factory=Counter)
    ended: dict[str, str] = field(default_factory=dict)
    offers: Counter[str] = field(default_factory=Counter)

    def check(self, world: World) -> None:
        for event in world.events[self.read :]:
            call_id = event.call_id or ""
            if event.name in (EventName.CALL_PLACED, EventName.CALL_RECEIVED):
                self.began[call_id] += 1
            elif event.name is EventName.CALL_ENDED:
                assert call_id not in self.ended, "I3: a call ended twice"
                self.ended[call_id] = event.detail or ""
            elif event.name is EventName.CALL_OFFERED:
                self.offers[call_id] += 1
        self.read = len(world.events)
        assert self.began == Counter(world.calls.keys()), "I11: calls that the log does not know, or knows twice"
        ended = {c.id: f"{c.outcome.value}:{c.cause.value}" for c in world.calls.values() if c.outcome and c.cause}
        assert self.ended == ended, "I11: the log counts other endings"
        offers = Counter({c.id: c.offer_no for c in world.calls.values() if c.offer_no})
        assert self.offers == offers, "I11: the log counts other offers"
