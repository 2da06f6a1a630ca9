"""`visio-hub kiosk`: add a kiosk, make its enrolment code, list, disable, enable."""

import re
import time
from argparse import Namespace
from datetime import UTC, datetime

from sqlalchemy import Connection, insert, select, update

from hub.config import HubConfig
from hub.console.desk import CommandFailed, audit, database_of, read_config, say
from hub.core.access import AuditAction
from hub.server.enrolment import code_hash, make_code
from hub.store import tables as t
from hub.store.accounts import add_code

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


def add(arguments: Namespace) -> int:
    """Print the enrolment code of a kiosk, which is added to its site if it is not there yet."""
    config = read_config(arguments.config)
    kiosk_id: str = arguments.id
    if not _SLUG.fullmatch(kiosk_id):
        raise CommandFailed(
            "Identifiant impossible : de 1 à 64 lettres minuscules sans accent, chiffres, - ou _, comme hambye-1."
        )
    name = (arguments.name or kiosk_id).strip()
    if not name or len(name) > 200 or not name.isprintable():
        raise CommandFailed("Nom impossible : de 1 à 200 caractères visibles.")

    def work(connection: Connection) -> tuple[bool, str]:
        is_new = _add(connection, kiosk_id, arguments.site, name)
        return is_new, _make_code(connection, kiosk_id, config)

    with database_of(config, arguments.config) as database:
        is_new, made = database.write_now(work)
    if is_new:
        say(f"Borne « {kiosk_id} » ajoutée au site « {arguments.site} ».")
        say("Écrivez-la aussi dans network.toml : un import désactive ce que le fichier ne nomme pas.")
    else:
        say(f"La borne « {kiosk_id} » existait déjà : elle n’est pas changée, voici un nouveau code.")
    _tell_code(made, config)
    return 0


def _add(connection: Connection, kiosk_id: str, site_id: str | None, name: str) -> bool:
    stored = connection.execute(select(t.kiosk.c.site_id).where(t.kiosk.c.id == kiosk_id)).scalar()
    if stored is not None:
        if site_id not in (None, stored):
            raise CommandFailed(
                f"La borne « {kiosk_id} » existe déjà, au site « {stored} ». Rien n’a été changé ; "
                "pour la déplacer, changez network.toml et importez-le."
            )
        return False
    sites = connection.execute(select(t.site.c.id).order_by(t.site.c.id)).scalars().all()
    if site_id not in sites:
        known = ", ".join(sites) or "aucun ; tapez d’abord visio-hub import"
        what = f"Le site « {site_id} » n’existe pas" if site_id else "Cette borne est nouvelle : ajoutez --site SITE"
        raise CommandFailed(f"{what}. Sites connus : {known}.")
    connection.execute(insert(t.kiosk).values(id=kiosk_id, site_id=site_id, name=name))
    audit(connection, AuditAction.KIOSK_ADD, kiosk_id)
    return True


def code(arguments: Namespace) -> int:
    """Print a new enrolment code of a kiosk; a former unused one is worth nothing any more."""
    config = read_config(arguments.config)
    with database_of(config, arguments.config) as database:
        made = database.write_now(lambda connection: _make_code(connection, arguments.id, config))
    _tell_code(made, config)
    return 0


def listing(arguments: Namespace) -> int:
    """One line per kiosk."""
    config = read_config(arguments.config)
    query = select(t.kiosk).order_by(t.kiosk.c.site_id, t.kiosk.c.id)
    with database_of(config, arguments.config) as database:
        rows = database.read_now(lambda connection: connection.execute(query).all())
    for row in rows:
        state = "active" if row.is_enabled else "désactivée"
        key = "jamais enrôlée"
        if row.enrolled_at is not None:
            key = f"enrôlée le {datetime.fromtimestamp(row.enrolled_at, UTC).astimezone():%d/%m/%Y à %H:%M}"
        say(f"{row.id:<24} {row.site_id:<20} {state:<11} {key:<28} {row.name}")
    if not rows:
        say("Aucune borne. Tapez : visio-hub import network.toml, ou visio-hub kiosk add")
    return 0


def enable(arguments: Namespace) -> int:
    return _set_enabled(arguments, True, AuditAction.KIOSK_ENABLE, "réactivée")


def disable(arguments: Namespace) -> int:
    return _set_enabled(arguments, False, AuditAction.KIOSK_DISABLE, "désactivée")


def _set_enabled(arguments: Namespace, value: bool, action: AuditAction, word: str) -> int:
    config = read_config(arguments.config)

    def work(connection: Connection) -> None:
        _require(connection, arguments.id)
        connection.execute(update(t.kiosk).where(t.kiosk.c.id == arguments.id).values(is_enabled=value))
        audit(connection, action, arguments.id)

    with database_of(config, arguments.config) as database:
        database.write_now(work)
    say(f"Borne « {arguments.id} » {word}.")
    return 0


def _require(connection: Connection, kiosk_id: str) -> bool:
    """Whether the kiosk is enabled; it must exist."""
    row = connection.execute(select(t.kiosk.c.is_enabled).where(t.kiosk.c.id == kiosk_id)).first()
    if row is None:
        raise CommandFailed(f"La borne « {kiosk_id} » n’existe pas. Pour les voir : visio-hub kiosk list")
    return bool(row.is_enabled)


def _make_code(connection: Connection, kiosk_id: str, config: HubConfig) -> str:
    if not _require(connection, kiosk_id):
        raise CommandFailed(
            f"La borne « {kiosk_id} » est désactivée. Tapez d’abord : visio-hub kiosk enable {kiosk_id}"
        )
    made = make_code()
    now = time.time()
    add_code(connection, code_hash(made), kiosk_id, now, now + config.accounts.enrolment_code_ttl_s)
    audit(connection, AuditAction.KIOSK_CODE, kiosk_id)
    return made


def _tell_code(made: str, config: HubConfig) -> None:
    minutes = max(1, config.accounts.enrolment_code_ttl_s // 60)
    say(f"Code d’enrôlement : {made}")
    say(f"Il sert une seule fois, dans les {minutes} minutes. Sur la borne, tapez :")
    say(f"  visio-provision enrol --hub {config.server.public_url} --code {made} --key /etc/visio-kiosk/kiosk.key")
