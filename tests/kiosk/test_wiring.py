"""The parts of a kiosk, wired without a window: what is started is ended, what cannot be built is told in French."""

import threading
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from kiosk.conductor import Conductor
from kiosk.config import KioskConfig
from kiosk.core.ports import Camera, PeerListener, Sound
from kiosk.core.view import Screen, Touch, TouchName
from kiosk.wiring import StartFailed, Taps, clock_on_the_wall, rules_of, running
from tests.fakes.hub_network import write_small_network
from tests.fakes.kiosk_parts import KeptFrames, KeptViews
from tests.fakes.kiosk_settings import small_kiosk
from tests.fakes.running_hub import RunningHub, running_hub


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[RunningHub]:
    async with running_hub(write_small_network(tmp_path / "hub.db", stations=1)) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, hub: RunningHub) -> KioskConfig:
    return small_kiosk(tmp_path, hub.url, "k-1", hub.network.keys["k-1"])


def conductor_of(config: KioskConfig) -> Conductor:
    return Conductor(rules_of(config), time.monotonic, clock_on_the_wall)


async def test_it_runs_with_its_taps_and_leaves_nothing(config: KioskConfig) -> None:
    tapped: list[str] = []

    def camera(given: Camera) -> Camera:
        tapped.append("camera")
        return given

    def sound(given: Sound) -> Sound:
        tapped.append("sound")
        return given

    def listener(given: PeerListener) -> PeerListener:
        tapped.append("listener")
        return given

    threads = set(threading.enumerate())
    conductor, window = conductor_of(config), KeptViews()
    async with running(config, conductor, window, KeptFrames(), Taps(camera, sound, listener)) as parts:
        await window.until(lambda view: view.screen is Screen.ATTRACT)
        conductor.on_touch(Touch(TouchName.START))
        conductor.on_touch(Touch(TouchName.CHOOSE_PARTNER, "caf"))
        conductor.on_touch(Touch(TouchName.CHOOSE_MOTIF, "rsa"))
        await window.until(lambda view: view.screen is Screen.BEFORE_CALL)
    assert sorted(tapped) == ["camera", "listener", "sound"]
    assert parts.camera.latest() is None
    left = {each.name for each in set(threading.enumerate()) - threads if each.name in ("camera", "sound", "media")}
    assert left == set()


@pytest.mark.parametrize("wrong", ["key", "microphone", "runtime"])
async def test_what_cannot_be_built_is_told(config: KioskConfig, tmp_path: Path, wrong: str) -> None:
    match wrong:
        case "key":
            config = replace(config, hub=replace(config.hub, key_file=tmp_path / "absent.key"))
        case "microphone":
            config = replace(config, sound=replace(config.sound, simulated_microphone_file=str(tmp_path / "absent")))
        case _:
            (tmp_path / "file").write_text("")
            config = replace(config, paths=replace(config.paths, runtime_dir=tmp_path / "file" / "run"))
    said = {"key": "visio-provision enrol", "microphone": "48 kHz", "runtime": "dossier de travail"}
    with pytest.raises(StartFailed, match=said[wrong]):
        async with running(config, conductor_of(config), KeptViews(), KeptFrames()):
            pytest.fail("started all the same")
