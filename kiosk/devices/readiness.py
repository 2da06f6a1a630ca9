"""One look at every device, for a technician: what works, what does not, and how long each took to answer."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.core.ports import DeviceStatus
from kiosk.devices.documents import SandboxedRenderer

_LIMIT_S = 20.0


@dataclass(frozen=True)
class Check:
    """One thing that was asked. `name` is a `DeviceName` value or `sandbox`."""

    name: str
    status: DeviceStatus
    took_s: float

    @property
    def passed(self) -> bool:
        return self.status is DeviceStatus.READY


@dataclass(frozen=True)
class ReadinessReport:
    """Every check, in the order asked. Holds nothing personal."""

    checks: tuple[Check, ...]

    @property
    def passed(self) -> bool:
        return all(check.passed for check in self.checks)

    def as_json(self) -> dict[str, Any]:
        """Plain values, ready for `json.dumps`."""
        checks = [{**asdict(check), "status": check.status.value, "passed": check.passed} for check in self.checks]
        return {"passed": self.passed, "checks": checks}


async def check_readiness(
    probes: Mapping[str, Callable[[], Awaitable[DeviceStatus]]],
    renderer: SandboxedRenderer,
    *,
    limit_s: float = _LIMIT_S,
) -> ReadinessReport:
    """Ask everything at the same time; what does not answer within `limit_s`, or fails to, is `failed`."""

    async def sandbox() -> DeviceStatus:
        return DeviceStatus.READY if await renderer.available() else DeviceStatus.FAILED

    async def ask(name: str, probe: Callable[[], Awaitable[DeviceStatus]]) -> Check:
        started_s = time.monotonic()
        try:
            async with asyncio.timeout(limit_s):
                status = await probe()
        except Exception:  # noqa: BLE001 (the report must come out whatever a driver does)
            status = DeviceStatus.FAILED
        return Check(name, status, round(time.monotonic() - started_s, 3))

    everything = {**probes, "sandbox": sandbox}
    return ReadinessReport(tuple(await asyncio.gather(*(ask(name, probe) for name, probe in everything.items()))))
