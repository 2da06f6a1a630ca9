"""What a right `network.toml` may still have got wrong: said as warnings, and accepted. For `hub.network_file`."""

from typing import TYPE_CHECKING

from hub.network_reader import Row

if TYPE_CHECKING:
    from hub.network_file import NetworkFile, PartnerRow, StationRow


def note_doubts(network: "NetworkFile", partner_rows: list[Row], station_rows: list[Row], site_rows: list[Row]) -> None:
    """Say who cannot be reached, what nobody can do, what nothing uses. The rows are those of the same order."""
    reached = {agent.partner_id for agent in network.agents}
    equipped = {kiosk.site_id for kiosk in network.kiosks}
    for row, partner in zip(partner_rows, network.partners, strict=True):
        if not partner.id:
            continue
        stations = [station for station in network.stations if station.partner_id == partner.id]
        if not stations:
            row.wrong("id", f"le partenaire « {partner.id} » n’a aucun poste : personne ne pourra répondre", True)
        if partner.id not in reached:
            row.wrong("id", f"le partenaire « {partner.id} » n’a aucun agent dans ce fichier", True)
        if not partner.motifs:
            row.wrong("id", f"le partenaire « {partner.id} » n’a aucun motif : l’usager ne pourra rien préciser", True)
        if stations:
            _skills(row, partner, stations)
            _pools(row, partner, stations)
    for station_row, station in zip(station_rows, network.stations, strict=True):
        owner = next((partner for partner in network.partners if partner.id == station.partner_id), None)
        if owner is not None:
            _station(station_row, owner, station)
    for site_row, site in zip(site_rows, network.sites, strict=True):
        if site.id and site.id not in equipped:
            site_row.wrong("id", f"le site « {site.id} » n’a aucune borne", True)


def _skills(row: Row, partner: "PartnerRow", stations: list["StationRow"]) -> None:
    for motif_row, motif in zip(row.rows("motif"), partner.motifs, strict=True):
        if not any(motif.skills <= set(station.skills) for station in stations if station.is_enabled):
            wanted = ", ".join(sorted(motif.skills))
            sentence = (
                f"aucun poste de « {partner.id} » n’a les compétences de ce motif ({wanted}) : personne ne répondra"
            )
            motif_row.wrong("skills", sentence, True)


def _pools(row: Row, partner: "PartnerRow", stations: list["StationRow"]) -> None:
    staffed = {station.pool_id for station in stations}
    for pool_row, pool in zip(row.rows("pool"), partner.policy.pools, strict=True):
        if pool.id and pool.id not in staffed:
            pool_row.wrong("id", f"le groupe « {pool.id} » n’a aucun poste", True)


def _station(row: Row, partner: "PartnerRow", station: "StationRow") -> None:
    asked = {skill for motif in partner.motifs for skill in motif.skills}
    for skill in station.skills:
        if skill not in asked:
            row.wrong("skills", f"aucun motif de « {partner.id} » ne demande la compétence « {skill} »", True)
    overflows = partner.policy.overflows
    served = {step.pool_id for overflow in overflows for step in overflow.steps}
    if any(not overflow.sites for overflow in overflows) and station.pool_id not in served:
        sentence = f"aucun débordement de « {partner.id} » ne mène à ce poste : aucun appel ne lui sera proposé"
        row.wrong("pool" if station.pool_id else "id", sentence, True)
