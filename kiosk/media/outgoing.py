"""All that leaves one connection, and what comes back about it. Lives on the media loop.

The door on the transport hands over every packet before it is protected: the voice and reports go on at
once, pictures, what is sent again and documents wait for their time.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from kiosk.media import rtp_header, transport_feedback
from kiosk.media.arrivals import FeedbackRecorder
from kiosk.media.congestion import Congestion
from kiosk.media.pacer import Kind
from kiosk.media.rate import SendRate
from kiosk.media.repetition import SPACING_S
from kiosk.media.stale_pictures import StalePictures

TICK_S = 0.025
DATA_CHUNK = 0
"""Type of the SCTP chunk that carries data: the others are small, and urgent."""
CHUNK_TYPE_AT = 12
SENT_WINDOW_S = 1.5
SEND_TIME_UNITS = 1 << 18
"""Units of abs-send-time in a second (6.18 fixed point, 24 bits)."""
WINDOW_SPARE_S = 0.25
"""Beyond a round trip, so much of the documents' rate may be under way: acknowledgements come in bursts."""
WINDOW_LEAST_BYTES = 8 * 1_200
AGAIN_WAIT_S = 0.3
"""What would be sent again later than this is not queued: if it is still missing, it will be asked for once more."""


class Wire(Protocol):
    """The transport, below the queue. Raises ConnectionError when it is not there (any more)."""

    def check(self) -> None:
        """Raises ConnectionError when nothing can be sent."""

    async def send_rtp(self, packet: bytes) -> None:
        """Protect and send RTP or RTCP."""

    async def send_data(self, packet: bytes) -> None:
        """Encrypt and send a packet of the data channels."""


class Padding(Protocol):
    """Makes packets that fill a probe."""

    def __call__(self, size: int) -> bytes | None:
        """A packet of about `size` bytes at most, None: there is none to make."""


class Copies(Protocol):
    """Makes a packet that carries one of the picture once more."""

    def __call__(self, sequence_number: int) -> bytes | None:
        """A retransmission of that packet; None: it is not kept any more, or there is no stream for it."""


