"""One side of the sound card, its stream called by hand: late is not lost, and the end waits for the last callback."""

import logging
import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, ClassVar

import numpy as np
import pytest
import sounddevice

from kiosk.core.ports import FRAME_SAMPLES, DeviceName
from kiosk.devices import sound_side
from kiosk.devices.sound_side import LATE_OFTEN, LATENCIES_S, SILENT_S, SoundSide

TIMES = SimpleNamespace(currentTime=0.0, outputBufferDacTime=0.02, inputBufferAdcTime=0.0)


class HandStream:
    """What PortAudio is to a side: a stream whose callback runs when the test says so."""

    opened: ClassVar[list["HandStream"]] = []

    def __init__(self, **wanted: Any) -> None:
        self.wanted = wanted
        self.active = False
        self.ended_by: list[str] = []
        self.opened.append(self)

    def start(self) -> None:
        self.active = True

    def stop(self) -> None:
        self.ended_by.append("stop")

    def abort(self) -> None:
        self.ended_by.append("abort")

    def close(self) -> None:
        self.ended_by.append("close")

    def call(self, *, underflow: bool = False) -> np.ndarray:
        """One callback, as PortAudio makes it: a callback that aborts is the last one."""
        block = np.full((FRAME_SAMPLES, 1), 77, dtype=np.int16)
        flags = SimpleNamespace(output_underflow=underflow, input_overflow=False)
        try:
            self.wanted["callback"](block, FRAME_SAMPLES, TIMES, flags)
        except sounddevice.CallbackAbort:
            self.active = False
            self.ended_by.append("its last callback")
            self.wanted["finished_callback"]()
        return block

    def call_until_it_ends(self) -> None:
        while self.active:
            self.call()


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No stream opened yet; and a slow machine is given the time it takes to the last callback."""
    HandStream.opened = []
    monkeypatch.setattr(sound_side, "LAST_BLOCK_S", 60.0)


def opened_side(exchange: Callable[[Any, Any], None] = lambda block, _times: block.fill(5)) -> SoundSide:
    side = SoundSide(DeviceName.LOUDSPEAKER, HandStream, exchange)
    assert side.open(0, 0.0)
    return side


def close(side: SoundSide, stream: HandStream) -> None:
    """Close while PortAudio goes on calling back, as it does until it is told to end."""
    closer = threading.Thread(target=side.close)
    closer.start()
    stream.call_until_it_ends()
    closer.join()


def test_underruns_never_make_a_side_lost() -> None:
    side = opened_side()
    stream = HandStream.opened[0]
    for second in range(1, 40):
        stream.call(underflow=True)
        assert not side.lost(float(second))
    assert side.late == 39
    # A sound server that starts again after an underrun is silent for seconds.
    assert not side.lost(39.0 + SILENT_S - 0.1)
    stream.call(underflow=True)
    assert not side.lost(39.0 + SILENT_S + 0.1)
    assert len(HandStream.opened) == 1
    assert stream.ended_by == []


def test_a_side_without_any_callback_is_lost_at_last() -> None:
    side = opened_side()
    HandStream.opened[0].call()
    assert not side.lost(1.0)
    assert not side.lost(1.0 + SILENT_S - 0.1)
    assert side.lost(1.0 + SILENT_S)


def test_a_stream_that_says_it_stopped_is_lost_at_once() -> None:
    side = opened_side()
    HandStream.opened[0].call()
    HandStream.opened[0].active = False
    assert side.lost(0.1)


def test_a_device_that_raises_is_lost_at_once() -> None:
    class Gone(HandStream):
        @property
        def active(self) -> bool:
            raise sounddevice.PortAudioError("the device is gone")

        @active.setter
        def active(self, _value: bool) -> None: ...

    side = SoundSide(DeviceName.MICROPHONE, Gone, lambda _block, _times: None)
    assert side.open(0, 0.0)
    assert side.lost(0.1)


def test_closing_waits_for_the_last_callback_and_does_not_kill_its_thread() -> None:
    inside, leave = threading.Event(), threading.Event()

    def exchange(_block: Any, _times: Any) -> None:
        inside.set()
        assert leave.wait(60)

    side = opened_side(exchange)
    stream = HandStream.opened[0]
    caller = threading.Thread(target=stream.call_until_it_ends)
    caller.start()
    assert inside.wait(60)
    closer = threading.Thread(target=side.close)
    closer.start()
    while side.is_open:
        closer.join(0.01)
    assert stream.ended_by == [], "a callback is still inside"
    leave.set()
    caller.join()
    closer.join()
    assert stream.ended_by == ["its last callback", "stop", "close"]


def test_a_stream_that_calls_no_more_is_aborted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_side, "LAST_BLOCK_S", 0.01)
    side = opened_side()
    side.close()
    assert HandStream.opened[0].ended_by == ["abort", "close"]


def test_a_late_callback_gives_silence_and_calls_nobody() -> None:
    calls = []
    side = opened_side(lambda block, _times: calls.append(block))
    stream = HandStream.opened[0]
    close(side, stream)
    before = len(calls)
    assert not stream.call().any()
    assert len(calls) == before


def test_what_the_exchange_raises_costs_its_block_and_is_logged_once_by_kind(caplog: pytest.LogCaptureFixture) -> None:
    def exchange(block: Any, _times: Any) -> None:
        block.fill(9)
        raise RuntimeError("secret")

    side = opened_side(exchange)
    with caplog.at_level(logging.ERROR):
        assert not HandStream.opened[0].call().any()
        assert not HandStream.opened[0].call().any()
    assert HandStream.opened[0].active
    assert not side.lost(0.1)
    assert len(caplog.records) == 1
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text


def test_repeated_lateness_gives_more_room_at_the_next_opening_and_a_quiet_one_gives_it_back() -> None:
    side = SoundSide(DeviceName.LOUDSPEAKER, HandStream, lambda block, _times: block.fill(5))
    asked = []
    for lateness in (LATE_OFTEN - 1, LATE_OFTEN, LATE_OFTEN, LATE_OFTEN, 1, 0, 0, 0, 0):
        assert side.open(0, 0.0)
        stream = HandStream.opened[-1]
        asked.append(stream.wanted["latency"])
        stream.call()
        for _ in range(lateness):
            stream.call(underflow=True)
        close(side, stream)
    small, middle, large = LATENCIES_S
    assert asked == [small, small, middle, large, large, large, middle, small, small]


def test_a_device_that_refuses_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_side, "LAST_BLOCK_S", 0.01)

    class Refused(HandStream):
        def start(self) -> None:
            raise sounddevice.PortAudioError("the device is busy")

    side = SoundSide(DeviceName.LOUDSPEAKER, Refused, lambda _block, _times: None)
    assert not side.open(0, 0.0)
    assert not side.is_open
