"""What calls cost the hub, how long a request waits for its offer, and what an idle client weighs."""

import asyncio
import gc
import time

from hub.protocol import (
    AcceptOffer,
    CallAccepted,
    CallEnded,
    Candidate,
    Description,
    FinishWrapUp,
    Offer,
    PlaceCall,
    RelayCandidate,
    RelayDescription,
    ReportMedia,
    Resolution,
    StationChanged,
    StationState,
)
from tests.bench.hub_process import MeasuredHub, join, measured_hub
from tests.bench.processes import cost, memory_mb
from tests.bench.statistics import percentile
from tests.bench.table import Row, row
from tests.fakes.hub_clients import FakeKiosk, FakeStation
from tests.fakes.running_hub import Clients

CALLERS = 10
CALLS_PER_RUN = 60
RUNS = 5
CANDIDATES = 10
RATE_PER_S = 10
RATE_CALLERS = 20
RATE_CALLS = 200
IDLE_KIOSKS, IDLE_STATIONS = 800, 200
SDP = "v=0\r\n" + "a=something-as-long-as-a-real-description:1 2 3 4 5 6 7 8\r\n" * 100
CANDIDATE = "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host generation 0 ufrag abcd network-cost 999"


async def measure() -> list[Row]:
    """Rows about the calls."""
    rows: list[Row] = []
    async with measured_hub(kiosks=CALLERS, stations=CALLERS) as (hub, clients):
        rows += await _set_ups(hub, clients)
    async with measured_hub(kiosks=RATE_CALLERS, stations=RATE_CALLERS) as (_, clients):
        rows += await _latency(clients)
    return rows


async def measure_clients() -> list[Row]:
    """The row about those that are only linked."""
    async with measured_hub(kiosks=IDLE_KIOSKS, stations=IDLE_STATIONS) as (hub, clients):
        return await _idle_memory(hub, clients)


async def _set_ups(hub: MeasuredHub, clients: Clients) -> list[Row]:
    kiosks, stations = await join(clients, kiosks=CALLERS, stations=CALLERS)
    names = {station.station_id: station for station in stations}
    await _whole_calls(kiosks, names, CALLERS)
    per_call_ms = []
    for _ in range(RUNS):
        before = cost(hub.processes()).total_s
        await _whole_calls(kiosks, names, CALLS_PER_RUN)
        per_call_ms.append(1000 * (cost(hub.processes()).total_s - before) / CALLS_PER_RUN)
    note = (
        f"{RUNS * CALLS_PER_RUN} calls: place, offer, accept, both descriptions, {CANDIDATES} candidates each way, "
        f"connected, hang up, wrap-up; {CALLERS} at a time, synchronous=FULL; each run is the mean of {CALLS_PER_RUN}"
    )
    return [row("hub: processor time per whole call", per_call_ms, "ms", target="<= 3 ms", note=note)]


async def _whole_calls(kiosks: list[FakeKiosk], stations: dict[str, FakeStation], count: int) -> None:
    """`count` calls, as many at a time as there are kiosks; any free station may be rung."""
    seats = [asyncio.create_task(_answer_for_ever(station)) for station in stations.values()]
    left = iter(range(count))

    async def caller(kiosk: FakeKiosk) -> None:
        for _ in left:
            await _call(kiosk)

    try:
        await asyncio.gather(*(caller(kiosk) for kiosk in kiosks))
        # The last wrap-ups belong to the calls, too.
        await asyncio.gather(*(_free(station) for station in stations.values()))
    finally:
        await _end(seats)


async def _call(kiosk: FakeKiosk) -> None:
    """The kiosk's side of one whole call."""
    queued = await kiosk.place_call("caf")
    call_id = queued.call_id
    await kiosk.expect(CallAccepted, lambda m: m.call_id == call_id)
    await kiosk.expect(RelayDescription, lambda m: m.call_id == call_id)
    await kiosk.send(_description(call_id, "answer"))
    for _ in range(CANDIDATES):
        await kiosk.send(_candidate(call_id))
        await kiosk.expect(RelayCandidate, lambda m: m.call_id == call_id)
    await kiosk.report(call_id)
    await kiosk.hang_up(call_id)
    await kiosk.expect(CallEnded, lambda m: m.call_id == call_id)
    kiosk.inbox.clear()


async def _answer_for_ever(station: FakeStation) -> None:
    """The station's side of one call after another."""
    while True:
        offer = await _next_offer(station)
        call_id = offer.card.call_id
        await station.send(AcceptOffer(call_id=call_id, offer_no=offer.offer_no))
        await station.expect(CallAccepted, lambda m, call_id=call_id: m.call_id == call_id)
        await station.send(_description(call_id, "offer"))
        for _ in range(CANDIDATES):
            await station.send(_candidate(call_id))
        await station.expect(ReportMedia, lambda m, call_id=call_id: m.call_id == call_id)
        await station.expect(CallEnded, lambda m, call_id=call_id: m.call_id == call_id)
        _forget(station)
        await station.send(FinishWrapUp(call_id=call_id, resolution=Resolution.RESOLVED))


