"""A kiosk's media with simulated devices, and a real browser opposite."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from hub.protocol import Candidate
from kiosk.config import CameraOptions, SoundOptions
from kiosk.core.ports import CameraFrame
from kiosk.devices.simulated_camera import SimulatedCamera
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.devices.simulation import SimulatedFaults
from kiosk.media.engine import MediaEngine
from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, play, write_wav
from tests.fakes.station_peer import StationPeer, station_peer


class Screen:
    """A frame sink that counts, and keeps the last picture."""

    def __init__(self) -> None:
        self.frames: list[tuple[int, int, int]] = []
        self.last: CameraFrame | None = None
        self.cleared = 0

    def show(self, frame: CameraFrame) -> None:
        self.frames.append((frame.number, frame.width, frame.height))
        self.last = frame

    def clear(self) -> None:
        self.cleared += 1


class News:
    """A peer listener on the main loop: keeps everything, and lets a test wait for it."""

    def __init__(self) -> None:
        self.states: list[tuple[int, str]] = []
        self.control: list[tuple[int, str]] = []
        self.opened: list[int] = []
        self.chunks: list[bytes] = []
        self.paused: list[tuple[int, bool]] = []
        self.candidates: list[tuple[int, Candidate]] = []
        self.changed = asyncio.Event()
        self.loop = asyncio.get_running_loop()

    def _note(self) -> None:
        assert asyncio.get_running_loop() is self.loop, "news must come on the main loop"
        self.changed.set()

    def on_peer_state(self, peer_no: int, state: str) -> None:
        self.states.append((peer_no, state))
        self._note()

    def on_peer_control(self, peer_no: int, text: str) -> None:
        self.control.append((peer_no, text))
        self._note()

    def on_peer_control_open(self, peer_no: int) -> None:
        self.opened.append(peer_no)
        self._note()

    def on_peer_chunk(self, peer_no: int, message: bytes) -> None:
        self.chunks.append(message)
        self._note()

    def on_peer_picture_paused(self, peer_no: int, paused: bool) -> None:
        self.paused.append((peer_no, paused))
        self._note()

    def on_peer_candidate(self, peer_no: int, candidate: Candidate) -> None:
        self.candidates.append((peer_no, candidate))
        self._note()

    async def until(self, condition: Any, timeout_s: float = 15.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


class Kiosk:
    def __init__(self, folder: Path) -> None:
        microphone = folder / "usager.wav"
        write_wav(microphone, play(KIOSK_MELODY, 6.0))
        self.heard = folder / "loudspeaker.wav"
        self.orders = folder / "faults.json"
        faults = SimulatedFaults(str(self.orders))
        self.camera = SimulatedCamera(CameraOptions(), faults)
        self.sound = SimulatedSound(
            SoundOptions(
                simulated_microphone_file=str(microphone),
                simulated_loudspeaker_file=str(self.heard),
                echo_cancellation=False,
                volume=10,
            ),
            faults,
        )
        self.screen = Screen()
        self.news = News()
        self.engine = MediaEngine(self.camera, self.sound, self.screen, self.news, asyncio.get_running_loop())


@pytest_asyncio.fixture
async def kiosk(tmp_path: Path) -> AsyncIterator[Kiosk]:
    kiosk = Kiosk(tmp_path)
    kiosk.camera.open()
    kiosk.sound.open()
    kiosk.engine.start()
    yield kiosk
    await kiosk.engine.stop()
    kiosk.camera.close()
    kiosk.sound.close()


@pytest.fixture
def agent_voice(tmp_path: Path) -> Path:
    file = tmp_path / "agent.wav"
    write_wav(file, play(AGENT_MELODY, 6.0))
    return file


@pytest_asyncio.fixture
async def station(tmp_path: Path, agent_voice: Path) -> AsyncIterator[StationPeer]:
    async with station_peer(tmp_path / "profile", microphone=agent_voice) as peer:
        yield peer
