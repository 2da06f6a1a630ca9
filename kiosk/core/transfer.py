"""Chunked transfers over the documents channel: what to send next, what has come, where to resume. Pure.

The channel is reliable and ordered, but it dies with its peer connection: each side then says how many
chunks it holds in a row, and the other goes on from there.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.core.conversation import ACK_EVERY_CHUNKS, CHUNK_BYTES, MAX_PRINT_BYTES, pack_chunk

WINDOW_CHUNKS = 4 * ACK_EVERY_CHUNKS
"""Chunks sent and not acknowledged, at the most: half a megabyte."""


class OutgoingTransfer:
    """Chunks of one page on their way. Kept until all are acknowledged: a reloaded station starts again."""

    def __init__(self, transfer_id: str, chunks: Sequence[bytes]) -> None:
        if not chunks:
            raise ValueError("a transfer has at least one chunk")
        self.transfer_id = transfer_id
        self.acknowledged = 0
        self._chunks = list(chunks)
        self._next = 0

    @property
    def complete(self) -> bool:
        """Everything is acknowledged."""
        return self.acknowledged == len(self._chunks)

    @property
    def fraction(self) -> float:
        """Share of the chunks that the other side holds, 0..1."""
        return self.acknowledged / len(self._chunks)

    def next_message(self) -> bytes | None:
        """The next message to send, or None while the window is full or all is sent."""
        if self._next >= len(self._chunks) or self._next - self.acknowledged >= WINDOW_CHUNKS:
            return None
        return pack_chunk(self.transfer_id, self._next, self._chunks[self._next])

    def sent(self) -> None:
        """The message of `next_message` was handed to the channel."""
        if self._next < len(self._chunks):
            self._next += 1

    def acknowledge(self, next_chunk: int) -> bool:
        """All chunks below `next_chunk` are held there. False when that is not news, or not possible."""
        if not self.acknowledged < next_chunk <= self._next:
            return False
        self.acknowledged = next_chunk
        return True

    def resume(self, held: int) -> None:
        """A new channel: the other side holds `held` chunks in a row, and nothing is on its way any more."""
        self.acknowledged = min(max(0, held), len(self._chunks))
        self._next = self.acknowledged


class TransferRefused(Exception):
    """What is announced cannot be taken: too large, or its numbers contradict each other."""


class TransferDamaged(Exception):
    """All chunks came, and they are not what was announced, or one has a wrong size."""


@dataclass(frozen=True)
class Taken:
    """What a chunk changed. `acknowledge`: say `chunks_received` with this number, or nothing."""

    acknowledge: int | None
    complete: bool


class IncomingTransfer:
    """A file that arrives, checked against what was announced; never holds more than that."""

    def __init__(
        self, transfer_id: str, *, size: int, chunks: int, sha256: str, max_bytes: int = MAX_PRINT_BYTES
    ) -> None:
        """Expect `size` bytes in `chunks` chunks of CHUNK_BYTES (the last may be shorter).

        Raises:
            TransferRefused: larger than `max_bytes`, or `size` and `chunks` contradict each other.
        """
        if not 0 < size <= max_bytes or chunks != -(-size // CHUNK_BYTES):
            raise TransferRefused
        self.transfer_id = transfer_id
        self.size = size
        self._count = chunks
        self._sha256 = sha256
        self._data = bytearray()
        self._held = 0

    @property
    def held(self) -> int:
        """Chunks held in a row, for `hello`."""
        return self._held

    @property
    def fraction(self) -> float:
        return self._held / self._count

    @property
    def complete(self) -> bool:
        return self._held == self._count

    def take(self, chunk_no: int, payload: bytes) -> Taken:
        """Take in chunk `chunk_no`. Chunks already held are acknowledged again, chunks beyond the next ignored.

        Raises:
            TransferDamaged: the chunk does not have the size that its place demands.
        """
        if chunk_no < self._held:
            return Taken(acknowledge=self._held, complete=False)
        if chunk_no > self._held or self.complete:
            return Taken(acknowledge=None, complete=False)
        if len(payload) != min(CHUNK_BYTES, self.size - len(self._data)):
            raise TransferDamaged
        self._data += payload
        self._held += 1
        due = self.complete or self._held % ACK_EVERY_CHUNKS == 0
        return Taken(acknowledge=self._held if due else None, complete=self.complete)

    def release(self) -> bytes:
        """The whole file, checked; the transfer forgets it.

        Raises:
            TransferDamaged: it is not the file that was announced.
        """
        data = bytes(self._data)
        self.wipe()
        if len(data) != self.size or hashlib.sha256(data).hexdigest() != self._sha256:
            raise TransferDamaged
        return data

    def wipe(self) -> None:
        """Overwrite what has come so far."""
        self._data[:] = bytes(len(self._data))
        self._data.clear()
