"""What is measured on the stage: calls, touches, processor, memory, start; ours and Chromium's in turn."""

import time
from pathlib import Path

import numpy as np

from tests.bench.bench_stage import BenchStage
from tests.bench.call_runs import OurKiosk, PeerKiosk, Reached, answered, picture_size
from tests.bench.processes import cost, family, memory_mb, share_of_a_core
from tests.bench.statistics import percentile
from tests.bench.table import Row, row
from tests.bench.touching import reactions_ms, target_of

CALLS = 6
COST_CALLS = 3
"""In so many of the calls of each kiosk, what the call costs is looked at."""
SETTLE_S = 6.0
COST_S = 8.0
STARTS = 6
PAPER = (250, 250, 247)
ACTION = (11, 74, 96)
"""Ground and buttons of the kiosk's screens (kiosk/ui/qml/Theme.qml)."""
FOUR = (("agent_sees", "agent sees the usager"), ("agent_hears", "agent hears the usager"),
        ("usager_sees", "usager sees the agent"), ("usager_hears", "usager hears the agent"))  # fmt: skip


class Costs:
    """What one kind of kiosk costs, over its calls."""

    def __init__(self) -> None:
        self.reached: list[Reached] = []
        self.cpu: list[float] = []
        self.painting: list[float] = []
        self.memory: list[float] = []
        self.sizes: set[str] = set()


def measure(out: Path) -> list[Row]:
    """All rows about the whole system; the stage stands for some four minutes."""
    with BenchStage(out) as stage:
        ours, peer = OurKiosk(stage), PeerKiosk(stage)
        idle_mb = [memory_mb(family(stage.kiosk.pid))]
        touch_ms = _touches_before_the_call(stage)
        costs = {ours.name: Costs(), peer.name: Costs()}
        in_call_ms: list[float] = []
        for number in range(CALLS):
            for kiosk in (ours, peer) if number % 2 == 0 else (peer, ours):
                costs_of = costs[kiosk.name]
                kiosk.rings()
                costs_of.reached.append(answered(stage, kiosk))
                if number < COST_CALLS:
                    _look_at_costs(stage, kiosk, costs_of)
                if kiosk is ours and number == COST_CALLS:
                    in_call_ms = _touches_in_the_call(stage)
                kiosk.leaves()
                stage.agent.wraps_up()
                print(f"    call {number + 1} of {CALLS}, {kiosk.name}: {costs_of.reached[-1]}", flush=True)
        starts_ms, ready_ms, after_start_mb = _starts(stage)
        idle_mb += after_start_mb
    rows = _reached_rows(costs[ours.name], costs[peer.name])
    rows += _start_rows(starts_ms, ready_ms)
    rows += _cost_rows(costs[ours.name], costs[peer.name], idle_mb)
    rows += _touch_rows(touch_ms, in_call_ms)
    return rows


def _look_at_costs(stage: BenchStage, kiosk: OurKiosk | PeerKiosk, costs: Costs) -> None:
    time.sleep(SETTLE_S)
    pids = family(kiosk.pid)
    before = cost(pids)
    time.sleep(COST_S)
    after = cost(pids)
    costs.cpu.append(share_of_a_core(before, after))
    costs.painting.append(share_of_a_core(before, after, "llvmpipe"))
    costs.memory.append(memory_mb(pids))
    costs.sizes.add(picture_size(stage))


def _touches_before_the_call(stage: BenchStage) -> list[float]:
    target = target_of(stage.usager.screen, "Toucher ici pour commencer")
    return reactions_ms(stage.finger, stage.screen, target, _beside(target))


def _touches_in_the_call(stage: BenchStage) -> list[float]:
    target = target_of(stage.usager.screen, "^Terminer l'appel$")
    return reactions_ms(stage.finger, stage.screen, target, _beside(target))


def _beside(target: tuple[int, int, int, int]) -> tuple[int, int]:
    # The top left corner of the screens holds no button.
    assert target[0] > 2 or target[1] > 2, "the target is in the corner"
    return 1, 1


