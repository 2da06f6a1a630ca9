"""Agents from the command line."""

from functools import partial

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection, insert, select

from hub.console import agents
from hub.store import tables as t
from hub.store.database import Database
from tests.hub.access_world import EMAIL
from tests.hub.console.conftest import Console

GOOD = "canary correct horse battery"


def stored_hash(console: Console, email: str = EMAIL) -> str | None:
    ((stored,),) = console.rows(select(t.agent.c.password_hash).where(t.agent.c.email == email))
    assert stored is None or isinstance(stored, str)
    return stored


@pytest.mark.parametrize("typed", [f"{GOOD}\n", f"{GOOD}\n{GOOD}\n", GOOD, f"{GOOD}\r\n"])
def test_a_password_comes_from_standard_input(console: Console, typed: str) -> None:
    said = console.do("agent", "password", EMAIL.upper(), "--password-stdin", stdin=typed)
    assert "canary" not in said
    stored = stored_hash(console)
    assert stored is not None
    assert stored.startswith("$argon2id$")
    assert PasswordHasher().verify(stored, GOOD)


@pytest.mark.parametrize("typed", ["", "\n", "elevenchars\n", "x" * 201])
def test_a_password_too_short_or_too_long_changes_nothing(console: Console, typed: str) -> None:
    said = console.refuse("agent", "password", EMAIL, stdin=typed)
    assert "de 12 à 200 caractères" in said
    assert stored_hash(console) is None


def test_two_different_answers_change_nothing(console: Console) -> None:
    assert "diffèrent" in console.refuse("agent", "password", EMAIL, stdin=f"{GOOD}\n{GOOD}x\n")
    assert stored_hash(console) is None


def test_a_password_is_asked_twice_at_a_keyboard(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(question: str) -> str:
        asked.append(question)
        return GOOD

    monkeypatch.setattr(agents.getpass, "getpass", answer)
    monkeypatch.setattr(console, "is_keyboard", True)
    console.do("agent", "password", EMAIL)
    assert len(asked) == 2
    assert stored_hash(console) is not None


def test_a_new_password_and_a_disabling_end_open_sessions(console: Console) -> None:
    database = Database(f"sqlite:///{console.folder / 'visio-hub.db'}")
    ((agent_id,),) = console.rows(select(t.agent.c.id).where(t.agent.c.email == EMAIL))
    session = {"agent_id": agent_id, "csrf_token": "c", "created_at": 1, "last_seen_at": 1, "expires_at": 9e9}
    for word, stdin in (("password", GOOD), ("disable", "")):
        opened = insert(t.agent_session).values(session | {"token_hash": word})
        database.write_now(partial(Connection.execute, statement=opened))
        console.do("agent", word, EMAIL, stdin=stdin)
        assert console.rows(select(t.agent_session.c.token_hash)) == []
    database.close()
    assert "désactivé" in console.do("agent", "list")
    console.do("agent", "enable", EMAIL)
    actions = console.rows(select(t.audit.c.action, t.audit.c.object).order_by(t.audit.c.id))
    assert actions[1:] == [("agent_password", agent_id), ("agent_disable", agent_id), ("agent_enable", agent_id)]


def test_an_agent_is_added_to_a_partner_that_exists(console: Console) -> None:
    assert "Connus : caf, msa" in console.refuse("agent", "add", "x@y.fr", "--partner", "cpam", "--name", "X")
    assert "adresse électronique" in console.refuse("agent", "add", "x at y", "--partner", "msa", "--name", "X")
    assert "vide" in console.refuse("agent", "add", "x@y.fr", "--partner", "msa", "--name", " ")
    said = console.do("agent", "add", "New.One@MSA.example", "--partner", "msa", "--name", "Mme Neuve")
    assert "visio-hub agent password new.one@msa.example" in said
    assert "existe déjà" in console.refuse("agent", "add", "new.one@msa.example", "--partner", "msa", "--name", "X")
    ((agent_id, name),) = console.rows(
        select(t.agent.c.id, t.agent.c.display_name).where(t.agent.c.email == "new.one@msa.example")
    )
    assert name == "Mme Neuve"
    assert "new" not in str(agent_id)


def test_an_unknown_agent_is_said_so(console: Console) -> None:
    for words in (("password",), ("disable",), ("enable",)):
        assert "agent list" in console.refuse("agent", *words, "nobody@caf.example", stdin=GOOD)


def test_the_list_says_who_can_sign_in(console: Console) -> None:
    console.do("agent", "password", EMAIL, stdin=GOOD)
    lines = console.do("agent", "list").splitlines()
    states = {line.split()[0]: line for line in lines}
    assert "actif" in states[EMAIL]
    assert "sans mot de passe" in states["leroy@caf.example"]
    assert "argon2" not in "".join(lines)
