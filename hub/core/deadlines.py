"""Everything that happens by itself: when it is due, and what is done then.

One list of rules serves both the timer (`next_at`) and the action (`run_due`), so that they never disagree.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from hub.core import calls, presence, routing, summoning, transfers
from hub.core.board import Board
from hub.core.calls import Ending
from hub.core.events import EventName
from hub.core.notices import Requeued
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import MediaState, StationState

Action: TypeAlias = Callable[[Board], object]
Deadline: TypeAlias = tuple[float, Action]

GOOD = frozenset({MediaState.CONNECTED, MediaState.WEAK})


def deadlines(board: Board) -> Iterator[Deadline]:
    """Each instant at which something has to be done, with what."""
    for call in board.calls.values():
        yield from _RULES[call.state](board, call)
    for station in board.stations.values():
        if station.state is StationState.OFFLINE and station.lost_at is not None:
            yield station.lost_at + board.rules.offline_grace_s, _forgetting(station)


def next_at(board: Board) -> float | None:
    """When to decide again if nothing happens before; None: never."""
    instants = [at for at, _ in deadlines(board)]
    # What was due by now and changed nothing is not tried again at once.
    instants += [at for at in summoning.next_tries(board) if at > board.now]
    retry = routing.next_try_at(board)
    if retry is not None:
        instants.append(retry)
    return min(instants, default=None)


def run_due(board: Board) -> None:
    """Do everything that is due, oldest first."""
    while True:
        due = [deadline for deadline in deadlines(board) if deadline[0] <= board.now]
        if not due:
            return
        min(due, key=lambda deadline: deadline[0])[1](board)


def _ending(call: Call, ending: Ending) -> Action:
    return lambda board: calls.end(board, call, ending)


def _forgetting(station: LiveStation) -> Action:
    return lambda board: presence.forget(board, station)


def note_who_is_alone(board: Board) -> None:
    """Remember since when a call waits for nobody; forget it as soon as somebody who could take it is back."""
    hopes: dict[tuple[str | None, str | None], bool] = {}
    for call in list(board.calls.values()):
        if call.state is not CallState.QUEUED or call.is_announced:
            continue
        # What one may hope for depends on nothing else: a long queue asks a few times only.
        alike = call.motif_id, call.site_id
        if alike not in hopes:
            hopes[alike] = routing.has_hope(board, call)
        is_alone = not hopes[alike]
        if is_alone != (call.alone_since is not None):
            board.set_call(call, alone_since=board.now if is_alone else None)


def _waiting(board: Board, call: Call) -> Iterator[Deadline]:
    if call.kiosk_lost_at is not None:
        yield call.kiosk_lost_at + board.rules.kept_place_s, _ending(call, Ending.KIOSK_LOST)
    if call.is_announced:
        yield _waiting_since(call) + board.rules.announced_limit_s, lambda b: transfers.refuse(b, call)


def _waiting_since(call: Call) -> float:
    return call.queued_at if call.waiting_since is None else call.waiting_since


def _queued(board: Board, call: Call) -> Iterator[Deadline]:
    yield from _waiting(board, call)
    if call.is_announced:
        if not routing.has_hope(board, call):
            yield board.now, lambda b: transfers.refuse(b, call)
        return
    yield _waiting_since(call) + board.rules.queue_limit_s, _ending(call, Ending.WAITED_TOO_LONG)
    if call.alone_since is not None and not routing.has_hope(board, call):
        yield call.alone_since + board.rules.nobody_left_s, _ending(call, Ending.NOBODY_LEFT)
    yield from _closed(board, call)


def _closed(board: Board, call: Call) -> Iterator[Deadline]:
    if not board.opening.is_open and not routing.has_hope(board, call):
        yield board.now, _ending(call, Ending.OUT_OF_HOURS)


def _kept(board: Board, call: Call) -> Iterator[Deadline]:
    yield _waiting_since(call) + board.rules.ticket_limit_s, _ending(call, Ending.WAITED_TOO_LONG)
    yield from _closed(board, call)


def _summoned(board: Board, call: Call) -> Iterator[Deadline]:
    if call.summon_expires_at is not None:
        yield call.summon_expires_at, lambda b: summoning.miss(b, call)
    yield from _closed(board, call)


def _offered(board: Board, call: Call) -> Iterator[Deadline]:
    yield from _waiting(board, call)
    if call.offer_expires_at is not None:
        yield call.offer_expires_at, lambda b: _expire_offer(b, call)


def _connecting(board: Board, call: Call) -> Iterator[Deadline]:
    rules, station_lost_at = board.rules, _station(board, call).lost_at
    # When the hub itself was away, both are lost at once: they need longer to come back.
    both_lost = call.kiosk_lost_at is not None and station_lost_at is not None
    grace = rules.peer_lost_s if both_lost else rules.offline_grace_s
    if call.kiosk_lost_at is not None:
        yield call.kiosk_lost_at + grace, _ending(call, Ending.KIOSK_LOST)
    if station_lost_at is not None:
        yield station_lost_at + grace, lambda b: _leave_connecting(b, call)
    if call.kiosk_lost_at is None and station_lost_at is None:
        yield (call.media_at or board.now) + rules.peer_lost_s, _ending(call, Ending.MEDIA_LOST)


def _in_call(board: Board, call: Call) -> Iterator[Deadline]:
    """Kept while a party that the hub hears has the media; what both ceased to report ends."""
    rules, kiosk_lost_at, station_lost_at = board.rules, call.kiosk_lost_at, _station(board, call).lost_at
    media_at = call.media_at or call.connected_at or board.now
    if kiosk_lost_at is not None and station_lost_at is not None:
        yield max(kiosk_lost_at, station_lost_at) + rules.peer_lost_s, _ending(call, Ending.MEDIA_LOST)
    elif kiosk_lost_at is not None:
        if call.station_media not in GOOD:
            # Somebody stands there and waits for the network to come back; the agent may hang up before.
            yield max(kiosk_lost_at, media_at) + rules.peer_lost_s, _ending(call, Ending.KIOSK_LOST)
    elif station_lost_at is not None:
        if call.kiosk_media not in GOOD:
            yield max(station_lost_at, media_at) + rules.offline_grace_s, _ending(call, Ending.STATION_LOST)
    elif call.kiosk_media not in GOOD and call.station_media not in GOOD:
        yield media_at + rules.peer_lost_s, _ending(call, Ending.MEDIA_LOST)


def _wrap_up(board: Board, call: Call) -> Iterator[Deadline]:
    if call.wrap_up_expires_at is not None:
        yield call.wrap_up_expires_at, lambda b: _end_wrap_up(b, call)
    lost_at = _station(board, call).lost_at
    if lost_at is not None:
        yield lost_at + board.rules.offline_grace_s, lambda b: _end_wrap_up(b, call)


def _nothing(_board: Board, _call: Call) -> Iterator[Deadline]:
    return iter(())


_RULES: dict[CallState, Callable[[Board, Call], Iterator[Deadline]]] = {
    CallState.QUEUED: _queued,
    CallState.KEPT: _kept,
    CallState.SUMMONED: _summoned,
    CallState.OFFERED: _offered,
    CallState.CONNECTING: _connecting,
    CallState.IN_CALL: _in_call,
    CallState.WRAP_UP: _wrap_up,
    CallState.CLOSED: _nothing,
}


def _station(board: Board, call: Call) -> LiveStation:
    return board.stations[call.station_id or ""]


def _expire_offer(board: Board, call: Call) -> None:
    station = _station(board, call)
    board.exclude(call, station.id, "expired")
    calls.requeue(board, call, EventName.OFFER_EXPIRED, "expired")
    presence.miss(board, station)


def _leave_connecting(board: Board, call: Call) -> None:
    station = _station(board, call)
    call = calls.requeue(board, call, EventName.CALL_REQUEUED, "gone")
    board.tell(Requeued(call, "agent_lost"))
    presence.forget(board, station)


def _end_wrap_up(board: Board, call: Call) -> None:
    calls.close(board, call, None, None)
    presence.release(board, _station(board, call), worked=True)
