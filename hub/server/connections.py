"""Open sockets: what is sent waits its turn without making anybody else wait, and each party has one."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Generator, Iterable
from types import coroutine
from typing import Any

from pydantic import BaseModel
from starlette.types import Message, Send

from hub.core.access import KioskCredential
from hub.core.network import AgentIdentity
from hub.journal import Event
from hub.logbook import record
from hub.protocol import CloseCode, DeviceReport, encode

MAX_PENDING = 256
"""Frames waiting for one client; a client that does not read is cut off rather than waited for."""

_logger = logging.getLogger(__name__)


class Connection:
    """One accepted socket. Never raises to the sender: a client that is gone is seen by who reads from it.

    A frame is handed to the server at once, in the caller's own step: a task is made only for a client that does not
    read as fast as it is written to, and an idle client keeps neither a task nor a queue.
    """

    __slots__ = ("_close_code", "_frames", "_is_closed", "_send", "_sender", "is_silent")

    def __init__(self, send: Send) -> None:
        self._send = send
        self._frames: deque[str] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._close_code: int | None = None
        self._is_closed = False
        self.is_silent = False
        """News is dropped until the welcome, which holds everything."""

    @property
    def is_open(self) -> bool:
        return self._close_code is None and not self._is_closed

    def send(self, message: BaseModel) -> None:
        """Send a message; returns at once."""
        self.send_frame(encode(message))

    def news(self, message: BaseModel) -> None:
        """Send a message unless the welcome is still to come."""
        if not self.is_silent:
            self.send_frame(encode(message))

    def send_frame(self, frame: str) -> None:
        """Send a frame already encoded."""
        if not self.is_open:
            return
        if self._sender is None:
            self._hand_over({"type": "websocket.send", "text": frame})
            return
        if self._frames is None:
            self._frames = deque()
        if len(self._frames) >= MAX_PENDING:
            record(_logger, Event.TOO_SLOW, logging.WARNING)
            self._frames = None
            self.close(CloseCode.TOO_MANY)
            return
        self._frames.append(frame)

    def close(self, code: CloseCode) -> None:
        """Close after what is queued was sent; does nothing the second time."""
        if not self.is_open:
            return
        self._close_code = code
        if self._sender is None:
            self._is_closed = True
            self._hand_over({"type": "websocket.close", "code": code})

    def mark_closed(self) -> None:
        """The other side is gone."""
        self._is_closed = True
        self._frames = None

    async def flushed(self) -> None:
        """Return when nothing is left to send, or nobody to send it to."""
        while self._sender is not None:
            await asyncio.shield(self._sender)

    def _hand_over(self, message: Message) -> None:
        """Take the first step of the server's `send`, which is its last unless the client reads too slowly."""
        steps = self._send(message).__await__()
        try:
            awaited = next(steps)
        except StopIteration:
            return
        except (OSError, RuntimeError):
            # The server's word for a socket that closed meanwhile.
            self.mark_closed()
            return
        self._sender = asyncio.create_task(self._drain(steps, awaited))

    async def _drain(self, steps: Generator[Any, Any, None], awaited: Any) -> None:
        """End the `send` that was begun, then send what waited behind it."""
        try:
            await _rest(steps, awaited)
            while self._frames and not self._is_closed:
                await self._send({"type": "websocket.send", "text": self._frames.popleft()})
            self._frames = None
            if self._close_code is not None and not self._is_closed:
                self._is_closed = True
                await self._send({"type": "websocket.close", "code": self._close_code})
        except (OSError, RuntimeError):
            self.mark_closed()
        finally:
            self._sender = None


@coroutine
def _rest(steps: Generator[Any, Any, None], awaited: Any) -> Generator[Any, Any, None]:
    """Await in a task what was begun without one: `steps`, which stopped to wait for `awaited`."""
    step: Callable[[Any], Any]
    while True:
        try:
            given = yield awaited
        except BaseException as error:  # noqa: BLE001 - handed on to who was waiting
            step, given = steps.throw, error
        else:
            step = steps.send
        try:
            awaited = step(given)
        except StopIteration:
            return


