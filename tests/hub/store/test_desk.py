"""Decisions through a real database: what is written is what was decided, and the indexes have the last word."""

import json
import random
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from hub.core import placing
from hub.core.board import Board, Rejected
from hub.core.events import EventName
from hub.core.network import Network
from hub.core.requests import (
    Accept,
    AtStation,
    HangUp,
    HearMedia,
    Kiosk,
    LoseKiosk,
    LoseStation,
    Place,
    Request,
    SetRest,
    TakeStation,
)
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import EndCause, MediaState, Outcome, Resolution, StationState
from hub.store import calls, events, stations
from hub.store import tables as t
from hub.store.database import Database
from hub.store.decider import Asked, Clocks, Decider
from tests.hub.core.player import AGENTS, OTHER, STATIONS, USUAL, Player, new_world
from tests.hub.core.world import World


class StoredWorld(World):
    """A `World` whose rows live in the database: each decision is taken like the hub's, with the rows it keeps."""

    database: Database
    decider: Decider
    network: Network

    @classmethod
    def over(cls, database: Database, wrap_up_s: float) -> "StoredWorld":
        world = cls(new_world(wrap_up_s, 2).partners)
        world.database = database
        database.write_now(_write_stations)
        world.network = Network(world.partners)
        clocks = Clocks(lambda: world.now, lambda: world.now)
        world.decider = Decider(world.rules, ZoneInfo("Europe/Paris"), clocks, is_shared=database.is_shared)
        world._reload()
        return world

    def apply(self, partner_id: str, request: Request) -> Board:
        asked = Asked(request)
        done = self.database.write_now(lambda c: self.decider.transact(c, self.network, None, [asked]))
        if asked.error is not None:
            raise asked.error
        self.decider.committed(done)
        self._reload()
        assert asked.boards is not None
        self.decided = asked.boards
        self.events += [event for board in asked.boards for event in board.events]
        return asked.boards[0]

    def _reload(self) -> None:
        def work(connection: Connection) -> None:
            self.calls = calls.some_calls(connection, connection.execute(select(t.call.c.id)).scalars())
            self.stations = {k: s for p in self.partners for k, s in stations.stations_of(connection, p).items()}
            self.exclusions = {k: e for p in self.partners for k, e in calls.exclusions(connection, p).items()}

        self.database.read_now(work)


def _write_stations(connection: Connection) -> None:
    """The directory's side of the player's stations."""
    for each in STATIONS.values():
        values = {"pool_id": each.pool_id, "skills": json.dumps(sorted(each.skills))}
        connection.execute(update(t.station).where(t.station.c.id == each.id).values(values))


@pytest.mark.parametrize("seed", range(3))
def test_random_stories_through_the_store(store: Database, seed: int) -> None:
    rng = random.Random(seed)
    player = Player(StoredWorld.over(store, rng.choice([0.0, 120.0])), rng.choice)
    for _ in range(60):
        rng.choice(USUAL if rng.random() < 0.85 else OTHER)(player)
        player.check()
    player.finish()
    rows = store.read_now(lambda c: c.execute(select(t.call.c.state, t.call.c.outcome, t.call.c.cause)).all())
    assert rows
    assert all(row.state == "closed" and row.outcome and row.cause for row in rows)


def test_the_store_decides_exactly_as_the_core(store: Database) -> None:
    """The same story, in memory and in the database, ends in the same rows."""
    stored = StoredWorld.over(store, 120.0)
    memory = World(dict(stored.partners), calls=dict(stored.calls), stations=dict(stored.stations))
    for world in (stored, memory):
        rng = random.Random(7)
        player = Player(world, rng.choice)
        for _ in range(60):
            rng.choice(USUAL)(player)
    assert stored.calls == memory.calls
    assert stored.stations == memory.stations


# ---- the last word --------------------------------------------------------------------------------------------


def _call(call_id: str, kiosk_id: str, state: str, station_id: str | None) -> dict[str, Any]:
    return {
        "id": call_id,
        "request_id": call_id,
        "kiosk_id": kiosk_id,
        "partner_id": "caf",
        "state": state,
        "station_id": station_id,
        "queued_at": 1.0,
    }


