"""`visio-hub db`: check, back up, restore, move to another database."""

import os
import shutil
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.util import CommandError
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from hub.config import HubConfig
from hub.console.desk import CommandFailed, audit, database_of, explain, opened, read_config, reason, say
from hub.core.access import AuditAction
from hub.store import migrations, moving, nodes
from hub.store.database import Database
from hub.store.moving import CopyError, Inventory, NotEmptyError

_TROUBLES = {
    "I1": "poste dans deux appels à la fois",
    "I2": "borne dans deux appels à la fois",
    "I3": "appel clos sans issue ou sans cause",
    "I8": "appel confié au poste d’un autre partenaire",
    "I9": "appel proposé à un poste qui ne sonne pas",
}
_TABLES = {
    "partner": "partenaires",
    "motif": "motifs",
    "opening": "plages d’ouverture",
    "site": "sites",
    "kiosk": "bornes",
    "station": "postes",
    "agent": "agents",
    "agent_session": "connexions d’agents",
    "enrolment_code": "codes d’enrôlement",
    "call": "appels",
    "declined_offer": "appels passés",
    "event": "événements",
    "audit": "lignes d’audit",
}


def check(arguments: Namespace) -> int:
    """Say what the database holds, and what should not be in it. Changes nothing."""
    config = read_config(arguments.config)
    with database_of(config, arguments.config, even_moved=True) as database:
        _require_newest(database)
        found, troubles, has_moved = database.read_now(
            lambda connection: (
                moving.inventory(connection),
                moving.check(connection),
                nodes.has_moved(connection),
            )
        )
    _say_rows(found)
    if has_moved:
        say("Cette installation a été déplacée vers une autre base : aucun hub ne se sert plus de celle-ci.")
    for trouble in troubles:
        kind, _, name = trouble.what.partition(":")
        say(
            f"  problème : index {name} absent"
            if kind == "index"
            else f"  problème : {_TROUBLES[kind]} : {trouble.number}"
        )
    if troubles:
        raise CommandFailed(
            "La base de données n’est pas saine. Gardez-en une copie pour l’analyse, puis reprenez une sauvegarde."
        )
    say("La base de données est saine.")
    return 0


def backup(arguments: Namespace) -> int:
    """Write a file with everything, while the hub runs or not."""
    config = read_config(arguments.config)
    file: Path = arguments.file
    if file.exists():
        raise CommandFailed(f"Le fichier {file} existe déjà. Rien n’a été changé ; choisissez un autre nom.")
    with database_of(config, arguments.config, even_moved=True) as database:
        _require_newest(database)
        with _files(file), tempfile.TemporaryDirectory(dir=file.absolute().parent, prefix=".visio-hub-") as folder:
            written = Path(folder) / "backup.db"
            with _sqlite(written) as target:
                target.write_now(migrations.upgrade)

                def work(source: Connection) -> Inventory:
                    moving.snapshot(source)
                    return target.write_now(lambda connection: moving.copy(source, connection))

                try:
                    found = database.read_now(work)
                except CopyError:
                    raise CommandFailed("La copie n’est pas conforme à l’original : elle n’a pas été gardée.") from None
            moving.make_portable(written)
            written.replace(file)
    _say_rows(found)
    say(f"Sauvegarde écrite et vérifiée : {file}. Gardez-la dans un endroit aussi fermé que le hub.")
    return 0


def restore(arguments: Namespace) -> int:
    """Put a backup's rows into the database of the settings."""
    config = read_config(arguments.config)
    file: Path = arguments.file
    with _files(file):
        if not moving.is_backup(file):
            raise CommandFailed(f"Le fichier {file} n’est pas une sauvegarde de visio-hub. Rien n’a été changé.")
    with tempfile.TemporaryDirectory(prefix="visio-hub-") as folder, _files(file):
        # A copy: a backup of an older version is brought up to date before it is read, and the file stays as it is.
        work_file = Path(folder) / "backup.db"
        shutil.copyfile(file, work_file)
        with _sqlite(work_file) as source, opened(config) as target:
            _upgrade(source, f"La sauvegarde {file}")
            _upgrade(target, "La base de données")
            found = _put(source, target, replace=arguments.replace)
    _say_rows(found)
    say("Sauvegarde restaurée et vérifiée. Lancez le hub : bornes et agents se reconnectent seuls.")
    return 0


