"""What every command of `visio-hub` shares: the settings, the database, and how to say what is wrong."""

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from hub.config import HubConfig, load
from hub.core.access import AuditAction, AuditResult
from hub.store import nodes
from hub.store.accounts import write_audit
from hub.store.database import Database

DEFAULT_CONFIG = Path("visio-hub.toml")
ACTOR = "console"
_REASONS = {
    errno.ENOENT: "il n’existe pas",
    errno.EACCES: "ce compte n’en a pas le droit",
    errno.EPERM: "ce compte n’en a pas le droit",
    errno.EISDIR: "c’est un dossier",
    errno.ENOTDIR: "un élément du chemin n’est pas un dossier",
    errno.EEXIST: "un fichier porte déjà ce nom",
    errno.ENOSPC: "le disque est plein",
    errno.EROFS: "le disque est en lecture seule",
}


MOVED_SENTENCE = (
    "Cette installation a été déplacée vers une autre base de données (visio-hub db migrate). Rien n’a été changé ; "
    "écrivez la nouvelle adresse dans database.url."
)
_POSTGRESQL = {
    ("movederror",): "Cette installation vient d’être déplacée vers une autre base de données (visio-hub db migrate).",
    ("connection refused", "connection timeout", "timeout expired", "connexion refusée", "no such file or directory"): (
        "Le serveur de base de données ne répond pas à l’adresse de database.url : est-il en marche ?"
    ),
    ("could not translate host name", "failed to resolve host", "name or service not known"): (
        "Le nom du serveur de database.url n’existe pas, ou ce poste ne sait pas le trouver."
    ),
    ("password authentication failed", "no password supplied", "authentification", "role ", "rôle "): (
        "Le serveur de base de données refuse ce compte : vérifiez le nom et le mot de passe de database.url."
    ),
    ('database "', "la base de données «"): (
        "Le serveur répond, mais n’a pas la base de données que nomme database.url : créez-la (createdb), vide."
    ),
    ("shutting down", "starting up"): "Le serveur de base de données démarre ou s’arrête ; réessayez dans un instant.",
}
"""What PostgreSQL or its driver says, in English or French, and what it means."""


class CommandFailed(Exception):
    """A command cannot be done; the text is a French sentence for the technician."""


def say(line: str = "") -> None:
    """Tell the technician."""
    print(line)  # noqa: T201 - a command speaks to people; a log does not


def reason(error: OSError) -> str:
    """What the system said, in French."""
    return _REASONS.get(error.errno or 0, error.strerror or type(error).__name__)


def read_config(file: Path) -> HubConfig:
    """The settings in `file`.

    Raises:
        CommandFailed: there is no such file.
        hub.options.OptionsError: it is there and wrong.
    """
    if not file.exists():
        raise CommandFailed(f"Le fichier de réglages {file} n’existe pas. Tapez : visio-hub init --config {file}")
    return load(file)


def sqlite_file(config: HubConfig) -> Path | None:
    """The file of the database, None when it is not one file.

    Raises:
        CommandFailed: the address is not one that SQLAlchemy understands.
    """
    try:
        url = make_url(config.database.url)
    except ArgumentError:
        raise CommandFailed(
            "Le réglage database.url n’est pas une adresse de base de données ; "
            "par exemple : sqlite:////var/lib/visio-hub/visio-hub.db"
        ) from None
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return None
    return Path(url.database)


@contextmanager
def opened(config: HubConfig) -> Iterator[Database]:
    """The database of the settings, whatever it holds, closed at the end.

    Raises:
        CommandFailed: it cannot be reached, is locked or unusable.
    """
    try:
        database = Database(config.database.url)
    except (NoSuchModuleError, ImportError):
        raise CommandFailed(
            "Aucun pilote n’est installé pour la base de données que nomme database.url. "
            "Pour PostgreSQL, l’adresse commence par postgresql+psycopg://"
        ) from None
    except SQLAlchemyError as error:
        raise CommandFailed(
            f"La base de données de database.url ne peut pas être ouverte ({type(error).__name__})."
        ) from None
    try:
        yield database
    except SQLAlchemyError as error:
        raise CommandFailed(explain(error)) from None
    finally:
        database.close()


@contextmanager
def database_of(config: HubConfig, config_file: Path, *, even_moved: bool = False) -> Iterator[Database]:
    """The database of a hub that `visio-hub init` has set up, closed at the end.

    Args:
        even_moved: also one that `visio-hub db migrate` has left behind.

    Raises:
        CommandFailed: it is absent, empty, locked or unusable.
    """
    file = sqlite_file(config)
    init = f"visio-hub init --config {config_file}"
    if file is not None and not file.exists():
        raise CommandFailed(f"La base de données {file} n’existe pas. Tapez : {init}")
    with opened(config) as database:
        _check(database, init)
        if not even_moved:
            _refuse_moved(database)
        yield database


def explain(error: SQLAlchemyError) -> str:
    """A database's failure, for a technician. Never the statement: it holds values."""
    reason = str(getattr(error, "orig", None) or type(error).__name__).lower()
    for words, sentence in _POSTGRESQL.items():
        if any(word in reason for word in words):
            return f"{sentence} Rien n’a été changé."
    if "locked" in reason or "busy" in reason or "lock timeout" in reason:
        return (
            "La base de données est occupée par un autre programme depuis trop longtemps. Rien n’a été changé ; "
            "réessayez, et si cela dure, cherchez quel programme la tient ouverte."
        )
    if "readonly" in reason or "unable to open" in reason or "permission" in reason:
        return (
            "La base de données ne peut pas être écrite par cet utilisateur. Rien n’a été changé ; "
            "lancez la commande avec le compte du hub."
        )
    if "not a database" in reason or "malformed" in reason:
        return "Le fichier n’est pas une base de données lisible. Rien n’a été changé ; reprenez une sauvegarde."
    if "full" in reason:
        return "Le disque est plein. Rien n’a été changé ; faites de la place, puis réessayez."
    return f"La base de données a refusé ({type(error).__name__}). Rien n’a été changé."


def audit(connection: Connection, action: AuditAction, target: str | None = None) -> None:
    """Write down a command that was done, in the transaction that does it."""
    write_audit(connection, ACTOR, action, AuditResult.OK, time.time(), target)


def _check(database: Database, init: str) -> None:
    def partners(connection: Connection) -> bool:
        return inspect(connection).has_table("partner")

    if not database.read_now(partners):
        raise CommandFailed(f"La base de données est vide. Tapez : {init}")


def _refuse_moved(database: Database) -> None:
    def has_moved(connection: Connection) -> bool:
        # A database of an older version, which `visio-hub run` will bring up to date, was never moved.
        return inspect(connection).has_table("installation") and nodes.has_moved(connection)

    if database.read_now(has_moved):
        raise CommandFailed(MOVED_SENTENCE)
    database.guard = _guard


def _guard(connection: Connection) -> None:
    if inspect(connection).has_table("installation"):
        nodes.refuse_moved(connection)
