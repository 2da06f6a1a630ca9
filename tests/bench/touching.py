"""From the finger's press to the first pixel that changes under it, on a real window, outside of the kiosk.

The press is told to the X server directly and the pixels are read in its frame buffer every half millisecond, so what
is measured is the whole way: X server, Qt's event loop (shared with the session), QML, the painter, the picture handed
back. A screen's own delay comes on top.
"""

import time

import numpy as np

from tests.bench.finger import Finger
from tests.bench.live_screen import LiveScreen, Region
from tests.fakes.accessible_screen import TOUCHABLE, AccessibleScreen

PRESSES = 40
FIRST_LEFT_OUT = 2
WITHIN_S = 10.0
CALM_S = 0.25
"""A target that has not changed for so long is at rest."""


class NotAtRestError(AssertionError):
    """Something changes under the finger without a press: a reaction could not be told from it."""


def reactions_ms(finger: Finger, screen: LiveScreen, place: Region, away: tuple[int, int]) -> list[float]:
    """Press in the middle of a target many times, each time sliding off before lifting, so that nothing is chosen.

    Args:
        place: the target; nothing else may move there.
        away: a point outside of it.

    Raises:
        TimeoutError: a press had no visible effect.
        NotAtRestError: the target changes by itself.
    """
    x, y, width, height = place
    found = []
    for number in range(PRESSES + FIRST_LEFT_OUT):
        finger.move(x + width // 2, y + height // 2)
        _wait_for_calm(screen, place)
        before = screen.region(place)
        pressed_s = finger.press()
        try:
            seen_s = screen.wait(
                lambda before=before: not np.array_equal(screen.region(place), before), within_s=WITHIN_S
            )
        finally:
            finger.move(*away)
            finger.release()
        if number >= FIRST_LEFT_OUT:
            found.append(1000 * (seen_s - pressed_s))
    return found


def target_of(reader: AccessibleScreen, name: str) -> Region:
    """Where a button is."""
    node = reader.find(name, role=TOUCHABLE, enabled=True)
    return node.x, node.y, node.width, node.height


def _wait_for_calm(screen: LiveScreen, place: Region) -> None:
    deadline = time.monotonic() + WITHIN_S
    last, since_s = screen.region(place), time.monotonic()
    while time.monotonic() - since_s < CALM_S:
        time.sleep(0.005)
        now = screen.region(place)
        if not np.array_equal(now, last):
            last, since_s = now, time.monotonic()
        if time.monotonic() > deadline:
            raise NotAtRestError("the target changes by itself")