@pytest.mark.parametrize("first", ["offered", "connecting", "in_call", "wrap_up"])
@pytest.mark.parametrize("second", ["offered", "connecting", "in_call", "wrap_up"])
def test_a_station_cannot_be_in_two_live_calls(store: Database, first: str, second: str) -> None:
    store.write_now(lambda c: c.execute(insert(t.call).values(_call("c1", "k-1", first, "caf-1"))))
    with pytest.raises(IntegrityError):
        store.write_now(lambda c: c.execute(insert(t.call).values(_call("c2", "k-2", second, "caf-1"))))


@pytest.mark.parametrize("first", ["queued", "offered", "connecting", "in_call"])
@pytest.mark.parametrize("second", ["queued", "offered", "connecting", "in_call"])
def test_a_kiosk_cannot_be_in_two_live_calls(store: Database, first: str, second: str) -> None:
    store.write_now(lambda c: c.execute(insert(t.call).values(_call("c1", "k-1", first, "caf-1"))))
    with pytest.raises(IntegrityError):
        store.write_now(lambda c: c.execute(insert(t.call).values(_call("c2", "k-1", second, "caf-2"))))


def _ready(store: Database) -> StoredWorld:
    world = StoredWorld.over(store, 120.0)
    for station_id, agent in zip(STATIONS, AGENTS, strict=True):
        partner_id = STATIONS[station_id].partner_id
        world.apply(partner_id, TakeStation(station_id, agent))
        world.apply(partner_id, SetRest(AtStation(station_id, 1), "available"))
    return world


