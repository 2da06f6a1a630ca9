"""Files to print arrive whole and checked, or are refused; nothing else is kept."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.conversation import CHUNK_BYTES, MAX_PRINT_BYTES, OfferPrint, PrintRefusal, pack_chunk
from kiosk.core.ports import DocumentRefused
from kiosk.media.inbox import MAX_EXPECTED_BYTES, Inbox

A, B, C = "aa" * 16, "bb" * 16, "cc" * 16


def offer(name: str, data: bytes = b"", *, size: int = 0, chunks: int = 0, sha256: str = "") -> OfferPrint:
    size = size or len(data)
    return OfferPrint(
        print_id="p1",
        transfer_id=name,
        title="Formulaire",
        mime="application/pdf",
        size=size,
        chunks=chunks or -(-size // CHUNK_BYTES),
        sha256=sha256 or hashlib.sha256(data).hexdigest(),
    )


def messages(name: str, data: bytes) -> list[bytes]:
    parts = [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]
    return [pack_chunk(name, number, part) for number, part in enumerate(parts)]


def test_a_file_arrives_and_is_acknowledged() -> None:
    inbox, data = Inbox(), bytes(range(256)) * 700
    inbox.expect(offer(A, data))
    taken = [inbox.take(message) for message in messages(A, data)]
    assert all(news is not None for news in taken)
    last = taken[-1]
    assert last is not None
    assert last.data == data
    assert last.acknowledge is not None
    assert last.acknowledge.next_chunk == len(taken)
    assert [news.data for news in taken[:-1] if news] == [None] * (len(taken) - 1)
    assert inbox.received() == {A: len(taken)}
    again = inbox.take(messages(A, data)[0])
    assert again is not None
    assert again.data is None
    inbox.forget(A)
    assert inbox.received() == {}


def test_announced_again_it_goes_on() -> None:
    inbox, data = Inbox(), bytes(5 * CHUNK_BYTES)
    inbox.expect(offer(A, data))
    for message in messages(A, data)[:3]:
        inbox.take(message)
    inbox.expect(offer(A, data))
    assert inbox.received() == {A: 3}
    for message in messages(A, data)[3:]:
        news = inbox.take(message)
    assert news is not None
    assert news.data == data


@pytest.mark.parametrize(
    ("size", "chunks", "refusal"),
    [
        (MAX_PRINT_BYTES + 1, 0, PrintRefusal.TOO_LARGE),
        (100, 7, PrintRefusal.DAMAGED_IN_TRANSIT),
    ],
)
def test_an_offer_that_cannot_be_taken_is_refused(size: int, chunks: int, refusal: PrintRefusal) -> None:
    with pytest.raises(DocumentRefused) as refused:
        Inbox().expect(offer(A, size=size, chunks=chunks))
    assert refused.value.refusal is refusal


def test_many_offers_do_not_add_up() -> None:
    inbox = Inbox()
    inbox.expect(offer(A, size=MAX_PRINT_BYTES))
    inbox.expect(offer(B, size=MAX_EXPECTED_BYTES - MAX_PRINT_BYTES))
    with pytest.raises(DocumentRefused):
        inbox.expect(offer(C, size=1))
    inbox.forget(A)
    inbox.expect(offer(C, size=1))


def test_a_damaged_file_is_said_and_forgotten() -> None:
    inbox = Inbox()
    inbox.expect(offer(A, b"the file"))
    news = inbox.take(pack_chunk(A, 0, b"the fils"))
    assert news is not None
    assert news.damaged
    assert news.data is None
    assert inbox.received() == {}
    inbox.expect(offer(A, b"the file"))
    short = inbox.take(pack_chunk(A, 0, b"the"))
    assert short is not None
    assert short.damaged


@given(st.lists(st.binary(max_size=60), max_size=20))
def test_anything_else_is_dropped_and_counted(junk: list[bytes]) -> None:
    inbox = Inbox()
    assert all(inbox.take(message) is None for message in junk)
    assert inbox.dropped == len(junk)


def test_clear_forgets_everything() -> None:
    inbox = Inbox()
    inbox.expect(offer(A, b"the file"))
    inbox.clear()
    assert inbox.take(pack_chunk(A, 0, b"the file")) is None
