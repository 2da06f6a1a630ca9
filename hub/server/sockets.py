"""The two WebSocket endpoints: who may enter, what a frame may be, and what happens to those who send nonsense.

Plain ASGI: at thousands of idle clients a framework's object per socket is most of the memory.
"""

import asyncio
import base64
import logging
import secrets
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from typing import Any, Protocol

from pydantic import BaseModel, TypeAdapter
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from hub.core.access import KioskCredential
from hub.core.board import Rejected
from hub.core.network import AgentIdentity
from hub.errors import UnavailableError
from hub.journal import Event
from hub.logbook import record
from hub.protocol import (
    FROM_KIOSK,
    FROM_STATION,
    PROTOCOL_VERSION,
    Challenge,
    CloseCode,
    ErrorCode,
    ErrorReply,
    Hello,
    ProtocolError,
    TakeStation,
    decode,
)
from hub.server import kiosk_line, station_line
from hub.server.auth import SESSION_COOKIE, origin_allowed
from hub.server.connections import Connection, KioskLink, StationLink
from hub.server.limits import TokenBucket
from hub.server.switchboard import Switchboard

FIRST_MESSAGE_S = 15.0
"""Who has not said who they are by then is cut off."""

MAX_FAULTS = 10
_FAULTS = frozenset(
    {
        ErrorCode.MALFORMED,
        ErrorCode.TOO_LARGE,
        ErrorCode.UNKNOWN_TYPE,
        ErrorCode.INVALID,
        ErrorCode.FORBIDDEN,
        ErrorCode.TOO_MANY,
    }
)
"""Faults of the client itself; `not_found` and `conflict` may be bad luck."""

_logger = logging.getLogger(__name__)


class KioskDoor(Protocol):
    async def verify(self, hello: Hello, nonce: str) -> KioskCredential | None: ...


class AgentDoor(Protocol):
    async def identify(self, cookie: str | None, now: float) -> AgentIdentity | None: ...


@dataclass(frozen=True)
class SocketRules:
    """What `hub.config` says of sockets. `wall` gives the UTC seconds that sign-ins expire by."""

    public_url: str
    messages_per_s: float
    messages_burst: float
    wall: Callable[[], float]


class Left(Exception):
    """The client is gone, or was sent away."""


class _Reader:
    """Frames of one socket, one at a time, within the limits."""

    __slots__ = ("_bucket", "_faults", "_now", "_receive", "_switchboard", "connection", "kind")

    def __init__(
        self, kind: str, receive: Receive, connection: Connection, switchboard: Switchboard, rules: SocketRules
    ) -> None:
        self.kind = kind
        self.connection = connection
        self._receive = receive
        self._switchboard = switchboard
        loop = asyncio.get_running_loop()
        self._now = loop.time
        self._bucket = TokenBucket(rules.messages_per_s, rules.messages_burst, loop.time())
        self._faults = 0

    async def frame(self) -> str | bytes:
        """The next frame. Raises: Left."""
        message = await self._receive()
        if message["type"] != "websocket.receive" or not self.connection.is_open:
            raise Left
        text: str | None = message.get("text")
        if text is not None:
            return text
        return bytes(message.get("bytes") or b"")

    async def message(self, adapter: TypeAdapter[Any]) -> Any:
        """The next message that is one; what is not one is answered. Raises: Left."""
        while True:
            frame = await self.frame()
            if not self._bucket.take(self._now()):
                self.fault(ProtocolError(ErrorCode.TOO_MANY, "slow down"), CloseCode.TOO_MANY)
                continue
            try:
                if isinstance(frame, bytes):
                    raise ProtocolError(ErrorCode.MALFORMED, "a text frame is expected")
                return decode(adapter, frame)
            except ProtocolError as error:
                self.fault(error)

    def fault(self, error: ProtocolError, code: CloseCode = CloseCode.PROTOCOL_ERROR) -> None:
        """Answer with the typed error; after too many, cut off."""
        self._switchboard.metrics.protocol_errors.labels(self.kind, error.code.value).inc()
        self.connection.send(error.as_reply())
        if error.code in _FAULTS:
            self._faults += 1
        if self._faults >= MAX_FAULTS:
            event = Event.FLOOD if code is CloseCode.TOO_MANY else Event.PROTOCOL_ERRORS
            record(_logger, event, logging.WARNING, kind=self.kind)
            self.connection.close(code)

    async def obey(self, message: BaseModel, handle: Callable[[Any], Awaitable[None]]) -> None:
        """Handle one message; whatever goes wrong is this client's news and nobody else's."""
        try:
            await handle(message)
        except Rejected as rejected:
            self.fault(ProtocolError(rejected.code, rejected.detail, _about(message)))
        except ProtocolError as error:
            self.fault(ProtocolError(error.code, error.detail, _about(message)))
        except UnavailableError:
            self.fault(ProtocolError(ErrorCode.UNAVAILABLE, "try again", _about(message)))
        except Exception as error:  # noqa: BLE001 - a defect of ours must not become the client's dead line
            record(_logger, Event.MESSAGE_FAILED, logging.ERROR, type=type(error).__name__)
            self.fault(ProtocolError(ErrorCode.UNAVAILABLE, "internal", _about(message)))


