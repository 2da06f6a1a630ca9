"""What is mended in the receiver of sound of aiortc 1.16.0."""

from typing import Any

from aiortc import RTCRtpReceiver
from aiortc import rtcrtpreceiver as aiortc_receiver

from kiosk.media.hardening.names import require
from kiosk.media.remote_sound import EncodedSound

RECEIVER_NAMES = ("_RTCRtpReceiver__jitter_buffer", "_handle_rtp_packet", "_track")


class ArrivalDoor:
    """Gives each sound packet to the track at once, still encoded: `kiosk.media.playout` orders, decodes, repairs.

    Upstream waits for four packets, decodes them in the order of their coming whatever is missing, plays 280 ms of
    silence for one lost packet and then keeps these 280 ms of delay for the whole call. Nothing of the redundancy
    that browsers send is used. Removed by: aiortc issue 543, and a public way to receive encoded frames.
    """

    def __init__(self, receiver: RTCRtpReceiver) -> None:
        self._receiver = receiver

    def add(self, packet: Any) -> tuple[bool, Any]:
        """Always (False, None): nothing to ask for, nothing for upstream to decode."""
        if packet._data and self._receiver._track is not None:
            self._receiver._track._queue.put_nowait(EncodedSound(packet.timestamp, packet._data))
        return False, None


def pass_sound_through(receiver: RTCRtpReceiver) -> None:
    """Make the track of `receiver` give `EncodedSound`, as it comes. Call it before the receiver starts."""
    require(receiver, *RECEIVER_NAMES)
    receiver._RTCRtpReceiver__jitter_buffer = ArrivalDoor(receiver)  # type: ignore[attr-defined]


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aiortc_receiver, "RemoteStreamTrack")
    require(aiortc_receiver.RemoteStreamTrack("audio"), "_queue")
