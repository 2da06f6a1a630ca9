"""The links that the product is measured on: one table. « Up » is from the kiosk, « down » is to the kiosk.

Sources: RFC 8867 §5.1-5.3 (schedules as in its published ns-3 implementation), the full-stack tests of libwebrtc (L1-L5),
the network simulator of Firefox's tests (UDPBLK); RUR, SAT, PRINT, CUT and SWITCH are ours. What a source leaves open is
decided here and said so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.links.addresses import TURN
from tests.links.filters import Filter
from tests.links.impairment import Impairment, Loss

KBIT, MBIT = 1e3, 1e6
CUTS_S = (2, 5, 10, 30, 90)
FIRST_EVENT_S = 15.0
"""A call has found its rate by then."""
AFTER_EVENT_S = 30.0

Schedule = tuple[tuple[float, Impairment], ...]
"""(seconds since the clock was started, what the link does from then on); the first at 0, the last for ever."""


@dataclass(frozen=True)
class Cut:
    """Nothing passes either way for `for_s` seconds."""

    at_s: float
    for_s: float


@dataclass(frozen=True)
class Switch:
    """The kiosk's interface goes away with its address; another one comes up `after_s` seconds later."""

    at_s: float
    after_s: float = 1.0


Event = Cut | Switch


@dataclass(frozen=True)
class Profile:
    """One link over time."""

    name: str
    sentence: str
    source: str
    up: Schedule
    down: Schedule
    duration_s: float = 60.0
    events: tuple[Event, ...] = ()
    blocked: tuple[Filter, ...] = ()
    """From before the call to its end."""
    send_bytes: int = 0
    """A document of this size leaves the kiosk during the call."""

    def __post_init__(self) -> None:
        for schedule in (self.up, self.down):
            times = [at_s for at_s, _ in schedule]
            if not times or times[0] != 0 or any(earlier >= later for earlier, later in pairwise(times)):
                raise ValueError(f"{self.name}: a schedule starts at 0 and goes on in order, not {times}")

    @property
    def last_event_ends_s(self) -> float | None:
        """When the link is itself again, after the last cut or switch."""
        ends = [event.at_s + (event.for_s if isinstance(event, Cut) else event.after_s) for event in self.events]
        return max(ends, default=None)


def steady(impairment: Impairment) -> Schedule:
    return ((0.0, impairment),)


def plateaus(base: Impairment, *steps: tuple[float, float]) -> Schedule:
    """`base` with another rate (bit/s) from each time (s) on."""
    return tuple((at_s, _with_rate(base, rate_bps)) for at_s, rate_bps in steps)


def dips(base: Impairment, low_bps: float, *, each_s: float, for_s: float, until_s: float) -> Schedule:
    """`base`, with a lower rate for the last `for_s` seconds of the first half of each period."""
    steps: list[tuple[float, Impairment]] = [(0.0, base)]
    start_s = each_s / 2
    while start_s < until_s:
        steps += [(start_s, _with_rate(base, low_bps)), (start_s + for_s, base)]
        start_s += each_s
    return tuple(steps)


def _with_rate(base: Impairment, rate_bps: float) -> Impairment:
    return Impairment(
        delay_s=base.delay_s,
        jitter_s=base.jitter_s,
        loss=base.loss,
        rate_bps=rate_bps,
        queue_s=base.queue_s,
        queue_packets=base.queue_packets,
    )


NO_LIMIT = steady(Impairment())
_RFC = Impairment(delay_s=0.050, jitter_s=0.030, queue_s=0.300)
_R51 = plateaus(_RFC, (0, 1 * MBIT), (40, 2.5 * MBIT), (60, 0.6 * MBIT), (80, 1 * MBIT))
_R52 = plateaus(_RFC, (0, 4 * MBIT), (25, 2 * MBIT), (50, 3.5 * MBIT), (75, 1 * MBIT), (100, 2 * MBIT))
_L1 = steady(Impairment(delay_s=0.100, rate_bps=150 * KBIT, queue_packets=30))
_L2 = steady(Impairment(delay_s=0.100, rate_bps=250 * KBIT, queue_packets=10, loss=Loss(0.01)))
_L3 = plateaus(Impairment(delay_s=0.100, queue_s=1.0, loss=Loss(0.01)), (0, 130 * KBIT), (30, 50 * KBIT))
_L4 = steady(Impairment(delay_s=0.050, rate_bps=500 * KBIT, queue_s=0.300, loss=Loss(0.03)))
_L5 = steady(Impairment(delay_s=0.050, loss=Loss(0.05)))
_ADSL = Impairment(delay_s=0.035, jitter_s=0.005, loss=Loss(0.005, burst=3), queue_s=1.0)
_ADSL_UP, _ADSL_DOWN = plateaus(_ADSL, (0, 0.8 * MBIT)), plateaus(_ADSL, (0, 8 * MBIT))
_4G = Impairment(delay_s=0.060, jitter_s=0.030, loss=Loss(0.02, burst=3), queue_s=0.500)
_4G_UP, _4G_DOWN = (
    dips(_with_rate(_4G, rate_bps), 0.3 * MBIT, each_s=30, for_s=5, until_s=300) for rate_bps in (1 * MBIT, 3 * MBIT)
)
_SAT = Impairment(delay_s=0.300, jitter_s=0.010, loss=Loss(0.01), queue_s=0.500)