class _Socket(ABC):
    """What both endpoints have in common."""

    kind: str

    def __init__(self, switchboard: Switchboard, rules: SocketRules) -> None:
        self.switchboard = switchboard
        self.rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        connection = Connection(send)
        self.switchboard.connections.opened(connection)
        try:
            await self._serve(Headers(scope=scope), _Opening(receive, send, connection, self))
        except Left:
            pass
        finally:
            await connection.flushed()
            self.switchboard.connections.closed(connection)

    @abstractmethod
    async def _serve(self, headers: Headers, opening: "_Opening") -> None:
        """Let the client in or not, then listen until it leaves."""


class _Opening:
    """A socket that asks to be opened."""

    __slots__ = ("_receive", "_send", "_socket", "connection")

    def __init__(self, receive: Receive, send: Send, connection: Connection, socket: _Socket) -> None:
        self._send = send
        self.connection = connection
        self._receive = receive
        self._socket = socket

    async def accept(self) -> _Reader:
        await self._send({"type": "websocket.accept"})
        socket = self._socket
        return _Reader(socket.kind, self._receive, self.connection, socket.switchboard, socket.rules)

    async def wait_closed(self, code: CloseCode, error: ErrorReply | None = None) -> None:
        """Send the reason, close, and wait until the other side has seen it."""
        if error is not None:
            self.connection.send(error)
        self.connection.close(code)
        await self.connection.flushed()


class KioskSocket(_Socket):
    """`/ws/kiosk`: challenge, hello, welcome; then messages."""

    kind = "kiosk"

    def __init__(self, switchboard: Switchboard, rules: SocketRules, keys: KioskDoor) -> None:
        super().__init__(switchboard, rules)
        self._keys = keys

    async def _serve(self, _headers: Headers, opening: _Opening) -> None:
        reader = await opening.accept()
        nonce = base64.b64encode(secrets.token_bytes(32)).decode("ascii")
        reader.connection.send(Challenge(nonce=nonce))
        try:
            async with asyncio.timeout(FIRST_MESSAGE_S):
                hello = await self._hello(reader)
        except TimeoutError:
            await opening.wait_closed(CloseCode.PROTOCOL_ERROR)
            return
        if hello.protocol != PROTOCOL_VERSION:
            detail = f"this hub speaks version {PROTOCOL_VERSION}"
            await opening.wait_closed(CloseCode.FORBIDDEN, ErrorReply(code=ErrorCode.WRONG_VERSION, detail=detail))
            return
        try:
            credential = await self._keys.verify(hello, nonce)
        except Exception as error:  # noqa: BLE001 - the database behind the keys may fail in its own ways
            record(_logger, Event.DATABASE_FAILED, logging.ERROR, type=type(error).__name__)
            await opening.wait_closed(CloseCode.RESTARTING, ErrorReply(code=ErrorCode.UNAVAILABLE))
            return
        if credential is None:
            record(_logger, Event.KIOSK_REFUSED, logging.WARNING)
            await opening.wait_closed(CloseCode.FORBIDDEN, ErrorReply(code=ErrorCode.BAD_SIGNATURE))
            return
        link = KioskLink(reader.connection, credential)
        try:
            await kiosk_line.join(self.switchboard, link, hello)
            while True:
                message = await reader.message(FROM_KIOSK)
                await reader.obey(message, lambda m: kiosk_line.handle(self.switchboard, link, m))
        except UnavailableError:
            await opening.wait_closed(CloseCode.RESTARTING, ErrorReply(code=ErrorCode.UNAVAILABLE))
        finally:
            kiosk_line.leave(self.switchboard, link)

    async def _hello(self, reader: _Reader) -> Hello:
        while True:
            message = await reader.message(FROM_KIOSK)
            if isinstance(message, Hello):
                return message
            reader.fault(ProtocolError(ErrorCode.FORBIDDEN, "hello comes first"))


