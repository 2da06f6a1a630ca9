"""A private D-Bus session with the accessibility bus on it."""

import os
from pathlib import Path

from tests.fakes.child import Child


class SessionBus:
    """`address` is what DBUS_SESSION_BUS_ADDRESS must be for programs of this session."""

    def __init__(self, folder: Path, *, display: str = "") -> None:
        """Start the bus and, when there is a `display`, the accessibility registry.

        Raises:
            NotReadyError: one of them did not start.
        """
        folder.mkdir(parents=True, exist_ok=True)
        socket = folder / "bus"
        self.address = f"unix:path={socket}"
        self._children = [
            Child(
                "dbus-daemon",
                ["dbus-daemon", "--session", "--nofork", "--nosyslog", f"--address={self.address}"],
                log=folder / "dbus.log",
            )
        ]
        try:
            self._children[0].wait_until(socket.exists, within_s=10, what="socket")
            if display:
                self._start_accessibility(folder, display)
        except BaseException:
            self.end()
            raise

    def _start_accessibility(self, folder: Path, display: str) -> None:
        # Started here rather than by activation, so that its own bus daemon is in a group that we end.
        environment = dict(
            os.environ, DBUS_SESSION_BUS_ADDRESS=self.address, DISPLAY=display, XDG_RUNTIME_DIR=str(folder)
        )
        launcher = Child(
            "at-spi-bus-launcher",
            ["/usr/libexec/at-spi-bus-launcher", "--launch-immediately", "--a11y=1"],
            log=folder / "at-spi.log",
            env=environment,
        )
        self._children.append(launcher)
        launcher.wait_until(lambda: any((folder / "at-spi").glob("bus*")), within_s=10, what="accessibility bus")

    def end(self) -> None:
        for child in reversed(self._children):
            child.end()
