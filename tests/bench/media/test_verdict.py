"""What counts as good as Chromium, and what does not."""

from dataclasses import replace

import pytest

from tests.bench.media.figures import Figures
from tests.bench.media.verdict import Compared, compared

GOOD = Figures(
    first_picture_s=0.5, first_sound_s=0.4, frames_per_s=29, height=540, psnr_db=33, ssim=0.92, compared=20,
    freeze_share=0.01, longest_freeze_s=0.3, picture_delay_p50_s=0.15, picture_delay_p95_s=0.2, gap_share=0.004,
    longest_gap_s=0.06, sound_delay_p50_s=0.12, sound_delay_p95_s=0.16,
)  # fmt: skip


def of(field: str, ours: Figures, theirs: Figures) -> Compared:
    return next(each for each in compared([ours], [theirs]) if each.measure.field == field)


def test_equal_is_as_good() -> None:
    assert {each.is_good for each in compared([GOOD], [GOOD])} == {True, None}
    assert {each.ratio for each in compared([GOOD], [GOOD])} == {1.0}


@pytest.mark.parametrize(
    ("field", "a_little", "too_much"),
    [
        ("gap_share", 0.006, 0.02),
        ("freeze_share", 0.019, 0.03),
        ("picture_delay_p50_s", 0.165, 0.18),
        ("ssim", 0.915, 0.90),
        ("frames_per_s", 28, 25),
        ("psnr_db", 32.8, 32.0),
    ],
)
def test_a_little_worse_is_within_what_runs_differ(field: str, a_little: float, too_much: float) -> None:
    assert of(field, replace(GOOD, **{field: a_little}), GOOD).is_good is True
    assert of(field, replace(GOOD, **{field: too_much}), GOOD).is_good is False
    # And the other way round, more of it is never held against us.
    assert of(field, GOOD, replace(GOOD, **{field: too_much})).is_good is True


def test_what_we_do_not_have_and_chromium_has_is_worse() -> None:
    assert of("ssim", replace(GOOD, ssim=None), GOOD).is_good is False
    assert of("ssim", GOOD, replace(GOOD, ssim=None)).is_good is True


def test_what_neither_has_is_not_compared() -> None:
    assert all(each.measure.field != "picture_back_s" for each in compared([GOOD], [GOOD]))


def test_rounds_are_averaged_and_a_missing_one_is_not_forgiven() -> None:
    rounds = [replace(GOOD, picture_back_s=1.0), replace(GOOD, picture_back_s=3.0)]
    found = next(each for each in compared(rounds, rounds) if each.measure.field == "picture_back_s")
    assert found.ours == 2.0
    lost = [replace(GOOD, picture_back_s=1.0), GOOD]
    found = next(each for each in compared(lost, rounds) if each.measure.field == "picture_back_s")
    assert (found.ours, found.is_good) == (None, False)
