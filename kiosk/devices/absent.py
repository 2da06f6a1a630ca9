"""Devices that a kiosk was built without (`driver = "none"`): always unplugged, never in the way."""

from collections.abc import AsyncIterator, Sequence

from kiosk.core.ports import (
    CameraFrame,
    DeviceStatus,
    PrintEvent,
    PrintStopped,
    ScanEvent,
    ScanSettings,
    ScanStopped,
)


class AbsentCamera:
    """`kiosk.core.ports.Camera` that never has a picture."""

    status = DeviceStatus.UNPLUGGED

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def latest(self) -> CameraFrame | None:
        """No picture."""
        return None

    def probe(self) -> DeviceStatus:
        """Still not there."""
        return self.status


class AbsentScanner:
    """`kiosk.core.ports.Scanner` that reads nothing."""

    status = DeviceStatus.UNPLUGGED

    async def scan(self, settings: ScanSettings) -> AsyncIterator[ScanEvent]:
        """Ends at once."""
        yield ScanStopped(self.status, 0)

    async def cancel(self) -> None:
        """No job."""

    async def probe(self) -> DeviceStatus:
        """Still not there."""
        return self.status


class AbsentPrinter:
    """`kiosk.core.ports.Printer` that prints nothing."""

    status = DeviceStatus.UNPLUGGED

    async def print_pages(self, pages: Sequence[bytes]) -> AsyncIterator[PrintEvent]:
        """Ends at once."""
        yield PrintStopped(False, self.status, 0)

    async def cancel(self) -> None:
        """No job."""

    async def purge(self) -> None:
        """Nothing spooled."""

    async def probe(self) -> DeviceStatus:
        """Still not there."""
        return self.status
