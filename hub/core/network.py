"""The network as the engine reads it: partners, motifs, sites, kiosks, stations, agents, opening hours.

Plain values, loaded by `hub.store.directory`, changed only by import or the directory pages.
"""

from dataclasses import dataclass, field


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


@dataclass(frozen=True)
class OpeningHours:
    """One interval of one weekday; `opens` and `closes` are minutes after local midnight, opens < closes."""

    weekday: int
    """0 = Monday."""
    opens_min: int
    closes_min: int


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

    def motif(self, motif_id: str | None) -> Motif | None:
        return next((motif for motif in self.motifs if motif.id == motif_id), None)


@dataclass(frozen=True)
class Station:
    id: str
    partner_id: str
    name: str
    is_enabled: bool = True


@dataclass(frozen=True)
class Network:
    """Everything at once; a few hundred rows at most are read at start and after each import."""

    partners: dict[str, Partner] = field(default_factory=dict)
    """In display order."""
    stations: dict[str, Station] = field(default_factory=dict)
    kiosks: dict[str, KioskIdentity] = field(default_factory=dict)
