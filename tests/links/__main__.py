"""`python -m tests.links`: the profiles. `python -m tests.links PROFILE FILE.csv`: what a link of it saw, from its log."""

import sys
from pathlib import Path

from tests.links.metrics import each_second, of_way, plateaus_of
from tests.links.packet_log import Packet, Way, read_csv
from tests.links.profiles import PROFILES, Profile


def profiles() -> list[str]:
    """A line for each link."""
    return [f"{each.name:10} {each.duration_s:4.0f} s  {each.sentence} ({each.source})" for each in PROFILES.values()]


def seen(profile: Profile, packets: list[Packet]) -> list[str]:
    """A line for each second, then one for each stretch of a limited link; kbit/s and milliseconds."""
    lines = []
    for way, schedule in ((Way.UP, profile.up), (Way.DOWN, profile.down)):
        own = of_way(packets, way)
        lines.append(f"{way.name.lower()}: second, kbit/s offered, arrived, lost, 95 % queued less than")
        for each in each_second(own, zero_at=0.0, duration_s=profile.duration_s):
            lost = "" if each.lost_share is None else f"{each.lost_share:6.1%}"
            queued = "" if each.queued_p95_s is None else f"{each.queued_p95_s * 1000:6.0f} ms"
            rates = f"{each.offered_bps / 1000:8.0f} {each.arrived_bps / 1000:8.0f}"
            lines.append(f"{each.at_s:5.0f} {rates} {lost} {queued}".rstrip())
        for flat in plateaus_of(own, schedule, zero_at=0.0, duration_s=profile.duration_s):
            calm = "never" if flat.calm_after_s is None else f"after {flat.calm_after_s:.1f} s"
            lines.append(
                f"{flat.from_s:.0f}-{flat.to_s:.0f} s at {flat.rate_bps / 1000:.0f} kbit/s: {flat.used_share:.0%} used,"
                f" {flat.lost_share:.1%} lost, queue {flat.queued_p50_s * 1000:.0f}/{flat.queued_p95_s * 1000:.0f} ms"
                f" (p50/p95), below 300 ms {calm}"
            )
    return lines


def main(*words: str) -> int:
    """Print what was asked for."""
    if not words:
        print("\n".join(profiles()))
        return 0
    if len(words) != 2 or words[0] not in PROFILES or not Path(words[1]).is_file():
        print(__doc__, file=sys.stderr)
        return 2
    print("\n".join(seen(PROFILES[words[0]], read_csv(Path(words[1])))))
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
