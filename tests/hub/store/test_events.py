"""The event log, as rows."""

from sqlalchemy import select

from hub.core.events import EventName, LoggedEvent
from hub.store import events
from hub.store import tables as t
from hub.store.database import Database

NOW = 10_000_000.0


def test_lines_are_kept_in_the_order_they_were_decided(database: Database) -> None:
    lines = [
        LoggedEvent(EventName.CALL_PLACED, "c1", None, "k-1"),
        LoggedEvent(EventName.CALL_OFFERED, "c1", "s1", "k-1", "1"),
        LoggedEvent(EventName.STATION_CHANGED, None, "s1", None, "offered"),
    ]
    database.write_now(lambda c: events.append(c, lines, "caf", NOW))
    columns = ("at", "partner_id", "name", "call_id", "station_id", "kiosk_id", "detail")
    query = select(*(t.event.c[name] for name in columns)).order_by(t.event.c.id)
    assert [tuple(row) for row in database.read_now(lambda c: c.execute(query).all())] == [
        (NOW, "caf", "call_placed", "c1", None, "k-1", None),
        (NOW, "caf", "call_offered", "c1", "s1", "k-1", "1"),
        (NOW, "caf", "station_changed", None, "s1", None, "offered"),
    ]


def test_a_decision_without_a_line_writes_none(database: Database) -> None:
    database.write_now(lambda c: events.append(c, [], "caf", NOW))
    assert database.read_now(lambda c: c.execute(select(t.event.c.id)).all()) == []


def test_thirty_days_are_kept(database: Database) -> None:
    for days in (29, 30, 31):
        line = [LoggedEvent(EventName.KIOSK_BACK, kiosk_id=f"k-{days}")]
        database.write_now(lambda c, line=line, days=days: events.append(c, line, "caf", NOW - days * 86400.0))
    assert database.write_now(lambda c: events.purge(c, NOW)) == 1
    query = select(t.event.c.kiosk_id).order_by(t.event.c.id)
    assert database.read_now(lambda c: list(c.execute(query).scalars())) == ["k-29", "k-30"]
