"""Pictures into the kiosk's one pixel format: planar YUV 4:2:0, shape (height * 3 // 2, width), uint8."""

from typing import Any, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels: TypeAlias = NDArray[np.uint8]


def from_bgr(bgr: Any, max_width: int, max_height: int) -> Pixels:
    """Convert a BGR picture (height, width, 3), scaled down to the largest size allowed and cut to even sides.

    Raises:
        ValueError: not a colour picture, or thinner than two pixels.
    """
    if bgr is None or bgr.ndim != 3 or bgr.shape[2] != 3:
        raise ValueError("not a colour picture")
    height, width = bgr.shape[:2]
    shrink = min(1.0, max_width / width, max_height / height)
    if shrink < 1.0:
        width, height = int(width * shrink), int(height * shrink)
        bgr = cv2.resize(bgr, (width, height), interpolation=cv2.INTER_AREA)
    width, height = width & ~1, height & ~1
    if width < 2 or height < 2:
        raise ValueError("picture too small")
    # A view cut to even sides is not contiguous; OpenCV copies only then.
    return np.ascontiguousarray(cv2.cvtColor(bgr[:height, :width], cv2.COLOR_BGR2YUV_I420))
