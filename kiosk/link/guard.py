"""Notices early that a link is dead: a call in progress cannot wait for the keep-alive of an idle kiosk.

Without it, a link that was cut is found dead after 10 to 20 s, and what is written meanwhile waits for TCP's own patience,
which doubles at each try. Only a kiosk that holds a call asks so often: thousands that wait must cost the hub nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from kiosk.local_network import usable_addresses

LOOK_EVERY_S = 0.5
PING_EVERY_S = 2.0
SILENT_S = 5.0
"""Two round trips of a link that is full, with one packet lost; a link found dead by mistake costs one more greeting."""


class Socket(Protocol):
    """What is asked of a WebSocket."""

    @property
    def local_address(self) -> tuple[str, int]: ...

    async def ping(self) -> Awaitable[float]:
        """Send a ping; what it returns ends at the pong."""


class Guard:
    """Of one open socket; `run` returns when the link is dead.

    Args:
        in_call: whether a call is held now.
        addresses: those of this machine.
    """

    def __init__(
        self,
        socket: Socket,
        in_call: Callable[[], bool],
        addresses: Callable[[], frozenset[str]] = usable_addresses,
    ) -> None:
        self._socket = socket
        self._in_call = in_call
        self._addresses = addresses

    async def run(self) -> None:
        """Watch until the address that the link uses is gone or, in a call, a ping was not answered.

        Raises:
            websockets.exceptions.ConnectionClosed: the link ended otherwise.
        """
        ours = self._socket.local_address[0]
        # The loopback, or an address translated inside this machine, is in nobody's list.
        watched = ours in self._addresses()
        clock = asyncio.get_running_loop().time
        asked_s, pong = clock(), None
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if watched and ours not in self._addresses():
                return
            if pong is not None:
                if pong.done():
                    pong = None
                elif clock() - asked_s >= SILENT_S:
                    pong.cancel()
                    return
            elif self._in_call() and clock() - asked_s >= PING_EVERY_S:
                asked_s, pong = clock(), asyncio.ensure_future(await self._socket.ping())


async def until_new_address(known: frozenset[str], addresses: Callable[[], frozenset[str]] = usable_addresses) -> None:
    """Return when this machine has an address that is not in `known`: another network, or the same one again."""
    while not (now := addresses()) - known:
        known = now
        await asyncio.sleep(LOOK_EVERY_S)
