"""A real PostgreSQL server in a folder of its own, reached by a socket in that folder only."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy.engine import make_url

_ACCOUNTS = ("postgres", "nobody")
"""PostgreSQL refuses to run as root: one of these lends its name then."""


class PostgresServer:
    """One cluster; a database for each test.

    Args:
        durable: False: what is committed may be lost with the machine, which no test here can tell and which is fast.
    """

    def __init__(self, *, durable: bool = False) -> None:
        # Not pytest's own folder: another account has to walk there, and a socket's path must be short.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-"))
        self._data = self.folder / "data"
        self._as: dict[str, Any] = _other_account() if os.geteuid() == 0 else {}
        if self._as:
            os.chown(self.folder, self._as["user"], self._as["group"])
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._made = 0
        # --no-sync: a test's cluster need not survive the machine.
        command = [_program("initdb"), "-D", str(self._data), "-U", "visio", "-A", "trust", "-E", "UTF8"]
        with (self.folder / "initdb.log").open("wb") as log:
            subprocess.run(
                [*command, "--locale=C", "--no-sync"], stdout=log, stderr=log, check=True, cwd=self.folder, **self._as
            )

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "max_connections": "60",
            "shared_buffers": "16MB",
            "fsync": "on" if self._durable else "off",
        }
        settings = [word for key, value in options.items() for word in ("-c", f"{key}={value}")]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [_program("postgres"), "-D", str(self._data), *settings],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **self._as,
            )  # fmt: skip
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self._conninfo("postgres")).close()
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.folder / "server.log").read_text()
                assert time.monotonic() < until, "PostgreSQL is not ready"
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it at once: who is linked is cut off. It can be started again."""
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)

    def close(self) -> None:
        """Stop it for good, and leave nothing behind."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self, template: str | None = None) -> str:
        """Its address; empty, or a copy of the database named by the address `template`."""
        self._made += 1
        name = f"test_{self._made}"
        source = f" TEMPLATE {make_url(template).database}" if template is not None else ""
        with psycopg.connect(self._conninfo("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}{source}")  # type: ignore[call-overload]
        return self.url(name)

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://visio@/{name}?host={self.folder}"

    def _conninfo(self, name: str) -> str:
        return f"host={self.folder} user=visio dbname={name}"


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3].split(".")[0]))
    path = str(found[-1]) if found else shutil.which(name)
    assert path is not None, f"{name} is missing: install the Debian package postgresql"
    return path


def _other_account() -> dict[str, Any]:
    for name in _ACCOUNTS:
        try:
            account = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise AssertionError(f"none of the accounts {', '.join(_ACCOUNTS)} exists")
