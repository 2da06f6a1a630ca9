"""Two hubs on one PostgreSQL, one of them killed for good under load: who is back when, and was any call lost or doubled?"""

import asyncio
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.hub_servers import free_port
from tests.chaos.history import Entry, History, What
from tests.chaos.hubs import ChaosHub
from tests.chaos.proxy import Road
from tests.chaos.run import run, two_hubs
from tests.chaos.verdict import Verdict

KIOSKS = 60
BEFORE_S, AFTER_S = 8.0, 16.0
OFFER_S = 25
"""As usual: that a call rings again is the work of the other hub, not of the end of the offer."""
LINK_LOST_S = 1.0
"""Who loses its link so soon after the kill was linked to the hub that died."""

_NO_LONGER_RINGS = frozenset({"call_accepted", "offer_withdrawn", "station_changed", "welcome_station"})


@dataclass(frozen=True)
class Takeover:
    """What became of the clients and calls of the hub that died. Seconds since the kill."""

    back_s: list[float]
    offered_again_s: list[float]
    """Of calls that rang at a station of the dead hub."""
    verdict: Verdict


async def takeover(seed: int) -> Takeover:
    """One storm, one kill, nobody starts the dead hub again."""
    died: list[float] = []

    async def disturb(hubs: Sequence[ChaosHub], history: History) -> None:
        await asyncio.sleep(BEFORE_S)
        died.append(history.now())
        history.did("nemesis", "kill", hub=hubs[0].name)
        await hubs[0].kill()
        await asyncio.sleep(AFTER_S)

    # These hubs are not compared with anything: they may use every core.
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    with two_hubs() as setting, tempfile.TemporaryDirectory(prefix="visio-bench-") as folder:
        report = await run(
            0, seed, Path(folder), [free_port(), free_port()],
            setting=setting, kiosks=KIOSKS, road=Road(), offer_timeout_s=OFFER_S, disturb=disturb,
        )  # fmt: skip
    back, again = seen_after(report.entries, died[0])
    return Takeover(back, again, report.verdict)


def seen_after(entries: Sequence[Entry], killed: float) -> tuple[list[float], list[float]]:
    """When those who were cut off were welcome again, and when their ringing calls rang elsewhere. Pure."""
    cut_off = {e.who for e in entries if e.what is What.DOWN and killed <= e.at <= killed + LINK_LOST_S}
    rings: dict[str, str] = {}
    """By station: the call that rang there at the kill."""
    back: dict[str, float] = {}
    again: dict[str, float] = {}
    for entry in entries:
        if entry.what is not What.HEARD:
            continue
        if entry.at < killed:
            if entry.kind == "offer":
                rings[entry.who] = entry.facts["card.call_id"]
            elif entry.kind in _NO_LONGER_RINGS and entry.facts.get("state") != "offered":
                rings.pop(entry.who, None)
            continue
        if entry.kind in ("welcome_kiosk", "welcome_station") and entry.who in cut_off:
            back.setdefault(entry.who, entry.at - killed)
        waited_for = {call for station, call in rings.items() if station in cut_off}
        if entry.kind == "offer" and entry.facts["card.call_id"] in waited_for:
            again.setdefault(entry.facts["card.call_id"], entry.at - killed)
    return list(back.values()), list(again.values())
