"""What is said to one client in one step leaves in one piece.

An offer comes with the station's new state, ten candidates follow each other: written one by one, each is a system call
and a packet. Here they wait for the end of the loop's turn, and go together.
"""

import asyncio
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class CalmTransport:
    """A transport whose writes leave at the end of the loop's turn, in order; everything else is the transport's own.

    Whoever writes so much that it is worth a piece of its own does not wait.
    """

    __slots__ = ("_loop", "_pieces", "_size", "_transport", "pause_reading", "resume_reading")

    LARGE_BYTES = 64 * 1024

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        # Asked for with each message.
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading
        self._pieces: list[bytes] | None = None
        self._size = 0

    def write(self, data: bytes) -> None:
        if self._pieces is None:
            self._pieces, self._size = [data], len(data)
            self._loop.call_soon(self.flush)
        else:
            self._pieces.append(data)
            self._size += len(data)
        if self._size >= self.LARGE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Hand over what waits."""
        pieces, self._pieces = self._pieces, None
        if pieces and not self._transport.is_closing():
            self._transport.write(pieces[0] if len(pieces) == 1 else b"".join(pieces))

    def close(self) -> None:
        self.flush()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class CalmWebSockets(WebSocketsSansIOProtocol):
    """The server's WebSocket protocol, on a calm transport."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        calm = CalmTransport(cast(asyncio.Transport, transport), self.loop)
        super().connection_made(cast(asyncio.Transport, calm))
