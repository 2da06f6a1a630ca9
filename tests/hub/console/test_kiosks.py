"""Kiosks from the command line."""

import time

from sqlalchemy import select

from hub.server.enrolment import code_hash
from hub.store import tables as t
from tests.hub.console.conftest import Console, code_in


def test_a_code_is_given_once_and_stored_as_a_hash(console: Console) -> None:
    before = time.time()
    said = console.do("kiosk", "code", "hambye-1")
    code = code_in(said)
    assert f"visio-provision enrol --hub http://localhost:8080 --code {code}" in said
    codes = t.enrolment_code
    ((stored, kiosk, created, expires, used),) = console.rows(select(codes))
    assert (stored, kiosk, used) == (code_hash(code), "hambye-1", None)
    assert isinstance(created, float)
    assert before <= created <= time.time()
    assert expires == created + 900
    again = code_in(console.do("kiosk", "code", "hambye-1"))
    assert [row[0] for row in console.rows(select(codes.c.code_hash))] == [code_hash(again)]


def test_a_new_kiosk_needs_a_site_that_exists(console: Console) -> None:
    assert "--site" in console.refuse("kiosk", "add", "new-1")
    assert "Sites connus : hambye" in console.refuse("kiosk", "add", "new-1", "--site", "nowhere")
    assert "Identifiant impossible" in console.refuse("kiosk", "add", "New 1", "--site", "hambye")
    assert "Nom impossible" in console.refuse("kiosk", "add", "new-1", "--site", "hambye", "--name", "a\tb")
    said = console.do("kiosk", "add", "new-1", "--site", "hambye", "--name", "Borne du hall")
    assert code_in(said)
    assert "network.toml" in said
    assert ("new-1", "hambye", "Borne du hall", True) in console.rows(
        select(t.kiosk.c.id, t.kiosk.c.site_id, t.kiosk.c.name, t.kiosk.c.is_enabled)
    )


def test_adding_a_kiosk_that_exists_gives_a_code_and_moves_nothing(console: Console) -> None:
    assert code_in(console.do("kiosk", "add", "hambye-1"))
    assert "existe déjà, au site" in console.refuse("kiosk", "add", "hambye-1", "--site", "percy")


def test_a_disabled_kiosk_gets_no_code_until_it_is_enabled(console: Console) -> None:
    console.do("kiosk", "disable", "hambye-1")
    assert "désactivée" in console.do("kiosk", "list")
    assert "kiosk enable hambye-1" in console.refuse("kiosk", "code", "hambye-1")
    console.do("kiosk", "enable", "hambye-1")
    assert code_in(console.do("kiosk", "code", "hambye-1"))
    actions = [action for (action,) in console.rows(select(t.audit.c.action).order_by(t.audit.c.id))]
    assert actions == ["import", "kiosk_disable", "kiosk_enable", "kiosk_code"]


def test_an_unknown_kiosk_is_said_so(console: Console) -> None:
    for action in ("code", "disable", "enable"):
        assert "kiosk list" in console.refuse("kiosk", action, "nobody")


def test_the_list_shows_every_kiosk(console: Console) -> None:
    said = console.do("kiosk", "list")
    assert [line.split()[0] for line in said.splitlines()] == ["hambye-1", "hambye-2"]
    assert said.count("jamais enrôlée") == 2
