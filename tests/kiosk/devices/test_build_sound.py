"""The driver chosen by the settings, looked after by the supervisor."""

import asyncio
from pathlib import Path

import pytest

from kiosk.config import Driver, KioskConfig, SoundOptions
from kiosk.core.ports import DeviceName, DeviceStatus, Sound
from kiosk.devices.absent_sound import AbsentSound
from kiosk.devices.build_sound import build_sound
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.devices.sound import SoundCard
from kiosk.devices.supervisor import Supervisor


@pytest.mark.parametrize(
    ("driver", "kind", "status"),
    [
        (Driver.SIMULATED, SimulatedSound, DeviceStatus.READY),
        (Driver.NONE, AbsentSound, DeviceStatus.UNPLUGGED),
    ],
)
async def test_both_sides_are_supervised(tmp_path: Path, driver: Driver, kind: type, status: DeviceStatus) -> None:
    news: dict[DeviceName, DeviceStatus] = {}
    told = asyncio.Event()

    def note(name: DeviceName, word: DeviceStatus) -> None:
        news[name] = word
        told.set()

    supervisor = Supervisor(note)
    config = KioskConfig(sound=SoundOptions(driver=driver, echo_cancellation=False))
    sound: Sound = build_sound(config, tmp_path, supervisor)
    assert isinstance(sound, kind)
    supervisor.start()
    async with asyncio.timeout(10):
        while len(news) < 2:
            told.clear()
            await told.wait()
    await supervisor.stop()
    assert news == {DeviceName.MICROPHONE: status, DeviceName.LOUDSPEAKER: status}
    sound.open()
    sound.close()


def test_the_real_card_is_the_default(tmp_path: Path) -> None:
    config = KioskConfig(sound=SoundOptions(echo_cancellation=False))
    assert isinstance(build_sound(config, tmp_path, Supervisor(lambda name, word: None)), SoundCard)
