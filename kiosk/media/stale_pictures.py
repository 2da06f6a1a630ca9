"""Which packets of the picture are still worth sending. Pure.

When a link suddenly carries much less, what waits here and what the other side asks for again would fill it for
seconds, and the voice would drown in it. A key frame makes all that came before it useless; so when too much
waits, it is given up, and a key frame (smaller by then) is asked of the encoder.
"""

from kiosk.media import rtp_header
from kiosk.media.vp8_payload import read_head

TOO_LONG_S = 0.45
"""What would wait longer than this is given up."""
KEY_FRAME_REST_S = 1.5
"""After a key frame nothing is given up for so long: it may be what waits."""


class StalePictures:
    """Follows the picture's packets in the order they are made."""

    def __init__(self) -> None:
        self._first: int | None = None
        """Sequence number at which the newest key frame begins."""
        self._key_frame_s = float("-inf")
        self._given_up = False

    def begins_key_frame(self, packet: bytes, now_s: float) -> bool:
        """Whether `packet` (RTP, VP8, not protected yet) makes useless all that was made before it."""
        payload = packet[rtp_header.payload_at(packet) :]
        head = read_head(payload)
        # RFC 6386 section 9.1: the first bit of a key frame is 0.
        if head is None or not head.start or len(payload) <= head.size or payload[head.size] & 1:
            return False
        self._first = rtp_header.sequence_number(packet)
        self._key_frame_s = now_s
        self._given_up = False
        return True

    def give_up(self, wait_s: float, now_s: float) -> bool:
        """Whether what waits for `wait_s` more is to be dropped now, and a key frame asked for."""
        if self._given_up or wait_s < TOO_LONG_S or now_s - self._key_frame_s < KEY_FRAME_REST_S:
            return False
        self._given_up = True
        return True

    @property
    def waits_for_key_frame(self) -> bool:
        """Nothing of the picture is of use until the next key frame begins."""
        return self._given_up

    def is_useful(self, sequence_number: int) -> bool:
        """Whether a packet that was lost (its own number, 16 bits) is worth sending again."""
        if self._given_up:
            return False
        return self._first is None or (sequence_number - self._first) & 0xFFFF < 0x8000
