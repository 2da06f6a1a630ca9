"""What is mended in aiortc 1.16.0 and aioice 0.13.0: instants read on the wall clock, which jumps when it is set right."""

import datetime
import time
from typing import Any

import aiortc.clock
import aiortc.rtcrtpreceiver
import aiortc.rtcrtpsender
import aiortc.rtcsctptransport
from aioice import turn as aioice_turn

from kiosk.media.hardening.names import require

_READERS: tuple[Any, ...] = (aiortc.rtcrtpreceiver, aiortc.rtcrtpsender, aiortc.rtcsctptransport, aioice_turn)


class SteadyTime:
    """Stands for the module `time`: `time()` starts at the wall clock and goes on with the monotonic one."""

    def __init__(self) -> None:
        self._offset_s = time.time() - time.monotonic()

    def time(self) -> float:
        """Seconds since 1970 as they were thought to be at the start, plus what really passed."""
        return self._offset_s + time.monotonic()

    def now(self) -> datetime.datetime:
        """The same as an instant, in UTC."""
        return datetime.datetime.fromtimestamp(self.time(), datetime.UTC)

    def __getattr__(self, name: str) -> Any:
        return getattr(time, name)


def steady() -> None:
    """Give aiortc and aioice a clock that never jumps: round trips, jitter, reports, channels of relays.

    Upstream reads `time.time()`: an hour forwards is a round trip of an hour in the SCTP timers (which then wait a minute
    to send a lost chunk again); backwards, a relay's channel is not bound again in time. Removed by: `time.monotonic`
    there. Applying it twice changes nothing.
    """
    check_names()
    if isinstance(aiortc.rtcrtpsender.time, SteadyTime):  # type: ignore[attr-defined]
        return
    clock = SteadyTime()
    for module in _READERS:
        module.time = clock
    aiortc.clock.current_datetime = clock.now


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aiortc.clock, "current_datetime")
    for module in _READERS:
        require(module, "time")
