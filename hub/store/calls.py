"""Calls and the offers they were refused: from rows to values and back."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, delete, select

from hub.core.board import Exclusion
from hub.core.rows import Call, CallState
from hub.core.waiting_time import KEPT_S, KEPT_SAMPLES
from hub.protocol import EndCause, MediaState, Outcome, Resolution
from hub.store import tables as t
from hub.store.statements import insert_into, marks, run, run_each, update_by_id

_COLUMNS: tuple[str, ...] = tuple(Call.__slots__)
_values = attrgetter(*_COLUMNS)
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM call WHERE "  # noqa: S608 - our own names
_OF_KIOSK = f"{_SELECT}kiosk_id = ? AND ended_at IS NULL AND state <> 'closed' UNION ALL {_SELECT}kiosk_id = ? AND request_id = ?"
_ENDED_LAST = f"{_SELECT}kiosk_id = ? AND ended_at >= ? AND partner_id = ? AND NOT is_announced"
_NO_CALLS: Mapping[str, Call] = {}


def live_calls(connection: Connection, partner_id: str) -> dict[str, Call]:
    """The partner's calls that are not closed."""
    return _found(connection, _SELECT + "partner_id = ? AND state <> 'closed'", (partner_id,))


def call(connection: Connection, call_id: str) -> Call | None:
    return _found(connection, _SELECT + "id = ?", (call_id,)).get(call_id)


def some_calls(connection: Connection, call_ids: Iterable[str]) -> dict[str, Call]:
    """Those of the calls that exist, live or closed."""
    wanted = tuple(call_ids)
    return _found(connection, f"{_SELECT}id IN ({marks(len(wanted))})", wanted) if wanted else {}


def partner_of_call(connection: Connection, call_id: str) -> str | None:
    return connection.execute(select(t.call.c.partner_id).where(t.call.c.id == call_id)).scalar_one_or_none()


def calls_of_kiosk(connection: Connection, kiosk_id: str, request_id: str) -> dict[str, Call]:
    """Calls of a kiosk, at any partner, that are not ended, and the one that `request_id` made."""
    return _found(connection, _OF_KIOSK, (kiosk_id, kiosk_id, request_id))


def ended_last(connection: Connection, kiosk_id: str, partner_id: str, since: float) -> Call | None:
    """The call of a kiosk to a partner that ended last, not before then; announced legs aside."""
    found = _found(connection, _ENDED_LAST + " ORDER BY ended_at DESC, id DESC LIMIT 1", (kiosk_id, since, partner_id))
    return next(iter(found.values()), None)


def placed_since(connection: Connection, kiosk_id: str, partner_id: str, since: float) -> int:
    """Calls that a kiosk placed at a partner since then; what was passed on to it is not counted."""
    query = (
        "SELECT count(*) FROM call WHERE kiosk_id = ? AND partner_id = ? AND queued_at >= ?"
        " AND origin_call_id IS NULL AND (ended_at IS NULL OR ended_at >= ?)"
    )
    return int(run(connection, query, (kiosk_id, partner_id, since, since)).fetchone()[0])


def busy_kiosks(connection: Connection, kiosk_ids: Collection[str], partner_id: str) -> frozenset[str]:
    """Those of the kiosks that are in a live call at another partner."""
    if not kiosk_ids:
        return frozenset()
    query = (
        f"SELECT kiosk_id FROM call WHERE kiosk_id IN ({marks(len(kiosk_ids))}) AND partner_id <> ?"  # noqa: S608
        " AND state IN ('queued','offered','connecting','in_call') AND NOT is_announced"
    )
    return frozenset(row[0] for row in run(connection, query, (*kiosk_ids, partner_id)))


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
    rows = [tuple(map(_plain, _values(each))) for each in calls]
    run_each(connection, insert_into("call", _COLUMNS), rows)


