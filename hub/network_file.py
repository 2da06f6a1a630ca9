"""`network.toml`: the whole network in one file that people write, checked before anything is touched.

Format: blocks [[partner]] with [[partner.motif]], [partner.hours] and its rules (`hub.network_policy`), [[station]],
[[agent]], [[site]], [[kiosk]]; `assets/demo/network.toml` is an example. A partner without [partner.hours] is always
open.
"""

import json
from dataclasses import dataclass

from hub.core.network import Motif, OpeningHours, Policy
from hub.network_doubts import note_doubts
from hub.network_policy import WEEKDAYS, Known, read_intervals, read_policy_rows
from hub.network_reader import Finding, Findings, Row, read_toml

MOTIFS_ON_ONE_SCREEN = 6
MOST_PAPERS = 8
MOST_SKILLS = 6
_PAPERS_COLUMN = 2000
_NO_RULES = Policy()


@dataclass(frozen=True)
class PartnerRow:
    id: str
    name: str
    full_name: str
    tagline: str
    is_enabled: bool
    offer_timeout_s: int
    wrap_up_s: int
    missed_offers_limit: int
    motifs: tuple[Motif, ...]
    hours: tuple[OpeningHours, ...]
    """Empty: always open."""
    policy: Policy = _NO_RULES


@dataclass(frozen=True)
class StationRow:
    id: str
    partner_id: str
    name: str
    is_enabled: bool
    pool_id: str | None = None
    skills: tuple[str, ...] = ()


@dataclass(frozen=True)
class AgentRow:
    email: str
    """Lower case; what tells agents apart in the file. Their identifier is made by the hub."""
    partner_id: str
    display_name: str
    is_enabled: bool


@dataclass(frozen=True)
class SiteRow:
    id: str
    name: str


@dataclass(frozen=True)
class KioskRow:
    id: str
    site_id: str
    name: str
    is_enabled: bool


@dataclass(frozen=True)
class NetworkFile:
    """A file without any problem; every reference leads somewhere, every identifier is unique."""

    partners: tuple[PartnerRow, ...]
    """In display order."""
    stations: tuple[StationRow, ...]
    agents: tuple[AgentRow, ...]
    sites: tuple[SiteRow, ...]
    kiosks: tuple[KioskRow, ...]


def read_network(text: str) -> tuple[NetworkFile | None, list[Finding]]:
    """The network in `text`, None if there is a problem, and everything found, in the order of the lines.

    Never raises: whatever the text, it is a network or a list of problems.
    """
    findings = Findings(text)
    data = read_toml(text, findings)
    if findings.has_problem:
        return None, findings.found
    root = Row(data, (), findings)
    partner_rows, station_rows, agent_rows = root.rows("partner"), root.rows("station"), root.rows("agent")
    site_rows, kiosk_rows = root.rows("site"), root.rows("kiosk")
    root.finish()
    if not partner_rows:
        findings.add((), "le fichier ne contient aucun partenaire ([[partner]])")
    site_ids, kiosk_ids = _ids(site_rows), _ids(kiosk_rows)
    partners = tuple(_partner(row, site_ids, kiosk_ids) for row in partner_rows)
    partner_ids = {partner.id for partner in partners}
    pools = {partner.id: {pool.id for pool in partner.policy.pools} for partner in partners}
    network = NetworkFile(
        partners=partners,
        stations=tuple(_station(row, partner_ids, pools) for row in station_rows),
        agents=tuple(_agent(row, partner_ids) for row in agent_rows),
        sites=tuple(_site(row) for row in site_rows),
        kiosks=tuple(_kiosk(row, site_ids) for row in kiosk_rows),
    )
    _unique(partner_rows, [each.id for each in network.partners], "le partenaire")
    _unique(station_rows, [each.id for each in network.stations], "le poste")
    _unique(agent_rows, [each.email for each in network.agents], "l’agent", "email")
    _unique(site_rows, [each.id for each in network.sites], "le site")
    _unique(kiosk_rows, [each.id for each in network.kiosks], "la borne")
    note_doubts(network, partner_rows, station_rows, site_rows)
    found = sorted(set(findings.found))
    return (None if findings.has_problem else network), found


def _ids(rows: list[Row]) -> set[str]:
    return {row_id for row in rows if isinstance(row_id := row.peek("id"), str)}


