"""What is mended in the receiver of pictures of aiortc 1.16.0."""

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import Any

from aiortc import RTCRtpReceiver
from aiortc import jitterbuffer as aiortc_jitterbuffer
from aiortc import rtcrtpreceiver as aiortc_receiver
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtp import RtpPacket

from kiosk.media import red
from kiosk.media.assembly import EncodedFrame, FrameAssembler, VideoPacket
from kiosk.media.hardening import protected_pictures
from kiosk.media.hardening.names import require
from kiosk.media.reception import Reception
from kiosk.media.rtp_time import SignedTimestampMapper
from kiosk.media.vp8_payload import read_head

MAX_DECODER_BACKLOG = 15
"""Encoded frames waiting for the decoder, half a second of them: it is behind."""
MAX_BEHIND_S = 0.5
"""A decoder that stays behind for so long is too slow: start again at a key frame. All that waited for one packet
comes at once, two round trips of it on a bad day, and is soon decoded."""
LOOK_INTERVAL_S = 0.25
"""How often a stream that looks whole is looked at."""
MIN_LOOK_S = 0.005

PICTURE = "video/vp8"
RECEIVER_NAMES = (
    "_RTCRtpReceiver__jitter_buffer",
    "_RTCRtpReceiver__decoder_queue",
    "_RTCRtpReceiver__decoder_error",
    "_RTCRtpReceiver__codecs",
    "_RTCRtpReceiver__nack_generator",
    "_send_rtcp_nack",
    "_send_rtcp_pli",
)


class _DecodeFailures:
    """Stands where the decoder thread tells of a frame it could not decode; the receiver itself sees none.

    Upstream would send a key-frame request for each frame that fails until the key frame is here.
    """

    def __init__(self) -> None:
        self._failed = threading.Event()

    def set(self) -> None:
        self._failed.set()

    def is_set(self) -> bool:
        return False

    def clear(self) -> None:
        """Nothing to clear for the receiver, which never sees it set."""

    def take(self) -> bool:
        """Whether decoding failed since the last call."""
        failed = self._failed.is_set()
        if failed:
            self._failed.clear()
        return failed


