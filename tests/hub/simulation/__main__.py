"""`python -m tests.hub.simulation`: the table of waits, for README. A minute or two of one core.

The first rows compare the hub, call by call, with an ideal first-come-first-served queue, and both with the Erlang C
formula (± one standard error, from batch means); the others are days of a department's kiosks.
"""

import statistics
import sys
from dataclasses import replace

from tests.hub.simulation.fairness import inversions, longest_excess_s
from tests.hub.simulation.queueing import ideal_waits, mean_wait_s, waits_at_all
from tests.hub.simulation.runs import DEPARTMENT, OPEN_H, Centre, department_day, draw, play_centre

CENTRES = (
    Centre(1, 0.6, 300.0, 20_000, 21),
    Centre(3, 1.8, 300.0, 20_000, 22),
    Centre(6, 4.2, 300.0, 20_000, 23),
    Centre(12, 9.6, 480.0, 20_000, 24),
)
LONG = 2_000_000
"""Calls of the ideal queue, which costs a thousandth of the hub: its error is ten times smaller."""
BATCHES = 10
DAYS = 10


def main() -> None:
    write = sys.stdout.write
    write(
        "| stations, load | mean wait: hub | ideal queue | Erlang C | who waits: hub | ideal queue | Erlang C | hub against ideal |\n"
    )
    write("|---|---|---|---|---|---|---|---|\n")
    for centre in CENTRES:
        waits = play_centre(centre)
        apart = max(abs(a - b) for a, b in zip(waits, ideal_waits(centre.stations, *draw(centre)), strict=True))
        long = ideal_waits(centre.stations, *draw(replace(centre, calls=LONG)))
        write(
            f"| {centre.stations}, {centre.load} E | {_mean(waits)} | {_mean(long)} "
            f"| {mean_wait_s(centre.stations, centre.load, centre.talk_s):.1f} s | {_share(waits)} | {_share(long)} "
            f"| {waits_at_all(centre.stations, centre.load):.1%} | {apart:.6f} s apart at most |\n"
        )
    days = [department_day(seed) for seed in range(DAYS)]
    write(f"\n{DAYS} days of {OPEN_H} h, 40 kiosks, 12 stations, 6 partners:\n\n")
    write("| partner, stations | calls a day | wait p50 | wait p90 | longest | occupancy | unexplained wait |\n")
    write("|---|---|---|---|---|---|---|\n")
    for kind in DEPARTMENT:
        mine = [[each for each in day.served if each.partner_id == kind.partner.id] for day in days]
        waits = sorted(each.wait_s for day in mine for each in day)
        excess = max(longest_excess_s(day, kind.stations) for day in mine)
        busy = statistics.fmean(day.occupancy(kind.partner.id) for day in days)
        write(
            f"| {kind.partner.id}, {kind.stations} | {len(waits) / DAYS:.0f} | {waits[len(waits) // 2]:.0f} s "
            f"| {waits[len(waits) * 9 // 10]:.0f} s | {waits[-1]:.0f} s | {busy:.0%} | {max(0.0, excess):.3f} s |\n"
        )
    write(
        f"\ncalls overtaken inside their class, or beyond its head start: {sum(inversions(d.served) for d in days)}\n"
    )
    write(f"usagers who found the kiosk in use: {sum(day.turned_away for day in days) / DAYS:.0f} a day\n")


def _mean(waits: list[float]) -> str:
    size = len(waits) // BATCHES
    means = [statistics.fmean(waits[n * size : (n + 1) * size]) for n in range(BATCHES)]
    return f"{statistics.fmean(waits):.1f} s ± {statistics.stdev(means) / BATCHES**0.5:.1f}"


def _share(waits: list[float]) -> str:
    return f"{sum(wait > 0 for wait in waits) / len(waits):.1%}"


if __name__ == "__main__":
    main()
