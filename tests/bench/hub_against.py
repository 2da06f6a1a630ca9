"""`make bench-hub`: the hub beside a Socket.IO server that does the same job, in one run, one after the other again and again.

Writes build/bench/hub.json. Nothing here passes or fails by a time: the exit code is 1 only when a measure could not be
taken. The server runs on one core, the load on the other; processor time is the kernel's count of the server's process.
"""

import argparse
import asyncio
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import uvloop

from tests.bench import hub_calls, hub_crowd, hub_pair, table
from tests.bench.hub_calls import Calls, Desk, Relayed
from tests.bench.hub_crowd import Push, Return, Weight
from tests.bench.hub_servers import DURABLE, HUB, MEMORY, prepare_load, serving
from tests.bench.statistics import percentile
from tests.bench.table import Row, row
from tests.system.descendants import adopt_orphans, end_descendants

OUT = Path(__file__).resolve().parents[2] / "build" / "bench"
QUIET_LOAD = 0.5
LIMIT_S = 14 * 60
"""Then what was measured is printed, and the rest counts as not taken."""
ROUNDS_WITHIN_S = 11 * 60
"""No further round of the crowd is begun when it would end later than that."""
ALL = (HUB, MEMORY, DURABLE)
PAIR = (HUB, MEMORY)
"""Where the peer writes nothing, there is nothing to make durable."""


class Plan:
    """How much of each."""

    def __init__(self, *, quick: bool) -> None:
        self.began = time.monotonic()
        self.repeats = 1 if quick else 3
        self.crowd_repeats = 1 if quick else 3
        self.pairs = 1 if quick else 2
        self.open_s = 5.0 if quick else 8.0
        self.closed_s = 3.0 if quick else 5.0
        self.relays = 100 if quick else 300
        self.sizes = hub_crowd.SMALL_SIZES if quick else hub_crowd.SIZES
        self.pushed_to = 1_000 if quick else hub_crowd.KIOSKS

    def has_time_for(self, round_s: float) -> bool:
        """Whether another round that takes so long may begin."""
        return time.monotonic() + round_s < self.began + ROUNDS_WITHIN_S


async def calls(plan: Plan) -> list[Row]:
    """A steady 50 calls a second, then as many as can be."""
    steady: dict[str, list[Calls]] = {kind: [] for kind in ALL}
    crowded: dict[str, list[Calls]] = {kind: [] for kind in ALL}
    for _ in range(plan.repeats):
        for kind in ALL:
            async with serving(kind, hub_calls.PARTNERS, hub_calls.KIOSKS) as server:
                desk = Desk(server)
                await desk.open(hub_calls.KIOSKS, hub_calls.PARTNERS)
                await desk.open_loop(1.0)
                steady[kind].append(await desk.open_loop(plan.open_s))
                crowded[kind].append(await desk.closed_loop(plan.closed_s))
                desk.close()
    rows = [
        *_versus("processor time per whole call at 50 calls/s", "ms", "<= 3 ms", steady, lambda c: [c.cpu_ms], ALL),
        *_versus("request to offer, p50 at 50 calls/s", "ms", "", steady, lambda c: [percentile(c.to_offer_ms, 0.5)], ALL),
        *_versus("request to offer, p99 at 50 calls/s", "ms", "<= 50 ms", steady, lambda c: [percentile(c.to_offer_ms, 0.99)], ALL),
        *_versus("request to accepted, p50 at 50 calls/s", "ms", "", steady, lambda c: [percentile(c.to_accepted_ms, 0.5)], ALL),
        *_versus("request to accepted, p99 at 50 calls/s", "ms", "", steady, lambda c: [percentile(c.to_accepted_ms, 0.99)], ALL),
        *_versus("whole calls per second, at most", "calls/s", "", crowded, lambda c: [c.per_s], ALL),
        *_versus("processor time per whole call, at most", "ms", "", crowded, lambda c: [c.cpu_ms], ALL),
    ]  # fmt: skip
    skipped = sum(seen.skipped for seen in steady[HUB])
    if skipped:
        rows[0] = Row(**{**rows[0].__dict__, "note": f"{skipped} calls could not begin: every kiosk was still in one"})
    return rows


