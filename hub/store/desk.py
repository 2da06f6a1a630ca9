"""One request, as one piece of work in a transaction: take the board, decide, decide what follows elsewhere, write.

Everything is decided before anything is written: who is rejected leaves the transaction as it was.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from hub.core.admission import window_start
from hub.core.board import Board, Exclusion, Rejected, Rules
from hub.core.decide import decide
from hub.core.hours import Opening
from hub.core.network import Partner
from hub.core.requests import (
    AtStation,
    ClaimPlace,
    HangUp,
    HearMedia,
    KeepPlace,
    Look,
    LoseKiosk,
    LoseNodes,
    Place,
    ReceiveTransfer,
    RenewPeer,
    Request,
    SeeKiosk,
    SettleTransfer,
    TakeStation,
)
from hub.core.rows import Call, LiveStation
from hub.protocol import ErrorCode
from hub.store import calls, events, stations

MAX_FOLLOW_UPS = 1000
"""Each announced transfer that is open may have something to tell its other end at once; more is a defect."""


@dataclass(frozen=True)
class LiveRows:
    """The live rows of one partner as they are at one revision. Never changed: a decision gets a copy."""

    revision: int
    calls: Mapping[str, Call] = field(default_factory=dict)
    stations: Mapping[str, LiveStation] = field(default_factory=dict)
    exclusions: Mapping[tuple[str, str], Exclusion] = field(default_factory=dict)

    def board(self, partner: Partner, opening: Opening, rules: Rules, now: float, local: datetime) -> Board:
        return Board(
            partner=partner,
            now=now,
            local=local,
            calls=dict(self.calls),
            stations=dict(self.stations),
            exclusions=dict(self.exclusions),
            opening=opening,
            rules=rules,
        )

    def after(self, board: Board, revision: int) -> "LiveRows":
        """The rows that a decision left."""
        live = {key: each for key, each in board.exclusions.items() if key[0] in board.calls}
        return LiveRows(revision, board.calls, board.stations, live)


def read_rows(connection: Connection, partner_id: str, revision: int) -> LiveRows:
    """The partner's rows as the database has them."""
    return LiveRows(
        revision,
        calls.live_calls(connection, partner_id),
        stations.stations_of(connection, partner_id),
        calls.exclusions(connection, partner_id),
    )


PartnerOf = Callable[[str], str | None]


def partner_of(request: Request, partner_of_call: PartnerOf, partner_of_station: PartnerOf) -> str:
    """The partner whose board decides on `request`.

    Raises: Rejected, when it names a call or a station that does not exist.
    """
    found: str | None
    match request:
        case Place() | LoseNodes() | Look() | ReceiveTransfer() | SettleTransfer():
            return request.partner_id
        case TakeStation():
            found = partner_of_station(request.station_id)
        case HangUp() | HearMedia() | RenewPeer() if isinstance(request.party, AtStation):
            found = partner_of_station(request.party.id)
        case HangUp() | HearMedia() | RenewPeer() | SeeKiosk() | LoseKiosk() | KeepPlace() | ClaimPlace():
            found = partner_of_call(request.call_id)
            if found is None:
                raise Rejected(ErrorCode.NOT_FOUND, "no such call here")
        case _:
            found = partner_of_station(request.station.id)
    if found is None:
        raise Rejected(ErrorCode.NOT_FOUND, "no such station")
    return found


def decide_all(
    connection: Connection, partner_id: str, request: Request, board_of: Callable[[str], Board]
) -> list[Board]:
    """Decide a request, then what follows from it. Only reads; `board_of` gives a board that may be changed.

    Returns: the boards, each once: the asked partner's first, then the others in the order they were reached.

    Raises: Rejected, and whatever `board_of` raises.
    """
    boards: dict[str, Board] = {}
    todo: deque[tuple[str, Request]] = deque([(partner_id, request)])
    for _ in range(MAX_FOLLOW_UPS):
        where, what = todo.popleft()
        board = boards.get(where)
        if board is None:
            board = boards[where] = board_of(where)
        _fill(connection, board, what)
        decide(board, what)
        todo += [(each.partner_id, each) for each in board.follow_ups]
        board.follow_ups.clear()
        if not todo:
            return list(boards.values())
    raise RuntimeError("a decision has no end")


def changes_rows(board: Board) -> bool:
    """Whether the decision changed live rows (it may also just have logged, or answered)."""
    return bool(board.new_calls or board.changed_calls or board.changed_stations or board.new_exclusions)


def write(connection: Connection, boards: Iterable[Board], before: Mapping[str, LiveRows]) -> None:
    """Write what the decisions changed since `before` (by partner).

    Raises: sqlalchemy.exc.IntegrityError: a lost race, stopped by the partial unique indexes.
    """
    boards = list(boards)
    known: dict[str, Call] = {}
    for board in boards:
        known.update(before[board.partner.id].calls)
    # All partners' at once: what one leg of a call lets go of, another one may take.
    calls.update_calls(connection, (call for board in boards for call in board.written_calls()), known)
    calls.insert_calls(connection, (call for board in boards for call in board.inserted_calls()))
    for board in boards:
        calls.insert_exclusions(connection, board.new_exclusions)
        changed = (board.stations[station_id] for station_id in sorted(board.changed_stations))
        stations.update_stations(connection, changed, before[board.partner.id].stations)
        events.append(connection, board.events, board.partner.id, board.now)


def _fill(connection: Connection, board: Board, request: Request) -> None:
    """Add to the board what this request needs to be decided and the live rows do not hold."""
    if isinstance(request, Place | KeepPlace | ClaimPlace):
        _fill_kiosk(connection, board, request)
    call_id = getattr(request, "call_id", None)
    if call_id is not None and not isinstance(request, Place) and call_id not in board.calls:
        past = board.past_calls.get(call_id) or calls.call(connection, call_id)
        if past is not None and past.partner_id == board.partner.id:
            board.past_calls[call_id] = past
    with_numbers = {call.kiosk_id for call in board.calls.values() if call.is_ticket}
    board.busy_elsewhere = calls.busy_kiosks(connection, with_numbers, board.partner.id)


def _fill_kiosk(connection: Connection, board: Board, request: Place | KeepPlace | ClaimPlace) -> None:
    kiosk_id, partner = request.kiosk.id, board.partner
    request_id = "" if isinstance(request, KeepPlace) else request.request_id
    board.calls_of_kiosk = calls.calls_of_kiosk(connection, kiosk_id, request_id)
    if not isinstance(request, Place):
        return
    board.cut_off_call = calls.ended_last(connection, kiosk_id, partner.id, board.now - board.rules.kept_place_s)
    if board.local is None:
        return
    start = window_start(partner, kiosk_id, request.site_id, request.motif_id, board.local)
    if start is not None:
        board.placed_in_window = calls.placed_since(connection, kiosk_id, partner.id, start.timestamp())