class VideoIntake:
    """Stands where aiortc's video jitter buffer was; feeds whole frames to its decoder thread.

    Upstream asks once for a missing packet, asks for a key frame only after 512 packets, waits for the
    next frame to see that one is complete, and hands over one frame per packet so that a backlog never
    drains. Its own requests are switched off here: one voice only. Removed by: a timer on the last decoded
    frame (aiortc issue 58) and NACKs that are repeated.
    """

    def __init__(self, receiver: RTCRtpReceiver, clock: Callable[[], float]) -> None:
        require(receiver, *RECEIVER_NAMES)
        self._receiver: Any = receiver
        self._clock = clock
        self._assembler = FrameAssembler()
        self._timestamps = SignedTimestampMapper()
        self._failures = _DecodeFailures()
        self._changed = asyncio.Event()
        self._ssrc: int | None = None
        self._behind_since_s: float | None = None
        self.reception = Reception()
        self.frames = 0
        """Frames given to the decoder."""
        self.packets_rebuilt = 0
        """Packets that did not come, and were known from others before they could be sent again."""
        private: Any = receiver
        private._RTCRtpReceiver__jitter_buffer = self
        private._RTCRtpReceiver__nack_generator = None
        private._RTCRtpReceiver__decoder_error = self._failures

    def add(self, packet: Any) -> tuple[bool, None]:
        """Take a packet; complete frames go to the decoder's queue, never to the caller."""
        self._ssrc = packet.ssrc
        now_s = self._clock()
        recovery = self._assembler.recovery
        lost = recovery.lost
        self._decode(self._take(packet, now_s, rebuilt=False), now_s)
        self.reception.add(len(packet.payload), recovery.lost, recovery.recovered, now_s)
        if recovery.lost > lost:
            self._changed.set()
        return False, None

    def add_rebuilt(self, packet: bytes) -> None:
        """Take a packet that did not come and is known all the same: it counts as lost, but is missing no more."""
        try:
            parsed = RtpPacket.parse(packet)
        except ValueError:
            return
        now_s = self._clock()
        recovery = self._assembler.recovery
        missing = len(recovery.holes)
        frames = self._take(parsed, now_s, rebuilt=True)
        self.packets_rebuilt += bool(frames) or len(recovery.holes) < missing
        self._decode(frames, now_s)

    def _take(self, packet: Any, now_s: float, *, rebuilt: bool) -> list[EncodedFrame]:
        payload = self._picture_in(packet)
        head = read_head(payload) if payload else None
        if payload is None or (payload and head is None):
            return []
        video = VideoPacket(
            sequence_number=packet.sequence_number,
            timestamp=packet.timestamp,
            marker=bool(packet.marker),
            start=head is not None and head.start,
            data=payload if head is None else payload[head.size :],
            picture_id=head.picture_id if head is not None else None,
            picture_id_bits=head.picture_id_bits if head is not None else 0,
        )
        return self._assembler.add(video, now_s, rebuilt=rebuilt)

    def _picture_in(self, packet: Any) -> bytes | None:
        """What a packet holds of a picture: nothing when it is padding or protection; None: it cannot be read."""
        codecs = self._receiver._RTCRtpReceiver__codecs
        payload_type, payload = packet.payload_type, packet.payload
        if payload and _is(codecs.get(payload_type), protected_pictures.RED):
            block = red.unwrap(payload)
            if block is None:
                return None
            payload_type, payload = block.payload_type, block.data
        if _is(codecs.get(payload_type), protected_pictures.ULPFEC):
            return b""
        return payload if not payload or _is(codecs.get(payload_type), PICTURE) else None

    def _decode(self, frames: list[EncodedFrame], now_s: float) -> None:
        if not frames:
            return
        decoder = self._receiver._RTCRtpReceiver__decoder_queue
        if decoder.qsize() <= MAX_DECODER_BACKLOG:
            self._behind_since_s = None
        elif self._behind_since_s is None:
            self._behind_since_s = now_s
        elif now_s - self._behind_since_s > MAX_BEHIND_S:
            self._behind_since_s = None
            self._assembler.restart()
            self._changed.set()
            return
        codec = next(each for each in self._receiver._RTCRtpReceiver__codecs.values() if _is(each, PICTURE))
        for frame in frames:
            # Unwrapped and from no particular origin: what the sender's reports speak of (upstream counts from the
            # first frame).
            timestamp = self._timestamps.map(frame.timestamp)
            decoder.put((codec, aiortc_jitterbuffer.JitterFrame(data=frame.data, timestamp=timestamp)))
            self.frames += 1

    @property
    def ssrc(self) -> int | None:
        """Of the stream of pictures; None before the first packet."""
        return self._ssrc

    def shown(self) -> None:
        """A frame was decoded."""
        self._assembler.recovery.shown()

    @property
    def key_frames_asked(self) -> int:
        return self._assembler.recovery.key_frames_asked

    @property
    def packets_asked_again(self) -> int:
        return self._assembler.recovery.asked

    async def keep_asking(self, round_trip_s: Callable[[], float | None]) -> None:
        """Ask the sender for what is missing, as soon as it is, for as long as this is not cancelled."""
        wait_s = LOOK_INTERVAL_S
        while True:
            try:
                async with asyncio.timeout(wait_s):
                    await self._changed.wait()
            except TimeoutError:
                pass
            self._changed.clear()
            wait_s = await self.ask_again(round_trip_s())

    async def ask_again(self, round_trip_s: float | None) -> float:
        """Send what the assembler wants of the sender, if anything. Returns the seconds to wait at the most."""
        if self._ssrc is None:
            return LOOK_INTERVAL_S
        if self._failures.take():
            self._assembler.recovery.need_key_frame()
        now_s = self._clock()
        requests = self._assembler.requests(now_s, round_trip_s)
        try:
            if requests.nack:
                await self._receiver._send_rtcp_nack(self._ssrc, sorted(requests.nack))
            if requests.key_frame:
                await self._receiver._send_rtcp_pli(self._ssrc)
        except ConnectionError:
            return LOOK_INTERVAL_S
        if requests.again_s is None:
            return LOOK_INTERVAL_S
        return min(LOOK_INTERVAL_S, max(MIN_LOOK_S, requests.again_s - now_s))

    def drop_backlog(self) -> None:
        """Leave the decoder nothing to do: aiortc waits for its thread on the loop when it stops."""
        backlog = self._receiver._RTCRtpReceiver__decoder_queue
        try:
            while True:
                backlog.get_nowait()
        except queue.Empty:
            return


def _is(codec: RTCRtpCodecParameters | None, mime_type: str) -> bool:
    return codec is not None and codec.mimeType.lower() == mime_type


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
