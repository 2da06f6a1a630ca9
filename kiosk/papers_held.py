"""Papers on their way, with what must be in no other place: keys of pages, bytes and pixels of files.

Both classes live in memory and on the main loop, and are empty after `clear`: what they held is overwritten
where Python allows it.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from kiosk.core.commands import SealPage
from kiosk.core.conversation import (
    ChunksReceived,
    HelloPeer,
    OfferPrint,
    PageDiscarded,
    PageReleased,
    PageSealed,
    PrintRefusal,
    unpack_chunk,
)
from kiosk.core.events import Event, FileArrived, FileRefused, FileTravelled
from kiosk.core.ports import DocumentRefused, RenderedDocument
from kiosk.core.sealing import PageKey, seal_page
from kiosk.core.transfer import OutgoingTransfer
from kiosk.media.inbox import ChunkTaken, Inbox
from kiosk.media.outbox import Outbox

EARLY_CHUNKS = 96
"""Chunks kept of files whose offer has not come yet; a browser's buffer of 1 MiB holds 70."""


@dataclass
class _Page:
    announced: PageSealed
    key: PageKey
    sha256: str
    released: bool = False


class PagesHeld:
    """Pages read and sealed: the only place where their keys are."""

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._pages: dict[str, _Page] = {}

    def seal(self, command: SealPage) -> PageSealed:
        """Make the key, seal the page, let it travel; the announcement is to be said on `control`."""
        page = command.page
        key = PageKey()
        chunks = seal_page(page.jpeg, command.transfer_id, key)
        announced = PageSealed(
            scan_id=command.scan_id,
            transfer_id=command.transfer_id,
            page_no=command.page_no,
            size=len(page.jpeg),
            chunks=len(chunks),
            width_px=page.width_px,
            height_px=page.height_px,
            dpi=page.dpi,
        )
        self._pages[command.transfer_id] = _Page(announced, key, hashlib.sha256(page.jpeg).hexdigest())
        self._outbox.add(OutgoingTransfer(command.transfer_id, chunks))
        return announced

    def release(self, transfer_id: str) -> PageReleased | None:
        """The usager pressed SEND: the message that lets the station open the page."""
        page = self._pages.get(transfer_id)
        if page is None:
            return None
        page.released = True
        return PageReleased(transfer_id=transfer_id, key=page.key.released(), sha256=page.sha256)

    def discard(self, transfer_id: str) -> PageDiscarded | None:
        """Destroy the key; None when nothing has to be said (unknown, or sent and confirmed)."""
        page = self._pages.pop(transfer_id, None)
        self._outbox.discard(transfer_id)
        if page is None:
            return None
        page.key.destroy()
        return None if page.released else PageDiscarded(transfer_id=transfer_id)

    def resume(self, hello: HelloPeer) -> list[PageSealed | PageReleased]:
        """A new connection: announce again what the station may have missed, and go on sending."""
        said: list[PageSealed | PageReleased] = []
        for transfer_id, page in self._pages.items():
            said.append(page.announced)
            if page.released:
                said.append(PageReleased(transfer_id=transfer_id, key=page.key.released(), sha256=page.sha256))
        self._outbox.resume(hello)
        return said

    def acknowledge(self, message: ChunksReceived) -> None:
        """The station holds more of a page."""
        self._outbox.acknowledge(message)

    def peer_gone(self) -> None:
        """The connection is dead; pages wait for the next one."""
        self._outbox.peer_gone()

    def clear(self) -> None:
        """Destroy every key."""
        for page in self._pages.values():
            page.key.destroy()
        self._pages.clear()
        self._outbox.clear()

    def __len__(self) -> int:
        return len(self._pages)


@dataclass
class _File:
    offer: OfferPrint
    data: bytes | None = None
    pixels: RenderedDocument | None = None


@dataclass(frozen=True)
class FileNews:
    """What a chunk brought: something to say to the station, something to tell the session."""

    acknowledgement: ChunksReceived | None = None
    event: Event | None = None


@dataclass
class FilesHeld:
    """Files to print, from their first chunk to the last sheet."""

    inbox: Inbox
    _files: dict[str, _File] = field(default_factory=dict)
    _early: list[bytes] = field(default_factory=list)

    def expect(self, offer: OfferPrint) -> Iterator[FileNews]:
        """Get ready for a file; gives news of chunks that overtook their offer (two channels, no order)."""
        try:
            self.inbox.expect(offer)
        except DocumentRefused as refused:
            yield FileNews(event=FileRefused(offer.print_id, refused.refusal))
            return
        self._files[offer.print_id] = _File(offer)
        early, self._early = self._early, []
        for message in early:
            yield self.take(message)

    def take(self, message: bytes) -> FileNews:
        """A message of the documents channel.

        Raises:
            ConversationError: it is not a chunk.
        """
        transfer_id, _chunk_no, _payload = unpack_chunk(message)
        file = next((each for each in self._files.values() if each.offer.transfer_id == transfer_id), None)
        if file is None:
            if len(self._early) < EARLY_CHUNKS:
                self._early.append(message)
            return FileNews()
        taken = self.inbox.take(message)
        if taken is None:
            return FileNews()
        return FileNews(taken.acknowledge, self._event(file, taken))

    def _event(self, file: _File, taken: ChunkTaken) -> Event | None:
        print_id = file.offer.print_id
        if taken.damaged:
            return FileRefused(print_id, PrintRefusal.DAMAGED_IN_TRANSIT)
        if taken.data is not None:
            file.data = taken.data
            return FileArrived(print_id)
        return FileTravelled(print_id, taken.fraction) if taken.acknowledge is not None else None

    def received(self) -> dict[str, int]:
        """For `hello`: transfer id -> chunks held in a row."""
        return self.inbox.received()

    def data(self, print_id: str) -> bytes | None:
        """The whole file, once it has arrived."""
        file = self._files.get(print_id)
        return file.data if file else None

    def keep_pixels(self, print_id: str, pixels: RenderedDocument) -> bool:
        """Keep what the sandbox made, and forget the file itself; False when it is no longer wanted."""
        file = self._files.get(print_id)
        if file is None:
            return False
        file.pixels, file.data = pixels, None
        return True

    def pixels(self, print_id: str) -> RenderedDocument | None:
        """What is previewed and printed."""
        file = self._files.get(print_id)
        return file.pixels if file else None

    def drop(self, print_id: str) -> None:
        """Forget a file, wherever it stands."""
        file = self._files.pop(print_id, None)
        if file is not None:
            self.inbox.forget(file.offer.transfer_id)

    def drop_unexpected(self) -> None:
        """Forget chunks whose offer has not come: whoever sent them is no longer in the call."""
        self._early.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._files.clear()
        self._early.clear()
        self.inbox.clear()
