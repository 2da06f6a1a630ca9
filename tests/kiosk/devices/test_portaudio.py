"""PortAudio's door: one thread at a time, nobody waits without end, and a stream that does not end is left alone."""

import threading
from collections.abc import Iterator

import pytest
import sounddevice

from kiosk.devices import portaudio as door
from kiosk.devices.portaudio import PortAudioStuckError, end_within, look_again, portaudio


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is asked of the library, which is not ended under whoever uses it."""
    asked: list[str] = []
    monkeypatch.setattr(sounddevice, "_terminate", lambda: asked.append("end"))
    monkeypatch.setattr(sounddevice, "_initialize", lambda: asked.append("begin"))
    yield asked
    assert not door._left


def test_a_stream_ends_stopped_first() -> None:
    done: list[str] = []
    assert end_within(lambda: done.append("stop"), lambda: done.append("close"), 60, "ending")
    assert done == ["stop", "close"]


def test_a_device_that_cannot_even_be_stopped_is_let_go() -> None:
    closed = threading.Event()

    def stop() -> None:
        raise sounddevice.PortAudioError("the device is gone")

    assert end_within(stop, closed.set, 60, "ending")
    assert closed.is_set()


def test_a_stream_that_does_not_end_is_left_and_the_library_with_it(told: list[str]) -> None:
    server_answers, closed = threading.Event(), threading.Event()

    def stop() -> None:
        assert server_answers.wait(60)

    assert not end_within(stop, closed.set, 0.01, "ending")
    with portaudio():
        look_again()
    assert told == []
    (ender,) = door._left
    server_answers.set()
    ender.join()
    assert closed.is_set()
    with portaudio():
        look_again()
    assert told == ["end", "begin"]


def test_who_does_not_come_back_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "ENTER_WITHIN_S", 0.01)
    with portaudio(), pytest.raises(PortAudioStuckError), portaudio():
        pytest.fail("two threads were inside")
    with portaudio():
        pass
