"""Importing the network: what is said, what is changed, what is kept."""

from sqlalchemy import select

from hub.store import tables as t
from tests.hub.access_world import NETWORK
from tests.hub.console.conftest import Console


def test_a_dry_run_says_everything_and_changes_nothing(bare: Console) -> None:
    bare.do("init")
    said = bare.do("import", bare.write_network(), "--dry-run")
    for words in ("ajouté     partenaire caf", "ajouté     borne hambye-1", "Essai seulement : 13 changements"):
        assert words in said
    assert bare.rows(select(t.partner.c.id)) == []
    assert bare.rows(select(t.audit.c.id)) == []


def test_an_import_says_what_it_did_and_is_audited(bare: Console) -> None:
    bare.do("init")
    said = bare.do("import", bare.write_network())
    assert "Import terminé : 13 changements" in said
    assert "Agents sans mot de passe : 2" in said
    audit = bare.rows(select(t.audit.c.actor, t.audit.c.action, t.audit.c.result))
    assert audit == [("console", "import", "ok")]
    assert "aucun changement" in bare.do("import", bare.folder / "network.toml")
    assert len(bare.rows(select(t.audit.c.id))) == 1


def test_one_problem_and_nothing_is_changed(console: Console) -> None:
    before = console.rows(select(t.partner))
    file = console.write_network(NETWORK.replace('name = "CAF"', 'name = ""').replace('"msa"', '"cpam"', 1))
    code, out, err = console.type("import", file)
    assert code == 1
    assert f"{file}:4: problème" in out
    assert "problèmes" in err
    assert "rien n’a été changé" in err
    assert console.rows(select(t.partner)) == before


def test_warnings_do_not_stop_an_import(bare: Console) -> None:
    bare.do("init")
    said = bare.do("import", bare.write_network())
    assert "remarque" in said


def test_what_is_no_longer_in_the_file_is_disabled(console: Console) -> None:
    without = NETWORK[: NETWORK.index('[[kiosk]]\nid = "hambye-2"')]
    said = console.do("import", console.write_network(without))
    assert "désactivé  borne hambye-2" in said
    assert console.rows(select(t.kiosk.c.id, t.kiosk.c.is_enabled)) == [("hambye-1", True), ("hambye-2", False)]


def test_a_file_that_cannot_be_read_is_said_so(console: Console) -> None:
    assert "n’existe pas" in console.refuse("import", console.folder / "absent.toml")
    assert "dossier" in console.refuse("import", console.folder)
    (console.folder / "latin.toml").write_bytes('[[partner]]\nname = "é"'.encode("latin-1"))
    assert "UTF-8" in console.refuse("import", console.folder / "latin.toml")
