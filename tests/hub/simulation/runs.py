"""The runs: an ideal call centre that a formula describes, and a day of a department's kiosks."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hub.core.network import Motif, Partner
from tests.hub.simulation.play import Habits, Play, Played

HOUR_S = 3600.0


@dataclass(frozen=True)
class Centre:
    """One partner as the Erlang C formula knows it: calls at random, talks of exponential length, nobody gives up."""

    stations: int
    load: float
    """Erlangs."""
    talk_s: float
    calls: int
    seed: int


def draw(centre: Centre) -> tuple[list[float], list[float]]:
    """Arrivals and talks."""
    rng = random.Random(centre.seed)
    arrivals, talks, now = [], [], 0.0
    for _ in range(centre.calls):
        now += rng.expovariate(centre.load / centre.talk_s)
        arrivals.append(now)
        talks.append(rng.expovariate(1 / centre.talk_s))
    return arrivals, talks


def play_centre(centre: Centre) -> list[float]:
    """The waits of the centre's calls, distributed by the hub, in the order of arrival."""
    arrivals, talks = draw(centre)
    drawn = iter(talks)
    partner = Partner("p", "P", "Partenaire", wrap_up_s=0.0)
    stations = {f"s{number}": "p" for number in range(centre.stations)}
    play = Play({"p": partner}, stations, {"p": Habits(lambda: next(drawn))})
    for number, instant in enumerate(arrivals):
        play.at(instant, partial(play.place, "p", f"k{number}"))
    play.run()
    return [each.wait_s for each in play.served.values()]


@dataclass(frozen=True)
class Kind:
    """One partner of the day."""

    partner: Partner
    stations: int
    calls_per_hour: float
    talk_s: float
    is_lognormal: bool
    urgent_share: float = 0.0


def _partner(partner_id: str, *motifs: Motif) -> Partner:
    usual = Motif("usuel", "Demande usuelle")
    return Partner(partner_id, partner_id.upper(), partner_id, wrap_up_s=1800.0, motifs=(usual, *motifs))


URGENT = Motif("urgent", "Urgence", priority=1)
DEPARTMENT = (
    Kind(_partner("caf", URGENT), 3, 13.0, 480.0, is_lognormal=True, urgent_share=0.15),
    Kind(_partner("cpam"), 2, 9.0, 420.0, is_lognormal=True),
    Kind(_partner("msa"), 2, 7.0, 480.0, is_lognormal=False),
    Kind(_partner("france-travail"), 2, 8.0, 540.0, is_lognormal=False),
    Kind(_partner("impots"), 2, 10.0, 360.0, is_lognormal=True),
    Kind(_partner("mairie"), 1, 5.0, 300.0, is_lognormal=False),
)
"""Six partners, twelve stations."""
KIOSKS = 40
OPEN_H = 8


def department_day(seed: int) -> Played:
    """Eight hours of arrivals, busiest at ten; then everybody who waits is still served."""
    rng = random.Random(seed)
    partners = {kind.partner.id: kind.partner for kind in DEPARTMENT}
    stations = {f"{kind.partner.id}-{n}": kind.partner.id for kind in DEPARTMENT for n in range(kind.stations)}
    habits = {kind.partner.id: _habits(kind, rng) for kind in DEPARTMENT}
    play = Play(partners, stations, habits)
    for kind in DEPARTMENT:
        # Drawn at the busiest rate, and thinned to what the hour of the day sends.
        now = rng.expovariate(1.5 * kind.calls_per_hour / HOUR_S)
        while now < OPEN_H * HOUR_S:
            if rng.random() < _rush(now) / 1.5:
                motif_id = "urgent" if rng.random() < kind.urgent_share else "usuel"
                kiosk_id = f"k{rng.randrange(KIOSKS):02}"
                play.at(now, partial(play.place, kind.partner.id, kiosk_id, motif_id))
            now += rng.expovariate(1.5 * kind.calls_per_hour / HOUR_S)
    play.run()
    return Played(list(play.served.values()), play.turned_away, OPEN_H * HOUR_S, stations)


def _rush(now: float) -> float:
    """More in the middle of the morning and of the afternoon, less at noon; about 1 over the day."""
    return (0.9, 1.5, 1.3, 0.8, 0.6, 1.2, 1.1, 0.6)[min(OPEN_H - 1, int(now // HOUR_S))]


def _habits(kind: Kind, rng: random.Random) -> Habits:
    talk_s: Callable[[], float]
    if kind.is_lognormal:
        sigma = 0.7
        talk_s = partial(rng.lognormvariate, _mu(kind.talk_s, sigma), sigma)
    else:
        talk_s = partial(rng.expovariate, 1 / kind.talk_s)
    return Habits(talk_s, lambda: min(20.0, rng.lognormvariate(1.7, 0.5)), lambda: min(600.0, rng.expovariate(1 / 60)))


def _mu(mean: float, sigma: float) -> float:
    return math.log(mean) - sigma * sigma / 2
