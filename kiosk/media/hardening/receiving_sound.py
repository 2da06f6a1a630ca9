"""What is mended in the receiver of sound of aiortc 1.16.0."""

from collections import OrderedDict
from typing import Any

from aiortc import RTCRtpReceiver
from aiortc import jitterbuffer as aiortc_jitterbuffer
from aiortc import rtcrtpreceiver as aiortc_receiver

from kiosk.media.hardening.names import require

RECEIVER_NAMES = ("_RTCRtpReceiver__jitter_buffer", "_RTCRtpReceiver__timestamp_mapper")


class ArrivalBuffer:
    """Passes each sound packet on at once: `kiosk.media.playout` reorders and conceals with its timestamp.

    Upstream waits for four packets, plays 280 ms of silence for one lost packet and then keeps these
    280 ms of delay for the whole call. Removed by: aiortc issue 543.
    """

    def __init__(self) -> None:
        self._seen: OrderedDict[int, None] = OrderedDict()

    def add(self, packet: Any) -> tuple[bool, Any]:
        """(False, frame) for a new packet, (False, None) for a duplicate or an empty one."""
        if packet.sequence_number in self._seen or not packet._data:
            return False, None
        self._seen[packet.sequence_number] = None
        if len(self._seen) > 256:
            self._seen.popitem(last=False)
        return False, aiortc_jitterbuffer.JitterFrame(data=packet._data, timestamp=packet.timestamp)


class SignedTimestampMapper:
    """Unwraps 32-bit RTP timestamps, also of packets that come out of order (upstream takes these for a wrap)."""

    def __init__(self) -> None:
        self._last: int | None = None

    def map(self, timestamp: int) -> int:
        if self._last is None:
            self._last = timestamp
        else:
            self._last += ((timestamp - self._last + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000
        return self._last


def pass_sound_through(receiver: RTCRtpReceiver) -> None:
    """Take aiortc's jitter buffer out of the path of received sound. Call it before the receiver starts."""
    require(receiver, *RECEIVER_NAMES)
    receiver._RTCRtpReceiver__jitter_buffer = ArrivalBuffer()  # type: ignore[attr-defined]
    receiver._RTCRtpReceiver__timestamp_mapper = SignedTimestampMapper()  # type: ignore[attr-defined]


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aiortc_jitterbuffer, "JitterFrame")
    require(aiortc_receiver, "RemoteStreamTrack", "TimestampMapper")
