"""Takes in the files that the agent sends for printing, chunk by chunk, across connections. In memory only."""

from dataclasses import dataclass

from kiosk.core.conversation import (
    MAX_PRINT_BYTES,
    ChunksReceived,
    ConversationError,
    OfferPrint,
    PrintRefusal,
    unpack_chunk,
)
from kiosk.core.ports import DocumentRefused
from kiosk.core.transfer import IncomingTransfer, TransferDamaged, TransferRefused

MAX_EXPECTED_BYTES = 2 * MAX_PRINT_BYTES
"""Of all files on their way together."""


@dataclass(frozen=True)
class ChunkTaken:
    """What a message of the documents channel brought."""

    transfer_id: str
    fraction: float
    """Share of the file held, 0..1."""
    acknowledge: ChunksReceived | None
    """To be sent to the station, when there is something to say."""
    data: bytes | None = None
    """The whole file, checked, once."""
    damaged: bool = False
    """The file is not what was announced; it is forgotten."""


class Inbox:
    """Files announced by `offer_print`; everything else on the channel is dropped and counted."""

    def __init__(self) -> None:
        self.dropped = 0
        """Messages that belonged to nothing expected, or were malformed."""
        self._transfers: dict[str, IncomingTransfer] = {}

    def expect(self, offer: OfferPrint) -> None:
        """Get ready for a file. Announced again (a new connection), it keeps what it has.

        Raises:
            DocumentRefused: too large, alone or with those on their way, or its numbers contradict each other.
        """
        if offer.transfer_id in self._transfers:
            return
        on_their_way = sum(transfer.size for transfer in self._transfers.values() if not transfer.complete)
        if offer.size > MAX_PRINT_BYTES or on_their_way + offer.size > MAX_EXPECTED_BYTES:
            raise DocumentRefused(PrintRefusal.TOO_LARGE)
        try:
            self._transfers[offer.transfer_id] = IncomingTransfer(
                offer.transfer_id, size=offer.size, chunks=offer.chunks, sha256=offer.sha256
            )
        except TransferRefused:
            raise DocumentRefused(PrintRefusal.DAMAGED_IN_TRANSIT) from None

    def take(self, message: bytes) -> ChunkTaken | None:
        """Take in a message; None when it belongs to nothing expected."""
        try:
            transfer_id, chunk_no, payload = unpack_chunk(message)
        except ConversationError:
            self.dropped += 1
            return None
        transfer = self._transfers.get(transfer_id)
        if transfer is None:
            self.dropped += 1
            return None
        data = None
        try:
            taken = transfer.take(chunk_no, payload)
            if taken.complete:
                data = transfer.release()
        except TransferDamaged:
            self.forget(transfer_id)
            return ChunkTaken(transfer_id, 0.0, None, damaged=True)
        acknowledge = None
        if taken.acknowledge is not None:
            acknowledge = ChunksReceived(transfer_id=transfer_id, next_chunk=taken.acknowledge)
        return ChunkTaken(transfer_id, transfer.fraction, acknowledge, data)

    def received(self) -> dict[str, int]:
        """For `hello`: transfer id -> chunks held in a row. Complete files stay in it until forgotten."""
        return {transfer_id: transfer.held for transfer_id, transfer in self._transfers.items()}

    def forget(self, transfer_id: str) -> None:
        """Drop a file: cancelled, refused, printed."""
        transfer = self._transfers.pop(transfer_id, None)
        if transfer is not None:
            transfer.wipe()

    def clear(self) -> None:
        """Drop everything: the end of the session."""
        for transfer_id in list(self._transfers):
            self.forget(transfer_id)
