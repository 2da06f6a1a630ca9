"""What a rehearsal notes while everything passes through: pictures with their numbers, sounds, states."""

from pathlib import Path

import numpy as np
import pytest

from kiosk.config import CameraOptions, SoundOptions
from kiosk.core.ports import FRAME_SAMPLES, CameraFrame
from kiosk.devices import frame_number
from kiosk.devices.simulated_camera import SimulatedCamera
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.devices.simulation import SimulatedFaults
from kiosk.rehearsal_record import (
    AUDIBLE,
    Clock,
    Moment,
    Record,
    ShownPictures,
    WatchedCamera,
    WatchedPeer,
    WatchedSound,
)
from tests.fakes.kiosk_parts import KeptFrames

QUIET = SoundOptions(echo_cancellation=False)


class Time:
    now = 50.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time_() -> Time:
    return Time()


@pytest.fixture
def record(time_: Time) -> Record:
    return Record(Clock(time_, 1000.0))


def frame(number: int | None, captured_s: float = 0.0) -> CameraFrame:
    pixels = np.full((270, 320), 90, dtype=np.uint8)
    if number is not None:
        frame_number.draw(pixels, number)
    return CameraFrame(pixels, 320, 180, captured_s, number or 0)


def test_pictures_are_noted_read_and_shown_on(record: Record, time_: Time) -> None:
    screen = KeptFrames()
    pictures = ShownPictures(record, screen, None)
    record.peer_no = 2
    for number in (7, None, 8):
        time_.now += 1
        pictures.show(frame(number))
    pictures.clear()
    pictures.show(frame(9))
    pictures.close()
    assert record.shown == [(51.0, 7, 320, 180), (52.0, None, 320, 180), (53.0, 8, 320, 180), (53.0, 9, 320, 180)]
    assert (screen.shown, screen.cleared) == (4, 1)
    assert [(each.moment, each.at_s, each.peer_no) for each in record.moments] == [
        (Moment.FIRST_PICTURE, 51.0, 2),
        (Moment.FIRST_PICTURE, 53.0, 2),
    ]


def test_a_picture_in_two_seconds_is_kept_exactly(record: Record, time_: Time, tmp_path: Path) -> None:
    pictures = ShownPictures(record, None, tmp_path / "kept")
    shown = []
    for number in range(100, 150):
        shown.append(frame(number))
        pictures.show(shown[-1])
        time_.now += 0.1
    pictures.close()
    kept = sorted((tmp_path / "kept").iterdir())
    assert [each.name for each in kept] == ["00000100-1050000.npy", "00000120-1052000.npy", "00000140-1054000.npy"]
    assert (np.load(kept[1]) == shown[20].i420).all()


def test_an_unreadable_picture_is_kept_only_when_no_other_comes(record: Record, time_: Time, tmp_path: Path) -> None:
    pictures = ShownPictures(record, None, tmp_path)
    for number in (1, None, None, 2, None, None, None, None, None, None):
        pictures.show(frame(number))
        time_.now += 0.8
    pictures.close()
    assert [each.name.partition("-")[0] for each in sorted(tmp_path.iterdir(), key=lambda e: e.name[-11:])] == [
        "00000001",
        "00000002",
        "unread",
    ]


def test_the_clock_of_the_wall_is_one_difference(record: Record) -> None:
    assert record.clock.unix(50.25) == 1050.25
    record.note_once(Moment.LINKED)
    record.note_once(Moment.LINKED)
    assert record.first(Moment.LINKED) == 50.0
    assert record.first(Moment.ENDED) is None
    assert len(record.moments) == 1


class OneFrame:
    """A camera with a picture that the test changes."""

    frame: CameraFrame | None = None

    def latest(self) -> CameraFrame | None:
        return self.frame


