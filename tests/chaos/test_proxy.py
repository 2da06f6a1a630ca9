"""The bad road: frames are cut where they end, doubled and swapped whole, and silence is not the end of a link."""

import asyncio
import struct

from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve

from tests.chaos.proxy import Proxy, Road, is_message, whole_frames


def frame(payload: bytes, *, opcode: int = 1, mask: bool = False) -> bytes:
    """A frame as RFC 6455 5.2 writes it."""
    head = bytes([0x80 | opcode])
    flag = 0x80 if mask else 0
    if len(payload) < 126:
        head += bytes([flag | len(payload)])
    elif len(payload) < 1 << 16:
        head += bytes([flag | 126]) + struct.pack(">H", len(payload))
    else:
        head += bytes([flag | 127]) + struct.pack(">Q", len(payload))
    return head + (b"\0\0\0\0" if mask else b"") + payload


def test_frames_are_found_wherever_the_bytes_are_cut() -> None:
    frames = [frame(b"a"), frame(b"b" * 200, mask=True), frame(b"c" * 70_000), frame(b"", opcode=9)]
    stream = b"".join(frames)
    for cut in (1, 3, 7, 1000):
        buffer, found = bytearray(), []
        for start in range(0, len(stream), cut):
            buffer += stream[start : start + cut]
            found += whole_frames(buffer)
        assert found == frames
    assert [is_message(each) for each in frames] == [True, True, True, False]


async def _heard(road: Road, sent: list[str], back: list[str]) -> tuple[list[str], list[str]]:
    """What a server hears of `sent`, and a client of `back`, behind this road."""
    heard: list[str] = []

    async def talk(socket: ServerConnection) -> None:
        async for message in socket:
            heard.append(str(message))
            if message == sent[-1] and not answered:
                answered.append(True)
                for each in back:
                    await socket.send(each)

    answered: list[bool] = []
    async with serve(talk, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        proxy = Proxy(port, road, seed=1)
        url = await proxy.open()
        try:
            async with connect(url, compression=None) as client:
                for each in sent:
                    await client.send(each)
                    await asyncio.sleep(0)
                got: list[str] = []
                async with asyncio.timeout(5):
                    while back[-1] not in got:
                        got.append(str(await client.recv()))
        finally:
            await proxy.close()
    return heard, got


async def test_a_good_road_changes_nothing() -> None:
    sent, back = [f"up {n}" for n in range(50)], [f"down {n}" for n in range(50)]
    assert await _heard(Road(), sent, back) == (sent, back)


async def test_frames_are_doubled_both_ways_and_swapped_on_the_way_to_the_hub() -> None:
    sent, back = [f"up {n}" for n in range(80)], [f"down {n}" for n in range(80)]
    heard, got = await _heard(Road(doubled=0.2, swapped=0.2), sent, back)
    assert set(heard) == set(sent)
    assert set(got) == set(back)
    assert len(heard) > len(sent)
    assert len(got) > len(back)
    first_heard = [message for number, message in enumerate(heard) if message not in heard[:number]]
    assert first_heard != sent
    # What the hub says is never out of order.
    assert [message for number, message in enumerate(got) if message not in got[:number]] == back


async def test_a_silent_link_is_open_and_what_was_held_arrives_late() -> None:
    heard: asyncio.Queue[str] = asyncio.Queue()

    async def talk(socket: ServerConnection) -> None:
        async for message in socket:
            await heard.put(str(message))

    async with serve(talk, "127.0.0.1", 0) as server:
        proxy = Proxy(next(iter(server.sockets)).getsockname()[1], Road(), seed=1)
        url = await proxy.open()
        try:
            async with connect(url, compression=None) as client:
                await client.send("before")
                assert await asyncio.wait_for(heard.get(), 5) == "before"
                passage = proxy.passages[0]
                passage.silence()
                await client.send("during")
                await asyncio.sleep(0.1)
                assert heard.empty()
                passage.resume()
                assert await asyncio.wait_for(heard.get(), 5) == "during"
                passage.reset()
                await asyncio.wait_for(client.wait_closed(), 5)
        finally:
            await proxy.close()
