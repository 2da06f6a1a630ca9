"""The real hub, set up and run by the commands that an administrator would type."""

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tests.fakes.child import Child

COMMANDS = Path(sys.executable).parent


class HubProgram:
    """A hub on its own port and SQLite file below `folder`; the log is outside, in `log`."""

    def __init__(self, folder: Path, *, network: Path, port: int, log: Path, settings: str = "") -> None:
        """Create the database if it is not there, and import the network.

        Args:
            settings: the text of hub.toml, which must say the same port; empty: the least that is needed.

        Raises:
            subprocess.CalledProcessError: a command failed.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.database = folder / "hub.db"
        self.url = f"http://localhost:{port}"
        self.websocket_url = f"ws://localhost:{port}"
        self.log = log
        self._config = folder / "hub.toml"
        self._config.write_text(settings or self._settings(port))
        self._child: Child | None = None
        self.command("init")
        self.command("import", str(network))

    def _settings(self, port: int) -> str:
        return (
            f'log_level = "debug"\n\n[server]\nhost = "127.0.0.1"\nport = {port}\npublic_url = "{self.url}"\n\n'
            f'[database]\nurl = "sqlite:///{self.database}"\n'
        )

    def command(self, *arguments: str, typed: str = "") -> str:
        """Run one `visio-hub` command on this hub and give what it printed."""
        done = subprocess.run(
            [COMMANDS / "visio-hub", *arguments, "--config", self._config],
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            env=_environment(),
        )
        if done.returncode:
            raise subprocess.CalledProcessError(
                done.returncode, f"visio-hub {' '.join(arguments)}", done.stdout, done.stderr
            )
        return done.stdout

    def enrolment_code(self, kiosk_id: str) -> str:
        """A new one-time code for a kiosk of the network."""
        printed = self.command("kiosk", "code", kiosk_id)
        found = re.search(r"\b[A-Z0-9]{4}(?:-[A-Z0-9]{4})+\b", printed)
        assert found, f"no code in: {printed}"
        return found.group()

    def give_password(self, email: str, password: str) -> None:
        """Set an agent's password, as an administrator's script would."""
        self.command("agent", "password", email, "--password-stdin", typed=f"{password}\n")

    def start(self) -> None:
        """Run the hub and wait until it says that it is ready.

        Raises:
            NotReadyError: it did not become ready.
        """
        command = [COMMANDS / "visio-hub", "run", "--config", self._config]
        self._child = Child("hub", command, log=self.log, env=_environment())
        self._child.wait_until(self._is_ready, within_s=30, what="readiness")

    def end(self) -> int | None:
        """Stop it as systemd would."""
        return self._child.end(within_s=15) if self._child else None

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _environment() -> Mapping[str, str]:
    # No proxy may stand between programs of one machine.
    return {key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")}
