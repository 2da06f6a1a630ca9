"""What kiosks and stations have in common: a link that is built again for ever, and a life that goes on without it."""

import asyncio
import contextlib
import random
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, TypeAdapter
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from hub.protocol import decode, encode
from tests.chaos.history import History

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 1.0
OPEN_S = 3.0
PING_S = 2.0
ANSWER_S = 2.0
"""A request that brought no news for so long is sent again, or given up."""


class Party(ABC):
    """One client of the hubs at `urls`, which are as good as each other."""

    adapter: TypeAdapter[Any]
    path: str

    def __init__(self, name: str, urls: Sequence[str], history: History, chance: random.Random) -> None:
        self.name = name
        self.chance = chance
        self.history = history
        self.is_leaving = False
        """The end of the run: nothing new is begun."""
        self.is_welcome = asyncio.Event()
        self._urls = urls
        self._socket: ClientConnection | None = None
        self._news = asyncio.Event()
        self._away_until = 0.0

    # ---- for the kinds of parties ------------------------------------------------------------------------

    def options(self) -> dict[str, Any]:
        """For the opening handshake."""
        return {}

    async def opened(self) -> None:  # noqa: B027 - a kiosk is spoken to first
        """The socket is open."""

    @abstractmethod
    async def hear(self, message: Any) -> None:
        """A message came."""

    @abstractmethod
    async def live(self) -> None:
        """What it does by itself, linked or not."""

    # ---- life --------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep_linked())
            tasks.create_task(self.live())

    async def _keep_linked(self) -> None:
        failures = 0
        while True:
            loop = asyncio.get_running_loop()
            await asyncio.sleep(max(0.0, self._away_until - loop.time()))
            began = loop.time()
            code: int | None = None
            try:
                options = {"ping_interval": PING_S, "ping_timeout": PING_S, "close_timeout": 0.2, **self.options()}
                url = self.chance.choice(list(self._urls)) + self.path
                async with connect(
                    url, compression=None, proxy=None, max_size=None, open_timeout=OPEN_S, **options
                ) as socket:
                    self._socket = socket
                    self.history.up(self.name)
                    try:
                        await self.opened()
                        async for frame in socket:
                            message = decode(self.adapter, frame)
                            self.history.heard(self.name, message)
                            await self.hear(message)
                            self._news.set()
                    finally:
                        self._socket = None
                        self.is_welcome.clear()
                        code = socket.close_code
                        self.history.down(self.name, code)
            except (OSError, WebSocketException, TimeoutError):
                pass
            failures = 0 if loop.time() - began > LONGEST_PAUSE_S else min(failures + 1, 6)
            # Full jitter, as the products do.
            await asyncio.sleep(self.chance.uniform(0, min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**failures)))

    async def send(self, message: BaseModel) -> bool:
        """Send, if linked; whether it was written to the socket (what becomes of it is another matter)."""
        socket = self._socket
        if socket is None:
            return False
        self.history.sent(self.name, message)
        with contextlib.suppress(WebSocketException, OSError):
            await socket.send(encode(message))
            return True
        return False

    def cut(self, away_s: float = 0.0) -> None:
        """Pull the cable, and stay away for a while."""
        self._away_until = asyncio.get_running_loop().time() + away_s
        if self._socket is not None:
            self._socket.transport.abort()

    async def news(self, within_s: float) -> bool:
        """Wait for something to be heard; False after `within_s`."""
        self._news.clear()
        try:
            async with asyncio.timeout(within_s):
                await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def pause(self, low_s: float, high_s: float) -> None:
        await asyncio.sleep(self.chance.uniform(low_s, high_s))
