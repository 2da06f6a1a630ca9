"""What the channels take, and what they refuse."""

import asyncio
from typing import Any

from kiosk.core.conversation import CONTROL_CHANNEL, DOCUMENTS_CHANNEL, MAX_CONTROL_BYTES
from kiosk.media.channels import MAX_CONTROL_BUFFERED_BYTES, Channels


class Wire:
    """A data channel's surface: what aiortc gives us, and what we ask of it."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.readyState = "open"
        self.bufferedAmount = 0
        self.bufferedAmountLowThreshold = 0
        self.sent: list[Any] = []
        self.handlers: dict[str, Any] = {}

    def on(self, event: str, handler: Any) -> None:
        self.handlers[event] = handler

    def send(self, message: Any) -> None:
        self.sent.append(message)

    def close(self) -> None:
        self.readyState = "closed"


class Heard:
    def __init__(self) -> None:
        self.opened = 0
        self.texts: list[str] = []
        self.messages: list[bytes] = []

    def control_opened(self) -> None:
        self.opened += 1

    def control_received(self, text: str) -> None:
        self.texts.append(text)

    def chunk_received(self, message: bytes) -> None:
        self.messages.append(message)


def made(*, usable: bool = True, slow_bps: float = 10e6) -> tuple[Channels, Heard, Wire, Wire]:
    heard = Heard()
    channels = Channels(heard, lambda: usable, lambda: slow_bps)
    control, documents = Wire(CONTROL_CHANNEL), Wire(DOCUMENTS_CHANNEL)
    for wire in (control, documents):
        channels.take(wire)  # type: ignore[arg-type]
    return channels, heard, control, documents


async def test_two_channels_are_expected_and_no_other() -> None:
    channels, heard, _, _ = made()
    assert heard.opened == 1
    for label in ("other", CONTROL_CHANNEL):
        stranger = Wire(label)
        channels.take(stranger)  # type: ignore[arg-type]
        assert stranger.readyState == "closed"
    assert heard.opened == 1


async def test_each_kind_of_message_goes_its_way_and_the_wrong_kind_nowhere() -> None:
    channels, heard, control, documents = made()
    control.handlers["message"]("hello")
    control.handlers["message"](b"bytes")
    control.handlers["message"]("x" * (MAX_CONTROL_BYTES + 1))
    documents.handlers["message"](b"chunk")
    documents.handlers["message"]("text")
    assert (heard.texts, heard.messages) == (["hello"], [b"chunk"])
    channels.close()
    control.handlers["message"]("late")
    documents.handlers["message"](b"late")
    assert (heard.texts, heard.messages) == (["hello"], [b"chunk"])


async def test_nothing_is_sent_on_a_dead_connection_nor_into_a_full_channel() -> None:
    channels, _, control, _ = made()
    assert channels.send_control("one")
    control.bufferedAmount = MAX_CONTROL_BUFFERED_BYTES + 1
    assert not channels.send_control("two")
    assert control.sent == ["one"]
    lost, _, _, documents = made(usable=False)
    assert not lost.send_control("three")
    assert not await lost.send_chunk(b"x")
    assert documents.sent == []


async def test_little_waits_in_the_channel_of_a_slow_link() -> None:
    channels, _, _, documents = made(slow_bps=100_000)
    message = bytes(16 * 1024)
    assert await channels.send_chunk(message), "one always fits"
    documents.bufferedAmount = len(message)
    waiting = asyncio.create_task(channels.send_chunk(message))
    await asyncio.sleep(0)
    assert not waiting.done()
    assert len(documents.sent) == 1
    documents.bufferedAmount = 0
    documents.handlers["bufferedamountlow"]()
    assert await waiting
    fast, _, _, wide = made()
    wide.bufferedAmount = len(message)
    assert await fast.send_chunk(message)
