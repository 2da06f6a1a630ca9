"""Where the calls of one profile take place: an emulated link, a hub and an agent beyond it, and one kiosk at a time."""

import json
import os
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.bench.media.made import OUR_ID, PARTNER, PEER_ID, PORT, Installation, Sources
from tests.bench.media.order import Ordered
from tests.bench.media.priority import hurry
from tests.bench.processes import Cost, cost, family, memory_mb, share_of_a_core, with_argument
from tests.fakes.child import Child
from tests.fakes.turn_server import SECRET, TurnServer
from tests.links.addresses import HUB, TURN
from tests.links.emulator import EmulatedLink
from tests.links.profiles import Profile
from tests.repository.tree import ROOT
from tests.system.hub_program import COMMANDS
from tests.system.kiosk_program import KioskProgram

PATIENCE_S = 60.0
LEAVES_WITHIN_S = 60.0
COST_FROM_S, COST_BEFORE_END_S = 6.0, 2.0
TURN_PORT, TLS_PORT = 3478, 443
HUB_URL = f"ws://{HUB}:{PORT}"


@dataclass(frozen=True)
class Call:
    """One call, as its folder holds it: `kiosk` and `agent` are folders of sides. Instants on the wall's clock."""

    folder: Path
    answered_s: float
    ends_s: float
    back_s: float | None
    cpu: float
    """Seconds of processor per second of the kiosk's process tree."""
    memory_mb: float
    packets: tuple[int, int]
    """How many lines the link's log had before and after the call."""
    wall_s: float
    """What to add to `time.monotonic` for the wall's clock."""


class Kiosk:
    """One kind of kiosk: how it is started, and which process is its root."""

    def __init__(
        self, name: str, command: list[str], folder: Path, environment: dict[str, str], find: Callable[[Child], int]
    ) -> None:
        self.name = name
        self._environment = environment
        self._command = command
        self._folder = folder
        self._find = find

    def start(self) -> Child:
        return Child(self.name, self._command, log=self._folder / f"{self.name}.log", env=self._environment, cwd=ROOT)

    def pid(self, child: Child) -> int:
        """The root of the processes that are the kiosk."""
        return self._find(child)


