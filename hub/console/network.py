"""`visio-hub import`: from `network.toml` to the database, after saying everything that is wrong with it."""

from argparse import Namespace
from pathlib import Path

from sqlalchemy import Connection, func, select

from hub.console.desk import CommandFailed, audit, database_of, read_config, reason, say
from hub.core.access import AuditAction
from hub.network_file import NetworkFile, read_network
from hub.store import tables as t
from hub.store.importing import Change, ChangeKind, apply_network

_KINDS = {
    ChangeKind.ADDED: "ajouté",
    ChangeKind.CHANGED: "modifié",
    ChangeKind.DISABLED: "désactivé",
    ChangeKind.ENABLED: "réactivé",
    ChangeKind.REMOVED: "retiré",
}
_TABLES = {
    "partner": "partenaire",
    "motif": "motif",
    "opening": "horaires de",
    "site": "site",
    "kiosk": "borne",
    "station": "poste",
    "agent": "agent",
}


class _DryRun(Exception):
    """Leaves the transaction, which is rolled back, with what it would have changed."""

    def __init__(self, changes: list[Change]) -> None:
        super().__init__()
        self.changes = changes


def import_network(arguments: Namespace) -> int:
    """Check the file, then bring the database to it, all in one transaction."""
    network = _read(arguments.file)
    config = read_config(arguments.config)
    with database_of(config, arguments.config) as database:
        try:
            changes = database.write_now(lambda connection: _apply(connection, network, arguments.dry_run))
        except _DryRun as stop:
            changes = stop.changes
        without_password = database.read_now(_without_password)
    for change in changes:
        fields = f" ({', '.join(change.fields)})" if change.fields else ""
        say(f"  {_KINDS[change.kind]:<10} {_TABLES[change.table]} {change.key}{fields}")
    if arguments.dry_run:
        say(f"Essai seulement : {_count(changes)} à faire, rien n’a été changé.")
        return 0
    say(
        f"Import terminé : {_count(changes)}.{' Un hub qui tourne en tient compte dans les dix secondes.' if changes else ''}"
    )
    if without_password:
        say(f"Agents sans mot de passe : {without_password}. Tapez : visio-hub agent password ADRESSE")
    return 0


def _read(file: Path) -> NetworkFile:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise CommandFailed(f"Le fichier {file} ne peut pas être lu : {reason(error)}.") from None
    except UnicodeDecodeError:
        raise CommandFailed(f"Le fichier {file} n’est pas du texte UTF-8 ; enregistrez-le dans ce codage.") from None
    network, findings = read_network(text)
    for finding in findings:
        where = f"{file}:{finding.line}" if finding.line else f"{file}"
        say(f"{where}: {'remarque' if finding.is_warning else 'problème'} : {finding.sentence}")
    if network is None:
        number = sum(not finding.is_warning for finding in findings)
        raise CommandFailed(f"{number} problème{'s' if number > 1 else ''} dans {file} : rien n’a été changé.")
    return network


def _apply(connection: Connection, network: NetworkFile, dry_run: bool) -> list[Change]:
    changes = apply_network(connection, network)
    if dry_run:
        raise _DryRun(changes)
    if changes:
        audit(connection, AuditAction.IMPORT)
    return changes


def _without_password(connection: Connection) -> int:
    agents = select(func.count()).select_from(t.agent).where(t.agent.c.is_enabled, t.agent.c.password_hash.is_(None))
    return connection.execute(agents).scalar_one()


def _count(changes: list[Change]) -> str:
    return f"{len(changes)} changement{'s' if len(changes) > 1 else ''}" if changes else "aucun changement"