async def relay(plan: Plan) -> list[Row]:
    """Descriptions and candidates of one call."""
    seen: dict[str, list[Relayed]] = {kind: [] for kind in PAIR}
    for _ in range(plan.repeats):
        for kind in PAIR:
            async with serving(kind, {"p0": 2}, 2) as server:
                seen[kind].append(await hub_calls.relay(server, plan.relays))
    return [
        *_versus("relay: processor time per message", "us", "<= 100 us", seen, lambda r: [r.cpu_us], PAIR),
        *_versus("relay: p99 of a burst of eleven", "ms", "<= 5 ms", seen, lambda r: [percentile(r.ms, 0.99)], PAIR),
    ]


async def fan_out(plan: Plan) -> list[Row]:
    """One tile to every kiosk."""
    seen: dict[str, list[Push]] = {kind: [] for kind in PAIR}
    for _ in range(plan.repeats):
        for kind in PAIR:
            async with serving(kind, {"p0": 2}, plan.pushed_to) as server:
                seen[kind].append(await hub_crowd.fan_out(server, plan.pushed_to))
    to = f"a tile to {plan.pushed_to} kiosks"
    return [
        *_versus(f"{to}: processor time", "ms", "", seen, lambda p: [p.cpu_ms], PAIR),
        *_versus(f"{to}: first to last, p99", "ms", "", seen, lambda p: [percentile(p.spread_ms, 0.99)], PAIR),
    ]


async def crowds(plan: Plan) -> list[Row]:
    """What idle clients weigh, and how they come back."""
    weights: dict[str, dict[int, list[Weight]]] = {kind: {size: [] for size in plan.sizes} for kind in PAIR}
    returns: dict[str, list[Return]] = {kind: [] for kind in PAIR}
    round_s = 0.0
    for number in range(plan.crowd_repeats):
        if number and not plan.has_time_for(round_s):
            break
        began = time.monotonic()
        for kind in PAIR:
            async with serving(kind, hub_crowd.STATIONS, hub_crowd.KIOSKS) as server:
                found, everybody = await hub_crowd.weigh(server, plan.sizes)
                for weight in found:
                    weights[kind][weight.size].append(weight)
                returns[kind].append(await hub_crowd.restart(server, everybody))
                for client in everybody:
                    client.cut()
        round_s = time.monotonic() - began
    rows: list[Row] = []
    for size in plan.sizes:
        of = {kind: weights[kind][size] for kind in PAIR}
        rows += _versus(f"memory per idle client at {size}", "kB", "<= 30 kB", of, lambda w: [w.kb_each], PAIR)
    largest = {kind: weights[kind][max(plan.sizes)] for kind in PAIR}
    rows += _versus(
        f"{max(plan.sizes)} idle clients: processor time", "ms/s", "", largest, lambda w: [w.cpu_ms_per_s], PAIR
    )
    rows += _versus("clients joining, per second", "/s", "", largest, lambda w: [w.joined_per_s], PAIR)
    size = max(plan.sizes)
    for share, target in ((0.5, ""), (0.99, "<= 20 s"), (1.0, "")):
        name = f"kill -9, {size} clients: {share:.0%} back"
        rows += _versus(name, "s", target, returns, lambda r, share=share: [_back(r, share)], PAIR)  # type: ignore[misc]
    rows += _versus(f"kill -9, {size} clients: ready again", "s", "", returns, lambda r: [r.ready_s], PAIR)
    missing = {kind: sum(r.size - len(r.back_s) for r in returns[kind]) for kind in PAIR}
    attempts = {kind: sum(r.failed_attempts for r in returns[kind]) for kind in PAIR}
    note = f"never back: {missing}; attempts that failed: {attempts}"
    return [*rows[:-1], Row(**{**rows[-1].__dict__, "note": note})]