class Ground:
    """The link, the hub and the agent of one profile; for a `with` statement.

    Raises:
        NoNamespacesError: an emulated link is not possible here.
    """

    def __init__(
        self,
        folder: Path,
        profile: Profile,
        made: Sources,
        installation: Installation,
        *,
        seed: int,
        hub_more: str = "",
    ) -> None:
        self.folder = folder
        self.profile = profile
        self._made = made
        self._installation = installation
        self._seed = seed
        self._stack = ExitStack()
        self._environment: dict[str, str] = dict(os.environ)
        self.link: EmulatedLink
        self._agent: Ordered

    def __enter__(self) -> Self:
        # What programs wrote to their logs the last time would be taken for what they say now.
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        try:
            self.link = self._stack.enter_context(EmulatedLink(self.folder / "link", self.profile, seed=self._seed))
            relay = self._relay() if self.profile.blocked else ""
            job = {
                "folder": str(self.folder),
                "hub_config": str(self._installation.hub(self.folder / "hub", more=relay)),
                "camera": str(self._made.agent_picture),
                "voice": str(self._made.agent_voice),
            }
            file = _job(self.folder / "agent.json", job)
            words = [sys.executable, "-m", "tests.bench.media.agent_end", str(file)]
            self._agent = self._stack.enter_context(
                Ordered("agent", self.link.command("net", words), log=self.folder / "agent.log", cwd=ROOT)
            )
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _relay(self) -> str:
        """A real coturn beyond the link, where the profile asks for one; the hub's settings that name it."""
        server = self._stack.enter_context(
            TurnServer(
                self.folder / "turn",
                address=TURN,
                port=TURN_PORT,
                tls_port=TLS_PORT,
                prefix=self.link.command("net", []),
            )
        )
        secret = self.folder / "turn.secret"
        secret.write_text(SECRET)
        secret.chmod(0o600)
        self._environment["SSL_CERT_FILE"] = str(server.authority)
        return f'\n[ice]\nturn_urls = {json.dumps(server.urls())}\nturn_secret_file = "{secret}"\n'

    def our_kiosk(self, folder: Path, seconds: float) -> Kiosk:
        """Ours: `visio-kiosk --rehearse`."""
        folder.mkdir(parents=True, exist_ok=True)
        program = KioskProgram(
            folder / "kiosk-settings",
            runtime=folder / "run",
            log=folder / "unused.log",
            environment={},
            settings={
                "hub": {"url": HUB_URL},
                "camera": {"driver": "simulated"},
                "sound": {"driver": "simulated", "echo_cancellation": False},
                "scanner": {"driver": "none"},
                "printer": {"driver": "none"},
            },
        )
        for end in ("", ".id"):
            key = self._installation.keys[OUR_ID]
            shutil.copyfile(f"{key}{end}", f"{program.key}{end}")
        words = [
            str(COMMANDS / "visio-kiosk"),
            *("--config", str(program.config)),
            *("--rehearse", PARTNER, "--seconds", str(seconds), "--patience", str(PATIENCE_S)),
            *("--camera", str(self._made.kiosk_picture), "--microphone", str(self._made.kiosk_voice)),
            *("--loudspeaker", str(folder / "loudspeaker.wav"), "--frames", str(folder / "frames")),
            *("--send-bytes", str(self.profile.send_bytes), "--out", str(folder / "rehearsal.json")),
        ]
        return Kiosk("kiosk", self.link.command("kiosk", words), folder, self._environment, lambda child: child.pid)

    def chromium_kiosk(self, folder: Path, seconds: float) -> Kiosk:
        """Chromium, without a window."""
        job = {
            "folder": str(folder / "kiosk"),
            "key": str(self._installation.keys[PEER_ID]),
            "hub": HUB_URL,
            "camera": str(self._made.kiosk_picture),
            "voice": str(self._made.kiosk_voice),
            "partner": PARTNER,
            "seconds": seconds,
            "patience_s": PATIENCE_S,
            "send_bytes": self.profile.send_bytes,
        }
        (folder / "kiosk").mkdir(parents=True, exist_ok=True)
        file = _job(folder / "chromium.json", job)
        words = [sys.executable, "-m", "tests.bench.media.chromium_end", str(file)]
        profile = f"--user-data-dir={folder / 'kiosk' / 'kiosk-profile'}"
        return Kiosk(
            "chromium",
            self.link.command("kiosk", words),
            folder,
            self._environment,
            lambda child: with_argument(profile) or child.pid,
        )

    def call(self, kiosk: Kiosk, folder: Path, seconds: float) -> Call:
        """One call from the ring to the wrap-up; both sides are in `folder` then, except what a kiosk writes itself.

        Raises:
            NoAnswerError, NotReadyError: a program did not do its part.
        """
        packets_before = len(self.link.packets())
        hurry(family(os.getpid()))
        child = kiosk.start()
        try:
            self._agent.order("ring", within_s=PATIENCE_S)
            hurry(family(os.getpid()))
            # Between two readings of the two clocks lies nothing that lasts.
            wall_s = time.time() - time.monotonic()
            started_at = self.link.start_clock()
            self._agent.order("answer")
            answered_at = time.monotonic()
            cpu, memory = self._watch_cost(kiosk.pid(child), answered_at, seconds)
            child.wait(within_s=max(1.0, answered_at + seconds - time.monotonic()) + LEAVES_WITHIN_S)
        finally:
            child.end()
        self._agent.order("collect", folder=str(folder / "agent"), within_s=120)
        self._agent.order("wrap_up", within_s=60)
        back_s = self.profile.last_event_ends_s
        return Call(
            folder=folder,
            answered_s=answered_at + wall_s,
            ends_s=answered_at + wall_s + seconds,
            back_s=None if back_s is None else started_at + wall_s + back_s,
            cpu=cpu,
            memory_mb=memory,
            packets=(packets_before, len(self.link.packets())),
            wall_s=wall_s,
        )

    def _watch_cost(self, pid: int, answered_at: float, seconds: float) -> tuple[float, float]:
        """Wait until shortly before the end; (share of a core, MB) of the kiosk's processes meanwhile."""
        begins_at = answered_at + min(COST_FROM_S, seconds / 3)
        ends_at = answered_at + max(seconds / 2, seconds - COST_BEFORE_END_S)
        time.sleep(max(0.0, begins_at - time.monotonic()))
        before: Cost = cost(family(pid))
        time.sleep(max(0.0, ends_at - time.monotonic()))
        pids = family(pid)
        return share_of_a_core(before, cost(pids)) / 100, memory_mb(pids)


def _job(file: Path, job: dict[str, Any]) -> Path:
    file.write_text(json.dumps(job), encoding="utf-8")
    return file