class Outgoing:
    """`number_id`, `time_id`: ids of the header extensions negotiated (None: not negotiated)."""

    def __init__(
        self,
        rate: SendRate,
        clock: Callable[[], float],
        wire: Wire,
        *,
        voice_ssrc: int,
        number_id: int | None,
        time_id: int | None,
        padding: Padding,
        copy: Copies,
        ask_key_frame: Callable[[], None],
    ) -> None:
        self.rate = rate
        self.congestion = Congestion(rate, clock(), numbered=number_id is not None)
        self._clock = clock
        self._wire = wire
        self._voice_ssrc = voice_ssrc
        self._number_id = number_id
        self._time_id = time_id
        self._padding = padding
        self._copy = copy
        self._due: deque[tuple[float, int]] = deque()
        """(when, sequence number) of copies to be made."""
        self._ask_key_frame = ask_key_frame
        self._stale = StalePictures()
        self._recorder = FeedbackRecorder()
        self._remote_ssrc: int | None = None
        self._wake = asyncio.Event()
        self._sent: deque[tuple[float, int]] = deque()

    # ---- what wants to leave ----------------------------------------------------------------------------

    async def send_rtp(self, packet: bytes) -> None:
        """RTP and RTCP of aiortc's senders and receivers.

        Raises:
            ConnectionError: nothing can be sent.
        """
        self._wire.check()
        if 192 <= packet[1] <= 208:
            self.congestion.leaving(Kind.RTCP, len(packet), self._clock())
            await self._wire.send_rtp(packet)
        elif rtp_header.ssrc(packet) == self._voice_ssrc:
            await self._depart(Kind.VOICE, packet, None)
        elif self._stale.begins_key_frame(packet, self._clock()):
            self.congestion.drop_pictures()
            self._due.clear()
            self._queue_picture(packet)
        elif not self._stale.waits_for_key_frame:
            self._queue_picture(packet)

    def _queue_picture(self, packet: bytes) -> None:
        self._queue(Kind.PICTURE, packet)
        if self.congestion.repeats:
            self._due.append((self._clock() + SPACING_S, rtp_header.sequence_number(packet)))

    def send_again(self, packet: bytes, sequence_number: int) -> None:
        """A retransmission of the picture's packet `sequence_number`; dropped when it would be of no use any more."""
        if self._stale.is_useful(sequence_number) and self.congestion.pacer.picture_wait_s < AGAIN_WAIT_S:
            self._queue(Kind.RETRANSMISSION, packet)

    async def send_data(self, packet: bytes) -> None:
        """A packet of the data channels.

        Raises:
            ConnectionError: nothing can be sent.
        """
        self._wire.check()
        if len(packet) > CHUNK_TYPE_AT and packet[CHUNK_TYPE_AT] == DATA_CHUNK:
            self._queue(Kind.DOCUMENT, packet)
        else:
            self.congestion.leaving(Kind.RTCP, len(packet), self._clock())
            await self._wire.send_data(packet)

    def _repeat(self, now_s: float) -> None:
        while self._due and self._due[0][0] <= now_s:
            _, number = self._due.popleft()
            packet = self._copy(number) if self._stale.is_useful(number) and self.congestion.repeats else None
            if packet is not None:
                self._queue(Kind.REPETITION, packet)

    def _queue(self, kind: Kind, packet: bytes) -> None:
        self.congestion.push(kind, packet, len(packet))
        self._wake.set()

    def behind(self) -> bool:
        """No picture should be taken from the camera now."""
        return self.rate.picture_paused or self.congestion.behind(self._clock())

    # ---- leaving ----------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Send what waits at its time, tell what came; until cancelled or the transport is gone."""
        loop = asyncio.get_running_loop()
        next_tick_s = self._clock()
        try:
            while True:
                now_s = self._clock()
                if now_s >= next_tick_s:
                    next_tick_s = now_s + TICK_S
                    self.congestion.tick(now_s)
                    if self.congestion.collapsed(now_s) and self._stale.give_up(self.congestion.picture_wait_s, now_s):
                        self.congestion.drop_pictures()
                        self._ask_key_frame()
                    self._repeat(now_s)
                    await self._tell_arrivals(now_s)
                    continue
                departure = self.congestion.take(now_s)
                if departure is None:
                    delay_s = self.congestion.delay_s(now_s)
                    pause_s = next_tick_s - now_s if delay_s is None else min(delay_s, next_tick_s - now_s)
                    self._wake.clear()
                    alarm = loop.call_later(pause_s, self._wake.set)
                    await self._wake.wait()
                    alarm.cancel()
                elif departure.kind is Kind.PADDING:
                    packet = self._padding(departure.size)
                    if packet is None:
                        self.congestion.no_padding(now_s)
                    else:
                        await self._depart(Kind.PADDING, packet, departure.probe)
                elif isinstance(departure.item, bytes):
                    await self._depart(departure.kind, departure.item, departure.probe)
        except ConnectionError:
            return

    async def _depart(self, kind: Kind, packet: bytes, probe: int | None) -> None:
        now_s = self._clock()
        number = self.congestion.leaving(kind, len(packet), now_s, probe)
        if kind is Kind.DOCUMENT:
            await self._wire.send_data(packet)
            return
        written = bytearray(packet)
        if number is not None and self._number_id is not None:
            rtp_header.write(written, self._number_id, number)
        if self._time_id is not None:
            rtp_header.write(written, self._time_id, int(now_s * SEND_TIME_UNITS) & 0xFFFFFF)
        await self._wire.send_rtp(bytes(written))

    # ---- what comes back --------------------------------------------------------------------------------

    def take_rtcp(self, compound: bytes) -> bytes:
        """A compound RTCP packet that arrived; what is left of it for aiortc."""
        found, rest = transport_feedback.split(compound)
        for packet in found:
            try:
                feedback = transport_feedback.parse(packet)
            except ValueError:
                continue
            self.congestion.on_feedback(feedback, self._clock())
            self._wake.set()
        return rest

    def take_rtp(self, packet: bytes) -> None:
        """An RTP packet that arrived."""
        if self._number_id is None:
            return
        number = rtp_header.read_number(packet, self._number_id)
        if number is not None:
            self._remote_ssrc = rtp_header.ssrc(packet)
            self._recorder.on_packet(number, self._clock())

    async def _tell_arrivals(self, now_s: float) -> None:
        if self._remote_ssrc is None:
            return
        for feedback in self._recorder.take(now_s, self.congestion.estimator.bps):
            packet = transport_feedback.build(feedback, self._voice_ssrc, self._remote_ssrc)
            await self.send_rtp(packet)

    # ---- figures ----------------------------------------------------------------------------------------

    @property
    def documents_window_bytes(self) -> int:
        """How much of documents may be under way."""
        round_trip_s = self.congestion.estimator.round_trip_s or WINDOW_SPARE_S
        return int(max(WINDOW_LEAST_BYTES, self.rate.documents_bps / 8 * (round_trip_s + WINDOW_SPARE_S)))

    def figures(self) -> dict[str, Any]:
        """The fields of `MediaFigures` that are known here; call it about once a second."""
        now_s = self._clock()
        self._sent.append((now_s, self.congestion.sent.sent_bytes))
        while len(self._sent) > 2 and now_s - self._sent[0][0] > SENT_WINDOW_S:
            self._sent.popleft()
        first_s, first_bytes = self._sent[0]
        sent = self._sent[-1][1] - first_bytes
        estimator = self.congestion.estimator
        return {
            "round_trip_s": estimator.round_trip_s,
            "estimate_bps": int(estimator.bps),
            "sent_bps": int(8 * sent / (now_s - first_s)) if now_s > first_s else None,
            "sent_loss": estimator.loss,
            "sent_height": None if self.rate.picture_paused else self.rate.shape().height,
            "documents_bps": self.rate.documents_bps,
        }