async def pair(plan: Plan) -> list[Row]:
    """Two hubs on one PostgreSQL, one of them killed."""
    seen = [await hub_pair.takeover(seed) for seed in range(1, plan.pairs + 1)]
    prepare_load()
    back = [second for each in seen for second in each.back_s]
    again = [second for each in seen for second in each.offered_again_s]
    faults = [fault for each in seen for fault in each.verdict.faults()]
    calls = sum(each.verdict.counts["acknowledged"] for each in seen)
    what = "two hubs on PostgreSQL, one killed"
    found = f"{calls} calls judged from outside; {'; '.join(faults[:5]) or 'none lost, doubled or strange'}"
    rows = [
        row(
            f"{what}: its clients back at the other", back, "s", note=f"worst {max(back):.1f} s; full jitter up to 1 s"
        ),
        Row(f"{what}: calls lost, doubled, strange", len(faults), (0, 0), "", len(seen), "0", note=found),
    ]
    if again:
        note = f"worst {max(again):.1f} s"
        rows.append(row(f"{what}: calls that rang there ring again", again, "s", target="<= 10 s", note=note))
    return rows


def _back(found: Return, share: float) -> float:
    """When that share was back; the limit, when it never was."""
    wanted = max(1, round(share * found.size))
    return sorted(found.back_s)[wanted - 1] if len(found.back_s) >= wanted else hub_crowd.BACK_S


def _versus(
    name: str,
    unit: str,
    target: str,
    seen: dict[str, list[object]],
    value: Callable[..., list[float]],
    kinds: Sequence[str],
) -> list[Row]:
    """One row, ours beside the first peer; one more for each other peer."""
    values = {kind: [number for each in seen[kind] for number in value(each)] for kind in kinds}
    rows = []
    for peer in kinds[1:]:
        shown = name if peer == kinds[1] else f"  idem, beside {peer}"
        rows.append(row(shown, values[HUB], unit, target=target, peer=values[peer], peer_name=peer))
    return rows


PARTS: dict[str, Callable[[Plan], Awaitable[list[Row]]]] = {
    "calls": calls,
    "relay": relay,
    "fan-out": fan_out,
    "pair": pair,
    "crowd": crowds,
}


async def take(names: Sequence[str], plan: Plan) -> tuple[list[Row], list[str]]:
    """The rows, and what could not be measured."""
    rows: list[Row] = []
    failed: list[str] = []
    until = time.monotonic() + LIMIT_S
    for name in names:
        began = time.monotonic()
        print(f"measuring: {name}", flush=True)
        try:
            async with asyncio.timeout(max(1.0, until - time.monotonic())):
                rows += await PARTS[name](plan)
        except Exception as error:  # noqa: BLE001 - the other measures are still worth taking
            traceback.print_exc()
            failed.append(f"{name}: {type(error).__name__}: {error}")
        print(f"measured: {name}, in {time.monotonic() - began:.0f} s", flush=True)
    return rows, failed


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; exit code 1 when something could not be measured."""
    parser = argparse.ArgumentParser(prog="bench-hub", description="Measure the hub beside a Socket.IO server.")
    parser.add_argument("--quick", action="store_true", help="two minutes: smaller crowds, no repeats")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--out", type=Path, default=OUT)
    arguments = parser.parse_args(argv)
    adopt_orphans()
    about = table.machine()
    print(", ".join(f"{key}: {value}" for key, value in about.items()), flush=True)
    if float(about["load"]) > QUIET_LOAD:
        print(f"The machine is not quiet (load {about['load']}): times will be longer than they are.", flush=True)
    prepare_load()
    rows, failed = uvloop.run(take(arguments.only, Plan(quick=arguments.quick)))
    left = end_descendants()
    if left:
        failed.append(f"processes were left behind and ended by force: {', '.join(left)}")
    file = arguments.out / ("hub-quick.json" if arguments.quick else "hub.json")
    table.write(file, rows, failed, about)
    print(f"\n{table.as_text(rows)}\n\n{file}")
    for each in failed:
        print(f"NOT MEASURED: {each}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
