"""What the log remembers of a call and of a station."""

from hub.core.events import EventName, LoggedEvent
from hub.core.rows import Call, CallState
from hub.store import calls, events, stories
from hub.store.database import Database
from hub.store.directory import load_network

NOW = 10_000_000.0


def call(call_id: str, **more: object) -> Call:
    facts: dict[str, object] = {"request_id": call_id, "kiosk_id": "k-1", "partner_id": "caf", "queued_at": NOW}
    return Call(id=call_id, state=CallState.CLOSED, **(facts | more))  # type: ignore[arg-type]


def log(store: Database, at: float, *told: LoggedEvent, partner_id: str = "caf") -> None:
    store.write_now(lambda c: events.append(c, told, partner_id, at))


def legs_of(store: Database, call_id: str) -> list[str]:
    return [leg.call.id for leg in store.read_now(lambda c: stories.legs_of(c, call_id))]


def test_every_leg_tells_the_whole_story_in_the_order_it_was_tried(store: Database) -> None:
    first = call("first")
    refused = call("refused", origin_call_id="first", waiting_since=NOW + 10, is_announced=True)
    taken = call("taken", origin_call_id="first", waiting_since=NOW + 60, partner_id="msa")
    last = call("last", origin_call_id="taken", waiting_since=NOW + 90)
    store.write_now(lambda c: calls.insert_calls(c, [last, taken, refused, first, call("other", kiosk_id="k-2")]))
    for each in ("first", "refused", "taken", "last"):
        assert legs_of(store, each) == ["first", "refused", "taken", "last"]
    assert legs_of(store, "other") == ["other"]
    assert legs_of(store, "none") == []


def test_a_leg_has_its_own_events_and_what_happened_around_it(store: Database) -> None:
    store.write_now(lambda c: calls.insert_calls(c, [call("mine"), call("yours", kiosk_id="k-2")]))
    changed = LoggedEvent(EventName.STATION_CHANGED, None, "caf-1", None, "available")
    log(store, NOW - stories.BEFORE_S - 1, changed)
    log(store, NOW - 60, changed)
    log(store, NOW, LoggedEvent(EventName.CALL_PLACED, "mine", None, "k-1"))
    log(store, NOW + 5, LoggedEvent(EventName.OFFER_ACCEPTED, "yours", "caf-1", "k-2", "1"))
    log(store, NOW + 6, LoggedEvent(EventName.STATION_CHANGED, None, "msa-1", None, "away:lunch"), partner_id="msa")
    log(store, NOW + 9, LoggedEvent(EventName.OFFER_ACCEPTED, "mine", "caf-2", "k-1", "1"))
    log(store, NOW + 20, changed)
    (leg,) = store.read_now(lambda c: stories.legs_of(c, "mine"))
    assert [(event.at, event.name) for event in leg.events] == [(NOW, "call_placed"), (NOW + 9, "offer_accepted")]
    assert [event.at for event in leg.around] == [NOW - 60, NOW + 5, NOW + 9]
    assert set(leg.others) == {"mine", "yours"}
    assert {station.partner_id for station in leg.stations} == {"caf"}


def test_a_station_has_its_own_events_since_then_in_order(store: Database) -> None:
    taken = LoggedEvent(EventName.STATION_TAKEN, None, "caf-1")
    available = LoggedEvent(EventName.STATION_CHANGED, None, "caf-1", None, "available")
    log(store, NOW - 1, taken)
    log(store, NOW, taken, available, LoggedEvent(EventName.STATION_TAKEN, None, "caf-2"))
    found = store.read_now(lambda c: stories.station_events(c, "caf-1", NOW))
    assert [(event.at, event.name, event.detail) for event in found] == [
        (NOW, "station_taken", None),
        (NOW, "station_changed", "available"),
    ]


def test_the_start_of_an_identifier_finds_what_begins_so(store: Database) -> None:
    store.write_now(lambda c: calls.insert_calls(c, [call("abcdef01"), call("abcdef02"), call("abcd_f03")]))

    def found(start: str) -> list[str]:
        return store.read_now(lambda c: stories.call_ids(c, start))

    assert found("abcdef") == ["abcdef01", "abcdef02"]
    assert found("abcdef01") == ["abcdef01"]
    assert found("abcd_f") == ["abcd_f03"]
    assert found("abc") == found("%%%%%%") == found("______") == []


def test_names_are_those_of_the_directory(store: Database) -> None:
    network = store.read_now(load_network)
    names = stories.names(network)
    assert names.station("caf-1") == network.stations["caf-1"].name
    assert network.kiosks["k-1"].site_name in names.kiosk("k-1")
    assert names.station("gone") == "gone"
