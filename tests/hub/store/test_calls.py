"""Rows of calls: what is found, what is written in which order, what is erased."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from hub.core.board import Exclusion
from hub.core.rows import Call, CallState
from hub.core.waiting_time import KEPT_S
from hub.protocol import EndCause, Outcome
from hub.store import calls
from hub.store import tables as t
from hub.store.database import Database
from tests.fakes.hub_network import SmallNetwork

NOW = 10_000_000.0


@pytest.fixture
def store(small_network: SmallNetwork) -> Iterator[Database]:
    database = Database(small_network.url)
    yield database
    database.close()


def call(call_id: str, kiosk_id: str = "k-1", state: CallState = CallState.QUEUED, **more: object) -> Call:
    facts: dict[str, object] = {"request_id": f"r-{call_id}", "partner_id": "caf", "queued_at": NOW}
    return Call(id=call_id, kiosk_id=kiosk_id, state=state, **(facts | more))  # type: ignore[arg-type]


def write(store: Database, *rows: Call) -> None:
    store.write_now(lambda c: calls.insert_calls(c, rows))


def test_live_calls_are_those_of_the_partner_that_are_not_closed(store: Database) -> None:
    waiting, after = call("c1"), call("c2", "k-2", CallState.WRAP_UP, station_id="caf-1")
    write(store, waiting, after, call("c3", "k-3", CallState.CLOSED), call("c4", "k-4", partner_id="msa"))
    assert store.read_now(lambda c: calls.live_calls(c, "caf")) == {"c1": waiting, "c2": after}
    assert store.read_now(lambda c: calls.partner_of_call(c, "c4")) == "msa"
    assert store.read_now(lambda c: calls.partner_of_call(c, "none")) is None
    assert store.read_now(lambda c: calls.call(c, "none")) is None


def test_a_kiosk_is_held_by_any_partner_but_not_by_a_wrap_up(store: Database) -> None:
    held = call("c1", partner_id="msa")
    before = call("c2", state=CallState.CLOSED, request_id="again")
    write(store, held, before, call("c3", state=CallState.WRAP_UP, station_id="caf-1", ended_at=2.0), call("c4", "k-2"))
    assert store.read_now(lambda c: calls.calls_of_kiosk(c, "k-1", "again")) == {"c1": held, "c2": before}
    assert store.read_now(lambda c: calls.calls_of_kiosk(c, "k-1", "new")) == {"c1": held}


def test_what_a_kiosk_did_lately_is_found(store: Database) -> None:
    write(
        store,
        call("c1", state=CallState.CLOSED, ended_at=10.0),
        call("c2", state=CallState.CLOSED, ended_at=20.0),
        call("c3", state=CallState.CLOSED, ended_at=30.0, is_announced=True),
        call("c4", state=CallState.CLOSED, ended_at=40.0, partner_id="msa"),
        call("c5", state=CallState.CLOSED, ended_at=40.0, origin_call_id="c1"),
        call("c6", "k-2", CallState.CLOSED, ended_at=50.0),
    )

    def last(since: float) -> str | None:
        found = store.read_now(lambda c: calls.ended_last(c, "k-1", "caf", since))
        return found.id if found is not None else None

    assert [last(40.0), last(41.0)] == ["c5", None]
    # c5 was passed on to the partner, not placed; c1 ended before.
    assert store.read_now(lambda c: calls.placed_since(c, "k-1", "caf", 0.0)) == 3
    assert store.read_now(lambda c: calls.placed_since(c, "k-1", "caf", 60.0)) == 0


def test_kiosks_that_are_in_a_call_elsewhere_are_found(store: Database) -> None:
    write(
        store,
        call("c1", partner_id="msa"),
        call("c2", "k-2"),
        call("c3", "k-3", CallState.KEPT, partner_id="msa"),
        call("c4", "k-4", is_announced=True, partner_id="msa"),
    )
    kiosks = ["k-1", "k-2", "k-3", "k-4"]
    assert store.read_now(lambda c: calls.busy_kiosks(c, kiosks, "caf")) == {"k-1"}
    assert store.read_now(lambda c: calls.busy_kiosks(c, [], "caf")) == frozenset()


def test_the_same_request_of_a_kiosk_is_stored_once(store: Database) -> None:
    write(store, call("c1", state=CallState.CLOSED, request_id="r"), call("c2", "k-2", request_id="r"))
    with pytest.raises(IntegrityError):
        write(store, call("c3", request_id="r"))


def test_a_station_passes_from_one_call_to_another_in_one_write_whatever_the_order(store: Database) -> None:
    write(store, call("c1", state=CallState.OFFERED, station_id="caf-1"), call("c2", "k-2"))
    back, taken = call("c1"), call("c2", "k-2", CallState.OFFERED, station_id="caf-1")
    for order in ((taken, back), (back, taken)):
        store.write_now(lambda c, order=order: calls.update_calls(c, order))
        assert store.read_now(lambda c: calls.live_calls(c, "caf")) == {"c1": back, "c2": taken}


def test_a_lost_race_for_a_station_writes_nothing(store: Database) -> None:
    first, second = call("c1", state=CallState.OFFERED, station_id="caf-1"), call("c2", "k-2")
    write(store, first, second)
    with pytest.raises(IntegrityError):
        store.write_now(lambda c: calls.update_calls(c, [call("c2", "k-2", CallState.OFFERED, station_id="caf-1")]))
    assert store.read_now(lambda c: calls.live_calls(c, "caf")) == {"c1": first, "c2": second}


def test_who_passed_a_live_call_is_remembered_with_the_last_instant(store: Database) -> None:
    write(store, call("c1"), call("c2", "k-2", CallState.CLOSED), call("c3", "k-3", partner_id="msa"))
    passed = [Exclusion(f"c{number}", "caf-1", 5.0, "declined") for number in (1, 2, 3)]
    again = Exclusion("c1", "caf-1", 9.0, "expired")
    store.write_now(lambda c: calls.insert_exclusions(c, passed))
    store.write_now(lambda c: calls.insert_exclusions(c, [again]))
    assert store.read_now(lambda c: calls.exclusions(c, "caf")) == {("c1", "caf-1"): again}


def closed(call_id: str, closed_at: float, **more: object) -> Call:
    over = {"outcome": Outcome.COMPLETED, "cause": EndCause.AGENT_HUNG_UP, "closed_at": closed_at}
    return call(call_id, state=CallState.CLOSED, **(over | more))


def test_old_closed_calls_go_with_who_passed_them(store: Database) -> None:
    write(store, closed("old", NOW - KEPT_S - 1), closed("kept", NOW - KEPT_S + 1), call("live", queued_at=1.0))
    passed = [Exclusion(name, "caf-1", 5.0, "declined") for name in ("old", "kept")]
    store.write_now(lambda c: calls.insert_exclusions(c, passed))
    assert store.write_now(lambda c: calls.purge(c, NOW)) == 1
    assert store.read_now(lambda c: sorted(c.execute(select(t.call.c.id)).scalars())) == ["kept", "live"]
    assert store.read_now(lambda c: list(c.execute(select(t.declined_offer.c.call_id)).scalars())) == ["kept"]


def test_waits_are_recent_answered_and_bounded(store: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calls, "KEPT_SAMPLES", 3)
    old = closed("old", 1.0, accepted_at=NOW - KEPT_S - 1, queued_at=1.0)
    write(store, old, call("waiting", "k-2"))
    many = [closed(f"c{n}", NOW, queued_at=NOW - 2 * n, accepted_at=NOW - n) for n in range(1, 5)]
    write(store, *many)
    waits = store.read_now(lambda c: calls.recent_waits(c, "caf", NOW))
    assert waits == [(NOW - 3, 3.0, 0), (NOW - 2, 2.0, 0), (NOW - 1, 1.0, 0)]
    assert store.read_now(lambda c: calls.recent_waits(c, "msa", NOW)) == []
