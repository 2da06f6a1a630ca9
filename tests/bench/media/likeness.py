"""How much a received picture looks like the one that was sent: PSNR and SSIM of the luma."""

from typing import Any

import cv2
import numpy as np

_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_SIGMA, _WINDOW = 1.5, 11
MOST_DB = 60.0
"""PSNR of two pictures without a difference, so that means stay finite."""


def enlarged(luma: Any, width: int, height: int) -> Any:
    """A received picture as it is shown on the full screen: bicubic."""
    if luma.shape == (height, width):
        return luma
    return cv2.resize(luma, (width, height), interpolation=cv2.INTER_CUBIC)


def psnr_db(luma: Any, source: Any) -> float:
    """Peak signal to noise ratio of two uint8 pictures of one shape, in dB."""
    error = float(np.mean((luma.astype(np.float32) - source.astype(np.float32)) ** 2))
    return MOST_DB if error == 0 else min(MOST_DB, 10 * float(np.log10(255**2 / error)))


def ssim(luma: Any, source: Any) -> float:
    """Mean structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004: Gaussian window 11 x 11, sigma 1.5), 0 to 1."""
    one, two = luma.astype(np.float32), source.astype(np.float32)
    mean_1, mean_2 = _blurred(one), _blurred(two)
    square_1, square_2, product = mean_1 * mean_1, mean_2 * mean_2, mean_1 * mean_2
    variance_1 = _blurred(one * one) - square_1
    variance_2 = _blurred(two * two) - square_2
    covariance = _blurred(one * two) - product
    alike = (2 * product + _C1) * (2 * covariance + _C2)
    return float(np.mean(alike / ((square_1 + square_2 + _C1) * (variance_1 + variance_2 + _C2))))


def _blurred(picture: Any) -> Any:
    return cv2.GaussianBlur(picture, (_WINDOW, _WINDOW), _SIGMA)