class KioskLink:
    """A kiosk that proved who it is, by `credential`. `identity` follows the directory."""

    __slots__ = ("connection", "credential", "devices", "identity")

    def __init__(self, connection: Connection, credential: KioskCredential) -> None:
        self.connection = connection
        self.credential = credential
        self.identity = credential.identity
        self.devices: list[DeviceReport] = []


class StationLink:
    """A page that took a station. `epoch` is the taking it speaks for, `cookie` the sign-in it lives by."""

    __slots__ = ("agent", "connection", "cookie", "epoch", "partner_id", "station_id")

    def __init__(
        self, connection: Connection, agent: AgentIdentity, station_id: str, epoch: int, cookie: str | None
    ) -> None:
        self.cookie = cookie
        self.connection = connection
        self.agent = agent
        self.station_id = station_id
        self.partner_id = agent.partner_id
        self.epoch = epoch


class Connections:
    """Who is linked now. A newer link of the same party replaces the older one."""

    def __init__(self) -> None:
        self.kiosks: dict[str, KioskLink] = {}
        self.stations: dict[str, StationLink] = {}
        self._of_partner: dict[str, dict[str, StationLink]] = {}
        self._of_agent: dict[str, dict[str, StationLink]] = {}
        self._everybody: set[Connection] = set()

    def opened(self, connection: Connection) -> None:
        self._everybody.add(connection)

    def closed(self, connection: Connection) -> None:
        connection.mark_closed()
        self._everybody.discard(connection)

    def join_kiosk(self, link: KioskLink) -> None:
        """Make it the kiosk's link; the older one is sent away."""
        old = self.kiosks.get(link.identity.kiosk_id)
        self.kiosks[link.identity.kiosk_id] = link
        if old is not None:
            record(_logger, Event.SOCKET_REPLACED, kiosk=link.identity.kiosk_id)
            old.connection.close(CloseCode.REPLACED)

    def leave_kiosk(self, link: KioskLink) -> bool:
        """Whether the link was still the kiosk's; a replaced one changes nothing."""
        if self.kiosks.get(link.identity.kiosk_id) is not link:
            return False
        del self.kiosks[link.identity.kiosk_id]
        return True

    def join_station(self, link: StationLink) -> None:
        """Make it the station's link; the older one is sent away."""
        old = self.stations.get(link.station_id)
        if old is not None:
            self._forget_station(old)
        self.stations[link.station_id] = link
        self._of_partner.setdefault(link.partner_id, {})[link.station_id] = link
        self._of_agent.setdefault(link.agent.agent_id, {})[link.station_id] = link
        if old is not None:
            record(_logger, Event.SOCKET_REPLACED, station=link.station_id)
            old.connection.close(CloseCode.REPLACED)

    def leave_station(self, link: StationLink) -> bool:
        """Whether the link was still the station's."""
        if self.stations.get(link.station_id) is not link:
            return False
        self._forget_station(link)
        return True

    def _forget_station(self, link: StationLink) -> None:
        del self.stations[link.station_id]
        del self._of_partner[link.partner_id][link.station_id]
        held = self._of_agent[link.agent.agent_id]
        del held[link.station_id]
        if not held:
            del self._of_agent[link.agent.agent_id]

    def stations_of_partner(self, partner_id: str) -> Iterable[StationLink]:
        return self._of_partner.get(partner_id, {}).values()

    def stations_of_agent(self, agent_id: str) -> Iterable[StationLink]:
        return self._of_agent.get(agent_id, {}).values()

    async def close_all(self, code: CloseCode, within_s: float) -> None:
        """Send everybody away, spread over `within_s` so that they do not all come back at once."""
        leaving = list(self._everybody)
        pause_every = max(1, len(leaving) // 100)
        for number, connection in enumerate(leaving, start=1):
            connection.close(code)
            if number % pause_every == 0 and number < len(leaving):
                await asyncio.sleep(within_s / 100 * 0.8)
        try:
            async with asyncio.timeout(max(0.1, within_s * 0.2)):
                for connection in leaving:
                    await connection.flushed()
        except TimeoutError:
            return