_ALL: Sequence[Profile] = (
    Profile("CLEAN", "No limit, no delay: what the programs themselves cost.", "ours", NO_LIMIT, NO_LIMIT),
    Profile(
        "R5.1",
        "One bottleneck of 1, 2.5, 0.6 then 1 Mbit/s, the same both ways.",
        "RFC 8867 §5.1",
        _R51,
        _R51,
        duration_s=100,
    ),
    Profile(
        "R5.2",
        "One bottleneck of 4, 2, 3.5, 1 then 2 Mbit/s. Left out: the second flow, so fairness is not measured.",
        "RFC 8867 §5.2",
        _R52,
        _R52,
        duration_s=125,
    ),
    Profile(
        "R5.3",
        "Two bottlenecks that move on their own: the way back, with its feedback, is congested too.",
        "RFC 8867 §5.3",
        plateaus(_RFC, (0, 2 * MBIT), (20, 1 * MBIT), (40, 0.5 * MBIT), (60, 2 * MBIT)),
        plateaus(_RFC, (0, 2 * MBIT), (35, 0.8 * MBIT), (70, 2 * MBIT)),
        duration_s=100,
    ),
    Profile("L1", "150 kbit/s, 100 ms, a queue of 30 packets.", "libwebrtc, full stack", _L1, _L1),
    Profile("L2", "A weak 3G: 250 kbit/s, 100 ms, 1 % lost, a queue of 10 packets.", "libwebrtc, full stack", _L2, _L2),
    Profile(
        "L3",
        "130 then, from 30 s on, 50 kbit/s; 100 ms, 1 % lost. Ours: a queue of 1 s (the source has no limit).",
        "libwebrtc, full stack",
        _L3,
        _L3,
    ),
    Profile(
        "L4",
        "500 kbit/s, 50 ms, 3 % lost. Ours: a queue of 300 ms (the source has none).",
        "libwebrtc, full stack",
        _L4,
        _L4,
    ),
    Profile("L5", "No limit, 50 ms, 5 % lost.", "libwebrtc, full stack", _L5, _L5),
    Profile(
        "RUR-ADSL",
        "A long copper line: 8 Mbit/s down, 0.8 up, 35 ms, 0.5 % lost in bursts of 3, a queue of 1 s.",
        "ours",
        _ADSL_UP,
        _ADSL_DOWN,
    ),
    Profile(
        "RUR-4G",
        "A far antenna: 3 Mbit/s down, 1 up, both 0.3 for 5 s each 30 s; 60 ms, jitter 30 ms, 2 % lost in bursts of 3.",
        "ours",
        _4G_UP,
        _4G_DOWN,
    ),
    Profile(
        "SAT-GEO",
        "A geostationary satellite: 10 Mbit/s down, 2 up, 300 ms each way, 1 % lost.",
        "ours",
        plateaus(_SAT, (0, 2 * MBIT)),
        plateaus(_SAT, (0, 10 * MBIT)),
    ),
    Profile(
        "PRINT",
        "RUR-ADSL while a scan of 10 MB leaves the kiosk.",
        "ours, in place of RFC 8867 §5.6",
        _ADSL_UP,
        _ADSL_DOWN,
        duration_s=90,
        send_bytes=10_000_000,
    ),
    *(
        Profile(
            f"CUT-{for_s}",
            f"No limit; nothing passes for {for_s} s.",
            "ours",
            NO_LIMIT,
            NO_LIMIT,
            duration_s=FIRST_EVENT_S + for_s + AFTER_EVENT_S,
            events=(Cut(FIRST_EVENT_S, for_s),),
        )
        for for_s in CUTS_S
    ),
    Profile(
        "SWITCH",
        "No limit; the kiosk's network goes away, another one with another address is there 1 s later.",
        "ours",
        NO_LIMIT,
        NO_LIMIT,
        duration_s=FIRST_EVENT_S + AFTER_EVENT_S,
        events=(Switch(FIRST_EVENT_S),),
    ),
    Profile(
        "UDPBLK",
        "No UDP passes: the call goes over TURN on TCP.",
        "Firefox's network simulator",
        NO_LIMIT,
        NO_LIMIT,
        blocked=(Filter(protocol="udp"),),
    ),
    Profile(
        "UDPBLK-443",
        "No UDP passes, and the TURN server's TCP is refused on every port but 443: the call goes over TLS.",
        "Firefox's network simulator",
        NO_LIMIT,
        NO_LIMIT,
        blocked=(Filter(protocol="udp"), Filter(protocol="tcp", host=TURN, but_port=443, refuse=True)),
    ),
)

PROFILES: dict[str, Profile] = {profile.name: profile for profile in _ALL}
