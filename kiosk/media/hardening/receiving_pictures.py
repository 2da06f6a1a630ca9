"""What is mended in the receiver of pictures of aiortc 1.16.0."""

from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpReceiver
from aiortc import jitterbuffer as aiortc_jitterbuffer
from aiortc import rtcrtpreceiver as aiortc_receiver

from kiosk.media.assembly import FrameAssembler, VideoPacket
from kiosk.media.hardening.names import require

MAX_DECODER_BACKLOG = 15
"""Encoded frames waiting for the decoder: half a second; beyond, start again at a key frame."""

RECEIVER_NAMES = (
    "_RTCRtpReceiver__jitter_buffer",
    "_RTCRtpReceiver__timestamp_mapper",
    "_RTCRtpReceiver__decoder_queue",
    "_RTCRtpReceiver__codecs",
    "_RTCRtpReceiver__nack_generator",
    "_send_rtcp_nack",
    "_send_rtcp_pli",
)


class VideoIntake:
    """Stands where aiortc's video jitter buffer was; feeds whole frames to its decoder thread.

    Upstream asks once for a missing packet, asks for a key frame only after 512 packets, waits for the
    next frame to see that one is complete, and hands over one frame per packet so that a backlog never
    drains. Removed by: a timer on the last decoded frame (aiortc issue 58).
    """

    def __init__(self, receiver: RTCRtpReceiver, clock: Callable[[], float]) -> None:
        require(receiver, *RECEIVER_NAMES)
        self._receiver: Any = receiver
        self._clock = clock
        self._assembler = FrameAssembler()
        self._ssrc: int | None = None
        self.frames = 0
        """Frames given to the decoder."""
        receiver._RTCRtpReceiver__jitter_buffer = self  # type: ignore[attr-defined]

    def add(self, packet: Any) -> tuple[bool, None]:
        """Take a packet; complete frames go to the decoder's queue, never to the caller."""
        self._ssrc = packet.ssrc
        head = packet.payload[0] if packet.payload else 0
        video = VideoPacket(
            sequence_number=packet.sequence_number,
            timestamp=packet.timestamp,
            marker=bool(packet.marker),
            start=bool(head & 0x10) and not head & 0x0F,
            data=packet._data,
        )
        frames = self._assembler.add(video, self._clock())
        decoder = self._receiver._RTCRtpReceiver__decoder_queue
        if frames and decoder.qsize() > MAX_DECODER_BACKLOG:
            self._assembler.restart()
            return True, None
        codec = self._receiver._RTCRtpReceiver__codecs[packet.payload_type]
        for frame in frames:
            timestamp = self._receiver._RTCRtpReceiver__timestamp_mapper.map(frame.timestamp)
            decoder.put((codec, aiortc_jitterbuffer.JitterFrame(data=frame.data, timestamp=timestamp)))
            self.frames += 1
        return False, None

    def shown(self) -> None:
        """A frame was decoded."""
        self._assembler.shown(self._clock())

    async def ask_again(self) -> None:
        """Send what the assembler wants of the sender, if anything."""
        if self._ssrc is None:
            return
        requests = self._assembler.requests(self._clock())
        generator = self._receiver._RTCRtpReceiver__nack_generator
        generator.missing.intersection_update(number & 0xFFFF for number in self._assembler.missing())
        if requests.nack:
            await self._receiver._send_rtcp_nack(self._ssrc, sorted(requests.nack))
        if requests.key_frame:
            await self._receiver._send_rtcp_pli(self._ssrc)


def queued_frames(track: Any) -> int:
    """Decoded frames waiting in a remote track: its queue has no bound upstream, the consumer drains it."""
    require(track, "_queue")
    size: int = track._queue.qsize()
    return size


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aiortc_jitterbuffer, "JitterFrame")
    require(aiortc_receiver, "RemoteStreamTrack", "NackGenerator")
    require(RTCRtpReceiver, "_handle_rtp_packet", "_send_rtcp_nack", "_send_rtcp_pli")
