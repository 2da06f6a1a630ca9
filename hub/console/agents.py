"""`visio-hub agent`: add an agent, give a password, list, disable, enable."""

import getpass
import sys
from argparse import Namespace

from sqlalchemy import Connection, insert, select, update

from hub.console.desk import CommandFailed, audit, database_of, read_config, say
from hub.core.access import AuditAction
from hub.network_reader import Findings
from hub.network_reader import Row as FileRow
from hub.server.passwords import MAX_LENGTH, MIN_LENGTH, PasswordRefused, Passwords
from hub.store import tables as t
from hub.store.accounts import close_sessions_of, replace_password
from hub.store.importing import new_agent_id


def add(arguments: Namespace) -> int:
    """Add an agent to a partner. The password is given afterwards."""
    config = read_config(arguments.config)
    # The same rules as in network.toml.
    findings = Findings("")
    row = FileRow({"email": arguments.email, "name": arguments.name}, (), findings)
    email, name = row.email(), row.text("name", 80)
    if findings.has_problem:
        raise CommandFailed(" ".join(f"{finding.sentence}." for finding in findings.found))

    def work(connection: Connection) -> None:
        partners = connection.execute(select(t.partner.c.id).order_by(t.partner.c.position)).scalars().all()
        if arguments.partner not in partners:
            raise CommandFailed(
                f"Le partenaire « {arguments.partner} » n’existe pas. Connus : {', '.join(partners) or 'aucun ; tapez d’abord visio-hub import'}."
            )
        if connection.execute(select(t.agent.c.id).where(t.agent.c.email == email)).first() is not None:
            raise CommandFailed(
                f"L’agent {email} existe déjà. Pour son mot de passe : visio-hub agent password {email}"
            )
        agent_id = new_agent_id()
        values = {"id": agent_id, "partner_id": arguments.partner, "email": email, "display_name": name}
        connection.execute(insert(t.agent).values(values))
        audit(connection, AuditAction.AGENT_ADD, agent_id)

    with database_of(config, arguments.config) as database:
        database.write_now(work)
    say(
        f"Agent {email} ajouté. Écrivez-le aussi dans network.toml : un import désactive ce que le fichier ne nomme pas."
    )
    say(f"Ensuite, tapez : visio-hub agent password {email} --config {arguments.config}")
    return 0


def password(arguments: Namespace) -> int:
    """Give an agent a password, and sign the agent out everywhere."""
    config = read_config(arguments.config)
    with database_of(config, arguments.config) as database:
        agent_id, email = database.read_now(lambda connection: _find(connection, arguments.email))
        chosen = _read_password(arguments.password_stdin)
        passwords = Passwords()
        try:
            stored = passwords.hash(chosen)
        except PasswordRefused:
            raise CommandFailed(
                f"Mot de passe refusé : il faut de {MIN_LENGTH} à {MAX_LENGTH} caractères. Quelques mots sans rapport "
                "entre eux font un bon mot de passe. Rien n’a été changé."
            ) from None
        finally:
            passwords.close()

        def work(connection: Connection) -> None:
            replace_password(connection, agent_id, stored)
            close_sessions_of(connection, agent_id)
            audit(connection, AuditAction.AGENT_PASSWORD, agent_id)

        database.write_now(work)
    say(f"Mot de passe de {email} enregistré ; ses connexions ouvertes sont fermées.")
    return 0


def listing(arguments: Namespace) -> int:
    """One line per agent."""
    config = read_config(arguments.config)
    query = select(t.agent).order_by(t.agent.c.partner_id, t.agent.c.email)
    with database_of(config, arguments.config) as database:
        rows = database.read_now(lambda connection: connection.execute(query).all())
    for row in rows:
        state = "désactivé" if not row.is_enabled else "sans mot de passe" if row.password_hash is None else "actif"
        say(f"{row.email:<40} {row.partner_id:<20} {state:<18} {row.display_name}")
    if not rows:
        say("Aucun agent. Tapez : visio-hub import network.toml, ou visio-hub agent add")
    return 0


def enable(arguments: Namespace) -> int:
    return _set_enabled(arguments, True, AuditAction.AGENT_ENABLE, "réactivé")


def disable(arguments: Namespace) -> int:
    return _set_enabled(arguments, False, AuditAction.AGENT_DISABLE, "désactivé ; ses connexions ouvertes sont fermées")


def _set_enabled(arguments: Namespace, value: bool, action: AuditAction, words: str) -> int:
    config = read_config(arguments.config)

    def work(connection: Connection) -> None:
        agent_id, _ = _find(connection, arguments.email)
        connection.execute(update(t.agent).where(t.agent.c.id == agent_id).values(is_enabled=value))
        if not value:
            close_sessions_of(connection, agent_id)
        audit(connection, action, agent_id)

    with database_of(config, arguments.config) as database:
        database.write_now(work)
    say(f"Agent {arguments.email.strip().lower()} {words}.")
    return 0


def _find(connection: Connection, typed: str) -> tuple[str, str]:
    """Identifier and address of the agent, who must exist."""
    email = typed.strip().lower()
    row = connection.execute(select(t.agent.c.id, t.agent.c.email).where(t.agent.c.email == email)).first()
    if row is None:
        raise CommandFailed(f"L’agent {email} n’existe pas. Pour les voir : visio-hub agent list")
    return row.id, row.email


def _read_password(from_stdin: bool) -> str:
    if from_stdin or not sys.stdin.isatty():
        # One line; a second one, if there is one, is the confirmation of somebody who answers both questions.
        chosen = sys.stdin.readline().rstrip("\r\n")
        again = sys.stdin.readline().rstrip("\r\n") or chosen
    else:
        chosen = getpass.getpass("Nouveau mot de passe : ")
        again = getpass.getpass("Le même, encore une fois : ")
    if again != chosen:
        raise CommandFailed("Les deux mots de passe diffèrent. Rien n’a été changé.")
    return chosen
