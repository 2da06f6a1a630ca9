"""A hub's kiosk socket in small: challenge, signature, welcome; then what the test decides."""

import asyncio
import base64
import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from hub.protocol import (
    FROM_KIOSK,
    KIOSK_SOCKET,
    Challenge,
    CloseCode,
    ErrorCode,
    ErrorReply,
    Hello,
    WelcomeKiosk,
    decode,
    encode,
    signed_challenge,
)


class HubDoor:
    """Accepts one kiosk; keeps its hellos and messages. `port` stays the same across `stop` and `start`."""

    def __init__(self, key: Ed25519PublicKey) -> None:
        self.port = 0
        self.hellos: list[Hello] = []
        self.messages: list[Any] = []
        self.sockets: list[ServerConnection] = []
        self.changed = asyncio.Event()
        self.greet = True
        """False: the socket opens and the hub says nothing."""
        self._key = key
        self._server: Server | None = None

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}"

    async def start(self) -> None:
        self._server = await serve(self._serve, "127.0.0.1", self.port, compression=None)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self, code: int = 1001) -> None:
        if self._server is not None:
            self._server.close(code=code)
            await self._server.wait_closed()
            self._server = None
        self.sockets.clear()

    async def send(self, message: Any) -> None:
        await self.sockets[-1].send(message if isinstance(message, str | bytes) else encode(message))

    async def until(self, condition: Callable[[], object], timeout_s: float = 10.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def _serve(self, socket: ServerConnection) -> None:
        assert socket.request is not None
        if socket.request.path != KIOSK_SOCKET:
            await socket.close(1008)
            return
        if not self.greet:
            self.sockets.append(socket)
            self.changed.set()
            await socket.wait_closed()
            return
        try:
            nonce = base64.b64encode(os.urandom(32)).decode()
            await socket.send(encode(Challenge(nonce=nonce)))
            hello = decode(FROM_KIOSK, await socket.recv())
            assert isinstance(hello, Hello)
            try:
                self._key.verify(base64.b64decode(hello.signature), signed_challenge(nonce, hello.kiosk_id))
            except InvalidSignature:
                await socket.send(encode(ErrorReply(code=ErrorCode.BAD_SIGNATURE)))
                await socket.close(CloseCode.FORBIDDEN)
                return
            await socket.send(
                encode(
                    WelcomeKiosk(kiosk_id=hello.kiosk_id, kiosk_name="Borne", site_name="Mairie", partners=[], tiles=[])
                )
            )
            self.hellos.append(hello)
            self.sockets.append(socket)
            self.changed.set()
            async for frame in socket:
                self.messages.append(decode(FROM_KIOSK, frame))
                self.changed.set()
        except ConnectionClosed:
            pass
