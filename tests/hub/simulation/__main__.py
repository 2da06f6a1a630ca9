"""`python -m tests.hub.simulation`: the table of waits, for README. A minute or two of one core.

The first rows compare the hub with the Erlang C formula; the others are a day of a department's kiosks.
"""

import statistics
import sys

from tests.hub.simulation.fairness import inversions, longest_excess_s
from tests.hub.simulation.queueing import ideal_waits, mean_wait_s, waits_at_all
from tests.hub.simulation.runs import DEPARTMENT, OPEN_H, Centre, department_day, draw, play_centre

CENTRES = (
    Centre(1, 0.6, 300.0, 20_000, 21),
    Centre(3, 1.8, 300.0, 20_000, 22),
    Centre(6, 4.2, 300.0, 20_000, 23),
    Centre(12, 9.6, 480.0, 20_000, 24),
)
BATCHES = 20
DAYS = 10


def main() -> None:
    write = sys.stdout.write
    write(
        "| stations, load | calls | hub: mean wait | Erlang C | hub: waits at all | Erlang C | against the ideal queue |\n"
    )
    write("|---|---|---|---|---|---|---|\n")
    for centre in CENTRES:
        waits = play_centre(centre)
        size = len(waits) // BATCHES
        means = [statistics.fmean(waits[n * size : (n + 1) * size]) for n in range(BATCHES)]
        error = statistics.stdev(means) / BATCHES**0.5
        apart = max(abs(a - b) for a, b in zip(waits, ideal_waits(centre.stations, *draw(centre)), strict=True))
        share = sum(wait > 0 for wait in waits) / len(waits)
        write(
            f"| {centre.stations}, {centre.load} E | {centre.calls} | {statistics.fmean(waits):.1f} s ± {error:.1f} "
            f"| {mean_wait_s(centre.stations, centre.load, centre.talk_s):.1f} s | {share:.1%} "
            f"| {waits_at_all(centre.stations, centre.load):.1%} | {apart:.6f} s at most |\n"
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


if __name__ == "__main__":
    main()