def test_each_picture_of_the_camera_is_noted_once(record: Record) -> None:
    given = OneFrame()
    camera = WatchedCamera(record, given)  # type: ignore[arg-type]
    assert camera.latest() is None
    for number, captured_s in ((3, 1.0), (3, 1.0), (4, 2.0)):
        given.frame = frame(number, captured_s)
        assert camera.latest() is given.frame
    assert record.given == {1.0: 3, 2.0: 4}


def test_a_real_camera_is_opened_and_closed_through_it(record: Record) -> None:
    inner = SimulatedCamera(CameraOptions(width_px=320, height_px=180), SimulatedFaults(""))
    camera = WatchedCamera(record, inner)
    camera.open()
    assert camera.status is inner.status
    camera.close()
    assert camera.latest() is None


def test_the_first_sound_of_each_connection_and_the_loudest_of_the_microphone(record: Record) -> None:
    inner = SimulatedSound(QUIET, SimulatedFaults(""))
    blocks = [np.full(FRAME_SAMPLES, value, dtype=np.int16) for value in (0, AUDIBLE - 1, -AUDIBLE, 9000)]
    sound = WatchedSound(record, inner, quiet_when_closed=True)
    for peer_no in (1, 2):
        record.peer_no = peer_no
        given = iter(blocks)
        sound.set_source(lambda given=given: next(given))  # type: ignore[misc]
        taken = [inner._path.play() for _ in blocks]
        assert np.abs(taken[-1]).max() > 0
    sound.set_source(None)
    assert [(each.moment, each.peer_no) for each in record.moments] == [
        (Moment.FIRST_SOUND, 1),
        (Moment.FIRST_SOUND, 2),
    ]
    assert record.sounded
    heard: list[np.ndarray] = []
    sound.set_listener(heard.append)
    inner._path.hear(np.full(FRAME_SAMPLES, -300, dtype=np.int16), 0.0)
    inner._path.hear(np.full(FRAME_SAMPLES, 20, dtype=np.int16), 0.0)
    sound.set_listener(None)
    assert len(heard) == 2
    assert (record.microphone_blocks, record.microphone_peak) == (2, 300)


def test_a_file_of_the_loudspeaker_is_not_begun_anew_by_a_chime(record: Record, tmp_path: Path) -> None:
    options = SoundOptions(echo_cancellation=False, simulated_loudspeaker_file=str(tmp_path / "heard.wav"))
    sound = WatchedSound(record, SimulatedSound(options, SimulatedFaults("")), quiet_when_closed=True)
    sound.play_chime("end")
    assert not (tmp_path / "heard.wav").exists()


class News:
    """A listener that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[object, ...]] = []

    def on_peer_state(self, peer_no: int, state: str) -> None:
        self.told.append((peer_no, state))

    def on_peer_control(self, peer_no: int, text: str) -> None:
        self.told.append((peer_no, text))

    def on_peer_control_open(self, peer_no: int) -> None:
        self.told.append((peer_no, "open"))

    def on_peer_chunk(self, peer_no: int, message: bytes) -> None:
        self.told.append((peer_no, message))

    def on_peer_candidate(self, peer_no: int, candidate: object) -> None:
        self.told.append((peer_no, candidate))

    def on_peer_picture_paused(self, peer_no: int, paused: bool) -> None:
        self.told.append((peer_no, paused))


def test_states_of_connections_are_noted_and_passed_on(record: Record) -> None:
    news, opened = News(), []
    peer = WatchedPeer(record, news, lambda: opened.append(True))
    peer.on_peer_state(1, "connected")
    peer.on_peer_control_open(1)
    peer.on_peer_control(1, "text")
    peer.on_peer_chunk(1, b"bytes")
    peer.on_peer_picture_paused(1, True)
    peer.on_peer_state(1, "lost")
    peer.on_peer_state(2, "connected")
    assert [(each.moment.value, each.peer_no) for each in record.moments] == [
        ("connected", 1),
        ("channels_open", 1),
        ("picture_paused", 1),
        ("lost", 1),
        ("connected", 2),
    ]
    assert len(news.told) == 7
    assert opened == [True]
    assert record.peer_no == 2
