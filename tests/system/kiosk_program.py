"""The real kiosk, enrolled and started by the commands that a technician would type."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.fakes.child import Child
from tests.system.hub_program import COMMANDS


class KioskProgram:
    """A kiosk whose settings and key are below `folder`, and whose session files are in `runtime`."""

    def __init__(
        self,
        folder: Path,
        *,
        runtime: Path,
        log: Path,
        environment: Mapping[str, str],
        settings: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Write the settings: tables of `settings`, on top of the paths.

        Args:
            environment: added to that of the kiosk: display, buses, sound server.
        """
        folder.mkdir(parents=True, exist_ok=True)
        runtime.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.runtime = runtime
        self.log = log
        self.key = folder / "kiosk.key"
        self.config = folder / "kiosk.toml"
        # Without the QT_ settings of other tests in this process: with Qt Quick's software backend no picture is shown.
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("QT_")}
        self._environment = {**inherited, **environment}
        self._child: Child | None = None
        tables = {name: dict(values) for name, values in settings.items()}
        tables.setdefault("hub", {})["key_file"] = str(self.key)
        tables.setdefault("paths", {})["runtime_dir"] = str(runtime)
        self.config.write_text('log_level = "debug"\n\n' + "\n".join(_toml(*each) for each in tables.items()))

    def enrol(self, *, hub_url: str, code: str) -> None:
        """Make the key and have the hub know it.

        Raises:
            subprocess.CalledProcessError: the hub did not take the code.
        """
        command = [COMMANDS / "visio-provision", "enrol", "--hub", hub_url, "--code", code, "--key", self.key]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        if done.returncode:
            raise subprocess.CalledProcessError(done.returncode, "visio-provision enrol", done.stdout, done.stderr)

    def start(self) -> None:
        """Open the window; `tests.fakes.accessible_screen` tells when it shows something."""
        command = [COMMANDS / "visio-kiosk", "--config", self.config, "--window"]
        self._child = Child("kiosk", command, log=self.log, env=self._environment)

    @property
    def pid(self) -> int:
        assert self._child is not None
        return self._child.pid

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.returncode is None

    def end(self) -> int | None:
        """Stop it as systemd would; gives its exit code."""
        return self._child.end(within_s=15) if self._child else None


def _toml(name: str, values: Mapping[str, Any]) -> str:
    lines = [f"[{name}]"]
    for key, value in values.items():
        text = str(value).lower() if isinstance(value, (bool, int, float)) else f'"{value}"'
        lines.append(f"{key} = {text}")
    return "\n".join(lines) + "\n"
