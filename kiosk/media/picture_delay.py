"""When to show a picture: at once on a good link; on one that stops and starts, late enough to hide the stops. Pure.

Instants are monotonic seconds; the time of a picture is that of its capture on the sender's clock, from any origin.
A picture's transit is its arrival less its capture. The smallest transit of the last moments is what the link costs;
a stop is a picture whose transit is longer than that of the one before (a packet had to be sent again). As libwebrtc
does, pictures are held for about the length of the usual stops; unlike there, nothing is held for stops too rare to
matter, nor for a queue that merely grows: late is then better than later.
"""

from collections import deque

BASE_WINDOW_S = 1.5
STOPS_WINDOW_S = 10.0
USUAL_SHARE = 0.03
"""Stops more frequent than one picture in so many (33) are smoothed away."""
BEARABLE_S = 0.11
"""A rarer stop is shortened to this: below what is felt, and counted, as a freeze (150 ms)."""
RARE_STOPS = 3
"""Of these, so many in the window are borne as they are."""
MOST_S = 0.6
GIVEN_BACK, GIVEN_BACK_OF_SPARE = 0.03, 0.1
"""Delay given back, per second: pictures run so much faster, and more so with much to give back."""
RESYNC_S = 5.0
"""A capture time that jumps by more is another clock."""


class PictureDelay:
    """Decides for each picture of one stream, in decoding order."""

    def __init__(self) -> None:
        self.held_s = 0.0
        """How long pictures that are in time are held."""
        self._transits: deque[tuple[float, float]] = deque()
        self._stops: deque[tuple[float, float]] = deque()
        self._last_transit_s: float | None = None
        self._last_s: float | None = None
        self._last_due_s = float("-inf")

    def due_s(self, captured_s: float, now_s: float, extra_s: float = 0.0) -> float:
        """When to show a picture that was decoded at `now_s`; held `extra_s` more. Never before an earlier picture."""
        transit_s = now_s - captured_s
        if self._last_transit_s is not None and abs(transit_s - self._last_transit_s) > RESYNC_S:
            self._transits.clear()
            self._stops.clear()
            self._last_transit_s = None
            self._last_due_s = float("-inf")
        self._learn(transit_s, now_s)
        base_s = min(transit for _, transit in self._transits)
        self._last_due_s = max(self._last_due_s, base_s + captured_s + self.held_s + extra_s, now_s)
        return self._last_due_s

    def _learn(self, transit_s: float, now_s: float) -> None:
        stop_s = 0.0 if self._last_transit_s is None else max(0.0, transit_s - self._last_transit_s)
        self._last_transit_s = transit_s
        self._transits.append((now_s, transit_s))
        self._stops.append((now_s, stop_s))
        while now_s - self._transits[0][0] > BASE_WINDOW_S:
            self._transits.popleft()
        while now_s - self._stops[0][0] > STOPS_WINDOW_S:
            self._stops.popleft()
        longest = sorted((stop for _, stop in self._stops), reverse=True)
        usual_s = longest[max(RARE_STOPS - 1, int(USUAL_SHARE * len(longest)))] if len(longest) > RARE_STOPS else 0.0
        rare_s = longest[RARE_STOPS - 1] - BEARABLE_S if len(longest) > RARE_STOPS else 0.0
        wanted_s = min(MOST_S, max(0.0, usual_s, rare_s))
        elapsed_s = 0.0 if self._last_s is None else now_s - self._last_s
        self._last_s = now_s
        given_back = max(GIVEN_BACK, GIVEN_BACK_OF_SPARE * (self.held_s - wanted_s))
        self.held_s = max(wanted_s, self.held_s - given_back * min(1.0, elapsed_s))
