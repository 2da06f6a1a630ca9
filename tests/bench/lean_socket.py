"""A WebSocket client that costs as little as one can in Python, so that the load generator is never the slower side.

No masking work (the key is zero), no compression, no fragments, no task per client: one protocol object of the loop.
Two dialects of the same JSON: bare text frames (the hub), and Engine.IO 4 / Socket.IO 5 packets over a WebSocket.
"""

import asyncio
import struct
from collections.abc import Callable

from hub.protocol import KIOSK_SOCKET, STATION_SOCKET

_MASK = b"\0\0\0\0"
_SOCKETIO_PATH = "/socket.io/?EIO=4&transport=websocket"
_SOCKETIO_EVENT = b'42["m",'


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """A masked frame whose key is zero: its payload is as it is (RFC 6455 5.3)."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, 0x80 | size)) + _MASK + payload
    if size < 1 << 16:
        return bytes((0x80 | opcode, 0xFE)) + struct.pack(">H", size) + _MASK + payload
    return bytes((0x80 | opcode, 0xFF)) + struct.pack(">Q", size) + _MASK + payload


class Dialect:
    """Bare JSON in text frames."""

    name = "hub"

    @staticmethod
    def path(is_kiosk: bool) -> str:
        return KIOSK_SOCKET if is_kiosk else STATION_SOCKET

    @staticmethod
    def pack(message: bytes) -> bytes:
        return frame(message)

    @staticmethod
    def unpack(socket: "LeanSocket", payload: bytes) -> bytes | None:
        """The message in a text frame; None when it was the dialect's own business."""
        return payload


class SocketIo(Dialect):
    """Engine.IO packets: 0 open, 2 ping, 3 pong, 40 connect, 42 event."""

    name = "Socket.IO"

    @staticmethod
    def path(is_kiosk: bool) -> str:
        return _SOCKETIO_PATH

    @staticmethod
    def pack(message: bytes) -> bytes:
        return frame(_SOCKETIO_EVENT + message + b"]")

    @staticmethod
    def unpack(socket: "LeanSocket", payload: bytes) -> bytes | None:
        if payload.startswith(_SOCKETIO_EVENT):
            return payload[len(_SOCKETIO_EVENT) : -1]
        if payload == b"2":
            socket.write(frame(b"3"))
        elif payload.startswith(b"0"):
            socket.write(frame(b"40" + socket.auth))
        return None


class LeanSocket(asyncio.Protocol):
    """One client.

    Args:
        first: sent by bare WebSockets as soon as the upgrade is answered; nothing when empty.
        on_message: called with each JSON text.
        on_closed: called once when an open connection ends; not when it could not be opened.
    """

    __slots__ = (
        "_buffer",
        "_dialect",
        "_first",
        "_is_open",
        "_on_closed",
        "_on_message",
        "_request",
        "auth",
        "close_code",
        "transport",
    )

    def __init__(
        self,
        dialect: type[Dialect],
        *,
        is_kiosk: bool,
        headers: str,
        auth: bytes,
        first: bytes,
        on_message: Callable[[bytes], None],
        on_closed: Callable[[], None],
    ) -> None:
        self._dialect = dialect
        self._on_message = on_message
        self._on_closed = on_closed
        self._request = (
            f"GET {dialect.path(is_kiosk)} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n{headers}\r\n"
        ).encode()
        self.auth = auth
        self._first = first
        self._buffer = b""
        self._is_open = False
        self.close_code = 1006
        """Of the WebSocket (RFC 6455 7.4.1); 1006: it ended without one."""
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.write(self._request)

    def write(self, data: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def send(self, message: bytes) -> None:
        """Send one JSON text."""
        self.write(self._dialect.pack(message))

    def data_received(self, data: bytes) -> None:
        buffer = self._buffer + data if self._buffer else data
        start = 0
        if not self._is_open:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                self._buffer = buffer
                return
            if not buffer.startswith(b"HTTP/1.1 101"):
                self.abort()
                return
            self._is_open, start = True, end + 4
            if self._first and self._dialect is Dialect:
                self.send(self._first)
        size = len(buffer)
        while size - start >= 2:
            length, head = buffer[start + 1], 2
            if length == 126:
                if size - start < 4:
                    break
                length, head = (buffer[start + 2] << 8) | buffer[start + 3], 4
            elif length == 127:
                if size - start < 10:
                    break
                length, head = struct.unpack_from(">Q", buffer, start + 2)[0], 10
            end = start + head + length
            if end > size:
                break
            self._frame(buffer[start] & 0x0F, buffer[start + head : end])
            start = end
        self._buffer = buffer[start:]

    def _frame(self, opcode: int, payload: bytes) -> None:
        if opcode == 1:
            message = self._dialect.unpack(self, payload)
            if message is not None:
                self._on_message(message)
        elif opcode == 9:
            self.write(frame(payload, 10))
        elif opcode == 8:
            self.close_code = int.from_bytes(payload[:2], "big") or 1005
            self.abort()

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        self._on_closed()

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()
