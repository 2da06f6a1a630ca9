"""Likeness falls with damage, and says what the formulas say for damage that is known."""

from typing import Any

import cv2
import numpy as np
import pytest

from tests.bench.media.likeness import MOST_DB, enlarged, psnr_db, ssim


@pytest.fixture
def source() -> Any:
    random = np.random.default_rng(3)
    return cv2.GaussianBlur(random.integers(20, 230, (180, 320)).astype(np.uint8), (5, 5), 1.2)


def test_same_picture(source: Any) -> None:
    assert psnr_db(source, source) == MOST_DB
    assert ssim(source, source) == pytest.approx(1.0)


def test_psnr_of_a_known_error(source: Any) -> None:
    off = (source.astype(np.int16) + 5).astype(np.uint8)
    assert psnr_db(off, source) == pytest.approx(10 * np.log10(255**2 / 25), abs=0.01)


def test_more_damage_is_less_like(source: Any) -> None:
    blurred = [cv2.GaussianBlur(source, (0, 0), sigma) for sigma in (0.6, 1.5, 4.0)]
    likenesses = [ssim(each, source) for each in blurred]
    assert likenesses == sorted(likenesses, reverse=True)
    assert likenesses[0] > 0.9 > 0.6 > likenesses[-1]
    decibels = [psnr_db(each, source) for each in blurred]
    assert decibels == sorted(decibels, reverse=True)


def test_another_picture_is_not_alike(source: Any) -> None:
    assert ssim(source[::-1, ::-1].copy(), source) < 0.3


def test_ssim_of_flat_pictures_follows_the_formula() -> None:
    one, two = np.full((40, 40), 100, np.uint8), np.full((40, 40), 140, np.uint8)
    constant = (0.01 * 255) ** 2
    assert ssim(one, two) == pytest.approx((2 * 100 * 140 + constant) / (100**2 + 140**2 + constant), abs=1e-4)


def test_small_pictures_are_compared_at_full_size(source: Any) -> None:
    small = cv2.resize(source, (160, 90), interpolation=cv2.INTER_AREA)
    large = enlarged(small, 320, 180)
    assert large.shape == source.shape
    assert 0.4 < ssim(large, source) < 0.99
    assert enlarged(source, 320, 180) is source
