"""Making simulated devices fail on command: a JSON file, read before each step."""

import json
from pathlib import Path

from kiosk.core.ports import DeviceName, DeviceStatus
from kiosk.devices.status import status_word


class SimulatedFaults:
    """What the state file says of each device, e.g. `{"scanner": "jammed", "printer": "no_paper"}`.

    A device that is not named, no file, or a file being written: ready. A word that is not of the list: failed.
    """

    def __init__(self, state_file: str) -> None:
        self._file = Path(state_file) if state_file else None

    def of(self, device: DeviceName) -> DeviceStatus:
        """The state ordered for `device`. `busy` means: works, but slowly."""
        if self._file is None:
            return DeviceStatus.READY
        try:
            states = json.loads(self._file.read_text("utf-8"))
        except (OSError, ValueError):
            return DeviceStatus.READY
        if not isinstance(states, dict) or device.value not in states:
            return DeviceStatus.READY
        return status_word(states[device.value])
