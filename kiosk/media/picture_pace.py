"""When the next picture is taken from the camera, so that so many a second are sent on average. Pure.

A camera has its own rhythm. Waiting for ours would keep each picture for up to its whole interval; so one that comes a
little before its turn is taken at once, and the next turn is counted from the turn, not from the picture.
"""

EARLY = 0.5
"""So much of an interval before its turn, a picture is taken: less, and a camera of the wanted rate would have to wait;
more, and two would be taken for one turn."""


class PicturePace:
    """Turns, at a rate that may change with each picture."""

    def __init__(self) -> None:
        self._turn_s = float("-inf")
        self._early_s = 0.0

    @property
    def from_s(self) -> float:
        """No picture should be taken before this instant."""
        return self._turn_s - self._early_s

    def taken(self, now_s: float, frames_per_s: float) -> None:
        """A picture was taken at `now_s`, no earlier than `from_s`."""
        interval_s = 1 / frames_per_s
        # Late by less than half an interval: keep the rhythm. Later: begin a new one.
        self._turn_s = max(self._turn_s + interval_s, now_s + EARLY * interval_s)
        self._early_s = EARLY * interval_s
