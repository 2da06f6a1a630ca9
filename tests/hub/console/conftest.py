"""The command `visio-hub`, as typed: what it returned, what it printed."""

import io
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Select

from hub.__main__ import main
from hub.store.database import Database
from tests.hub.access_world import NETWORK


@dataclass
class Console:
    folder: Path
    capsys: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch
    is_keyboard: bool = False

    @property
    def config(self) -> Path:
        return self.folder / "hub.toml"

    def type(self, *words: str | Path, stdin: str = "") -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self.capsys.readouterr()
        typed = io.StringIO(stdin)
        self.patch.setattr(typed, "isatty", lambda: self.is_keyboard)
        self.patch.setattr(sys, "stdin", typed)
        try:
            code = main([*map(str, words), "--config", str(self.config)])
        except SystemExit as stop:
            code = int(stop.code or 0)
        said = self.capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    def do(self, *words: str | Path, stdin: str = "") -> str:
        """What a command that succeeds printed."""
        code, out, err = self.type(*words, stdin=stdin)
        assert (code, err) == (0, ""), out + err
        return out

    def refuse(self, *words: str | Path, stdin: str = "") -> str:
        """What a command that fails said."""
        code, _, err = self.type(*words, stdin=stdin)
        assert code == 1
        return err

    def rows(self, query: Select[tuple[object, ...]]) -> list[tuple[object, ...]]:
        database = Database(f"sqlite:///{self.folder / 'visio-hub.db'}")
        try:
            return [tuple(row) for row in database.read_now(lambda connection: connection.execute(query).all())]
        finally:
            database.close()

    def write_network(self, text: str = NETWORK) -> Path:
        file = self.folder / "network.toml"
        file.write_text(text, encoding="utf-8")
        return file


@pytest.fixture
def bare(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """Nothing was typed yet."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield Console(tmp_path, capsys, monkeypatch)
    # `run` starts the program's own logging, onto a standard error that ends with the test.
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)


@pytest.fixture
def console(bare: Console) -> Console:
    """A hub that was set up, holding the small network."""
    bare.do("init")
    bare.do("import", bare.write_network())
    return bare


def code_in(text: str) -> str:
    found = re.search(r"\b[A-Z]{4}-[A-Z]{4}-[A-Z]{4}\b", text)
    assert found is not None, text
    return found.group()
