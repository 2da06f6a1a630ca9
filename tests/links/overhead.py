"""What the emulator itself costs: `python -m tests.links.overhead`.

Delays are from one program to another, through the link and, for comparison, over the loopback of one end: the difference
is the emulator's. Run it on a quiet machine; on a busy one it says how late the bridge is there.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench.statistics import percentile
from tests.fakes.child import Child
from tests.links.addresses import HUB, KIOSK
from tests.links.emulator import EmulatedLink, End
from tests.links.impairment import Impairment
from tests.links.profiles import Profile, steady

PORT = 9100
RATE_BPS, SIZE, FOR_S = 2e6, 1200, 10.0
DELAY_S = 0.050


def main() -> int:
    """Measure, print, and fail only when a measure cannot be taken."""
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {RATE_BPS / 1e6:.0f} Mbit/s of {SIZE} bytes")
    with tempfile.TemporaryDirectory(prefix="visio-overhead-") as name:
        folder = Path(name)
        plain = Profile("empty", "No limit.", "ours", steady(Impairment()), steady(Impairment()))
        with EmulatedLink(folder / "empty", plain) as link:
            print(f"priority of the bridge: {link.priority}")
            _say("over a loopback", _trips(link, folder, "net", HUB))
            busy_s = _cpu_of(link, lambda: _say("through an empty link", _trips(link, folder, "kiosk", HUB)))
            print(f"  the bridge used {busy_s / FOR_S:.1%} of a core")
            seen: list[float] = []
            busy_s = _cpu_of(link, lambda: seen.append(_most(link, folder)))
            print(f"most that TCP carried: {seen[0] / 1e6:.0f} Mbit/s; the bridge used {busy_s / 5:.0%} of a core")
            print(f"packets that no one saw: {link.unseen_drops()}")
        far = Profile("far", "50 ms.", "ours", steady(Impairment(delay_s=DELAY_S)), steady(Impairment(delay_s=DELAY_S)))
        with EmulatedLink(folder / "far", far) as link:
            _say("beyond the 50 ms of a link", [trip - DELAY_S for trip in _trips(link, folder, "kiosk", HUB)])
            late = [each.delay_s - DELAY_S for each in link.packets() if each.delay_s is not None]
            _say("of which by the bridge's own log", late)
    return 0


def _trips(link: EmulatedLink, folder: Path, sender: End, host: str) -> list[float]:
    numbers = (str(RATE_BPS), str(FOR_S), str(SIZE))
    return list(json.loads(_pair(link, folder, sender, host, ("listen", str(FOR_S + 1)), ("flood", *numbers))))


def _most(link: EmulatedLink, folder: Path) -> float:
    return float(_pair(link, folder, "kiosk", HUB, ("drain",), ("pour", "5")))


def _pair(
    link: EmulatedLink, folder: Path, sender: End, host: str, there: tuple[str, ...], here: tuple[str, ...]
) -> str:
    """What the receiver at `host` printed."""
    program = [sys.executable, "-m", "tests.links.datagrams"]
    log = Path(tempfile.mkdtemp(dir=folder)) / "receiver.log"
    receiver_end: End = "kiosk" if host == KIOSK else "net"
    receiver = link.command(receiver_end, [*program, there[0], host, str(PORT), *there[1:]])
    with Child("receiver", receiver, log=log) as receiving:
        receiving.wait_for_log("ready", within_s=10)
        sender_command = link.command(sender, [*program, here[0], host, str(PORT), *here[1:]])
        with Child("sender", sender_command, log=log.with_name("sender.log")) as sending:
            sending.wait(within_s=60)
        receiving.wait(within_s=60)
        return receiving.read_log().splitlines()[-1]


def _cpu_of(link: EmulatedLink, work: Callable[[], object]) -> float:
    before = link.bridge_cpu_s()
    work()
    return link.bridge_cpu_s() - before


def _say(what: str, delays_s: list[float]) -> None:
    shares = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999), ("most", 1.0)]
    figures = ", ".join(f"{name} {percentile(delays_s, share) * 1e3:.2f}" for name, share in shares)
    print(f"{what}: {figures} ms ({len(delays_s)} packets)", flush=True)


if __name__ == "__main__":
    sys.exit(main())