def _partner(row: Row, site_ids: set[str], kiosk_ids: set[str]) -> PartnerRow:
    motif_rows = row.rows("motif")
    motifs = tuple(_motif(each) for each in motif_rows)
    _unique(motif_rows, [motif.id for motif in motifs], "le motif")
    if len(motifs) > MOTIFS_ON_ONE_SCREEN:
        sentence = f"{len(motifs)} motifs : au-delà de {MOTIFS_ON_ONE_SCREEN}, ils ne tiennent pas sur un seul écran"
        row.wrong("id", sentence, is_warning=True)
    hours = _hours(row)
    known = Known(site_ids, kiosk_ids, {motif.id for motif in motifs})
    partner = PartnerRow(
        id=row.slug(),
        name=row.text("name", 80),
        full_name=row.text("full_name", 200),
        tagline=row.text("tagline", 200, default=""),
        is_enabled=row.flag("enabled", default=True),
        offer_timeout_s=row.number("offer_timeout_s", 5, 120, default=25),
        wrap_up_s=row.number("wrap_up_s", 10, 1800, default=120),
        missed_offers_limit=row.number("missed_offers_limit", 1, 20, default=2),
        motifs=motifs,
        hours=hours,
        policy=read_policy_rows(row, known, has_hours=row.peek("hours") is not None),
    )
    row.finish()
    return partner


def _motif(row: Row) -> Motif:
    papers = row.texts("papers", 200, MOST_PAPERS)
    if len(json.dumps(papers, ensure_ascii=False)) > _PAPERS_COLUMN:
        row.wrong("papers", "les papiers à avoir sous la main sont trop longs, tous ensemble")
    motif = Motif(
        id=row.slug(),
        label=row.text("label", 200),
        papers=papers,
        skills=frozenset(row.slugs("skills", MOST_SKILLS)),
        priority=row.number("priority", 0, 3, default=0),
    )
    row.finish()
    return motif


def _hours(row: Row) -> tuple[OpeningHours, ...]:
    table = row.row("hours")
    if table is None:
        return ()
    hours: list[OpeningHours] = []
    for weekday, day in enumerate(WEEKDAYS):
        hours += [OpeningHours(weekday, opens, closes) for opens, closes in read_intervals(table, day)]
    table.finish()
    if not hours:
        row.wrong("hours", "ces horaires ne contiennent aucune plage ; pour être toujours ouvert, ôtez [partner.hours]")
    return tuple(hours)


def _station(row: Row, partner_ids: set[str], pools: dict[str, set[str]]) -> StationRow:
    partner_id = _reference(row, "partner", partner_ids)
    pool_id = row.slug("pool") if row.peek("pool") is not None else None
    if pool_id and partner_id and pool_id not in pools.get(partner_id, ()):
        row.wrong("pool", f"le partenaire « {partner_id} » n’a pas de groupe « {pool_id} » ([[partner.pool]])")
    station = StationRow(
        id=row.slug(),
        partner_id=partner_id,
        name=row.text("name", 200),
        is_enabled=row.flag("enabled", default=True),
        pool_id=pool_id or None,
        skills=tuple(sorted(set(row.slugs("skills", MOST_SKILLS)))),
    )
    row.finish("pool")
    return station


def _agent(row: Row, partner_ids: set[str]) -> AgentRow:
    agent = AgentRow(
        row.email(), _reference(row, "partner", partner_ids), row.text("name", 80), row.flag("enabled", default=True)
    )
    row.finish()
    return agent


def _site(row: Row) -> SiteRow:
    site = SiteRow(row.slug(), row.text("name", 200))
    row.finish()
    return site


def _kiosk(row: Row, site_ids: set[str]) -> KioskRow:
    kiosk = KioskRow(
        row.slug(), _reference(row, "site", site_ids), row.text("name", 200), row.flag("enabled", default=True)
    )
    row.finish()
    return kiosk


def _reference(row: Row, key: str, known: set[str]) -> str:
    value = row.slug(key)
    if value and value not in known:
        row.wrong(key, f'`{key}` = "{value}" n’existe pas : aucun bloc [[{key}]] ne porte cet identifiant')
    return value


def _unique(rows: list[Row], keys: list[str], what: str, key: str = "id") -> None:
    seen: set[str] = set()
    for row, value in zip(rows, keys, strict=True):
        if value and value in seen:
            row.wrong(key, f"{what} « {value} » apparaît deux fois")
        seen.add(value)
