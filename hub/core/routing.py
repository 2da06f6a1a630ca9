"""Which call goes to which station: oldest eligible call first, to the station that has been idle longest."""

from hub.core import calls
from hub.core.board import Board
from hub.core.call_queue import eligible
from hub.core.rows import Call, LiveStation
from hub.protocol import StationState


def available(board: Board) -> list[LiveStation]:
    """Stations that may be proposed a call, longest idle first."""
    free = (s for s in board.stations.values() if s.state is StationState.AVAILABLE and s.is_linked and s.is_enabled)
    return sorted(free, key=lambda station: (station.idle_since, station.id))


def choose(board: Board, call: Call, stations: list[LiveStation]) -> LiveStation | None:
    """The station to propose `call` to, or None.

    A station that passed this call is left alone while another may take it; when all those that are free passed
    it, one that did so long enough ago is asked again, so that nobody waits for ever.
    """
    passed = {}
    for station in stations:
        exclusion = board.exclusions.get((call.id, station.id))
        if exclusion is None:
            return station
        passed[station.id] = exclusion.at
    return next((s for s in stations if board.now >= passed[s.id] + board.rules.exclusion_s), None)


def route(board: Board) -> None:
    """Propose calls until no free station can take any waiting call (I14)."""
    stations = available(board)
    for call in eligible(board):
        if not stations:
            return
        chosen = choose(board, call, stations)
        if chosen is not None:
            stations.remove(chosen)
            calls.offer(board, call, chosen)


def next_try_at(board: Board) -> float | None:
    """When an exclusion ends that keeps a waiting call from a free station; None: there is none."""
    stations = available(board)
    if not stations:
        return None
    ends = [
        exclusion.at + board.rules.exclusion_s
        for call in eligible(board)
        for station in stations
        if (exclusion := board.exclusions.get((call.id, station.id))) is not None
    ]
    return min(ends, default=None)