class StationSocket(_Socket):
    """`/ws/station`: the cookie of a sign-in, from a page of this hub; take_station, welcome; then messages."""

    kind = "station"

    def __init__(self, switchboard: Switchboard, rules: SocketRules, sessions: AgentDoor) -> None:
        super().__init__(switchboard, rules)
        self._sessions = sessions

    async def _serve(self, headers: Headers, opening: _Opening) -> None:
        reader = await opening.accept()
        agent: AgentIdentity | None = None
        cookie = _cookie(headers)
        if origin_allowed(headers.get("origin"), self.rules.public_url):
            try:
                agent = await self._sessions.identify(cookie, self.rules.wall())
            except Exception as error:  # noqa: BLE001 - the database behind the sign-ins may fail in its own ways
                record(_logger, Event.DATABASE_FAILED, logging.ERROR, type=type(error).__name__)
                await opening.wait_closed(CloseCode.RESTARTING, ErrorReply(code=ErrorCode.UNAVAILABLE))
                return
        if agent is None:
            # Accepted first: a browser does not tell a page why a socket was not opened.
            record(_logger, Event.STATION_REFUSED, logging.WARNING)
            await opening.wait_closed(CloseCode.FORBIDDEN, ErrorReply(code=ErrorCode.FORBIDDEN))
            return
        try:
            link = await self._take(reader, agent, cookie)
        except TimeoutError:
            await opening.wait_closed(CloseCode.PROTOCOL_ERROR)
            return
        try:
            while True:
                message = await reader.message(FROM_STATION)
                await reader.obey(message, lambda m: station_line.handle(self.switchboard, link, m))
        finally:
            station_line.leave(self.switchboard, link)

    async def _take(self, reader: _Reader, agent: AgentIdentity, cookie: str | None) -> StationLink:
        """Wait until the page sits at a station; what is refused may be asked again (`take_over`).

        Raises: TimeoutError, when the page says nothing for too long; Left.
        """
        taken: list[StationLink] = []

        async def take(message: Any) -> None:
            if not isinstance(message, TakeStation):
                raise ProtocolError(ErrorCode.FORBIDDEN, "take_station comes first")
            if message.protocol != PROTOCOL_VERSION:
                raise ProtocolError(ErrorCode.WRONG_VERSION, f"this hub speaks version {PROTOCOL_VERSION}")
            taken.append(await station_line.join(self.switchboard, reader.connection, agent, message, cookie))

        while not taken:
            # The page's time only: a taking that is being written must not be left without its page.
            async with asyncio.timeout(FIRST_MESSAGE_S):
                message = await reader.message(FROM_STATION)
            await reader.obey(message, take)
        return taken[0]


def _about(message: BaseModel) -> str | None:
    """What an error is an answer to."""
    return getattr(message, "request_id", None) or getattr(message, "call_id", None)


def _cookie(headers: Headers) -> str | None:
    """The sign-in's cookie, or None."""
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return None
    return cookies[SESSION_COOKIE].value if SESSION_COOKIE in cookies else None
