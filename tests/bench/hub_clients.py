"""Kiosks and stations of the load generator, over lean sockets: what they say is what the products say."""

import asyncio
import base64
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.protocol import PROTOCOL_VERSION, signed_challenge
from tests.bench.lean_socket import Dialect, LeanSocket
from tests.fakes.wide_network import ORIGIN

SDP = "v=0\r\n" + "a=something-as-long-as-a-real-description:1 2 3 4 5 6 7 8\r\n" * 34
"""About 2 kB."""
CANDIDATE = "candidate:1 1 udp 2113937151 192.0.2.1 50000 typ host generation 0 ufrag abcd network-cost 999"
CANDIDATES = 10
SOURCES = 8
"""Loopback addresses that clients come from: one has not enough ports for all, twice over."""


def text(**message: Any) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()


class LeanClient(ABC):
    """What both have in common. `hear` gets (type, message, instant of the loop)."""

    is_kiosk: bool

    def __init__(self, dialect: type[Dialect], port: int, name: str, number: int) -> None:
        self.name = name
        self.is_welcome = False
        self.hear: Callable[[str, dict[str, Any]], None] = lambda _kind, _message: None
        self.on_lost: Callable[[], None] = lambda: None
        self.on_raw: Callable[[bytes], bool] | None = None
        """Sees each text before it is parsed; True: it is done with it."""
        self._dialect = dialect
        self._port = port
        self._source = f"127.0.0.{2 + number % SOURCES}"
        self._socket: LeanSocket | None = None
        self._welcome: asyncio.Future[None] | None = None

    @property
    def is_linked(self) -> bool:
        return self._socket is not None

    async def join(self, timeout_s: float = 60.0) -> None:
        """Connect, and be welcomed.

        Raises: OSError, TimeoutError, ConnectionError.
        """
        loop = asyncio.get_running_loop()
        self._welcome = loop.create_future()
        try:
            async with asyncio.timeout(timeout_s):
                await loop.create_connection(self._new_socket, "127.0.0.1", self._port, local_addr=(self._source, 0))
                await self._welcome
        except (OSError, TimeoutError):
            self._drop()
            raise
        finally:
            self._welcome = None

    def _new_socket(self) -> LeanSocket:
        socket = LeanSocket(
            self._dialect,
            is_kiosk=self.is_kiosk,
            headers=self.headers(),
            auth=self.auth(),
            first=self.first(),
            on_message=self._hear,
            on_closed=lambda: self._lost(socket),
        )
        # At once: the first message may come before the loop says that the connection is made.
        self._socket = socket
        return socket

    def _hear(self, payload: bytes) -> None:
        if self.on_raw is not None and self.on_raw(payload):
            return
        message = json.loads(payload)
        kind = message["type"]
        self.greet(kind, message)
        self.hear(kind, message)

    def welcomed(self) -> None:
        self.is_welcome = True
        if self._welcome is not None and not self._welcome.done():
            self._welcome.set_result(None)

    def _lost(self, socket: LeanSocket) -> None:
        if self._socket is not socket:
            return
        self._socket = None
        self.is_welcome = False
        if self._welcome is not None and not self._welcome.done():
            self._welcome.set_exception(ConnectionResetError(f"closed with {socket.close_code} before the welcome"))
        else:
            self.on_lost()

    def send(self, message: bytes) -> None:
        if self._socket is not None:
            self._socket.send(message)

    def cut(self) -> None:
        """Leave without a word, and without `on_lost`."""
        self.on_lost = lambda: None
        self._drop()

    def _drop(self) -> None:
        socket, self._socket = self._socket, None
        self.is_welcome = False
        if socket is not None:
            socket.abort()

    # ---- for the kinds -------------------------------------------------------------------------------------

    def headers(self) -> str:
        return ""

    def auth(self) -> bytes:
        return b""

    def first(self) -> bytes:
        return b""

    @abstractmethod
    def greet(self, kind: str, message: dict[str, Any]) -> None:
        """Answer what the server says before the welcome."""


class LeanKiosk(LeanClient):
    is_kiosk = True

    def __init__(self, dialect: type[Dialect], port: int, name: str, number: int, key: Ed25519PrivateKey) -> None:
        super().__init__(dialect, port, name, number)
        self._key = key

    def auth(self) -> bytes:
        return text(kiosk=self.name)

    def greet(self, kind: str, message: dict[str, Any]) -> None:
        if kind == "challenge":
            signature = base64.b64encode(self._key.sign(signed_challenge(message["nonce"], self.name))).decode()
            self.send(
                text(type="hello", protocol=PROTOCOL_VERSION, kiosk_id=self.name, signature=signature, software="bench")
            )
        elif kind == "welcome_kiosk":
            self.welcomed()


class LeanStation(LeanClient):
    is_kiosk = False

    def __init__(self, dialect: type[Dialect], port: int, name: str, number: int, cookie: str) -> None:
        super().__init__(dialect, port, name, number)
        self._cookie = cookie

    def headers(self) -> str:
        return f"Origin: {ORIGIN}\r\nCookie: vr_session={self._cookie}\r\n"

    def auth(self) -> bytes:
        return text(station=self.name, cookie=self._cookie)

    def first(self) -> bytes:
        return text(type="take_station", protocol=PROTOCOL_VERSION, station_id=self.name, take_over=True)

    def greet(self, kind: str, message: dict[str, Any]) -> None:
        if kind == "welcome_station":
            self.welcomed()
