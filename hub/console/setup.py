"""`visio-hub init` and `visio-hub run`."""

import errno
import os
import secrets
import socket
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from alembic.util import CommandError
from sqlalchemy.exc import SQLAlchemyError

from hub.config import HubConfig
from hub.console.desk import (
    MOVED_SENTENCE,
    CommandFailed,
    database_of,
    explain,
    opened,
    read_config,
    reason,
    say,
    sqlite_file,
)
from hub.errors import MovedError
from hub.options import document
from hub.store.database import Database
from hub.store.migrations import upgrade

SECRETS = "secrets"
TURN_SECRET = "turn.secret"  # noqa: S105 - the name of a file


def init(arguments: Namespace) -> int:
    """Make what a hub needs and does not have yet: settings, secrets, database. Changes nothing that is there."""
    config_file: Path = arguments.config
    folder = config_file.absolute().parent
    with _private_files(), _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        if not config_file.exists():
            config_file.write_text(settings_text(folder), encoding="utf-8")
            say(f"Réglages écrits : {config_file}")
        config = read_config(config_file)
        turn_secret = folder / SECRETS / TURN_SECRET
        turn_secret.parent.mkdir(mode=0o700, exist_ok=True)
        if not turn_secret.exists():
            turn_secret.write_text(secrets.token_urlsafe(32) + "\n", encoding="ascii")
            say(f"Secret pour le serveur TURN : {turn_secret}")
        file = sqlite_file(config)
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
        _create_schema(config)
    say(f"Base de données prête : {file or config.database.url.partition('://')[0]}")
    option = f" --config {config_file}"
    say("\nEnsuite, tapez :")
    say(f"  visio-hub import network.toml --dry-run{option}   (montre ce qui serait changé)")
    say(f"  visio-hub import network.toml{option}")
    say(f"  visio-hub agent password ADRESSE{option}          (pour chaque agent)")
    say(f"  visio-hub kiosk code BORNE{option}                (pour chaque borne)")
    say(f"  visio-hub run{option}")
    return 0


def run(arguments: Namespace) -> int:
    """Run the hub until it is stopped."""
    config = read_config(arguments.config)
    _check_timezone(config)
    with database_of(config, arguments.config) as database:
        _upgrade(database)
    _check_port(config)
    from hub.app import run as run_hub  # the whole server: only this command pays for it

    with suppress(KeyboardInterrupt):  # the usual way to stop it by hand
        try:
            started = run_hub(config)
        except MovedError:
            raise CommandFailed(MOVED_SENTENCE) from None
        if not started:
            raise CommandFailed(
                "Le hub n’a pas pu démarrer : la cause est dans le journal, juste au-dessus. "
                "Corrigez-la, puis relancez la commande ; si c’est la base de données, reprenez une sauvegarde."
            )
    return 0


def settings_text(folder: Path) -> str:
    """A settings file with every option, its sentence and its default, as comments; only the database is set."""
    lines = ["# Réglages du hub. Chaque ligne commentée donne la valeur par défaut ; voir OPERATIONS.md.", ""]
    table = ""
    for row in document(HubConfig):
        head, _, name = row.name.rpartition(".")
        if head != table:
            table = head
            lines += [f"[{table}]", ""]
        unit = f" ({row.unit})" if row.unit else ""
        lines.append(f"# {row.doc}{unit}")
        if row.name == "database.url":
            lines.append(f'url = "sqlite:///{folder / "visio-hub.db"}"')
        else:
            lines.append(f"# {name} = {row.default}")
        lines.append("")
    return "\n".join(lines)


def _create_schema(config: HubConfig) -> None:
    with opened(config) as database:
        _upgrade(database)


def _upgrade(database: Database) -> None:
    try:
        database.write_now(upgrade)
    except SQLAlchemyError as error:
        raise CommandFailed(explain(error)) from None
    except CommandError:
        raise CommandFailed(
            "La base de données vient d’une version plus récente de visio-hub. Rien n’a été changé ; "
            "installez cette version, ou reprenez une sauvegarde."
        ) from None


def _check_timezone(config: HubConfig) -> None:
    name = config.routing.timezone
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CommandFailed(
            f"Le fuseau horaire routing.timezone = {name!r} est inconnu ; par exemple : Europe/Paris."
        ) from None


def _check_port(config: HubConfig) -> None:
    server = config.server
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            server.host, server.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        where = f"{server.host}:{server.port}"
        if error.errno == errno.EADDRINUSE:
            raise CommandFailed(
                f"Le port {server.port} est déjà pris : un autre programme écoute sur {where}. "
                "Arrêtez-le, ou changez server.port."
            ) from None
        if error.errno == errno.EACCES:
            raise CommandFailed(
                f"Le port {server.port} est réservé au système. Choisissez un server.port au-dessus de 1023."
            ) from None
        raise CommandFailed(f"Impossible d’écouter sur {where} : vérifiez server.host et server.port.") from None


@contextmanager
def _private_files() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _explained(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise CommandFailed(
            f"Impossible d’écrire dans {error.filename or folder} : {reason(error)}. "
            "Choisissez un autre dossier, ou un autre compte."
        ) from None
