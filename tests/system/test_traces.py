"""A canary is found in every shape it may have been stored in, so that finding nothing means something."""

import base64
import sqlite3
from pathlib import Path

import pytest

from tests.system.traces import files_below, rows_holding, traces

CANARY = "Dossier-Hérisson-7731"


@pytest.mark.parametrize(
    "stored",
    [
        CANARY.encode(),
        CANARY.encode("utf-16-le"),
        CANARY.encode().hex().encode(),
        base64.b64encode(b"{" + CANARY.encode() + b"}"),
        base64.b64encode(b"{{" + CANARY.encode() + b"}"),
        base64.b64encode(b"{{{" + CANARY.encode() + b"}"),
        b"title=Dossier-H%C3%A9risson-7731",
        CANARY.encode("unicode_escape"),
    ],
)
def test_canary_is_found_in_each_form(tmp_path: Path, stored: bytes) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "log").write_bytes(b"before " + stored + b" after")
    assert traces([tmp_path], [CANARY]) == [f"{tmp_path}/deep/log: {CANARY}"]


def test_canary_is_found_in_a_file_name(tmp_path: Path) -> None:
    (tmp_path / f"{CANARY}.pdf").write_bytes(b"")
    assert len(traces([tmp_path], [CANARY])) == 1


def test_nothing_is_found_where_nothing_is(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("Dossier 7731")
    assert traces([tmp_path, tmp_path / "absent"], [CANARY]) == []
    assert files_below(tmp_path) == ["log"]


def test_canary_is_found_in_a_database_that_is_still_open(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "hub.db")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE event (id INTEGER, detail TEXT)")
    connection.execute("INSERT INTO event VALUES (1, ?)", (f"x {CANARY}",))
    connection.commit()
    assert rows_holding(tmp_path / "hub.db", [CANARY, "absent"]) == [f"event.detail: {CANARY}"]
    assert traces([tmp_path], [CANARY])
    connection.close()
