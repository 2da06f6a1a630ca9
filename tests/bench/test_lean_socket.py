"""The lean client speaks real WebSocket: a real server hears it and is heard, in both dialects."""

import asyncio
import struct

import pytest
from websockets.asyncio.server import ServerConnection, serve

from tests.bench.lean_socket import Dialect, LeanSocket, SocketIo, frame


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_is_as_the_standard_writes_it(size: int) -> None:
    made = frame(b"x" * size)
    assert made[0] == 0x81
    length = made[1] & 0x7F
    head = 2
    if length == 126:
        length, head = struct.unpack_from(">H", made, 2)[0], 4
    elif length == 127:
        length, head = struct.unpack_from(">Q", made, 2)[0], 10
    assert (length, made[1] >> 7, made[head : head + 4], len(made)) == (size, 1, b"\0\0\0\0", head + 4 + size)


class Heard:
    """A client, and what it heard."""

    def __init__(self, dialect: type[Dialect], first: bytes = b"") -> None:
        self.messages: asyncio.Queue[bytes] = asyncio.Queue()
        self.closed = asyncio.Event()
        self.socket = LeanSocket(
            dialect,
            is_kiosk=True,
            headers="",
            auth=b'{"kiosk":"k-1"}',
            first=first,
            on_message=self.messages.put_nowait,
            on_closed=self.closed.set,
        )

    async def next(self) -> bytes:
        return await asyncio.wait_for(self.messages.get(), 5)


async def test_bare_messages_of_any_size_go_and_come() -> None:
    async def echo(socket: ServerConnection) -> None:
        async for message in socket:
            await socket.send(message)
        await socket.close(4001)

    async with serve(echo, "127.0.0.1", 0, max_size=None) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        heard = Heard(Dialect, first=b"first")
        await asyncio.get_running_loop().create_connection(lambda: heard.socket, "127.0.0.1", port)
        assert await heard.next() == b"first"
        for size in (1, 200, 70_000):
            heard.socket.send(b"y" * size)
            assert await heard.next() == b"y" * size
        heard.socket.abort()
        await asyncio.wait_for(heard.closed.wait(), 5)


async def test_socketio_packets_are_opened_answered_and_unwrapped() -> None:
    told: list[str] = []

    async def peer(socket: ServerConnection) -> None:
        await socket.send('0{"sid":"s","pingInterval":1}')
        told.append(str(await socket.recv()))
        await socket.send('40{"sid":"t"}')
        await socket.send("2")
        told.append(str(await socket.recv()))
        await socket.send('42["m",{"type":"hello"}]')
        told.append(str(await socket.recv()))
        await socket.close(4003)

    async with serve(peer, "127.0.0.1", 0) as server:
        port = next(iter(server.sockets)).getsockname()[1]
        heard = Heard(SocketIo)
        await asyncio.get_running_loop().create_connection(lambda: heard.socket, "127.0.0.1", port)
        assert await heard.next() == b'{"type":"hello"}'
        heard.socket.send(b'{"type":"back"}')
        await asyncio.wait_for(heard.closed.wait(), 5)
    assert told == ['40{"kiosk":"k-1"}', "3", '42["m",{"type":"back"}]']
    assert heard.socket.close_code == 4003
