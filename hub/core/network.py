"""The network as the engine reads it: partners, motifs, sites, kiosks, stations, agents, opening hours.

Plain values, loaded by `hub.store.directory`, changed only by import or the directory pages.
"""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True)
class AgentIdentity:
    """A signed-in agent, as a socket or a page knows it."""

    agent_id: str
    partner_id: str
    display_name: str


@dataclass(frozen=True)
class KioskIdentity:
    """An authenticated kiosk."""

    kiosk_id: str
    name: str
    site_id: str
    site_name: str
    is_enabled: bool


@dataclass(frozen=True)
class Motif:
    id: str
    label: str
    papers: tuple[str, ...] = ()
    skills: frozenset[str] = frozenset()
    """A station must hold all of them to be proposed such a call; none: any station."""
    priority: int = 0
    """Class of such a call, 0 to 3; higher is served first, and waiting makes up for it."""


@dataclass(frozen=True)
class OpeningHours:
    """One interval of one weekday; `opens` and `closes` are minutes after local midnight, opens < closes."""

    weekday: int
    """0 = Monday."""
    opens_min: int
    closes_min: int


@dataclass(frozen=True)
class Closure:
    """Closed from `first` to `last`, both included, whatever the weekly hours say."""

    first: date
    last: date
    label: str = ""


@dataclass(frozen=True)
class SpecialDay:
    """The hours of one date, instead of the weekly ones and in spite of a holiday or closure."""

    on: date
    intervals: tuple[tuple[int, int], ...]
    """(opens, closes) in minutes after local midnight."""


class HolidayCalendar(StrEnum):
    """Which French public holidays close the partner."""

    NONE = "none"
    METROPOLE = "metropole"
    ALSACE_MOSELLE = "alsace-moselle"
    GUADELOUPE = "guadeloupe"
    MARTINIQUE = "martinique"
    GUYANE = "guyane"
    LA_REUNION = "la-reunion"
    MAYOTTE = "mayotte"
    SAINT_PIERRE_ET_MIQUELON = "saint-pierre-et-miquelon"
    SAINT_BARTHELEMY = "saint-barthelemy"
    SAINT_MARTIN = "saint-martin"
    POLYNESIE = "polynesie"
    NOUVELLE_CALEDONIE = "nouvelle-caledonie"
    WALLIS_ET_FUTUNA = "wallis-et-futuna"


@dataclass(frozen=True)
class Pool:
    """Stations of a partner that belong together: an agency, a department."""

    id: str
    name: str


@dataclass(frozen=True)
class OverflowStep:
    """After `after_s` of waiting, the stations of this pool may be proposed the call too."""

    pool_id: str
    after_s: float = 0.0


@dataclass(frozen=True)
class Overflow:
    """Which pools callers of some sites reach, and when. `sites` empty: every site that no other names."""

    sites: tuple[str, ...] = ()
    steps: tuple[OverflowStep, ...] = ()


class AdmissionMode(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    APPOINTMENT_ONLY = "appointment_only"


@dataclass(frozen=True)
class AdmissionRule:
    """Who may call when. The first rule that fits decides; none fits: open. Empty fields fit everything."""

    mode: AdmissionMode = AdmissionMode.OPEN
    sites: tuple[str, ...] = ()
    kiosks: tuple[str, ...] = ()
    motifs: tuple[str, ...] = ()
    weekdays: tuple[int, ...] = ()
    """0 = Monday."""
    weeks: tuple[int, ...] = ()
    """Which of that weekday in the month, 1 to 5: (0,) and 1 is the first Monday of the month."""
    intervals: tuple[tuple[int, int], ...] = ()
    """(from, to) in minutes after local midnight."""
    quota: int | None = None
    """With `open`: calls admitted from one kiosk in one interval (or day). None: no limit."""


@dataclass(frozen=True)
class Policy:
    """The rules of a partner that are not weekly hours; stored as one JSON text (`hub.store.directory`)."""

    holidays: HolidayCalendar = HolidayCalendar.NONE
    closures: tuple[Closure, ...] = ()
    special_days: tuple[SpecialDay, ...] = ()
    pools: tuple[Pool, ...] = ()
    overflows: tuple[Overflow, ...] = ()
    admissions: tuple[AdmissionRule, ...] = ()
    max_waiting: int = 0
    """So many wait already: the next one is told not to. 0: no limit."""
    max_wait_s: float = 0.0
    """The honest wait is beyond this: idem. 0: no limit."""
    keep_place_after_s: float = 300.0
    """The honest wait is beyond this: the usager may take a number and come back. 0: never."""


@dataclass(frozen=True)
class Partner:
    id: str
    name: str
    full_name: str
    tagline: str = ""
    is_enabled: bool = True
    offer_timeout_s: float = 25.0
    wrap_up_s: float = 120.0
    missed_offers_limit: int = 2
    motifs: tuple[Motif, ...] = ()
    hours: tuple[OpeningHours, ...] = ()
    """Empty: always open."""
    policy: Policy = Policy()

    def reach(self, site_id: str | None) -> tuple[OverflowStep, ...]:
        """The pools that a caller of this site reaches, soonest first; empty: every station, at once."""
        named = next((o for o in self.policy.overflows if site_id is not None and site_id in o.sites), None)
        chosen = named or next((o for o in self.policy.overflows if not o.sites), None)
        return tuple(sorted(chosen.steps, key=lambda step: step.after_s)) if chosen is not None else ()

    def pool(self, pool_id: str | None) -> Pool | None:
        return next((pool for pool in self.policy.pools if pool.id == pool_id), None)

    def motif(self, motif_id: str | None) -> Motif | None:
        return next((motif for motif in self.motifs if motif.id == motif_id), None)


@dataclass(frozen=True)
class Station:
    id: str
    partner_id: str
    name: str
    is_enabled: bool = True
    pool_id: str | None = None
    skills: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Network:
    """Everything at once; a few hundred rows at most are read at start and after each import."""

    partners: dict[str, Partner] = field(default_factory=dict)
    """In display order."""
    stations: dict[str, Station] = field(default_factory=dict)
    kiosks: dict[str, KioskIdentity] = field(default_factory=dict)
