"""Lips and voice together: the clocks of two streams brought to one, and who must wait for the other. Pure.

Sender reports (RFC 3550 6.4.1) say which instant of the sender's clock an RTP timestamp is; both streams of a browser
use the same clock. A voice that is behind the picture looks wrong from about 125 ms, one that is ahead from about
45 ms (ITU-R BT.1359): whichever is early is held, a little at a time, and never for long.
"""

NTP_FRACTION = 1 << 32
WRAP = 1 << 32


class SenderClock:
    """Timestamps of one stream as seconds of the sender's clock. `rate_hz`: of the timestamps."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._report: tuple[float, int] | None = None

    def report(self, ntp_timestamp: int, rtp_timestamp: int) -> None:
        """A sender report: 64 bits of NTP (32.32 fixed point), 32 bits of RTP."""
        self._report = (ntp_timestamp / NTP_FRACTION, rtp_timestamp)

    def sent_s(self, rtp_timestamp: int) -> float | None:
        """The instant of `rtp_timestamp` (wrapped or not); None before the first report."""
        if self._report is None:
            return None
        seconds, reference = self._report
        ahead = (rtp_timestamp - reference + WRAP // 2) % WRAP - WRAP // 2
        return seconds + ahead / self._rate_hz


HEAR_LATE_S = 0.06
"""A voice this much behind the picture: the picture waits."""
HEAR_EARLY_S = 0.05
"""A voice this much ahead of the picture: the voice waits."""
AIM_LATE_S, AIM_EARLY_S = 0.04, 0.02
"""What is aimed at then."""
SPARSE_S = 0.2
"""Pictures further apart than this show no lips: the voice waits for none of them."""
MOST_PICTURE_S = 0.25
MOST_VOICE_S = 0.4
STEP = 0.05
"""Share of the difference made up for with each picture..."""
MOST_STEP_S = 0.003
"""...at most: a tenth faster or slower at 30 pictures a second, and what is held follows with a lag."""
UNLIKELY_S = 3.0
"""More apart than this is not a delay but a mistaken clock."""


class LipSync:
    """How long picture and voice are held for each other."""

    def __init__(self) -> None:
        self.sound_ahead_s: float | None = None
        """How much the sound is played ahead of the picture of the same instant, smoothed; negative: behind."""
        self.picture_held_s = 0.0
        self.voice_held_s = 0.0

    def observe(self, ahead_s: float, apart_s: float = 0.0) -> None:
        """A picture was shown while the sound of an instant `ahead_s` later was heard (negative: earlier).

        `apart_s`: since the picture before.
        """
        if abs(ahead_s) > UNLIKELY_S:
            return
        known_s = self.sound_ahead_s
        self.sound_ahead_s = ahead_s if known_s is None else known_s + 0.1 * (ahead_s - known_s)
        smooth_s = self.sound_ahead_s
        if apart_s > SPARSE_S:
            self.voice_held_s = max(0.0, self.voice_held_s - 10 * MOST_STEP_S)
        elif smooth_s < -HEAR_LATE_S:
            self._late_voice(-smooth_s - AIM_LATE_S)
        elif smooth_s > HEAR_EARLY_S:
            self._early_voice(smooth_s - AIM_EARLY_S)

    def _late_voice(self, by_s: float) -> None:
        step_s = min(MOST_STEP_S, STEP * by_s)
        if self.voice_held_s > 0.0:
            self.voice_held_s = max(0.0, self.voice_held_s - step_s)
        else:
            self.picture_held_s = min(MOST_PICTURE_S, self.picture_held_s + step_s)

    def _early_voice(self, by_s: float) -> None:
        step_s = min(MOST_STEP_S, STEP * by_s)
        if self.picture_held_s > 0.0:
            self.picture_held_s = max(0.0, self.picture_held_s - step_s)
        else:
            self.voice_held_s = min(MOST_VOICE_S, self.voice_held_s + step_s)
