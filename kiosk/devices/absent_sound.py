"""A kiosk built without sound (`driver = "none"`): always unplugged, never in the way."""

from collections.abc import Callable
from typing import Any

from kiosk.core.ports import DeviceName, DeviceStatus


class AbsentSound:
    """`kiosk.core.ports.Sound` that neither hears nor plays."""

    microphone_status = DeviceStatus.UNPLUGGED
    loudspeaker_status = DeviceStatus.UNPLUGGED

    def probe(self, _name: DeviceName) -> DeviceStatus:
        """Still not there."""
        return DeviceStatus.UNPLUGGED

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def set_listener(self, _listener: Callable[[Any], None] | None) -> None:
        """Nothing is heard."""

    def set_source(self, _source: Callable[[], Any] | None) -> None:
        """Nothing is played."""

    def microphone_level(self) -> float:
        """Always 0."""
        return 0.0

    def set_volume(self, _volume: float) -> None:
        """Nothing is played."""

    def play_chime(self, _name: str) -> None:
        """Nothing is played."""

    def hush(self) -> None:
        """Nothing is played."""
