"""Thousands of clients: what each weighs, how a tile reaches 2 800 kiosks, and how they all come back after a crash."""

import asyncio
import gc
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from kiosk.link.backoff import Backoff, loss_of
from tests.bench.hub_calls import join_all
from tests.bench.hub_clients import LeanKiosk, LeanStation, text
from tests.bench.hub_servers import Server

KIOSKS = 2_800
STATIONS = {f"p{number}": 500 for number in range(20)}
"""10 000 agents and 2 800 kiosks: the whole country, ten times over."""
SIZES = (2_000, 6_000, 12_800)
SMALL_SIZES = (1_000, 2_000)
AT_ONCE = 200
SETTLE_S = 3.0
IDLE_S = 10.0
"""One turn of keep-alives: who joined together is pinged together, and half a turn may hold all of them or none."""
PUSHES = 8
PUSH_EVERY_S = 1.25
BACK_S = 120.0
"""Who is not back by then is not coming."""


def crowd(server: Server, size: int) -> list[LeanKiosk | LeanStation]:
    """So many clients, kiosks and stations in the proportion of the whole."""
    kiosks = size * KIOSKS // (KIOSKS + sum(STATIONS.values()))
    names = [f"{partner}-{number}" for number in range(1, max(STATIONS.values()) + 1) for partner in STATIONS]
    return [
        *(server.kiosk(number) for number in range(1, kiosks + 1)),
        *(server.station(name, number) for number, name in enumerate(names[: size - kiosks])),
    ]


@dataclass(frozen=True)
class Weight:
    """Of a crowd that only is there."""

    size: int
    kb_each: float
    cpu_ms_per_s: float
    joined_per_s: float


async def weigh(server: Server, sizes: Sequence[int]) -> tuple[list[Weight], list[LeanKiosk | LeanStation]]:
    """Link more and more clients; the weights, and the clients, still linked."""
    everybody = crowd(server, max(sizes))
    random.Random(1).shuffle(everybody)
    first, rest = everybody[:20], everybody[20:]
    await join_all(first)
    await asyncio.sleep(2.0)
    base_mb, linked, weights = server.memory_mb(), len(first), []
    for size in sizes:
        batch, rest = rest[: size - linked], rest[size - linked :]
        began = time.perf_counter()
        await join_all(batch, AT_ONCE)
        took_s = time.perf_counter() - began
        linked = size
        gc.collect()
        await asyncio.sleep(SETTLE_S)
        before_s, before = server.cpu_s(), time.perf_counter()
        await asyncio.sleep(IDLE_S)
        idle = 1000 * (server.cpu_s() - before_s) / (time.perf_counter() - before)
        each = 1024 * (server.memory_mb() - base_mb) / (size - len(first))
        weights.append(Weight(size, each, idle, len(batch) / took_s))
    lost = sum(not client.is_linked for client in everybody)
    assert lost == 0, f"{lost} of {len(everybody)} idle clients were dropped"
    return weights, everybody


@dataclass
class Return:
    """How a crowd came back after `kill -9`. Seconds since the kill."""

    size: int
    ready_s: float
    back_s: list[float] = field(default_factory=list)
    failed_attempts: int = 0


async def restart(server: Server, everybody: Sequence[LeanKiosk | LeanStation]) -> Return:
    """Kill the server, start it at once; each client comes back as kiosks do, with full jitter."""
    chance = random.Random(2)
    found = Return(len(everybody), 0.0)
    returning: set[asyncio.Task[None]] = set()
    killed = time.perf_counter()

    async def come_back(client: LeanKiosk | LeanStation, backoff: Backoff) -> None:
        while True:
            await asyncio.sleep(backoff.pause_s(loss_of(None), 0.0))
            try:
                await client.join(15.0)
            except (OSError, TimeoutError):
                found.failed_attempts += 1
            else:
                found.back_s.append(time.perf_counter() - killed)
                return

    def lost(client: LeanKiosk | LeanStation) -> None:
        client.on_lost = lambda: None
        task = asyncio.create_task(come_back(client, Backoff(random.Random(chance.random()))))
        returning.add(task)
        task.add_done_callback(returning.discard)

    for client in everybody:
        client.on_lost = lambda client=client: lost(client)  # type: ignore[misc]
    await server.kill()
    killed = time.perf_counter()
    await server.start()
    found.ready_s = time.perf_counter() - killed
    until = time.perf_counter() + BACK_S
    while len(found.back_s) < found.size and time.perf_counter() < until:
        await asyncio.sleep(0.1)
    for task in list(returning):
        task.cancel()
    return found


@dataclass(frozen=True)
class Push:
    """One tile that changed, at all the kiosks. Milliseconds."""

    spread_ms: list[float]
    """From the first kiosk to the last, of each push."""
    last_ms: list[float]
    """From the agent's click to the last kiosk; the digest waits up to a second."""
    cpu_ms: float
    """Of the server, for one push to all of them."""


async def fan_out(server: Server, kiosks: int) -> Push:
    """An agent becomes available and goes away, again and again; every kiosk's tile follows."""
    everybody = [server.kiosk(number) for number in range(1, kiosks + 1)]
    station = server.station("p0-1", 1)
    await join_all([*everybody, station], AT_ONCE)
    arrivals: list[float] = []
    all_there = asyncio.Event()

    def raw(payload: bytes) -> bool:
        if b"partners_changed" not in payload[:64]:
            return False
        arrivals.append(time.perf_counter())
        if len(arrivals) == kiosks:
            all_there.set()
        return True

    for kiosk in everybody:
        kiosk.on_raw = raw
    await asyncio.sleep(SETTLE_S)
    spreads, lasts = [], []
    idle_before, began = server.cpu_s(), time.perf_counter()
    await asyncio.sleep(IDLE_S)
    idle_per_s = (server.cpu_s() - idle_before) / (time.perf_counter() - began)
    before, began = server.cpu_s(), time.perf_counter()
    for number in range(PUSHES):
        arrivals.clear()
        all_there.clear()
        clicked = time.perf_counter()
        state = {"state": "away", "away_reason": "break"} if number % 2 else {"state": "available"}
        station.send(text(type="set_availability", **state))
        async with asyncio.timeout(30):
            await all_there.wait()
        spreads.append(1000 * (arrivals[-1] - arrivals[0]))
        lasts.append(1000 * (arrivals[-1] - clicked))
        await asyncio.sleep(max(0.0, PUSH_EVERY_S - (time.perf_counter() - clicked)))
    used = server.cpu_s() - before - idle_per_s * (time.perf_counter() - began)
    for client in (*everybody, station):
        client.cut()
    return Push(spreads, lasts, 1000 * used / PUSHES)
