"""A bad road between clients and a hub: knows where a WebSocket frame begins and ends, and nothing of what it says.

Whole frames are doubled in both directions, and swapped on the way to the hub; links are reset, or go silent while
both ends believe in them. Chance comes from one seed and the number of the link.
"""

import asyncio
import contextlib
import random
import socket
import struct
from dataclasses import dataclass, field

_READ_BYTES = 64 * 1024
HELD_S = 0.25
"""A frame that waits for another to overtake it waits no longer."""


@dataclass(frozen=True)
class Road:
    """Chances per frame, 0 to 1."""

    doubled: float = 0.0
    swapped: float = 0.0
    """Towards the hub only: what a hub says is heard in order, whatever the road (one TCP connection)."""


def whole_frames(buffer: bytearray) -> list[bytes]:
    """Take the complete frames out of `buffer` (RFC 6455 5.2); an incomplete one stays."""
    frames = []
    while len(buffer) >= 2:
        length, header = buffer[1] & 0x7F, 2
        if length == 126:
            if len(buffer) < 4:
                break
            length, header = struct.unpack(">H", buffer[2:4])[0], 4
        elif length == 127:
            if len(buffer) < 10:
                break
            length, header = struct.unpack(">Q", buffer[2:10])[0], 10
        whole = header + (4 if buffer[1] & 0x80 else 0) + length
        if len(buffer) < whole:
            break
        frames.append(bytes(buffer[:whole]))
        del buffer[:whole]
    return frames


def is_message(frame: bytes) -> bool:
    """Whether it carries a whole text or binary message: only those may be doubled or swapped."""
    return frame[0] in (0x81, 0x82)


@dataclass(eq=False)
class Passage:
    """One client's way to the hub."""

    client: asyncio.StreamWriter
    hub: asyncio.StreamWriter
    chance: random.Random
    flowing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.flowing.set()

    def reset(self) -> None:
        """Both ends get a TCP reset."""
        for writer in (self.client, self.hub):
            _reset(writer)

    def silence(self) -> None:
        """Nothing arrives any more in either direction, and nobody is told."""
        self.flowing.clear()

    def resume(self) -> None:
        """What was held is delivered, late."""
        self.flowing.set()


class Proxy:
    """Listens for clients; each connection goes to the hub on `port`."""

    def __init__(self, port: int, road: Road, seed: int) -> None:
        self.road = road
        self.passages: list[Passage] = []
        self.frames = self.doubled = self.swapped = 0
        self._hub_port = port
        self._seed = seed
        self._count = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> str:
        """Listen; the address for clients."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=512)
        return f"ws://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for passage in list(self.passages):
            passage.reset()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._count += 1
        number = self._count
        try:
            await self._carry(number, reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            _reset(writer)
            self._tasks.discard(task)

    async def _carry(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        hub_reader, hub_writer = await asyncio.open_connection("127.0.0.1", self._hub_port)
        passage = Passage(writer, hub_writer, random.Random(self._seed * 1_000_003 + number))
        self.passages.append(passage)
        ways = [
            asyncio.create_task(self._way(passage, reader, hub_writer, to_hub=True)),
            asyncio.create_task(self._way(passage, hub_reader, writer, to_hub=False)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.passages.remove(passage)
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            _reset(hub_writer)

    async def _way(
        self, passage: Passage, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, to_hub: bool
    ) -> None:
        """One direction, until its end: the HTTP head as it is, then frame by frame."""
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(head)
            buffer, held = bytearray(), b""
            while True:
                try:
                    async with asyncio.timeout(HELD_S if held else None):
                        chunk = await reader.read(_READ_BYTES)
                except TimeoutError:
                    await passage.flowing.wait()
                    writer.write(held)
                    held = b""
                    continue
                await passage.flowing.wait()
                if not chunk:
                    return
                buffer += chunk
                for frame in whole_frames(buffer):
                    held = self._pass(passage, writer, frame, held, to_hub=to_hub)
                await writer.drain()

    def _pass(
        self, passage: Passage, writer: asyncio.StreamWriter, frame: bytes, held: bytes, *, to_hub: bool
    ) -> bytes:
        """Write what has to be written now; what is held back for the next frame to overtake it."""
        self.frames += 1
        chance = passage.chance
        if is_message(frame) and to_hub and not held and chance.random() < self.road.swapped:
            self.swapped += 1
            return frame
        copies = 1
        if is_message(frame) and chance.random() < self.road.doubled:
            self.doubled += 1
            copies = 2
        writer.write(frame * copies + held)
        return b""


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
