"""Sound as the settings want it, put under the supervisor that looks after the other devices."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.config import Driver, KioskConfig
from kiosk.core.ports import DeviceName, DeviceStatus, Sound
from kiosk.devices.absent_sound import AbsentSound
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.devices.simulation import SimulatedFaults
from kiosk.devices.sound import SoundCard
from kiosk.devices.supervisor import Supervisor

_SIDES = (DeviceName.MICROPHONE, DeviceName.LOUDSPEAKER)


def build_sound(
    config: KioskConfig, sounds: Path, supervisor: Supervisor, on_headset: Callable[[bool], None] | None = None
) -> Sound:
    """Build, without touching any device yet; before `supervisor.start`.

    Args:
        on_headset: told, in a thread of its own, when a headset or handset takes the sound (True) and when it is gone.

    Raises:
        ValueError: the simulated microphone's file is not 48 kHz mono of 16 bits.
    """
    sound: SoundCard | SimulatedSound | AbsentSound
    match config.sound.driver:
        case Driver.REAL:
            sound = SoundCard(config.sound, supervisor.report, on_private=on_headset, sounds=sounds)
        case Driver.SIMULATED:
            faults = SimulatedFaults(config.simulation.state_file)
            sound = SimulatedSound(config.sound, faults, supervisor.report, sounds=sounds)
        case Driver.NONE:
            sound = AbsentSound()
    for side in _SIDES:
        supervisor.add(side, partial(_ask, sound, side))
    return sound


async def _ask(sound: SoundCard | SimulatedSound | AbsentSound, side: DeviceName) -> DeviceStatus:
    return await asyncio.to_thread(sound.probe, side)
