"""Transfers arrive whole whatever is lost, doubled or cut; nothing more than announced is ever held."""

import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.conversation import ACK_EVERY_CHUNKS, CHUNK_BYTES, MAX_PRINT_BYTES, unpack_chunk
from kiosk.core.transfer import (
    WINDOW_CHUNKS,
    IncomingTransfer,
    OutgoingTransfer,
    TransferDamaged,
    TransferRefused,
)

ID = "00112233445566778899aabbccddeeff"


def file_of(chunks: int, last: int = 1) -> bytes:
    return random.Random(chunks).randbytes((chunks - 1) * CHUNK_BYTES + last)


def split(data: bytes) -> list[bytes]:
    return [data[at : at + CHUNK_BYTES] for at in range(0, len(data), CHUNK_BYTES)]


def incoming(data: bytes) -> IncomingTransfer:
    return IncomingTransfer(ID, size=len(data), chunks=len(split(data)), sha256=hashlib.sha256(data).hexdigest())


@given(
    chunks=st.integers(1, 40),
    last=st.sampled_from([1, 5, CHUNK_BYTES - 1, CHUNK_BYTES]),
    cuts=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30), st.booleans()), max_size=6),
)
def test_a_transfer_cut_anywhere_is_resumed_and_arrives_whole(
    chunks: int, last: int, cuts: list[tuple[int, int, bool]]
) -> None:
    """Each cut: so many messages are sent, only the first of them arrive, acknowledgements are lost or not."""
    data = file_of(chunks, last)
    sender, receiver = OutgoingTransfer(ID, split(data)), incoming(data)
    received: bytes | None = None
    for sent, arrived, acknowledged in [*cuts, (10_000, 10_000, True)]:
        acknowledgements = []
        for number in range(sent):
            message = sender.next_message()
            if message is None:
                break
            sender.sent()
            if number >= arrived:
                continue
            taken = receiver.take(*unpack_chunk(message)[1:])
            if taken.complete:
                received = receiver.release()
            if taken.acknowledge is not None:
                acknowledgements.append(taken.acknowledge)
                if acknowledged:
                    sender.acknowledge(taken.acknowledge)
        assert sender._next - sender.acknowledged <= WINDOW_CHUNKS
        sender.resume(receiver.held)
    assert sender.complete
    assert sender.fraction == 1.0
    assert received == data


@given(st.lists(st.integers(0, 5), max_size=60))
def test_chunks_in_any_order_are_never_taken_twice(order: list[int]) -> None:
    data = file_of(4, 9)
    parts = split(data)
    receiver = incoming(data)
    expected = 0
    completed = 0
    for number in order:
        taken = receiver.take(number, parts[min(number, 3)])
        if number == expected and expected < 4:
            expected += 1
            completed += taken.complete
            assert taken.complete == (expected == 4)
        else:
            assert not taken.complete
            assert taken.acknowledge == (expected if number < expected else None)
        assert receiver.held == expected
    assert completed == (expected == 4)


def test_acknowledgements_come_every_few_chunks_and_at_the_end() -> None:
    data = file_of(2 * ACK_EVERY_CHUNKS + 3)
    receiver = incoming(data)
    said = [receiver.take(number, part).acknowledge for number, part in enumerate(split(data))]
    assert [number for number in said if number] == [ACK_EVERY_CHUNKS, 2 * ACK_EVERY_CHUNKS, len(said)]


def test_the_window_holds_the_sender_back() -> None:
    sender = OutgoingTransfer(ID, [b"x"] * (WINDOW_CHUNKS + 5))
    for _ in range(WINDOW_CHUNKS):
        assert sender.next_message() is not None
        sender.sent()
    assert sender.next_message() is None
    assert sender.acknowledge(3)
    assert sender.next_message() is not None


@pytest.mark.parametrize("held", [-5, 0, 2, 3, 99])
def test_what_the_other_side_claims_is_bounded(held: int) -> None:
    sender = OutgoingTransfer(ID, [b"a", b"b", b"c"])
    sender.resume(held)
    assert sender.acknowledged == min(3, max(0, held))
    assert sender.complete == (held >= 3)


def test_an_acknowledgement_that_cannot_be_is_ignored() -> None:
    sender = OutgoingTransfer(ID, [b"a", b"b", b"c"])
    sender.sent()
    sender.sent()
    assert not sender.acknowledge(3), "not sent yet"
    assert sender.acknowledge(2)
    assert not sender.acknowledge(1), "late"
    assert not sender.acknowledge(2), "again"
    assert sender.acknowledged == 2


def test_a_transfer_has_chunks() -> None:
    with pytest.raises(ValueError, match="chunk"):
        OutgoingTransfer(ID, [])


@pytest.mark.parametrize(
    ("size", "chunks"),
    [(0, 0), (-1, 1), (MAX_PRINT_BYTES + 1, MAX_PRINT_BYTES // CHUNK_BYTES + 1), (10, 2), (CHUNK_BYTES + 1, 1)],
)
def test_an_announcement_that_cannot_be_is_refused(size: int, chunks: int) -> None:
    with pytest.raises(TransferRefused):
        IncomingTransfer(ID, size=size, chunks=chunks, sha256="0" * 64)


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES + 1])
def test_a_chunk_of_a_wrong_size_is_damage(size: int) -> None:
    with pytest.raises(TransferDamaged):
        incoming(file_of(2)).take(0, bytes(size))


def test_another_content_is_damage_and_is_not_given() -> None:
    data = file_of(1, 100)
    receiver = incoming(data)
    assert receiver.take(0, bytes(100)).complete
    with pytest.raises(TransferDamaged):
        receiver.release()


def test_wiping_keeps_nothing() -> None:
    receiver = incoming(file_of(3))
    receiver.take(0, split(file_of(3))[0])
    held = receiver._data
    receiver.wipe()
    assert len(held) == 0