async def _end(seats: list[asyncio.Task[None]]) -> None:
    """Stop the stations; one that failed before is why the calls did."""
    for seat in seats:
        seat.cancel()
    for found in await asyncio.gather(*seats, return_exceptions=True):
        if isinstance(found, Exception):
            raise found


def _forget(station: FakeStation) -> None:
    """Drop what was received, but an offer that came at once."""
    station.inbox = [message for message in station.inbox if isinstance(message, Offer)]


async def _next_offer(station: FakeStation) -> Offer:
    while True:
        try:
            return await station.expect(Offer)
        except AssertionError:
            assert station.close_code is None, "a station was cut off"


async def _free(station: FakeStation) -> None:
    """Wait until the station's last wrap-up is over."""
    changed = [m for m in station.inbox if isinstance(m, StationChanged)]
    if not changed or changed[-1].state is not StationState.AVAILABLE:
        await station.expect(StationChanged, lambda m: m.state is StationState.AVAILABLE)


def _description(call_id: str, kind: str) -> RelayDescription:
    return RelayDescription(call_id=call_id, peer_no=1, description=Description(type=kind, sdp=SDP))


def _candidate(call_id: str) -> RelayCandidate:
    candidate = Candidate(candidate=CANDIDATE, sdpMid="0", sdpMLineIndex=0)
    return RelayCandidate(call_id=call_id, peer_no=1, candidate=candidate)


async def _latency(clients: Clients) -> list[Row]:
    kiosks, stations = await join(clients, kiosks=RATE_CALLERS, stations=RATE_CALLERS)
    asked_s: dict[str, float] = {}
    waits_ms: list[float] = []

    async def answer(station: FakeStation) -> None:
        while True:
            offer = await _next_offer(station)
            now_s = time.perf_counter()
            waits_ms.append(1000 * (now_s - asked_s[offer.card.kiosk_name]))
            accept = AcceptOffer(call_id=offer.card.call_id, offer_no=offer.offer_no)
            await station.send(accept)
            await station.expect(CallEnded)
            _forget(station)
            await station.send(FinishWrapUp(call_id=offer.card.call_id, resolution=Resolution.RESOLVED))

    async def ask(kiosk: FakeKiosk, number: int) -> None:
        asked_s[f"Borne {kiosk.kiosk_id.partition('-')[2]}"] = time.perf_counter()
        await kiosk.send(PlaceCall(request_id=f"rate-{number}", partner_id="caf"))
        accepted = await kiosk.expect(CallAccepted)
        await kiosk.hang_up(accepted.call_id)
        await kiosk.expect(CallEnded)
        kiosk.inbox.clear()

    seats = [asyncio.create_task(answer(station)) for station in stations]
    calls: list[asyncio.Task[None]] = []
    began_s = time.perf_counter()
    try:
        for number in range(RATE_CALLS):
            await asyncio.sleep(max(0.0, began_s + number / RATE_PER_S - time.perf_counter()))
            kiosk = kiosks[number % len(kiosks)]
            if number >= len(kiosks):
                await calls[number - len(kiosks)]
            calls.append(asyncio.create_task(ask(kiosk, number)))
        await asyncio.gather(*calls)
    finally:
        await _end(seats)
    note = f"{RATE_PER_S} calls/s for {RATE_CALLS / RATE_PER_S:.0f} s, clients on the same cores; p99 of the same calls"
    return [
        row("hub: request to offer", waits_ms, "ms", note=note),
        Row("hub: request to offer, p99", round(percentile(waits_ms, 0.99), 2),
            (percentile(waits_ms, 0.95), max(waits_ms)), "ms", len(waits_ms), "<= 50 ms at 50 calls/s", "",
            "middle half column: p95 and worst"),
    ]  # fmt: skip


async def _idle_memory(hub: MeasuredHub, clients: Clients) -> list[Row]:
    await join(clients, kiosks=1, stations=1)
    before_mb = memory_mb(hub.processes())
    await clients.close()
    clients.made.clear()
    # Not free to be rung: each change of a station is told to all of its partner's, which is not what is weighed.
    await join(clients, kiosks=IDLE_KIOSKS, stations=IDLE_STATIONS, free=False)
    # Tiles are pushed once a second at most: let the last ones go.
    await asyncio.sleep(3.0)
    gc.collect()
    after_mb = memory_mb(hub.processes())
    count = IDLE_KIOSKS + IDLE_STATIONS - 2
    per_client_kb = 1024 * (after_mb - before_mb) / count
    note = (
        f"{IDLE_KIOSKS} kiosks and {IDLE_STATIONS} stations, all linked and idle, stations away; difference of proportional set size "
        f"({before_mb:.0f} MB with two, {after_mb:.0f} MB with all), what joining leaves behind included"
    )
    return [row("hub: memory per idle client", [per_client_kb], "kB", target="<= 30 kB", note=note)]
