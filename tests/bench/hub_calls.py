"""Calls through a server: what one costs it, how long an usager waits for the ring, how many it can take, what relaying costs."""

import asyncio
import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.bench.hub_clients import CANDIDATE, CANDIDATES, SDP, LeanKiosk, LeanStation, text
from tests.bench.hub_servers import Server

PARTNERS = {f"p{number}": 20 for number in range(10)}
KIOSKS = 200
TALK_S = 0.3
RATE_PER_S = 50
CROWD = 60
"""Callers at once in the closed loop."""
JOINING = 100
SETTLE_S = 1.0


@dataclass
class Calls:
    """What was seen of some calls. Times in milliseconds."""

    cpu_ms: float = 0.0
    """Of the server, for one whole call."""
    to_offer_ms: list[float] = field(default_factory=list)
    to_accepted_ms: list[float] = field(default_factory=list)
    """From the request to the news, at the kiosk, that an agent answered."""
    per_s: float = 0.0
    done: int = 0
    skipped: int = 0
    """Calls that the open loop could not begin: every kiosk was still in one."""


class Desk:
    """Kiosks and stations of one server, joined; runs calls."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.kiosks: list[LeanKiosk] = []
        self.stations: list[LeanStation] = []
        self.seen = Calls()
        self._asked: dict[str, float] = {}
        self._idle: deque[LeanKiosk] = deque()
        self._goes_on = False
        self._talk_s = TALK_S
        self._numbers = 0
        self._live = 0
        self._quiet = asyncio.Event()

    async def open(self, kiosks: int, stations: Mapping[str, int]) -> None:
        names = [f"{partner}-{number}" for partner, count in stations.items() for number in range(1, count + 1)]
        self.kiosks = [self._server.kiosk(number) for number in range(1, kiosks + 1)]
        self.stations = [self._server.station(name, number) for number, name in enumerate(names)]
        await join_all([*self.kiosks, *self.stations])
        for station in self.stations:
            self._seat(station)
            station.send(text(type="set_availability", state="available"))
        for kiosk in self.kiosks:
            self._man(kiosk)
        self._idle.extend(self.kiosks)
        await asyncio.sleep(SETTLE_S)

    # ---- both sides of a call --------------------------------------------------------------------------------

    def _seat(self, station: LeanStation) -> None:
        def hear(kind: str, message: dict[str, Any]) -> None:
            if kind == "offer":
                card = message["card"]
                asked = self._asked.get(card["kiosk_name"].replace("Borne ", "k-"))
                if asked is not None:
                    self.seen.to_offer_ms.append(1000 * (time.perf_counter() - asked))
                station.send(text(type="accept_offer", call_id=card["call_id"], offer_no=message["offer_no"]))
            elif kind == "call_accepted":
                send_description(station, message["call_id"], "offer")
            elif kind == "call_ended":
                station.send(text(type="finish_wrap_up", call_id=message["call_id"], resolution="resolved"))

        station.hear = hear

    def _man(self, kiosk: LeanKiosk) -> None:
        def hear(kind: str, message: dict[str, Any]) -> None:
            if kind == "call_accepted":
                self.seen.to_accepted_ms.append(1000 * (time.perf_counter() - self._asked[kiosk.name]))
            elif kind == "description":
                call_id = message["call_id"]
                send_description(kiosk, call_id, "answer")
                kiosk.send(text(type="report_media", call_id=call_id, peer_no=1, state="connected"))
                asyncio.get_running_loop().call_later(
                    self._talk_s, kiosk.send, text(type="hang_up", call_id=call_id, cause="hung_up")
                )
            elif kind in ("call_ended", "call_refused"):
                self._ended(kiosk, is_done=kind == "call_ended")

        kiosk.hear = hear

    def _ended(self, kiosk: LeanKiosk, *, is_done: bool) -> None:
        self.seen.done += int(is_done)
        self._live -= 1
        if self._goes_on:
            self._place(kiosk)
        else:
            self._idle.append(kiosk)
        if self._live == 0:
            self._quiet.set()

    def _place(self, kiosk: LeanKiosk) -> None:
        self._numbers += 1
        self._live += 1
        self._quiet.clear()
        partners = list(PARTNERS)
        self._asked[kiosk.name] = time.perf_counter()
        partner_id = partners[self._numbers % len(partners)]
        kiosk.send(text(type="place_call", request_id=f"r{self._numbers}", partner_id=partner_id))

    # ---- runs ------------------------------------------------------------------------------------------------

    async def open_loop(self, seconds: float) -> Calls:
        """RATE_PER_S calls a second, whatever becomes of them."""
        self.seen, self._talk_s = Calls(), TALK_S
        before, began = self._server.cpu_s(), time.perf_counter()
        for number in range(round(RATE_PER_S * seconds)):
            await asyncio.sleep(max(0.0, began + number / RATE_PER_S - time.perf_counter()))
            if self._idle:
                self._place(self._idle.popleft())
            else:
                self.seen.skipped += 1
        await self._drained()
        return self._sum_up(before, began)

    async def closed_loop(self, seconds: float) -> Calls:
        """CROWD callers, each of which calls again as soon as it is over: as many as the server can take."""
        self.seen, self._talk_s = Calls(), 0.0
        before, began = self._server.cpu_s(), time.perf_counter()
        self._goes_on = True
        for _ in range(min(CROWD, len(self._idle))):
            self._place(self._idle.popleft())
        await asyncio.sleep(seconds)
        self._goes_on = False
        await self._drained()
        return self._sum_up(before, began)

    async def _drained(self) -> None:
        """Wait for the last calls, and for the last wrap-ups, which belong to them."""
        async with asyncio.timeout(60):
            if self._live:
                await self._quiet.wait()
        await asyncio.sleep(0.3)

    def _sum_up(self, cpu_before_s: float, began: float) -> Calls:
        self.seen.cpu_ms = 1000 * (self._server.cpu_s() - cpu_before_s) / max(1, self.seen.done)
        self.seen.per_s = self.seen.done / (time.perf_counter() - began - 0.3)
        return self.seen

    def close(self) -> None:
        for client in (*self.kiosks, *self.stations):
            client.cut()


def send_description(client: LeanKiosk | LeanStation, call_id: str, kind: str) -> None:
    """A description and its candidates, as a browser and a kiosk send them."""
    client.send(text(type="description", call_id=call_id, peer_no=1, description={"type": kind, "sdp": SDP}))
    candidate = {"candidate": CANDIDATE, "sdpMid": "0", "sdpMLineIndex": 0}
    for _ in range(CANDIDATES):
        client.send(text(type="candidate", call_id=call_id, peer_no=1, candidate=candidate))


async def join_all(clients: Sequence[LeanKiosk | LeanStation], at_once: int = JOINING) -> None:
    """Link them, so many at a time.

    Raises: OSError, TimeoutError.
    """
    turn = asyncio.Semaphore(at_once)

    async def join(client: LeanKiosk | LeanStation) -> None:
        async with turn:
            await client.join()

    await asyncio.gather(*(join(client) for client in clients))


@dataclass(frozen=True)
class Relayed:
    """Of one message through the server."""

    cpu_us: float
    ms: list[float]


async def relay(server: Server, rounds: int) -> Relayed:
    """One call, in which descriptions and candidates go back and forth; the cost of each message."""
    kiosk, station = server.kiosk(1), server.station("p0-1", 1)
    await join_all([kiosk, station])
    call: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    arrived = asyncio.Event()
    sent_at: list[float] = []
    seen_ms: list[float] = []
    left = 0

    def hear(kind: str, message: dict[str, Any]) -> None:
        nonlocal left
        if kind == "offer":
            station.send(text(type="accept_offer", call_id=message["card"]["call_id"], offer_no=message["offer_no"]))
        elif kind == "call_accepted" and not call.done():
            call.set_result(message["call_id"])
        elif kind in ("description", "candidate"):
            seen_ms.append(1000 * (time.perf_counter() - sent_at[-1]))
            left -= 1
            if left == 0:
                arrived.set()

    kiosk.hear = station.hear = hear
    station.send(text(type="set_availability", state="available"))
    await asyncio.sleep(SETTLE_S)
    kiosk.send(text(type="place_call", request_id="relay", partner_id="p0"))
    async with asyncio.timeout(20):
        call_id = await call
    await asyncio.sleep(0.2)
    before = server.cpu_s()
    for number in range(rounds):
        arrived.clear()
        left = 1 + CANDIDATES
        sent_at.append(time.perf_counter())
        send_description(station if number % 2 else kiosk, call_id, "offer")
        async with asyncio.timeout(20):
            await arrived.wait()
    cpu_us = 1e6 * (server.cpu_s() - before) / (rounds * (1 + CANDIDATES))
    kiosk.cut()
    station.cut()
    return Relayed(cpu_us, seen_ms)