def _starts(stage: BenchStage) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds from the command to the first painted screen, and to the one that may be touched; then MB."""
    painted_ms, ready_ms, memory = [], [], []
    stage.finger.move(1, 1)
    for _ in range(STARTS):
        stage.kiosk.end()
        stage.screen.wait(lambda: not _has(stage, PAPER, 100), within_s=10)
        began_s = time.monotonic()
        stage.kiosk.start()
        painted_ms.append(1000 * (stage.screen.wait(lambda: _has(stage, PAPER, 4000), within_s=60) - began_s))
        # Only the first screen of a kiosk that the hub knows has its large button.
        ready_ms.append(1000 * (stage.screen.wait(lambda: _has(stage, ACTION, 600), within_s=60) - began_s))
        time.sleep(3.0)
        memory.append(memory_mb(family(stage.kiosk.pid)))
    return painted_ms, ready_ms, memory


def _has(stage: BenchStage, colour: tuple[int, int, int], least: int) -> bool:
    """Whether so many of the sampled pixels (160 x 90) have this colour, to the shade."""
    sample = stage.screen.sample().astype(np.int16)
    return int((np.abs(sample - np.array(colour)).max(axis=2) <= 3).sum()) >= least


def _reached_rows(ours: Costs, peer: Costs) -> list[Row]:
    rows = []
    for field, words in FOUR:
        values = [getattr(each, field) for each in ours.reached]
        theirs = [getattr(each, field) for each in peer.reached]
        rows.append(
            row(f"accept: {words}", values, "ms", target="<= 1000 ms (p95)", peer=theirs, peer_name="Chromium",
                note=f"worst of ours {max(values):.0f} ms, of Chromium's {max(theirs):.0f} ms")
        )  # fmt: skip
    rows[0] = Row(
        **{
            **vars(rows[0]),
            "note": "from the click on « Répondre »; real hub, station page and loopback; first picture that is not "
            f"black, first sound out of headset or loudspeaker; {rows[0].note}",
        }
    )
    return rows


def _start_rows(painted_ms: list[float], ready_ms: list[float]) -> list[Row]:
    return [
        row("start: first screen painted", painted_ms, "ms", target="<= 2000 ms",
            note="from the command to the first pixels on the display, seen from outside; files already in memory"),
        row("start: first screen that can be touched", ready_ms, "ms", note="linked to the hub, tiles live"),
    ]  # fmt: skip


def _cost_rows(ours: Costs, peer: Costs, idle_mb: list[float]) -> list[Row]:
    painting = percentile(ours.painting, 0.5)
    both_paint = (
        f"process trees, both with a 1280x720 window painted in software; ours sends {', '.join(sorted(ours.sizes))}, "
        f"Chromium {', '.join(sorted(peer.sizes))}"
    )
    return [
        row("kiosk: processor in a 720p call", ours.cpu, "% of a core", target="<= 60 %", peer=peer.cpu,
            peer_name="Chromium", note=both_paint),
        row("kiosk: the same without painting threads", [total - part for total, part in
            zip(ours.cpu, ours.painting, strict=True)], "% of a core", target="<= 60 %",
            note=f"llvmpipe, which a graphics chip replaces, takes {painting:.0f} % of a core by itself"),
        row("kiosk: memory in a call", ours.memory, "MB", peer=peer.memory, peer_name="Chromium", note="PSS of the tree"),
        row("kiosk: memory when idle", idle_mb, "MB", note="PSS, first screen shown"),
    ]  # fmt: skip


def _touch_rows(touch_ms: list[float], in_call_ms: list[float]) -> list[Row]:
    rows = []
    for words, values in (("first screen", touch_ms), ("in a call", in_call_ms)):
        tail = percentile(values, 0.95)
        rows.append(row(f"touch to visible reaction, {words}", values, "ms", target="<= 50 ms"))
        rows.append(Row(f"touch to visible reaction, {words}, p95", round(tail, 1), (tail, tail), "ms", len(values),
                        "<= 50 ms", "", f"worst {max(values):.0f} ms"))  # fmt: skip
    return rows
