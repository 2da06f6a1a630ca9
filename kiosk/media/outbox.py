"""Sends sealed pages over the documents channel, one after the other, through as many connections as it takes.

Lives on the main loop. The channel's back-pressure is `Peers.send_chunk`, which waits for room and leaves
the voice its share of the link.
"""

import asyncio
from collections.abc import Callable

from kiosk.core.conversation import ChunksReceived, HelloPeer
from kiosk.core.ports import Peers
from kiosk.core.transfer import OutgoingTransfer


class Outbox:
    """Transfers in the order they were added; an acknowledged one is forgotten.

    Args:
        peers: where chunks go.
        on_progress: told (transfer id, share acknowledged 0..1) at each change; 1.0 is the last.
    """

    def __init__(self, peers: Peers, on_progress: Callable[[str, float], None] | None = None) -> None:
        self._peers = peers
        self._on_progress = on_progress
        self._transfers: dict[str, OutgoingTransfer] = {}
        self._open = False
        self._pump: asyncio.Task[None] | None = None
        self._sending: str | None = None
        self._again = asyncio.Event()

    def add(self, transfer: OutgoingTransfer) -> None:
        """Send this one after those already here, now or as soon as a peer is there."""
        self._transfers[transfer.transfer_id] = transfer
        self._wake()

    def acknowledge(self, message: ChunksReceived) -> float | None:
        """The station holds more of a transfer: the share it holds, 0..1; None when that is not news."""
        transfer = self._transfers.get(message.transfer_id)
        if transfer is None or not transfer.acknowledge(message.next_chunk):
            return None
        self._progressed(transfer)
        self._wake()
        return transfer.fraction

    def resume(self, hello: HelloPeer) -> None:
        """A new connection, and what its station already holds: go on from there."""
        self._stop()
        for transfer in list(self._transfers.values()):
            transfer.resume(hello.received.get(transfer.transfer_id, 0))
            self._progressed(transfer)
        self._open = True
        self._wake()

    def discard(self, transfer_id: str) -> None:
        """Forget a transfer: no chunk of it is queued any more, not even one that waits for room now."""
        self._transfers.pop(transfer_id, None)
        if self._sending == transfer_id:
            self._stop()
            self._wake()

    def peer_gone(self) -> None:
        """The connection is dead: keep everything for the next one."""
        self._open = False
        self._stop()

    def clear(self) -> None:
        """Forget everything: the end of the session."""
        self._transfers.clear()
        self.peer_gone()

    @property
    def waiting(self) -> int:
        """Transfers not wholly acknowledged."""
        return len(self._transfers)

    def _progressed(self, transfer: OutgoingTransfer) -> None:
        if transfer.complete:
            self._transfers.pop(transfer.transfer_id, None)
        if self._on_progress is not None:
            self._on_progress(transfer.transfer_id, transfer.fraction)

    def _wake(self) -> None:
        self._again.set()
        if self._open and self._transfers and self._pump is None:
            self._pump = asyncio.get_running_loop().create_task(self._send_all())

    def _stop(self) -> None:
        if self._pump is not None:
            self._pump.cancel()
            self._pump = None
        self._sending = None

    async def _send_all(self) -> None:
        while self._open and self._transfers:
            self._again.clear()
            found = self._next()
            if found is None:
                await self._again.wait()
                continue
            transfer, message = found
            # Said before the wait: an acknowledgement may come back before `send_chunk` returns here.
            transfer.sent()
            self._sending = transfer.transfer_id
            if not await self._peers.send_chunk(message):
                self._open = False
            self._sending = None
        if self._pump is asyncio.current_task():
            self._pump = None

    def _next(self) -> tuple[OutgoingTransfer, bytes] | None:
        for transfer in self._transfers.values():
            message = transfer.next_message()
            if message is not None:
                return transfer, message
        return None