def update_calls(connection: Connection, calls: Iterable[Call], before: Mapping[str, Call] = _NO_CALLS) -> None:
    """Write what differs from `before`; everything, of a call that is not in it.

    Raises: sqlalchemy.exc.IntegrityError, when the kiosk or the station is in another live call.
    """
    # Whoever lets go of a station or a kiosk comes before whoever takes it.
    changed = sorted(calls, key=lambda c: (_takes_station(c, before), _takes_kiosk(c, before)))
    taking = [each.id for each in changed if _takes_station(each, before)]
    if len(changed) > 1 and taking:
        # Two calls may swap their stations in one decision: all let go before any takes.
        run(connection, f"UPDATE call SET station_id = NULL WHERE id IN ({marks(len(taking))})", tuple(taking))  # noqa: S608
    for each in changed:
        columns, values = _changes(each, before.get(each.id))
        if columns:
            run(connection, update_by_id("call", columns), (*values, each.id))


def insert_exclusions(connection: Connection, passed: Iterable[Exclusion]) -> None:
    """Remember who passed what; a second time moves the instant."""
    rows = [(each.call_id, each.station_id, each.at, each.how) for each in passed]
    if rows:
        statement = insert_into("declined_offer", ("call_id", "station_id", "at", "how"))
        again = ' ON CONFLICT (call_id, station_id) DO UPDATE SET "at" = excluded."at", how = excluded.how'
        run_each(connection, statement + again, rows)


def recent_waits(connection: Connection, partner_id: str, now: float) -> list[tuple[float, float, int]]:
    """(instant of the answer, wait in seconds, steps ahead on arrival) of the last 30 days, oldest first.

    Who was passed on, went for a walk with a number or was cut off before did not wait all that time and is left out.
    """
    query = (
        select(t.call.c.accepted_at, t.call.c.queued_at, t.call.c.ahead)
        .where(t.call.c.partner_id == partner_id, t.call.c.accepted_at > now - KEPT_S)
        .where(t.call.c.origin_call_id.is_(None), t.call.c.ticket_no.is_(None), t.call.c.waiting_since.is_(None))
        .order_by(t.call.c.accepted_at.desc())
        .limit(KEPT_SAMPLES)
    )
    found = [(row.accepted_at, row.accepted_at - row.queued_at, row.ahead) for row in connection.execute(query)]
    return found[::-1]


def purge(connection: Connection, now: float) -> int:
    """Erase calls closed more than 30 days ago; how many."""
    old = (t.call.c.state == CallState.CLOSED.value) & (t.call.c.closed_at < now - KEPT_S)
    return connection.execute(delete(t.call).where(old)).rowcount


def _takes_station(each: Call, before: Mapping[str, Call]) -> bool:
    old = before.get(each.id)
    return each.holds_station and (old is None or not old.holds_station or old.station_id != each.station_id)


def _takes_kiosk(each: Call, before: Mapping[str, Call]) -> bool:
    old = before.get(each.id)
    return each.holds_kiosk and (old is None or not old.holds_kiosk)


def _changes(each: Call, old: Call | None) -> tuple[tuple[str, ...], list[Any]]:
    """(columns, values) that differ."""
    new = _values(each)
    if old is None:
        return _COLUMNS, [_plain(value) for value in new]
    differing = [
        (name, _plain(value)) for name, value, was in zip(_COLUMNS, new, _values(old), strict=True) if value != was
    ]
    return tuple(name for name, _ in differing), [value for _, value in differing]


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _found(connection: Connection, statement: str, values: tuple[Any, ...]) -> dict[str, Call]:
    return {row[0]: _call(row) for row in run(connection, statement, values)}


_KINDS: dict[str, Any] = {
    "state": CallState,
    "accompanied": bool,
    "is_announced": bool,
    "kiosk_media": MediaState,
    "station_media": MediaState,
    "outcome": Outcome,
    "cause": EndCause,
    "resolution": Resolution,
}
_TYPED = tuple((_COLUMNS.index(name), kind) for name, kind in _KINDS.items())


def _call(row: Sequence[Any]) -> Call:
    values = list(row)
    for place, kind in _TYPED:
        if values[place] is not None:
            values[place] = kind(values[place])
    return Call(*values)
