"""The event log: what was decided, with no identity of anybody. Statistics are a fold of it (I11)."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete

from hub.core.events import LoggedEvent
from hub.store import tables as t
from hub.store.statements import insert_into, run_each

KEPT_S = 30 * 86400.0
_COLUMNS = ("at", "call_id", "station_id", "kiosk_id", "partner_id", "name", "detail")


def append(connection: Connection, events: Iterable[LoggedEvent], partner_id: str, now: float) -> None:
    rows = [
        (now, event.call_id, event.station_id, event.kiosk_id, partner_id, event.name.value, event.detail)
        for event in events
    ]
    run_each(connection, insert_into("event", _COLUMNS), rows)


def purge(connection: Connection, now: float) -> int:
    """Erase what is older than 30 days; the number of lines erased."""
    return connection.execute(delete(t.event).where(t.event.c.at < now - KEPT_S)).rowcount
