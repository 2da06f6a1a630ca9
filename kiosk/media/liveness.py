"""Says whether a peer connection is alive, from its packets alone. Pure; the clock is an argument.

aiortc has no "disconnected" state and notices a dead link after half a minute: too late for two people
who look at each other.
"""

from hub.protocol import MediaState

WEAK_S = 3.0
LOST_S = 8.0
CONNECT_S = 15.0
"""Without a connection after this time, the attempt is given up: at 600 ms and 5 % of loss one through TLS takes up to 10 s."""


class Liveness:
    """connecting -> connected <-> weak -> lost.

    A new connection is asked for when one is lost. Until it is there, one that only fell silent may come back by itself, when the
    network was away for the hub too; one that ended does not.
    """

    def __init__(self, now_s: float) -> None:
        self.state = MediaState.CONNECTING
        self._started_s = now_s
        self._packets = 0
        self._heard_s = now_s
        self.is_over = False
        """Nothing brings it back."""

    def observe(self, now_s: float, *, up: bool, ended: bool, packets: int) -> MediaState:
        """Feed what is seen now.

        Args:
            now_s: monotonic seconds.
            up: ICE and DTLS are both up.
            ended: ICE or DTLS failed, or the other side closed.
            packets: packets received so far.
        """
        if self.is_over:
            return self.state
        if packets != self._packets:
            self._packets, self._heard_s = packets, now_s
        silence_s = now_s - self._heard_s
        if ended:
            self.state, self.is_over = MediaState.LOST, True
        elif self.state is MediaState.CONNECTING:
            if up:
                self._heard_s = now_s
                self.state = MediaState.CONNECTED
            elif now_s - self._started_s >= CONNECT_S:
                self.state, self.is_over = MediaState.LOST, True
        elif silence_s >= LOST_S:
            self.state = MediaState.LOST
        else:
            self.state = MediaState.WEAK if silence_s >= WEAK_S else MediaState.CONNECTED
        return self.state