def migrate(arguments: Namespace) -> int:
    """Move the installation to another database, even while its hub runs: the hub stops once all is copied."""
    config = read_config(arguments.config)
    try:
        there = make_url(arguments.to)
    except ArgumentError:
        raise CommandFailed(
            "--to n’est pas une adresse de base de données ; par exemple : postgresql+psycopg://visio@serveur/visio"
        ) from None
    shown = arguments.to if there.password is None else there.render_as_string(hide_password=True)
    to = HubConfig(database=type(config.database)(url=arguments.to))
    with database_of(config, arguments.config) as source, opened(to) as target:
        if source.engine.url == target.engine.url:
            raise CommandFailed("--to est la base de données actuelle. Rien n’a été changé.")
        _require_newest(source)
        _upgrade(target, "La base de données de --to")

        def work(leaving: Connection) -> Inventory:
            moving.freeze(leaving)

            def fill(arriving: Connection) -> Inventory:
                found = moving.move(leaving, arriving, shown)
                audit(arriving, AuditAction.MOVE)
                return found

            return target.write_now(fill)

        try:
            found = source.write_now(work)
        except NotEmptyError:
            raise CommandFailed("La base de données de --to n’est pas vide. Rien n’a été changé.") from None
        except CopyError:
            raise CommandFailed("La copie n’est pas conforme à l’original. Rien n’a été changé.") from None
    _say_rows(found)
    say("Tout est copié et vérifié. L’ancienne base ne sert plus : un hub qui tournait dessus s’arrête de lui-même.")
    say(f"\nÉcrivez dans {arguments.config}, à la place de l’ancienne adresse :")
    say(f'  [database]\n  url = "{shown}"')
    if there.password is not None:
        say("  (avec le mot de passe, que cette commande ne montre pas)")
    say(f"Puis tapez : visio-hub run --config {arguments.config}")
    return 0


def _put(source: Database, target: Database, *, replace: bool) -> Inventory:
    def work(arriving: Connection) -> Inventory:
        moving.freeze(arriving)
        if nodes.has_living(arriving):
            raise CommandFailed("Un hub se sert de cette base. Rien n’a été changé ; arrêtez-le, puis recommencez.")
        if not moving.is_empty(arriving) and not replace:
            raise CommandFailed(
                "La base de données n’est pas vide. Rien n’a été changé ; pour remplacer tout ce qu’elle contient, "
                "ajoutez --replace."
            )
        moving.empty(arriving)
        found = source.read_now(lambda leaving: moving.copy(leaving, arriving))
        audit(arriving, AuditAction.RESTORE)
        return found

    try:
        return target.write_now(work)
    except CopyError:
        raise CommandFailed("La copie n’est pas conforme à la sauvegarde. Rien n’a été changé.") from None


def _require_newest(database: Database) -> None:
    if database.read_now(migrations.version) != migrations.newest():
        raise CommandFailed(
            "La base de données vient d’une autre version de visio-hub. Rien n’a été changé ; tapez d’abord : visio-hub init"
        )


def _upgrade(database: Database, what: str) -> None:
    try:
        database.write_now(migrations.upgrade)
    except CommandError:
        raise CommandFailed(
            f"{what} vient d’une version plus récente de visio-hub. Rien n’a été changé ; installez cette version."
        ) from None


def _say_rows(found: Inventory) -> None:
    for name, number in found.rows.items():
        say(f"  {_TABLES[name]:<24} {number:>10}")


@contextmanager
def _sqlite(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    try:
        yield database
    except SQLAlchemyError as error:
        raise CommandFailed(explain(error)) from None
    finally:
        database.close()


@contextmanager
def _files(file: Path) -> Iterator[None]:
    """What is written is for the hub's account alone; what the system refuses is said."""
    before = os.umask(0o077)
    try:
        yield
    except OSError as error:
        raise CommandFailed(f"Le fichier {error.filename or file} : {reason(error)}. Rien n’a été changé.") from None
    finally:
        os.umask(before)
