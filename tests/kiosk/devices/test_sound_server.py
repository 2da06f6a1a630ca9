"""A real sound server tells what is plugged, and moves our sound; one that dies is found again."""

import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices import sound_server
from kiosk.devices.sound_places import Sounds
from kiosk.devices.sound_server import RETRY_S, SoundServer
from tests.fakes.pulse import Pulse

pytestmark = pytest.mark.serial


@pytest.fixture
def pulse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    server = Pulse(tmp_path / "pulse", sinks=["speaker", "mouth"])
    monkeypatch.setenv("PULSE_SERVER", server.server)
    yield server
    server.end()


class News:
    """What the server told, awaited."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._last: Sounds | None = None

    def __call__(self, sounds: Sounds) -> None:
        with self._changed:
            self._last = sounds
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[Sounds], bool]) -> Sounds:
        with self._changed:
            assert self._changed.wait_for(lambda: self._last is not None and wanted(self._last), 10)
            assert self._last is not None
            return self._last


def names(sounds: Sounds) -> set[str]:
    return {place.name for place in sounds.outputs}


def test_a_headset_is_told_with_its_shape_and_its_going(pulse: Pulse) -> None:
    news = News()
    server = SoundServer(news)
    server.look_after(0.0)
    try:
        first = news.wait_for(lambda sounds: len(sounds.outputs) == 2)
        assert names(first) == {"speaker", "mouth"}
        assert all(place.is_echo for place in first.inputs)
        pulse.plug_headset("headset")
        plugged = news.wait_for(lambda sounds: "headset" in names(sounds))
        (headset,) = [place for place in plugged.outputs if place.name == "headset"]
        assert headset.shapes == {"headset"}
        (mic,) = [place for place in plugged.inputs if place.name == "headset_mic"]
        assert (mic.shapes, mic.is_echo, mic.card) == ({"headset"}, False, None)
        pulse.unplug_headset("headset")
        news.wait_for(lambda sounds: "headset" not in names(sounds))
    finally:
        server.close()


def test_sound_of_other_programs_is_none_of_ours(pulse: Pulse) -> None:
    news = News()
    server = SoundServer(news)
    with subprocess.Popen(
        ["paplay", "--raw", "--device=mouth", "/dev/zero"], env=pulse.environment(plays_on="mouth", hears="mouth")
    ) as player:
        try:
            server.look_after(0.0)
            pulse.plug_headset("headset")
            assert news.wait_for(lambda sounds: "headset" in names(sounds)).players == ()
        finally:
            server.close()
            player.terminate()


def test_a_server_that_comes_back_is_found_again(pulse: Pulse, tmp_path: Path) -> None:
    news = News()
    server = SoundServer(news)
    server.look_after(0.0)
    try:
        news.wait_for(lambda sounds: len(sounds.outputs) == 2)
        pulse.end()
        again = Pulse(tmp_path / "pulse", sinks=["only"])
        try:
            server.look_after(1.0)
            server.look_after(1.0 + RETRY_S)
            news.wait_for(lambda sounds: names(sounds) == {"only"})
        finally:
            again.end()
    finally:
        server.close()


def test_without_a_server_nothing_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    told: list[Sounds] = []
    server = SoundServer(told.append)
    server.look_after(0.0)
    server.look_after(1.0)
    server.close()
    server.close()
    assert told == []


def test_without_libpulse_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sound_server, "load_libpulse", lambda: None)
    told: list[Sounds] = []
    server = SoundServer(told.append)
    server.look_after(0.0)
    server.close()
    assert told == []
