"""One run of the chaos: a network, hubs behind bad roads, parties, the disturber; then the drain, and the verdict."""

import asyncio
import json
import random
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, select

from hub.protocol import TransferTarget
from hub.store import tables as t
from hub.store.database import Database
from tests.chaos.checker import check
from tests.chaos.history import Entry, History
from tests.chaos.hubs import ChaosHub
from tests.chaos.kiosk import ChaosKiosk
from tests.chaos.nemesis import Cruelty, Deeds, Nemesis
from tests.chaos.party import Party
from tests.chaos.proxy import Proxy, Road
from tests.chaos.station import OFFER_S, ChaosStation
from tests.chaos.verdict import Verdict
from tests.fakes.postgres import PostgresServer
from tests.fakes.wide_network import ORIGIN, WideNetwork, write_wide_network

STATIONS = {"caf": 4, "msa": 3, "cpam": 2}
KIOSKS = 20
ROAD = Road(doubled=0.03, swapped=0.03)
DRAIN_S = 90.0
LOOK_S = 0.25
_LIVE = t.call.c.state != "closed"


@dataclass
class Report:
    """What a run showed."""

    seed: int
    verdict: Verdict
    deeds: Deeds
    seconds: float
    frames: tuple[int, int, int]
    """Carried, doubled, swapped."""
    crashes: int
    history: Path
    entries: list[Entry]


@dataclass(frozen=True)
class Setting:
    """Where a run takes place. `url` None: an SQLite file of its own."""

    hubs: int = 1
    url: str | None = None
    stop_database: Callable[[float], Awaitable[None]] | None = None


@contextmanager
def two_hubs() -> Iterator[Setting]:
    """A PostgreSQL server of its own, which the disturber may stop, and two hubs on it."""
    server = PostgresServer(durable=True)

    async def stop(seconds: float) -> None:
        await asyncio.to_thread(server.stop)
        await asyncio.sleep(seconds)
        await asyncio.to_thread(server.start)

    try:
        server.start()
        yield Setting(2, server.new_database(), stop)
    finally:
        server.close()


async def run(
    kills: int,
    seed: int,
    folder: Path,
    ports: Sequence[int],
    cruelty: Cruelty | None = None,
    setting: Setting | None = None,
    kiosks: int = KIOSKS,
    road: Road = ROAD,
    offer_timeout_s: int = round(OFFER_S),
    disturb: Callable[[Sequence[ChaosHub], History], Coroutine[Any, Any, None]] | None = None,
) -> Report:
    """Play, disturb, drain, judge. Logs and the history are left in `folder`.

    Args:
        kills: of the disturber's; without effect when `disturb` says what else to do to the hubs.
    """
    setting = setting or Setting()
    began = time.monotonic()
    file = None if setting.url is not None else folder / "hub.db"
    url = setting.url or f"sqlite:///{file}"
    network = write_wide_network(
        url, STATIONS, kiosks, offer_timeout_s=offer_timeout_s, wrap_up_s=2, missed_offers_limit=2, with_pools=True
    )
    hubs = [ChaosHub(f"hub-{number}", folder, url, port) for number, port in enumerate(ports[: setting.hubs], start=1)]
    proxies = [Proxy(hub.port, road, seed + number) for number, hub in enumerate(hubs)]
    history_file = folder / "history.jsonl"
    history = History(history_file)
    nemesis = Nemesis(
        hubs, proxies, history, random.Random(seed), cruelty or Cruelty(), file, stop_database=setting.stop_database
    )
    playing: list[asyncio.Task[None]] = []
    database = Database(url)
    try:
        for hub in hubs:
            await hub.start()
            await hub.ready()
        urls = [await proxy.open() for proxy in proxies]
        parties = _parties(network, urls, history, seed, kiosks)
        playing = [asyncio.create_task(party.run()) for party in parties]
        await _until_first_failure(disturb(hubs, history) if disturb else nemesis.kill_hubs(kills), playing)
        for proxy in proxies:
            proxy.road = Road()
        for party in parties:
            party.is_leaving = True
        history.did("nemesis", "drain")
        await _until_first_failure(_drained(database, parties), playing)
    finally:
        for task in playing:
            task.cancel()
        await asyncio.gather(*playing, return_exceptions=True)
        for proxy in proxies:
            await proxy.close()
        for hub in hubs:
            await hub.close()
        history.close()
    calls, events = database.read_now(rows_of)
    database.close()
    # With the history, all that the verdict was made of: it can be judged again.
    (folder / "rows.json").write_text(json.dumps({"calls": calls, "events": events}), encoding="utf-8")
    frames = tuple(sum(getattr(proxy, name) for proxy in proxies) for name in ("frames", "doubled", "swapped"))
    return Report(
        seed=seed,
        verdict=check(history.entries, calls, events, network.partner_of),
        deeds=nemesis.deeds,
        seconds=time.monotonic() - began,
        frames=(frames[0], frames[1], frames[2]),
        crashes=sum(hub.crashes() for hub in hubs),
        history=history_file,
        entries=history.entries,
    )


def _parties(network: WideNetwork, urls: Sequence[str], history: History, seed: int, kiosks: int) -> list[Party]:
    partners = list(STATIONS)
    parties: list[Party] = []
    for number in range(1, kiosks + 1):
        name = f"k-{number}"
        chance = random.Random(f"{seed} {name}")
        parties.append(ChaosKiosk(name, urls, history, chance, network.keys[name], partners))
    for station_id, partner_id in network.partner_of.items():
        colleagues = [other for other, theirs in network.partner_of.items() if theirs == partner_id != other]
        targets = [
            *(TransferTarget(kind="station", id=other) for other in colleagues if other != station_id),
            *(TransferTarget(kind="pool", id=pool) for pool in network.pools[partner_id]),
            *(TransferTarget(kind="partner", id=other) for other in partners if other != partner_id),
        ]
        chance = random.Random(f"{seed} {station_id}")
        cookie = network.cookies[station_id]
        parties.append(ChaosStation(station_id, urls, history, chance, cookie, ORIGIN, targets))
    return parties


async def _until_first_failure(work: Any, others: Sequence[asyncio.Task[None]]) -> None:
    """Await `work`; a party that fails meanwhile is a defect of the bench, and ends it."""
    task = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait([task, *others], return_when=asyncio.FIRST_COMPLETED)
        for each in done:
            each.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _drained(database: Database, parties: Sequence[Party]) -> None:
    """Wait until no call is live and nobody waits for one; gives up after a while: the verdict says what is left."""

    def live(connection: Connection) -> int:
        return connection.execute(select(func.count()).select_from(t.call).where(_LIVE)).scalar_one()

    until = time.monotonic() + DRAIN_S
    while time.monotonic() < until:
        await asyncio.sleep(LOOK_S)
        if all(party.is_idle for party in parties if isinstance(party, ChaosKiosk)) and await database.read(live) == 0:
            return


def rows_of(connection: Connection) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    calls = [dict(row._mapping) for row in connection.execute(select(t.call))]
    events = [dict(row._mapping) for row in connection.execute(select(t.event).order_by(t.event.c.id))]
    return calls, events


def temporary_folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="visio-chaos-")
