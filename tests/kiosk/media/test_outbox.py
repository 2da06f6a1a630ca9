"""Pages leave in order, wait for room and for a peer, stop at once when discarded, resume where they were."""

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from kiosk.core.conversation import ACK_EVERY_CHUNKS, ChunksReceived, HelloPeer, unpack_chunk
from kiosk.core.transfer import WINDOW_CHUNKS, OutgoingTransfer
from kiosk.media.outbox import Outbox

A, B, C = "aa" * 16, "bb" * 16, "cc" * 16


class Channel:
    """A documents channel with room for what the test gives; the only method that the outbox uses."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, int]] = []
        self.room = asyncio.Semaphore(0)
        self.alive = True
        self.moved = asyncio.Event()

    async def send_chunk(self, message: bytes) -> bool:
        await self.room.acquire()
        if not self.alive:
            return False
        transfer_id, number, _ = unpack_chunk(message)
        self.sent.append((transfer_id, number))
        self.moved.set()
        return True

    def give_room(self, chunks: int) -> None:
        for _ in range(chunks):
            self.room.release()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.sent) < count:
                self.moved.clear()
                await self.moved.wait()


class Desk:
    def __init__(self) -> None:
        self.channel = Channel()
        self.progress: list[tuple[str, float]] = []
        self.outbox = Outbox(self.channel, lambda name, share: self.progress.append((name, share)))  # type: ignore[arg-type]


@pytest_asyncio.fixture
async def desk() -> AsyncIterator[Desk]:
    desk = Desk()
    yield desk
    desk.outbox.clear()


def transfer(name: str, chunks: int) -> OutgoingTransfer:
    return OutgoingTransfer(name, [bytes([number % 256]) for number in range(chunks)])


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_nothing_leaves_before_the_station_said_hello(desk: Desk) -> None:
    desk.outbox.add(transfer(A, 2))
    desk.channel.give_room(9)
    await settle()
    assert desk.channel.sent == []
    desk.outbox.resume(HelloPeer())
    await desk.channel.until(2)
    assert desk.channel.sent == [(A, 0), (A, 1)]


async def test_transfers_leave_in_order_and_are_forgotten_when_acknowledged(desk: Desk) -> None:
    desk.outbox.resume(HelloPeer())
    desk.outbox.add(transfer(A, 2))
    desk.outbox.add(transfer(B, 1))
    desk.channel.give_room(3)
    await desk.channel.until(3)
    assert desk.channel.sent == [(A, 0), (A, 1), (B, 0)]
    assert desk.outbox.acknowledge(ChunksReceived(transfer_id=A, next_chunk=2)) == 1.0
    assert desk.outbox.acknowledge(ChunksReceived(transfer_id=A, next_chunk=2)) is None
    assert desk.outbox.acknowledge(ChunksReceived(transfer_id=C, next_chunk=1)) is None
    assert desk.progress[-1] == (A, 1.0)
    assert desk.outbox.waiting == 1


async def test_a_full_window_waits_for_an_acknowledgement(desk: Desk) -> None:
    desk.outbox.resume(HelloPeer())
    desk.outbox.add(transfer(A, WINDOW_CHUNKS + 4))
    desk.channel.give_room(100)
    await desk.channel.until(WINDOW_CHUNKS)
    await settle()
    assert len(desk.channel.sent) == WINDOW_CHUNKS
    desk.outbox.acknowledge(ChunksReceived(transfer_id=A, next_chunk=ACK_EVERY_CHUNKS))
    await desk.channel.until(WINDOW_CHUNKS + 4)


async def test_a_discarded_page_stops_at_once_even_while_it_waits_for_room(desk: Desk) -> None:
    desk.outbox.resume(HelloPeer())
    desk.outbox.add(transfer(A, 20))
    desk.channel.give_room(3)
    await desk.channel.until(3)
    await settle()
    desk.outbox.discard(A)
    desk.outbox.discard(A)
    desk.channel.give_room(20)
    desk.outbox.add(transfer(B, 1))
    await desk.channel.until(4)
    await settle()
    assert desk.channel.sent == [(A, 0), (A, 1), (A, 2), (B, 0)]


async def test_a_new_connection_resumes_where_the_station_is(desk: Desk) -> None:
    desk.outbox.resume(HelloPeer())
    desk.outbox.add(transfer(A, 6))
    desk.outbox.add(transfer(B, 2))
    desk.channel.give_room(5)
    await desk.channel.until(5)
    desk.outbox.peer_gone()
    desk.channel.give_room(9)
    await settle()
    assert len(desk.channel.sent) == 5, "nothing leaves without a peer"
    desk.channel.sent.clear()
    desk.outbox.resume(HelloPeer(received={A: 4}))
    await desk.channel.until(4)
    assert desk.channel.sent == [(A, 4), (A, 5), (B, 0), (B, 1)]
    assert (A, 4 / 6) in desk.progress


async def test_what_the_station_holds_already_is_done(desk: Desk) -> None:
    desk.outbox.add(transfer(A, 3))
    desk.outbox.resume(HelloPeer(received={A: 3}))
    await settle()
    assert desk.progress == [(A, 1.0)]
    assert desk.outbox.waiting == 0


async def test_a_channel_that_dies_keeps_the_page_for_the_next(desk: Desk) -> None:
    desk.outbox.resume(HelloPeer())
    desk.outbox.add(transfer(A, 3))
    desk.channel.alive = False
    desk.channel.give_room(1)
    await settle()
    desk.channel.alive = True
    desk.channel.give_room(9)
    await settle()
    assert desk.channel.sent == []
    desk.outbox.resume(HelloPeer())
    await desk.channel.until(3)


async def test_clear_forgets_everything(desk: Desk) -> None:
    desk.outbox.resume(HelloPeer())
    desk.outbox.add(transfer(A, 3))
    desk.outbox.clear()
    desk.channel.give_room(9)
    desk.outbox.resume(HelloPeer())
    await settle()
    assert desk.channel.sent == []
    assert desk.outbox.waiting == 0
