"""The kiosk's devices, as its settings want them: real, simulated, or none."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from kiosk.config import Driver, KioskConfig
from kiosk.core.ports import Camera, DeviceName, DeviceStatus, DocumentRenderer, Printer, Scanner
from kiosk.devices.absent import AbsentCamera, AbsentPrinter, AbsentScanner
from kiosk.devices.camera import OpenCvCamera
from kiosk.devices.documents import SandboxedRenderer
from kiosk.devices.hotplug import Hotplug
from kiosk.devices.printer import CupsPrinter
from kiosk.devices.scanner import SaneScanner
from kiosk.devices.simulated_camera import SimulatedCamera
from kiosk.devices.simulated_printer import SimulatedPrinter
from kiosk.devices.simulated_scanner import SimulatedScanner
from kiosk.devices.simulation import SimulatedFaults
from kiosk.devices.status import StatusListener
from kiosk.devices.supervisor import StatusChanged, Supervisor


@dataclass(frozen=True)
class Devices:
    """What `kiosk.app` gives to the core. Sound is added to `supervisor` by whoever builds it, before `start`."""

    camera: Camera
    scanner: Scanner
    printer: Printer
    renderer: DocumentRenderer
    supervisor: Supervisor
    hotplug: Hotplug

    def start(self) -> None:
        """Ask every device, then keep watching, on the running loop."""
        self.supervisor.start()
        self.supervisor.set_periodic(not self.hotplug.start())

    async def stop(self) -> None:
        """Close everything: no thread, process or job of a device remains."""
        self.hotplug.stop()
        await self.supervisor.stop()
        await asyncio.to_thread(self.camera.close)
        await self.scanner.cancel()
        await self.printer.cancel()


def build_devices(config: KioskConfig, on_status: StatusChanged) -> Devices:
    """Build, without touching any device yet.

    Args:
        on_status: called on the loop with each change of a device's word.
    """
    supervisor = Supervisor(on_status)
    faults = SimulatedFaults(config.simulation.state_file)

    def tell(name: DeviceName) -> StatusListener:
        return partial(supervisor.report, name)

    camera = _camera(config, faults, tell(DeviceName.CAMERA))
    scanner = _scanner(config, faults, tell(DeviceName.SCANNER))
    printer = _printer(config, faults, tell(DeviceName.PRINTER))
    supervisor.add(DeviceName.CAMERA, partial(asyncio.to_thread, camera.probe))
    supervisor.add(DeviceName.SCANNER, scanner.probe)
    supervisor.add(DeviceName.PRINTER, printer.probe)
    return Devices(camera, scanner, printer, SandboxedRenderer(), supervisor, Hotplug(supervisor.probe_soon))


def _camera(
    config: KioskConfig, faults: SimulatedFaults, tell: Callable[[DeviceStatus], None]
) -> OpenCvCamera | SimulatedCamera | AbsentCamera:
    match config.camera.driver:
        case Driver.REAL:
            return OpenCvCamera(config.camera, tell)
        case Driver.SIMULATED:
            return SimulatedCamera(config.camera, faults, tell)
        case Driver.NONE:
            return AbsentCamera()


def _scanner(config: KioskConfig, faults: SimulatedFaults, tell: StatusListener) -> Scanner:
    match config.scanner.driver:
        case Driver.REAL:
            return SaneScanner(config.scanner, tell)
        case Driver.SIMULATED:
            return SimulatedScanner(config.scanner, faults, tell)
        case Driver.NONE:
            return AbsentScanner()


def _printer(config: KioskConfig, faults: SimulatedFaults, tell: StatusListener) -> Printer:
    match config.printer.driver:
        case Driver.REAL:
            return CupsPrinter(config.printer, tell)
        case Driver.SIMULATED:
            return SimulatedPrinter(config.printer, faults, tell)
        case Driver.NONE:
            return AbsentPrinter()
