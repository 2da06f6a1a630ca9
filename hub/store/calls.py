"""Calls and the offers they were refused: from rows to values and back."""

from collections.abc import Iterable
from dataclasses import asdict
from enum import Enum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from hub.core.board import Exclusion
from hub.core.rows import Call, CallState
from hub.core.waiting_time import KEPT_S, KEPT_SAMPLES
from hub.protocol import EndCause, MediaState, Outcome, Resolution
from hub.store import tables as t

_HOLDS_KIOSK = [state.value for state in (CallState.QUEUED, CallState.OFFERED, CallState.CONNECTING, CallState.IN_CALL)]


def live_calls(connection: Connection, partner_id: str) -> dict[str, Call]:
    """The partner's calls that are not closed."""
    query = select(t.call).where(t.call.c.partner_id == partner_id, t.call.c.state != CallState.CLOSED.value)
    return {row.id: _call(row) for row in connection.execute(query)}


def call(connection: Connection, call_id: str) -> Call | None:
    row = connection.execute(select(t.call).where(t.call.c.id == call_id)).one_or_none()
    return _call(row) if row is not None else None


def partner_of_call(connection: Connection, call_id: str) -> str | None:
    return connection.execute(select(t.call.c.partner_id).where(t.call.c.id == call_id)).scalar_one_or_none()


def calls_of_kiosk(connection: Connection, kiosk_id: str, request_id: str) -> dict[str, Call]:
    """Live calls of a kiosk, at any partner, and the call that `request_id` made before."""
    query = select(t.call).where(
        t.call.c.kiosk_id == kiosk_id,
        or_(t.call.c.request_id == request_id, t.call.c.state.in_(_HOLDS_KIOSK)),
    )
    return {row.id: _call(row) for row in connection.execute(query)}


def exclusions(connection: Connection, partner_id: str) -> dict[tuple[str, str], Exclusion]:
    """Who passed the partner's live calls."""
    query = (
        select(t.declined_offer)
        .join(t.call)
        .where(t.call.c.partner_id == partner_id, t.call.c.state != CallState.CLOSED.value)
    )
    return {
        (row.call_id, row.station_id): Exclusion(row.call_id, row.station_id, row.at, row.how)
        for row in connection.execute(query)
    }


def insert_calls(connection: Connection, calls: Iterable[Call]) -> None:
    """Raises: sqlalchemy.exc.IntegrityError, when the kiosk or the station is in another live call."""
    for each in calls:
        connection.execute(insert(t.call).values(_row(each)))


def update_calls(connection: Connection, calls: Iterable[Call]) -> None:
    """Raises: sqlalchemy.exc.IntegrityError, when the kiosk or the station is in another live call."""
    changed = sorted(calls, key=lambda c: c.holds_station)
    taking = [each.id for each in changed if each.holds_station]
    if len(changed) > 1 and taking:
        # Two calls may swap their stations in one decision: all let go before any takes.
        connection.execute(update(t.call).where(t.call.c.id.in_(taking)).values(station_id=None))
    for each in changed:
        connection.execute(update(t.call).where(t.call.c.id == each.id).values(_row(each)))


def insert_exclusions(connection: Connection, passed: Iterable[Exclusion]) -> None:
    """Remember who passed what; a second time moves the instant."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    for each in passed:
        statement = dialect.insert(t.declined_offer).values(**asdict(each))
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["call_id", "station_id"], set_={"at": each.at, "how": each.how}
            )
        )


def recent_waits(connection: Connection, partner_id: str, now: float) -> list[tuple[float, float, int]]:
    """(instant of the answer, wait in seconds, steps ahead on arrival) of the last 30 days, oldest first.

    Who was passed on, or went for a walk with a number, did not wait all that time and is left out.
    """
    query = (
        select(t.call.c.accepted_at, t.call.c.queued_at, t.call.c.ahead)
        .where(t.call.c.partner_id == partner_id, t.call.c.accepted_at > now - KEPT_S)
        .where(t.call.c.origin_call_id.is_(None), t.call.c.ticket_no.is_(None))
        .order_by(t.call.c.accepted_at.desc())
        .limit(KEPT_SAMPLES)
    )
    found = [(row.accepted_at, row.accepted_at - row.queued_at, row.ahead) for row in connection.execute(query)]
    return found[::-1]


def purge(connection: Connection, now: float) -> int:
    """Erase calls closed more than 30 days ago; how many."""
    old = (t.call.c.state == CallState.CLOSED.value) & (t.call.c.closed_at < now - KEPT_S)
    return connection.execute(delete(t.call).where(old)).rowcount


def _row(each: Call) -> dict[str, Any]:
    return {key: value.value if isinstance(value, Enum) else value for key, value in _fields(each)}


def _fields(each: Call) -> Iterable[tuple[str, Any]]:
    return ((name, getattr(each, name)) for name in Call.__slots__)


def _call(row: Row[Any]) -> Call:
    values = dict(row._mapping)
    values["state"] = CallState(row.state)
    for key, kind in _ENUMS.items():
        if values[key] is not None:
            values[key] = kind(values[key])
    return Call(**values)


_ENUMS: dict[str, type[Enum]] = {
    "kiosk_media": MediaState,
    "station_media": MediaState,
    "outcome": Outcome,
    "cause": EndCause,
    "resolution": Resolution,
}