def test_without_the_check_in_the_core_the_index_still_stops_a_second_call(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The core is made to forget its own check: the database alone keeps I2, and nothing is half written."""
    world = _ready(store)
    world.apply("caf", Place(Kiosk("k-1"), "caf", "r1", "c1"))
    monkeypatch.setattr(placing, "_refusal", lambda *_: None)
    before = (dict(world.calls), dict(world.stations))
    with pytest.raises(IntegrityError):
        world.apply("msa", Place(Kiosk("k-1"), "msa", "r2", "c2"))
    world._reload()
    assert before == (world.calls, world.stations)


def test_without_the_check_in_the_core_the_index_still_stops_a_second_station_call(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = _ready(store)
    monkeypatch.setattr("hub.core.routing.available", lambda board: [board.stations["caf-1"]])
    monkeypatch.setattr("hub.core.presence.move", lambda _board, station, *_a, **_k: station)
    world.apply("caf", Place(Kiosk("k-1"), "caf", "r1", "c1"))
    with pytest.raises(IntegrityError):
        world.apply("caf", Place(Kiosk("k-2"), "caf", "r2", "c2"))


def test_two_calls_may_swap_their_stations_in_one_decision(store: Database) -> None:
    """Both offers end at the same instant, and each call goes to the other's station."""
    world = _ready(store)
    for number in (1, 2):
        world.apply("caf", Place(Kiosk(f"k-{number}"), "caf", "r", f"c{number}"))
    before = {c.id: c.station_id for c in world.calls.values()}
    world.now += world.partners["caf"].offer_timeout_s
    world.look()
    after = {c.id: c.station_id for c in world.calls.values()}
    assert sorted(before.values()) == sorted(after.values()) == ["caf-1", "caf-2"]
    assert before["c1"] == after["c2"]


# ---- rows -------------------------------------------------------------------------------------------------------


def test_every_field_of_a_call_survives_the_database(store: Database) -> None:
    plain = Call("c1", "r1", "k-1", "caf", 1.5)
    full = replace(
        plain, state=CallState.CLOSED, motif_id="rsa", site_id="hambye", accompanied=True, language="en", priority=3,
        ahead=2, ticket_no=12, summons=1, summon_at=2.5, summon_expires_at=3.5, only_station_id="caf-2",
        waiting_since=4.5, alone_since=6.5, origin_partner_id="msa", origin_agent_id="a-msa-1",
        transfer_call_id="c2", transfer_to="partner:msa", transfer_state="ringing",
        only_pool_id="manche", origin_call_id="c0", is_announced=True, kiosk_node="n1", station_id="caf-1",
        agent_id="a-caf-1", offer_no=4, offer_expires_at=5.5, peer_no=6, kiosk_lost_at=7.5,
        kiosk_media=MediaState.WEAK, station_media=MediaState.LOST, media_at=8.5, accepted_at=9.5, connected_at=10.5,
        ended_at=11.5, wrap_up_expires_at=12.5, closed_at=13.5, outcome=Outcome.FAILED, cause=EndCause.MEDIA_LOST,
        resolution=Resolution.RESOLVED,
    )  # fmt: skip
    given = {"id", "request_id", "kiosk_id", "partner_id", "queued_at"}
    assert {name for name in Call.__slots__ if getattr(full, name) == getattr(plain, name)} == given

    def work(connection: Connection) -> Call | None:
        calls.insert_calls(connection, [replace(full, state=CallState.IN_CALL)])
        calls.update_calls(connection, [full])
        return calls.call(connection, "c1")

    assert store.write_now(work) == full


def test_every_field_of_a_station_survives_the_database(store: Database) -> None:
    found = store.read_now(lambda c: stations.stations_of(c, "caf"))["caf-1"]
    full = replace(
        found, state=StationState.OFFLINE, next_state="available", agent_id="a-caf-1", since=1.5, idle_since=2.5,
        missed_offers=3, epoch=4, lost_at=5.5, node_id="n1",
    )  # fmt: skip
    store.write_now(lambda c: stations.update_stations(c, [full]))
    assert store.read_now(lambda c: stations.stations_of(c, "caf"))["caf-1"] == full
    assert set(LiveStation.__slots__) == {c.name for c in t.station.columns} - {"name"}


def test_what_is_past_its_time_is_erased(store: Database) -> None:
    world = _ready(store)
    world.apply("caf", Place(Kiosk("k-1"), "caf", "r1", "c1"))
    world.apply("caf", HangUp(Kiosk("k-1"), "c1"))
    world.apply("caf", Place(Kiosk("k-2"), "caf", "r2", "c2"))
    later = world.now + events.KEPT_S + 1
    erased = store.write_now(lambda c: (events.purge(c, later), calls.purge(c, later)))
    assert erased[0] > 0
    assert erased[1] == 1
    # A call that lives is never erased, however old.
    assert store.read_now(lambda c: calls.call(c, "c2")) is not None
    assert store.write_now(lambda c: (events.purge(c, world.now), calls.purge(c, world.now))) == (0, 0)


def test_recent_waits_are_those_of_the_partner_in_order(store: Database) -> None:
    world = _ready(store)
    for number, (kiosk, partner_id, station_id) in enumerate(
        [("k-1", "caf", "caf-1"), ("k-2", "caf", "caf-2"), ("k-3", "msa", "msa-1")], start=1
    ):
        world.apply(partner_id, Place(Kiosk(kiosk), partner_id, "r", f"c{number}"))
        world.now += number
        world.apply(partner_id, Accept(AtStation(station_id, 1), f"c{number}", 1))
    assert store.read_now(lambda c: calls.recent_waits(c, "caf", world.now)) == [(1001.0, 1.0, 0), (1003.0, 2.0, 0)]


def test_a_request_about_nothing_is_rejected(store: Database) -> None:
    world = StoredWorld.over(store, 0.0)
    for request in (
        HangUp(Kiosk("k-1"), "none"),
        LoseKiosk(Kiosk("k-1"), "none"),
        LoseStation(AtStation("none", 1)),
        HearMedia(AtStation("none", 1), "none", 1, MediaState.CONNECTED),
    ):
        with pytest.raises(Rejected):
            world.apply("caf", request)


def test_events_hold_closed_words_only(store: Database) -> None:
    rng = random.Random(3)
    player = Player(StoredWorld.over(store, 120.0), rng.choice)
    for _ in range(60):
        rng.choice(USUAL)(player)
    rows = store.read_now(lambda c: c.execute(select(t.event)).all())
    assert {row.name for row in rows} <= {name.value for name in EventName}
    for row in rows:
        assert row.detail is None or all(c.islower() or c.isdigit() or c in ":_" for c in row.detail)


def test_an_acknowledged_write_is_on_the_disk(store: Database) -> None:
    """I4: another process sees what was committed, and a power cut does not undo it."""
    world = _ready(store)
    world.apply("caf", Place(Kiosk("k-1"), "caf", "r1", "c1"))
    other = Database(store.url)
    assert other.read_now(lambda c: c.execute(select(func.count()).select_from(t.call)).scalar()) == 1
    if store.is_shared:
        assert other.read_now(lambda c: c.exec_driver_sql("SHOW synchronous_commit").scalar()) == "on"
    else:
        assert other.read_now(lambda c: c.exec_driver_sql("PRAGMA synchronous").scalar()) == 2  # FULL
    other.close()
