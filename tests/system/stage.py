"""Everything a story needs, started privately and ended whole: screen, buses, sound, printer, scanner, hub, kiosk."""

import shutil
import socket
import tempfile
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Playwright, sync_playwright

from tests.fakes import sane_test
from tests.fakes.accessible_screen import AccessibleScreen
from tests.fakes.agent_browser import AgentBrowser
from tests.fakes.agent_picture import write_camera_file
from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, play, write_wav
from tests.fakes.print_server import PrintServer
from tests.fakes.pulse import Pulse
from tests.fakes.session_bus import SessionBus
from tests.fakes.xvfb import Xvfb
from tests.system.agent import Agent
from tests.system.descendants import adopt_orphans, end_descendants
from tests.system.hub_program import HubProgram
from tests.system.kiosk_program import KioskProgram
from tests.system.usager import Usager

WIDTH_PX, HEIGHT_PX = 1280, 720
# A 21.5 inch touch screen: sizes are millimetres, so the picture is that of a real kiosk, only coarser.
WIDTH_MM, HEIGHT_MM = 476.0, 268.0
KIOSK_ID = "hambye-1"
SPEAKER, ROOM, HEADSET = "kiosk_speaker", "kiosk_room", "agent_headset"
MELODY_S = 6


class Stage:
    """A running system, for a `with` statement. Logs are in `out`/logs; everything else is in a private folder.

    Args:
        out: emptied first; what the story leaves behind goes there.
        network: the network file given to the hub.
        session: settings of the kiosk's [session] table.
    """

    def __init__(self, out: Path, *, network: Path, session: dict[str, Any] | None = None) -> None:
        self.out = out
        self.logs = out / "logs"
        self._network = network
        self._session = session or {}
        self._stack = ExitStack()
        self._playwright: Playwright | None = None
        self.left_behind: list[str] = []
        """Names of processes that had to be ended by force; read it after the `with` statement."""

    def __enter__(self) -> Self:
        shutil.rmtree(self.out, ignore_errors=True)
        self.logs.mkdir(parents=True)
        adopt_orphans()
        try:
            self._start()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _start(self) -> None:
        # Sockets have short names (107 bytes at most), which a build folder may not allow.
        self.private = Path(tempfile.mkdtemp(prefix="visio-"))
        self._stack.callback(shutil.rmtree, self.private, ignore_errors=True)
        self.xvfb = Xvfb(self.private / "x", width_px=WIDTH_PX, height_px=HEIGHT_PX)
        self._stack.callback(self.xvfb.end)
        self.bus = SessionBus(self.private / "bus", display=self.xvfb.display)
        self._stack.callback(self.bus.end)
        self.pulse = Pulse(self.private / "pulse", sinks=[SPEAKER, ROOM, HEADSET, "agent_room"])
        self._stack.callback(self.pulse.end)
        self.print_server = self._stack.enter_context(PrintServer.start())
        self.sane_config = sane_test.write_sane_config(self.private / "sane")
        self._write_media()

        self.hub = HubProgram(self.private / "hub", network=self._network, port=free_port(), log=self.logs / "hub.log")
        self.hub.start()
        self._stack.callback(self.hub.end)
        self.kiosk = self._make_kiosk()
        self.kiosk.enrol(hub_url=self.hub.url, code=self.hub.enrolment_code(KIOSK_ID))
        room = self.pulse.play_in_a_loop(self.private / "usager.wav", ROOM)
        self._stack.callback(room.end)
        self.kiosk.start()
        self._stack.callback(self.kiosk.end)
        screen = AccessibleScreen(display=self.xvfb.display, session_bus=self.bus.address)
        self._stack.callback(screen.end)
        self.usager = Usager(screen, self.xvfb)

    def _write_media(self) -> None:
        write_wav(self.private / "usager.wav", play(KIOSK_MELODY, MELODY_S))
        write_wav(self.private / "agent.wav", play(AGENT_MELODY, MELODY_S))
        write_camera_file(self.private / "agent.mjpeg")

    def _make_kiosk(self) -> KioskProgram:
        settings: dict[str, dict[str, Any]] = {
            "hub": {"url": self.hub.websocket_url},
            "screen": {
                "width_mm": WIDTH_MM,
                "height_mm": HEIGHT_MM,
                "window_width_px": WIDTH_PX,
                "window_height_px": HEIGHT_PX,
            },
            "camera": {"driver": "simulated"},
            "sound": {"driver": "real"},
            "scanner": {
                "driver": "real",
                "device": sane_test.DEVICE,
                "sane_config_dir": str(self.sane_config),
            },
            "printer": {"driver": "real", "queue": self.print_server.queue, "server": self.print_server.address},
            "session": self._session,
        }
        environment = {
            "DISPLAY": self.xvfb.display,
            "DBUS_SESSION_BUS_ADDRESS": self.bus.address,
            "XDG_RUNTIME_DIR": str(self.private / "bus"),
            "HOME": str(self.private),
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            **self.pulse.environment(plays_on=SPEAKER, hears=ROOM),
        }
        return KioskProgram(
            self.private / "kiosk",
            runtime=self.private / "run",
            log=self.logs / "kiosk.log",
            environment=environment,
            settings=settings,
        )

    def seat_agent(self, email: str, password: str, *, name: str = "agent", station: str | None = None) -> Agent:
        """Give the account a password, open a browser, sign in and take the station."""
        self.hub.give_password(email, password)
        if self._playwright is None:
            self._playwright = self._stack.enter_context(sync_playwright())
        browser = AgentBrowser(
            self._playwright,
            profile=self.private / name,
            camera=self.private / "agent.mjpeg",
            microphone=self.private / "agent.wav",
            environment={
                # Another machine: its browser is not on the kiosk's accessibility bus.
                "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                **self.pulse.environment(plays_on=HEADSET, hears="agent_room"),
            },
        )
        self._stack.callback(browser.end)
        agent = Agent(browser, self.hub.url)
        agent.sign_in(email, password)
        agent.take_station(station)
        return agent

    def _end(self) -> None:
        try:
            self._stack.close()
        finally:
            self.left_behind = end_descendants()


def free_port() -> int:
    """A TCP port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
