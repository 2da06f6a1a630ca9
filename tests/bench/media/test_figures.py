"""Figures of calls whose course is known: who was shown what when, and what came out of the loudspeaker."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.bench.media import source_picture
from tests.bench.media.figures import Window, apart, figures, new_pictures, picture_delays
from tests.bench.media.said import always
from tests.bench.media.side import Shown, Side
from tests.bench.media.source_speech import RATE_HZ, speak
from tests.bench.media.timeline import Recording

FROM_S = 7_000.0
CAMERA_FROM_S = FROM_S - 3.3
LENGTH_S = 30.0
WINDOW = Window(answered_s=FROM_S, ends_s=FROM_S + LENGTH_S)


def camera(*, every: int = 10) -> list[tuple[int, float]]:
    return [(index % 300, CAMERA_FROM_S + index / 30) for index in range(0, 1100, every)]


def shown(delay_s: float, *, from_s: float = 0.5, until_s: float = LENGTH_S, every: int = 1) -> list[Shown]:
    found = []
    for index in range(0, 1100, every):
        at_s = CAMERA_FROM_S + index / 30 + delay_s
        if FROM_S + from_s <= at_s <= FROM_S + until_s:
            found.append(Shown(at_s, index % 300, 640, 360))
    return found


@pytest.fixture(scope="module")
def loop() -> Any:
    return speak(seed=1, pitch_hz=120)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("loop") / "loop.y4m"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source_picture, "FRAMES", 2)
        source_picture.write(file, seed=1)
    return file


def listener(pictures: list[Shown], loop: Any, *, sound_late_s: float = 0.2, silent_until_s: float = 0.0) -> Side:
    sound = np.tile(loop, 5)[: int((LENGTH_S + 3) * RATE_HZ)].copy()
    sound[: int(max(0.0, silent_until_s) * RATE_HZ)] = 0
    return Side(shown=pictures, camera=[], heard=Recording(FROM_S + sound_late_s, sound), said=[], kept=[])


def speaker() -> Side:
    return Side(shown=[], camera=camera(), heard=None, said=always(FROM_S), kept=[])


def judged(side: Side, picture: Path, loop: Any, window: Window = WINDOW) -> Any:
    return figures(speaker(), side, window, picture=picture, voice=loop, kept_in=picture.parent)


def test_a_good_call(picture: Path, loop: Any) -> None:
    found = judged(listener(shown(0.12), loop), picture, loop)
    assert found.frames_per_s == pytest.approx(30, abs=0.2)
    assert found.height == 360
    assert found.freeze_share == 0
    assert found.picture_delay_p50_s == pytest.approx(0.12, abs=0.002)
    assert found.gap_share == 0
    assert found.sound_delay_p50_s == pytest.approx(0.2, abs=0.011)
    assert found.picture_after_sound_s == pytest.approx(-0.08, abs=0.012)
    assert found.first_picture_s == pytest.approx(0.5, abs=0.04)
    assert found.picture_back_s is None


@pytest.mark.parametrize("delay_s", [0.02, 0.9, 4.0, 9.2])
def test_picture_delays_up_to_the_length_of_the_loop(delay_s: float) -> None:
    found = [late_s for _, late_s in picture_delays(camera(), shown(delay_s, from_s=0, until_s=25))]
    assert found == pytest.approx([delay_s] * len(found), abs=0.002)


def test_a_camera_noted_late_by_a_busy_page_is_not_late() -> None:
    late = [(number, at_s + (0.0 if index % 5 == 0 else 0.3)) for index, (number, at_s) in enumerate(camera())]
    found = [late_s for _, late_s in picture_delays(late, shown(0.1))]
    assert found == pytest.approx([0.1] * len(found), abs=0.002)


def test_unread_numbers_count_as_pictures_and_have_no_delay() -> None:
    unread = [Shown(each.at_s, None, each.width, each.height) for each in shown(0.1)]
    assert picture_delays(camera(), unread) == []
    assert len(new_pictures(unread)) == len(unread)


def test_pictures_shown_twice_are_one() -> None:
    once = shown(0.1, every=2)
    twice = [each for one in once for each in (one, Shown(one.at_s + 1 / 30, one.number, one.width, one.height))]
    assert new_pictures(twice) == once


def test_a_cut_is_a_freeze_and_a_gap_and_has_a_recovery(picture: Path, loop: Any) -> None:
    pictures = [*shown(0.1, until_s=10), *shown(0.1, from_s=17)]
    side = listener(pictures, loop)
    assert side.heard is not None
    side.heard.samples[int(9.8 * RATE_HZ) : int(16.3 * RATE_HZ)] = 0
    found = judged(side, picture, loop, Window(FROM_S, FROM_S + LENGTH_S, back_s=FROM_S + 15))
    assert found.longest_freeze_s == pytest.approx(7.0, abs=0.1)
    assert found.freeze_share == pytest.approx(7.0 / 26, abs=0.01)
    assert found.longest_gap_s == pytest.approx(6.5, abs=0.7)
    assert found.picture_back_s == pytest.approx(2.0, abs=0.05)
    assert found.sound_back_s == pytest.approx(1.5, abs=0.4)


def test_no_picture_at_all_is_the_worst(picture: Path, loop: Any) -> None:
    found = judged(listener([], loop), picture, loop)
    assert (found.frames_per_s, found.freeze_share, found.first_picture_s) == (0.0, 1.0, None)


def test_a_picture_that_comes_late_was_frozen_until_then(picture: Path, loop: Any) -> None:
    found = judged(listener(shown(0.1, from_s=16), loop), picture, loop)
    assert found.first_picture_s == pytest.approx(16, abs=0.05)
    assert found.freeze_share == pytest.approx(0.5, abs=0.01)


def test_silence_at_first_is_told_as_set_up(picture: Path, loop: Any) -> None:
    found = judged(listener(shown(0.1), loop, silent_until_s=2.0), picture, loop)
    assert found.first_sound_s == pytest.approx(2.2, abs=0.4)
    assert found.gap_share == 0


def test_kept_pictures_are_compared_with_those_of_their_number(
    picture: Path, loop: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source_picture, "FRAMES", 2)
    np.save(picture.parent / "right.npy", source_picture.luma(picture, 1))
    np.save(picture.parent / "small.npy", source_picture.luma(picture, 0)[::2, ::2])
    side = listener(shown(0.1), loop)
    exact = Side(**{**vars(side), "kept": [(1, "right.npy")]})
    coarse = Side(**{**vars(side), "kept": [(1, "right.npy"), (0, "small.npy")]})
    assert judged(exact, picture, loop).ssim == pytest.approx(1.0)
    found = judged(coarse, picture, loop)
    assert found.compared == 2
    assert found.ssim is not None
    assert 0.5 < found.ssim < 0.99


def test_apart_compares_only_seconds_that_have_both() -> None:
    pictures = [(1.1, 0.3), (1.5, 0.3), (2.2, 0.5), (9.0, 7.0)]
    sounds = [(1.2, 0.2), (2.9, 0.2), (4.0, 5.0)]
    assert apart(pictures, sounds) == pytest.approx(0.2)
    assert apart(pictures, []) is None
