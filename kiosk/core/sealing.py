"""Pages that travel before their consent: sealed chunk by chunk, readable only with a key that stays here.

Pure. Chunk n of a page of N chunks is AES-256-GCM (NIST SP 800-38D) of at most `CHUNK_BYTES` plain bytes
under the page's own key, with nonce = n on 12 bytes, big endian, and additional data = the 16 bytes of the
transfer id, n on 4 bytes, N on 4 bytes, big endian; the 16-byte tag ends the chunk. So a chunk cannot be
moved, repeated, left out or taken from another page. `hub/web/shared/sealing.js` is the other end.
"""

import base64
import secrets
from collections.abc import Callable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kiosk.core.conversation import CHUNK_BYTES, MAX_PAGE_BYTES

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16


class SealBroken(Exception):
    """A chunk does not open: wrong key, altered, moved, or of another page."""


class KeyDestroyed(Exception):
    """The key was asked for after the usager's refusal destroyed it."""


class PageKey:
    """The key of one page. Destroyed, it is gone from our memory as far as Python allows."""

    def __init__(self, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._key: bytearray | None = bytearray(random_bytes(KEY_BYTES))

    @property
    def destroyed(self) -> bool:
        return self._key is None

    def destroy(self) -> None:
        """Overwrite the key; destroying twice changes nothing."""
        if self._key is not None:
            for index in range(len(self._key)):
                self._key[index] = 0
            self._key = None

    def released(self) -> str:
        """The key in base64, for `page_released`. Raises KeyDestroyed."""
        return base64.b64encode(self.raw()).decode("ascii")

    def raw(self) -> bytearray:
        """The key itself, not a copy. Raises KeyDestroyed."""
        if self._key is None:
            raise KeyDestroyed
        return self._key

    def __repr__(self) -> str:
        return "PageKey(destroyed)" if self.destroyed else "PageKey(kept)"


def seal_page(jpeg: bytes, transfer_id: str, key: PageKey) -> list[bytes]:
    """The sealed chunks of a page, each `CHUNK_BYTES` + 16 bytes but the last.

    Args:
        transfer_id: 16 random bytes in hexadecimal, never used before with this key.

    Raises:
        ValueError: an empty page, or one larger than MAX_PAGE_BYTES.
        KeyDestroyed: the key is gone.
    """
    if not 0 < len(jpeg) <= MAX_PAGE_BYTES:
        raise ValueError(f"a page has 1 to {MAX_PAGE_BYTES} bytes")
    cipher = AESGCM(key.raw())
    count = -(-len(jpeg) // CHUNK_BYTES)
    plain = memoryview(jpeg)
    return [
        cipher.encrypt(
            _nonce(number), plain[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES], _bound(transfer_id, number, count)
        )
        for number in range(count)
    ]


def open_page(chunks: Sequence[bytes], transfer_id: str, key: bytes) -> bytes:
    """The page again, as the station opens it.

    Raises:
        SealBroken: the key is wrong, or a chunk was altered, moved, left out or is of another page.
    """
    cipher = AESGCM(key)
    try:
        return b"".join(
            cipher.decrypt(_nonce(number), chunk, _bound(transfer_id, number, len(chunks)))
            for number, chunk in enumerate(chunks)
        )
    except InvalidTag:
        raise SealBroken from None


def _nonce(number: int) -> bytes:
    return number.to_bytes(NONCE_BYTES, "big")


def _bound(transfer_id: str, number: int, count: int) -> bytes:
    return bytes.fromhex(transfer_id) + number.to_bytes(4, "big") + count.to_bytes(4, "big")
