"""One decision, as one piece of work for `Database.write`: load the live rows, decide, write.

Everything is read again each time: what another process wrote, or a restart, changes nothing here.
"""

from sqlalchemy import Connection, select

from hub.core.board import Board, Rejected, Rules
from hub.core.decide import decide
from hub.core.hours import Opening
from hub.core.network import Partner
from hub.core.requests import (
    AtStation,
    HangUp,
    HearMedia,
    Kiosk,
    Look,
    LoseKiosk,
    LoseNodes,
    Place,
    RenewPeer,
    Request,
    SeeKiosk,
    TakeStation,
)
from hub.protocol import ErrorCode
from hub.store import calls, events, stations
from hub.store import tables as t


def partner_of(connection: Connection, request: Request) -> str:
    """The partner whose board decides on `request`.

    Raises: Rejected, when it names a call or a station that does not exist.
    """
    match request:
        case Place() | LoseNodes() | Look():
            return request.partner_id
        case TakeStation():
            return _partner_of_station(connection, request.station_id)
        case HangUp() | HearMedia() | RenewPeer() if isinstance(request.party, Kiosk):
            return _partner_of_call(connection, request.call_id)
        case HangUp() | HearMedia() | RenewPeer() if isinstance(request.party, AtStation):
            return _partner_of_station(connection, request.party.id)
        case SeeKiosk() | LoseKiosk():
            return _partner_of_call(connection, request.call_id)
        case _:
            return _partner_of_station(connection, request.station.id)  # type: ignore[union-attr]


def load(connection: Connection, partner: Partner, opening: Opening, rules: Rules, now: float) -> Board:
    """The partner's board as the database has it."""
    return Board(
        partner=partner,
        now=now,
        calls=calls.live_calls(connection, partner.id),
        stations=stations.stations_of(connection, partner.id),
        exclusions=calls.exclusions(connection, partner.id),
        opening=opening,
        rules=rules,
    )


def transact(connection: Connection, board: Board, request: Request) -> Board:
    """Decide on a freshly loaded board and write what changed.

    Raises:
        Rejected: the request cannot be done; nothing was written.
        sqlalchemy.exc.IntegrityError: a lost race, stopped by the partial unique indexes; try again.
    """
    call_id = getattr(request, "call_id", None)
    if isinstance(request, Place):
        board.calls_of_kiosk = calls.calls_of_kiosk(connection, request.kiosk.id, request.request_id)
    elif call_id is not None and call_id not in board.calls:
        past = calls.call(connection, call_id)
        if past is not None and past.partner_id == board.partner.id:
            board.past_calls[call_id] = past
    decide(board, request)
    write(connection, board)
    return board


def write(connection: Connection, board: Board) -> None:
    """Write the changes that a decision left in the board."""
    calls.update_calls(connection, board.written_calls())
    calls.insert_calls(connection, board.inserted_calls())
    calls.insert_exclusions(connection, board.new_exclusions)
    stations.update_stations(connection, (board.stations[station_id] for station_id in sorted(board.changed_stations)))
    events.append(connection, board.events, board.partner.id, board.now)


def _partner_of_station(connection: Connection, station_id: str) -> str:
    query = select(t.station.c.partner_id).where(t.station.c.id == station_id)
    found: str | None = connection.execute(query).scalar_one_or_none()
    if found is None:
        raise Rejected(ErrorCode.NOT_FOUND, "no such station")
    return found


def _partner_of_call(connection: Connection, call_id: str) -> str:
    found = calls.partner_of_call(connection, call_id)
    if found is None:
        raise Rejected(ErrorCode.NOT_FOUND, "no such call here")
    return found
