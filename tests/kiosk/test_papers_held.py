"""What must be in no other place: keys of pages, bytes and pixels of files, and how they go away."""

import hashlib

import pytest

from kiosk.core.commands import SealPage
from kiosk.core.conversation import (
    CHUNK_BYTES,
    ConversationError,
    HelloPeer,
    OfferPrint,
    PageDiscarded,
    PageReleased,
    PageSealed,
    pack_chunk,
)
from kiosk.core.events import FileArrived, FileRefused
from kiosk.core.ports import PageScanned, RenderedDocument
from kiosk.core.sealing import KeyDestroyed
from kiosk.media.inbox import Inbox
from kiosk.media.outbox import Outbox
from kiosk.papers_held import EARLY_CHUNKS, FilesHeld, PagesHeld
from tests.fakes.kiosk_parts import KeptPeers

TRANSFER = "ab" * 16


def pages() -> PagesHeld:
    return PagesHeld(Outbox(KeptPeers(), lambda _transfer, _fraction: None))


def seal(held: PagesHeld, transfer: str = TRANSFER) -> PageSealed:
    page = PageScanned(1, b"j" * (CHUNK_BYTES + 1), b"p", 10, 10, 200)
    return held.seal(SealPage("s1", transfer, 1, page))


def offer(data: bytes, **changes: object) -> OfferPrint:
    fields: dict[str, object] = {
        "print_id": "p1",
        "transfer_id": TRANSFER,
        "title": "t",
        "mime": "image/png",
        "size": len(data),
        "chunks": -(-len(data) // CHUNK_BYTES),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return OfferPrint.model_validate(fields | changes)


class TestPages:
    async def test_announced_then_released(self) -> None:
        held = pages()
        assert seal(held).chunks == 2
        released = held.release(TRANSFER)
        assert isinstance(released, PageReleased)
        held.clear()

    async def test_discarding_before_send_is_said_and_destroys_the_key(self) -> None:
        held = pages()
        seal(held)
        key = held._pages[TRANSFER].key
        assert held.discard(TRANSFER) == PageDiscarded(transfer_id=TRANSFER)
        with pytest.raises(KeyDestroyed):
            key.released()
        assert held.release(TRANSFER) is None
        assert held.discard(TRANSFER) is None

    async def test_forgetting_a_page_the_agent_has_needs_no_word(self) -> None:
        held = pages()
        seal(held)
        held.release(TRANSFER)
        assert held.discard(TRANSFER) is None
        assert len(held) == 0

    async def test_a_new_connection_hears_everything_again_and_keys_only_of_pages_sent(self) -> None:
        held = pages()
        first, second = seal(held), seal(held, "cd" * 16)
        held.release(TRANSFER)
        said = held.resume(HelloPeer())
        assert [type(each) for each in said] == [PageSealed, PageReleased, PageSealed]
        assert [said[0], said[2]] == [first, second]
        held.clear()

    async def test_the_end_destroys_every_key(self) -> None:
        held = pages()
        seal(held)
        key = held._pages[TRANSFER].key
        held.clear()
        assert key.destroyed
        assert len(held) == 0


class TestFiles:
    def test_chunks_that_overtake_their_offer_are_not_lost(self) -> None:
        data = bytes(range(256)) * 100
        held = FilesHeld(Inbox())
        assert held.take(pack_chunk(TRANSFER, 0, data[:CHUNK_BYTES])).event is None
        news = list(held.expect(offer(data)))
        assert len(news) == 1
        assert held.take(pack_chunk(TRANSFER, 1, data[CHUNK_BYTES:])).event == FileArrived("p1")
        assert held.data("p1") == data

    def test_chunks_of_nothing_are_kept_only_so_far(self) -> None:
        held = FilesHeld(Inbox())
        for number in range(2 * EARLY_CHUNKS):
            held.take(pack_chunk("ee" * 16, number, b"x"))
        assert len(held._early) == EARLY_CHUNKS
        held.clear()
        assert held._early == []

    def test_chunks_of_an_agent_who_is_gone_do_not_wait_for_the_next_one(self) -> None:
        data = bytes(range(256)) * 100
        held = FilesHeld(Inbox())
        held.take(pack_chunk(TRANSFER, 0, data[:CHUNK_BYTES]))
        held.drop_unexpected()
        assert list(held.expect(offer(data))) == []

    def test_an_offer_that_contradicts_itself_is_refused(self) -> None:
        (news,) = FilesHeld(Inbox()).expect(offer(b"data", chunks=7))
        assert isinstance(news.event, FileRefused)

    def test_pixels_replace_the_file_and_a_dropped_file_gets_none(self) -> None:
        held = FilesHeld(Inbox())
        list(held.expect(offer(b"data")))
        held.take(pack_chunk(TRANSFER, 0, b"data"))
        rendered = RenderedDocument((b"page",), (b"preview",))
        assert held.keep_pixels("p1", rendered)
        assert held.data("p1") is None
        assert held.pixels("p1") is rendered
        held.drop("p1")
        assert held.pixels("p1") is None
        assert not held.keep_pixels("p1", rendered)
        assert held.received() == {}

    def test_what_is_no_chunk_is_an_error(self) -> None:
        with pytest.raises(ConversationError):
            FilesHeld(Inbox()).take(b"short")
