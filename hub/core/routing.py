"""Which call goes to which station: first call in order, to the station that has been idle longest.

A station is only proposed a call whose motif's skills it holds and whose caller's site reaches its pool by now.
"""

from collections.abc import Iterable

from hub.core import calls
from hub.core.board import Board
from hub.core.call_queue import eligible
from hub.core.events import EventName
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import StationState


def available(board: Board) -> list[LiveStation]:
    """Stations that may be proposed a call, longest idle first."""
    free = (s for s in board.stations.values() if s.state is StationState.AVAILABLE and s.is_linked and s.is_enabled)
    return sorted(free, key=lambda station: (station.idle_since, station.id))


def takers(board: Board, call: Call, stations: Iterable[LiveStation]) -> list[LiveStation]:
    """Those of `stations` that may be proposed this call now, whoever passed it; in the order given."""
    fit = _fit(board, call, stations)
    if call.only_station_id is not None:
        return [station for station in fit if station.id == call.only_station_id]
    if call.only_pool_id is not None:
        return [station for station in fit if station.pool_id == call.only_pool_id]
    steps = board.partner.reach(call.site_id)
    if not steps:
        return fit
    # A step without delay is open even when the clock is behind the arrival.
    pools = {s.pool_id for s in steps if s.after_s <= 0 or board.now >= call.queued_at + s.after_s}
    return [station for station in fit if station.pool_id in pools]


def _fit(board: Board, call: Call, stations: Iterable[LiveStation]) -> list[LiveStation]:
    motif = board.partner.motif(call.motif_id)
    if motif is None or not motif.skills:
        return [station for station in stations if station.is_enabled]
    return [station for station in stations if station.is_enabled and motif.skills <= station.skills]


def has_hope(board: Board, call: Call, *, as_passed_on: bool = False) -> bool:
    """Whether somebody on post may take this call, now or when it has waited longer.

    A call that was passed on to somebody may be taken by others once they do not answer, unless it is announced.

    Args:
        as_passed_on: ask only whom it was passed on to, and did not decline.
    """
    on_post = _fit(board, call, (s for s in board.stations.values() if s.is_on_post))
    if as_passed_on or call.is_announced:
        on_post = [s for s in on_post if (call.id, s.id) not in board.exclusions]
        if call.only_station_id is not None:
            return any(s.id == call.only_station_id for s in on_post)
        if call.only_pool_id is not None:
            return any(s.pool_id == call.only_pool_id for s in on_post)
    pools = {step.pool_id for step in board.partner.reach(call.site_id)}
    return any(not pools or s.pool_id in pools for s in on_post)


def choose(board: Board, call: Call, stations: list[LiveStation]) -> LiveStation | None:
    """The station to propose `call` to, or None.

    A station that passed this call is left alone while another may take it; when all those that are free passed
    it, one that did so long enough ago is asked again, so that nobody waits for ever. An announced call, whose
    caller is in good hands, is not proposed again.
    """
    passed = {}
    fit = takers(board, call, stations)
    for station in fit:
        exclusion = board.exclusions.get((call.id, station.id))
        if exclusion is None:
            return station
        passed[station.id] = exclusion.at
    if call.is_announced:
        return None
    return next((s for s in fit if board.now >= passed[s.id] + board.rules.exclusion_s), None)


def route(board: Board) -> None:
    """Propose calls until no free station can take any waiting call (I14)."""
    callers = eligible(board)
    # Hundreds of stations may come back at once while nobody waits.
    stations = available(board) if callers else []
    for call in callers:
        if not stations:
            return
        chosen = choose(board, call, stations)
        if chosen is not None:
            stations.remove(chosen)
            if _is_beyond(board, call, chosen):
                board.log(EventName.REACH_WIDENED, call, chosen.id, chosen.pool_id)
            calls.offer(board, call, chosen)


def _is_beyond(board: Board, call: Call, station: LiveStation) -> bool:
    """The station is only asked because of the time that the caller has waited."""
    if call.only_station_id is not None or call.only_pool_id is not None:
        return False
    steps = board.partner.reach(call.site_id)
    return any(s.pool_id == station.pool_id for s in steps) and not any(
        s.pool_id == station.pool_id and s.after_s <= 0 for s in steps
    )


def next_try_at(board: Board) -> float | None:
    """When time alone lets a free station take a waiting call, or a number be called; None: it never will."""
    instants = []
    callers = eligible(board)
    stations = available(board) if callers else []
    if stations:
        for call in callers:
            instants += [
                exclusion.at + board.rules.exclusion_s
                for station in takers(board, call, stations)
                if (exclusion := board.exclusions.get((call.id, station.id))) is not None and not call.is_announced
            ]
            instants += widening(board, call)
    for call in board.calls.values():
        if call.state is CallState.KEPT:
            instants += widening(board, call)
    return min((at for at in instants if at > board.now), default=None)


def widening(board: Board, call: Call) -> list[float]:
    """When further pools open to the call."""
    if call.only_station_id is not None or call.only_pool_id is not None:
        return []
    return [call.queued_at + step.after_s for step in board.partner.reach(call.site_id) if step.after_s > 0]
