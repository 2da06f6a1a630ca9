"""Setting a hub up, and starting it only when it can run."""

import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from hub import config as hub_config
from hub.__main__ import main
from hub.console.setup import settings_text
from hub.options import document, parse_options
from hub.store import database as database_module
from tests.hub.console.conftest import Console


def test_init_makes_everything_and_says_what_comes_next(bare: Console) -> None:
    said = bare.do("init")
    assert "visio-hub import network.toml" in said
    assert f"visio-hub run --config {bare.config}" in said
    assert (bare.folder / "visio-hub.db").exists()
    secret = bare.folder / "secrets" / "turn.secret"
    assert len(secret.read_text().strip()) >= 32
    for path in (bare.folder / "visio-hub.db", secret, bare.config):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(secret.parent.stat().st_mode) == 0o700


def test_init_again_changes_nothing(console: Console) -> None:
    files = [path for path in console.folder.rglob("*") if path.is_file() and path.suffix != ".db"]
    before = {path: path.read_bytes() for path in files}
    console.do("init")
    assert {path: path.read_bytes() for path in files} == before
    assert "aucun changement" in console.do("import", console.folder / "network.toml")


def test_the_settings_that_init_writes_name_every_option_with_its_default(tmp_path: Path) -> None:
    text = settings_text(tmp_path)
    tomllib.loads(text)
    uncommented = "\n".join(
        line.removeprefix("# ") if " = " in line and line.startswith("# ") else line for line in text.splitlines()
    )
    config = parse_options(uncommented, tmp_path / "hub.toml", hub_config.HubConfig)
    assert config.server == hub_config.ServerOptions()
    assert config.limits == hub_config.LimitOptions()
    assert config.database.url == f"sqlite:///{tmp_path / 'visio-hub.db'}"
    for row in document(hub_config.HubConfig):
        assert row.doc in text


@pytest.mark.parametrize(
    "words", [("run",), ("import", "network.toml"), ("kiosk", "list"), ("agent", "list"), ("kiosk", "code", "x")]
)
def test_before_init_every_command_says_init(bare: Console, words: tuple[str, ...]) -> None:
    bare.write_network()
    words = tuple(str(bare.folder / word) if word.endswith(".toml") else word for word in words)
    assert f"visio-hub init --config {bare.config}" in bare.refuse(*words)
    bare.config.write_text(f'[database]\nurl = "sqlite:///{bare.folder / "visio-hub.db"}"\n')
    assert "visio-hub init" in bare.refuse(*words)
    assert not (bare.folder / "visio-hub.db").exists()
    (bare.folder / "visio-hub.db").touch()
    said = bare.refuse(*words)
    assert "vide" in said
    assert "visio-hub init" in said


def test_wrong_settings_are_all_told_with_their_lines(bare: Console) -> None:
    bare.config.write_text("log_level = 3\n[server]\nport = 99999\nprot = 1\n")
    said = bare.refuse("run")
    for line in (1, 3, 4):
        assert f"{bare.config}:{line}:" in said


def test_a_database_that_is_not_one_is_said_so(bare: Console) -> None:
    bare.do("init")
    (bare.folder / "visio-hub.db").write_bytes(b"this is not a database" * 100)
    assert "pas une base de données lisible" in bare.refuse("kiosk", "list")


def test_a_wrong_database_address_is_said_so(bare: Console) -> None:
    bare.config.write_text('[database]\nurl = "not an address"\n')
    assert "database.url" in bare.refuse("init")
    assert "database.url" in bare.refuse("run")
    bare.config.write_text('[database]\nurl = "nosuch://h/d"\n')
    assert "database.url" in bare.refuse("kiosk", "list")


def test_a_database_of_a_later_version_is_left_alone(console: Console) -> None:
    with sqlite3.connect(console.folder / "visio-hub.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'from_the_future'")
    for command in ("init", "run"):
        assert "version plus récente" in console.refuse(command)


def test_a_locked_database_is_said_so(console: Console) -> None:
    console.patch.setattr(database_module, "BUSY_TIMEOUT_S", 0.1)
    other = sqlite3.connect(console.folder / "visio-hub.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        for words in (("run",), ("kiosk", "disable", "hambye-1"), ("import", str(console.folder / "network.toml"))):
            said = console.refuse(*words)
            assert "occupée" in said
            assert "Rien n’a été changé" in said
    finally:
        other.execute("ROLLBACK")
        other.close()


def test_a_busy_port_is_said_so(console: Console) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        console.config.write_text(console.config.read_text().replace("# port = 8080", f"port = {port}"))
        said = console.refuse("run")
    assert f"Le port {port} est déjà pris" in said


def test_an_unknown_time_zone_is_said_so(console: Console) -> None:
    console.config.write_text(console.config.read_text().replace('# timezone = "Europe/Paris"', 'timezone = "Mars/X"'))
    assert "Mars/X" in console.refuse("run")


def test_wrong_ice_settings_stop_the_start(console: Console) -> None:
    text = console.config.read_text().replace("# turn_urls = []", 'turn_urls = ["turn:t.example:3478"]')
    console.config.write_text(text.replace("# port = 8080", "port = 0"))
    assert "ice.turn_secret_file" in console.refuse("run")


def test_a_folder_that_cannot_be_written_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    console = Console(tmp_path / "file", capsys, monkeypatch)
    assert "Impossible d’écrire" in console.refuse("init")


def test_wrong_words_are_exit_code_two(bare: Console) -> None:
    assert bare.type("dance")[0] == 2
    assert bare.type("kiosk")[0] == 2
    assert bare.type("import")[0] == 2


def test_a_hub_that_cannot_start_is_a_failure_of_the_command(console: Console, free_port: Callable[[], int]) -> None:
    console.config.write_text(console.config.read_text().replace("# port = 8080", f"port = {free_port()}"))
    with sqlite3.connect(console.folder / "visio-hub.db") as connection:
        connection.execute("DROP TABLE declined_offer")
    assert main(["run", "--config", str(console.config)]) == 1
    said = console.capsys.readouterr().err
    assert "visio-hub : Le hub n’a pas pu démarrer" in said
    assert "START_FAILED" in said
    assert "Traceback" not in said


def test_the_hub_that_was_set_up_runs_and_stops_when_told(console: Console, free_port: Callable[[], int]) -> None:
    port = free_port()
    console.config.write_text(console.config.read_text().replace("# port = 8080", f"port = {port}"))
    command = [sys.executable, "-m", "hub", "run", "--config", str(console.config)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=console.folder) as child:
        assert child.stderr is not None
        try:
            for line in child.stderr:
                if "STARTED" in line:
                    break
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
                assert answer.status == 200
                assert answer.headers["content-security-policy"]
        finally:
            child.send_signal(signal.SIGTERM)
            rest = child.stderr.read()
        assert child.wait(20) in (0, -signal.SIGTERM)
    assert "Traceback" not in rest
