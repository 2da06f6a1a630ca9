"""A kiosk built without a device: it is unplugged, answers at once, and never waits."""

from kiosk.core.ports import Camera, DeviceStatus, Printer, PrintStopped, Scanner, ScanSettings, ScanStopped
from kiosk.devices.absent import AbsentCamera, AbsentPrinter, AbsentScanner


def test_the_camera_has_no_picture() -> None:
    camera = AbsentCamera()
    port: Camera = camera
    port.open()
    assert port.latest() is None
    assert (port.status, camera.probe()) == (DeviceStatus.UNPLUGGED, DeviceStatus.UNPLUGGED)
    port.close()


async def test_a_scan_stops_at_once_without_a_page_and_is_not_called_cancelled() -> None:
    scanner: Scanner = AbsentScanner()
    await scanner.cancel()
    events = [event async for event in scanner.scan(ScanSettings())]
    assert events == [ScanStopped(DeviceStatus.UNPLUGGED, 0, cancelled=False)]
    assert (scanner.status, await scanner.probe()) == (DeviceStatus.UNPLUGGED, DeviceStatus.UNPLUGGED)


async def test_a_print_fails_at_once_and_leaves_nothing_behind() -> None:
    printer: Printer = AbsentPrinter()
    events = [event async for event in printer.print_pages([b"page"])]
    (stopped,) = events
    assert isinstance(stopped, PrintStopped)
    assert (stopped.printed, stopped.status, stopped.pages) == (False, DeviceStatus.UNPLUGGED, 0)
    await printer.cancel()
    await printer.purge()
    assert (printer.status, await printer.probe()) == (DeviceStatus.UNPLUGGED, DeviceStatus.UNPLUGGED)
