"""The two data channels of a connection: `control` for words, `documents` for papers, which yield to the voice."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Protocol

from aiortc import RTCDataChannel

from kiosk.core.conversation import CONTROL_CHANNEL, DOCUMENTS_CHANNEL, MAX_CONTROL_BYTES

MAX_BUFFERED_BYTES = 64 * 1024
LOW_BUFFERED_BYTES = 8 * 1024
BUFFERED_S = 0.5
"""Words go in the same queue behind what documents have there: no more than they send in so long."""
MAX_CONTROL_BUFFERED_BYTES = 1024 * 1024


class ChannelEvents(Protocol):
    """What the channels tell their peer, on the media loop."""

    def control_opened(self) -> None: ...

    def control_received(self, text: str) -> None: ...

    def chunk_received(self, message: bytes) -> None: ...


class Channels:
    """Takes the channels that the station opens; sends while `usable()` says that the connection lives."""

    def __init__(
        self,
        events: ChannelEvents,
        usable: Callable[[], bool],
        documents_bps: Callable[[], float],
    ) -> None:
        self._events = events
        self._usable = usable
        self._documents_bps = documents_bps
        self._channels: dict[str, RTCDataChannel] = {}
        self._room = asyncio.Event()
        self._greeted = False
        self._closed = False

    def take(self, channel: RTCDataChannel) -> None:
        """A channel that the station opened; one that is not expected is closed."""
        if channel.label not in (CONTROL_CHANNEL, DOCUMENTS_CHANNEL) or channel.label in self._channels:
            channel.close()
            return
        self._channels[channel.label] = channel
        channel.bufferedAmountLowThreshold = LOW_BUFFERED_BYTES
        channel.on("bufferedamountlow", self._room.set)
        channel.on("close", self._room.set)
        channel.on("message", self._take_control if channel.label == CONTROL_CHANNEL else self._take_chunk)
        if len(self._channels) == 2 and not self._greeted:
            self._greeted = True
            self._events.control_opened()

    def _take_control(self, message: Any) -> None:
        if isinstance(message, str) and len(message) <= MAX_CONTROL_BYTES and not self._closed:
            self._events.control_received(message)

    def _take_chunk(self, message: Any) -> None:
        if isinstance(message, bytes) and not self._closed:
            self._events.chunk_received(message)

    def _open_channel(self, label: str) -> RTCDataChannel | None:
        channel = self._channels.get(label)
        ready = channel is not None and channel.readyState == "open" and not self._closed
        return channel if ready and self._usable() else None

    def send_control(self, text: str) -> bool:
        """False when the channel is not open, or holds a megabyte that nobody takes."""
        channel = self._open_channel(CONTROL_CHANNEL)
        if channel is None or channel.bufferedAmount > MAX_CONTROL_BUFFERED_BYTES:
            return False
        channel.send(text)
        return True

    async def send_chunk(self, message: bytes) -> bool:
        """Wait for room, then queue; False when the channel is gone. What is queued leaves packet by packet."""
        while (channel := self._open_channel(DOCUMENTS_CHANNEL)) is not None:
            room = min(MAX_BUFFERED_BYTES, self._documents_bps() / 8 * BUFFERED_S)
            if not channel.bufferedAmount or channel.bufferedAmount + len(message) <= room:
                channel.send(message)
                return True
            self._room.clear()
            with contextlib.suppress(TimeoutError):
                # The time-out only notices a connection that died without a word.
                await asyncio.wait_for(self._room.wait(), 1.0)
        return False

    def close(self) -> None:
        """Nothing is taken nor sent any more; whoever waits for room is told."""
        self._closed = True
        self._room.set()
