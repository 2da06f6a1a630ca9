"""`make bench-media`: our kiosk and Chromium as a kiosk, in turn, on every profile; prints tables, writes build/bench.

    python -m tests.bench.media                                    all profiles, both kiosks: three quarters of an hour
    python -m tests.bench.media --quick                            five profiles of 30 s
    python -m tests.bench.media --only kiosk --profiles L2 --seconds 40     to tune: figures and the kiosk's own series

Nothing here passes or fails by a figure: the exit code is 1 only when something could not be measured.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bench import table
from tests.bench.media import made, report
from tests.bench.media.fitted import fitted
from tests.bench.media.ground import Ground
from tests.bench.media.run import SYSTEMS, Result, play
from tests.bench.media.series import as_text
from tests.links.profiles import PROFILES
from tests.repository.tree import ROOT
from tests.system.descendants import adopt_orphans, end_descendants

OUT = ROOT / "build" / "bench"
LONGEST_S = 40.0
"""Profiles that take longer are brought closer together; cuts keep their length."""
QUICK = ("CLEAN", "L2", "L5", "RUR-4G", "CUT-5")
QUICK_S = 30.0


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(prog="bench-media", description=__doc__.partition("\n")[0] if __doc__ else "")
    made.add_argument("--profiles", default="", metavar="L2,L5", help="only these profiles")
    made.add_argument("--profile", dest="profiles", help=argparse.SUPPRESS)
    made.add_argument("--only", choices=SYSTEMS, help="only this kiosk")
    made.add_argument("--seconds", type=float, help="length of each call")
    made.add_argument("--rounds", type=int, default=1, help="calls of each kiosk on each profile")
    made.add_argument("--quick", action="store_true", help=f"{', '.join(QUICK)}, {QUICK_S:.0f} s each")
    made.add_argument("--out", type=Path, default=OUT, help="where media.json, media.md and the calls' folders go")
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Measure; exit code 1 when something could not be measured, 2 for an unknown profile."""
    arguments = parser().parse_args(argv)
    names = [name for name in arguments.profiles.split(",") if name]
    names = names or (list(QUICK) if arguments.quick else list(PROFILES))
    unknown = [name for name in names if name not in PROFILES]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(PROFILES)}", file=sys.stderr)
        return 2
    adopt_orphans()
    about = table.machine()
    print(", ".join(f"{name}: {value}" for name, value in about.items()), flush=True)
    folder = arguments.out / "media"
    sources = made.sources(folder / "source")
    installation = made.install(folder / "installation")
    systems = [arguments.only] if arguments.only else list(SYSTEMS)
    results: list[Result] = []
    failed: list[str] = []
    for name in names:
        profile = PROFILES[name]
        longest = arguments.seconds or (QUICK_S if arguments.quick else LONGEST_S)
        cuts_s = sum(getattr(event, "for_s", 0.0) for event in profile.events)
        seconds = min(profile.duration_s, longest + cuts_s) if arguments.seconds is None else arguments.seconds
        began = time.monotonic()
        try:
            with Ground(folder / name, fitted(profile, seconds), sources, installation, seed=1) as ground:
                for number in range(arguments.rounds):
                    # Who goes first changes: what a call leaves behind must not always fall on the same one.
                    for system in systems if number % 2 == 0 else systems[::-1]:
                        try:
                            results.append(
                                play(ground, system, folder / name / f"{system}-{number + 1}", seconds, sources)
                            )
                        except (AssertionError, OSError, ValueError) as error:
                            failed.append(f"{name}, {system}: {type(error).__name__}: {error}")
                            print(failed[-1], file=sys.stderr, flush=True)
                            raise
                        print("\n".join(report.alone(results[-1])), flush=True)
                        if arguments.only == "kiosk":
                            print(as_text(folder / name / f"kiosk-{number + 1}" / "rehearsal.json"), flush=True)
        except (AssertionError, OSError, ValueError) as error:
            if not failed or not failed[-1].startswith(f"{name},"):
                failed.append(f"{name}: {type(error).__name__}: {error}")
                print(failed[-1], file=sys.stderr, flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    left = end_descendants()
    if left:
        failed.append(f"processes were left behind and ended by force: {', '.join(left)}")
    text = report.write(arguments.out, results, failed, {**about, "load at the end": table.machine()["load"]})
    if arguments.only is None:
        print(text)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
