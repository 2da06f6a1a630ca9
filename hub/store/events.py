"""The event log: what was decided, with no identity of anybody. Statistics are a fold of it (I11)."""

from collections.abc import Iterable

from sqlalchemy import Connection, delete, insert

from hub.core.events import LoggedEvent
from hub.store import tables as t

KEPT_S = 30 * 86400.0


def append(connection: Connection, events: Iterable[LoggedEvent], partner_id: str, now: float) -> None:
    rows = [
        {
            "at": now,
            "call_id": event.call_id,
            "station_id": event.station_id,
            "kiosk_id": event.kiosk_id,
            "partner_id": partner_id,
            "name": event.name.value,
            "detail": event.detail,
        }
        for event in events
    ]
    if rows:
        connection.execute(insert(t.event), rows)


def purge(connection: Connection, now: float) -> int:
    """Erase what is older than 30 days; the number of lines erased."""
    return connection.execute(delete(t.event).where(t.event.c.at < now - KEPT_S)).rowcount
