"""The link to the hub: one WebSocket on the running loop, built again for ever."""

import asyncio
import contextlib
import importlib.metadata
import logging
import random
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from hub.logbook import record
from hub.protocol import (
    KIOSK_SOCKET,
    MAX_MESSAGE_BYTES,
    PING_INTERVAL_S,
    PING_TIMEOUT_S,
    PROTOCOL_VERSION,
    TO_KIOSK,
    Challenge,
    ErrorCode,
    Hello,
    ProtocolError,
    WelcomeKiosk,
    decode,
    encode,
)
from kiosk.config import HubOptions
from kiosk.core.ports import HubListener
from kiosk.journal import Event
from kiosk.link.backoff import Backoff, Loss, loss_of
from kiosk.link.guard import Guard, until_new_address
from kiosk.link.key import KioskKey
from kiosk.local_network import usable_addresses

OPEN_TIMEOUT_S = 10.0
OPEN_TIMEOUT_IN_CALL_S = 5.0
"""TCP asks again after 1, 3 and 7 s: beginning anew is sooner when a cut ends in between."""
GREETING_TIMEOUT_S = 10.0
"""From the open socket to the hub's welcome."""
CLOSE_TIMEOUT_S = 2.0
MAX_QUEUED = 256
"""Messages waiting to be written; more means a link that is dead without knowing it."""

T = TypeVar("T")
logger = logging.getLogger(__name__)


class HubLink:
    """Implements `kiosk.core.ports.Hub`.

    Args:
        url: the hub's address, ws:// or wss://, without the socket's path.
        key: who this kiosk is.
        listener: told on the running loop, in order.
        rng: chance for the pauses.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        url: str,
        key: KioskKey,
        listener: HubListener,
        rng: random.Random,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.dropped_frames = 0
        """Frames that were no message, or not expected here."""
        self._url = url.rstrip("/") + KIOSK_SOCKET
        self._key = key
        self._listener = listener
        self._clock = clock
        self._backoff = Backoff(rng)
        self._software = f"visio-kiosk-{importlib.metadata.version('visio-relais')}"[:40]
        self._live_call_id: str | None = None
        self._task: asyncio.Task[None] | None = None
        self._outgoing: asyncio.Queue[str] | None = None
        self._hurry = asyncio.Event()

    @classmethod
    def from_options(cls, options: HubOptions, listener: HubListener) -> "HubLink":
        """The link described by the configuration.

        Raises:
            OSError: the key or the identifier cannot be read.
        """
        key = KioskKey.read(Path(options.key_file), options.kiosk_id)
        return cls(options.url, key, listener, random.Random())  # noqa: S311 - spreads load, hides nothing

    # ---- Hub --------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Begin connecting, on the running loop. Starting twice changes nothing."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._stay_connected(), name="hub link")

    async def stop(self) -> None:
        """Close the link and stop trying, within a few seconds."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    def send(self, message: Any) -> bool:
        """Queue a message; False when the link is down (nothing is kept for later)."""
        if self._outgoing is None:
            return False
        try:
            self._outgoing.put_nowait(encode(message))
        except asyncio.QueueFull:
            return False
        return True

    def set_live_call(self, call_id: str | None) -> None:
        """What `hello` says of the call still held, at the next connection."""
        self._live_call_id = call_id

    def retry_now(self) -> None:
        """Do not wait for the end of the current pause."""
        self._hurry.set()

    # ---- the loop ---------------------------------------------------------------------------------------

    async def _stay_connected(self) -> None:
        while True:
            welcomed_s: float | None = None
            code: int | None = None

            def welcomed() -> None:
                nonlocal welcomed_s
                welcomed_s = self._clock()

            try:
                async with connect(
                    self._url,
                    compression=None,
                    max_size=MAX_MESSAGE_BYTES,
                    open_timeout=OPEN_TIMEOUT_IN_CALL_S if self._in_call() else OPEN_TIMEOUT_S,
                    close_timeout=CLOSE_TIMEOUT_S,
                    ping_interval=PING_INTERVAL_S,
                    ping_timeout=PING_TIMEOUT_S,
                    user_agent_header=None,
                    proxy=None,
                ) as socket:
                    await self._converse(socket, welcomed)
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else None
            except (OSError, TimeoutError, InvalidHandshake, ProtocolError):
                code = None
            finally:
                self._outgoing = None
            held_s = self._clock() - welcomed_s if welcomed_s is not None else 0.0
            loss = loss_of(code)
            self._tell_lost(loss, code, was_up=welcomed_s is not None)
            await self._pause(self._backoff.pause_s(loss, held_s, in_call=self._in_call()), loss)

    async def _pause(self, pause_s: float, loss: Loss) -> None:
        """Wait, but not when told to hurry, nor when a network has just come up and nobody has sent us away."""
        self._hurry.clear()
        reasons: list[Coroutine[Any, Any, Any]] = [self._hurry.wait()]
        if loss is Loss.FAILED:
            reasons.append(until_new_address(usable_addresses()))
        tasks = [asyncio.get_running_loop().create_task(each) for each in reasons]
        try:
            await asyncio.wait(tasks, timeout=pause_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _in_call(self) -> bool:
        return self._live_call_id is not None

    def _tell_lost(self, loss: Loss, code: int | None, *, was_up: bool) -> None:
        if was_up:
            record(logger, Event.LINK_DOWN, level=logging.WARNING, code=code)
            self._tell(self._listener.on_hub_lost)
        if loss is Loss.REFUSED and code is not None:
            record(logger, Event.LINK_REFUSED, level=logging.ERROR, code=code)
            self._tell(self._listener.on_hub_refused, code)

    def _tell(self, method: Callable[..., None], *arguments: Any) -> None:
        # Through the loop, not directly: a fault in what listens must not cut the link.
        asyncio.get_running_loop().call_soon(method, *arguments)

    async def _converse(self, socket: ClientConnection, welcomed: Callable[[], None]) -> None:
        """Prove who we are, then pass messages both ways until the socket closes.

        Raises:
            ConnectionClosed: always, in the end.
            ProtocolError: the hub did not greet as agreed.
            TimeoutError: the hub did not greet in time.
        """
        async with asyncio.timeout(GREETING_TIMEOUT_S):
            challenge = await self._next_of(socket, Challenge)
            hello = Hello(
                protocol=PROTOCOL_VERSION,
                kiosk_id=self._key.kiosk_id,
                signature=self._key.sign(challenge.nonce),
                software=self._software,
                live_call_id=self._live_call_id,
            )
            await socket.send(encode(hello))
            welcome = await self._next_of(socket, WelcomeKiosk)
        outgoing = self._outgoing = asyncio.Queue(MAX_QUEUED)
        welcomed()
        record(logger, Event.LINK_UP)
        self._tell(self._listener.on_hub_message, welcome)
        loop = asyncio.get_running_loop()
        helpers = [
            loop.create_task(_write(socket, outgoing), name="hub link writer"),
            loop.create_task(self._cut_when_dead(socket), name="hub link guard"),
        ]
        try:
            while True:
                message = self._decoded(await socket.recv())
                if message is not None:
                    self._tell(self._listener.on_hub_message, message)
        finally:
            for helper in helpers:
                helper.cancel()
            for helper in helpers:
                with contextlib.suppress(asyncio.CancelledError, ConnectionClosed):
                    await helper

    async def _cut_when_dead(self, socket: ClientConnection) -> None:
        await Guard(socket, self._in_call).run()
        record(logger, Event.LINK_SILENT, level=logging.WARNING)
        socket.transport.abort()

    async def _next_of(self, socket: ClientConnection, kind: type[T]) -> T:
        """The next message of this kind; others are dropped (an `error` comes before a refusing close)."""
        while True:
            message = self._decoded(await socket.recv())
            if isinstance(message, kind):
                return message

    def _decoded(self, frame: str | bytes) -> Any:
        """A message, or None for a frame that is dropped."""
        try:
            if isinstance(frame, bytes):
                raise ProtocolError(ErrorCode.MALFORMED, "binary frame")
            return decode(TO_KIOSK, frame)
        except ProtocolError as error:
            self.dropped_frames += 1
            record(logger, Event.LINK_FRAME_DROPPED, level=logging.WARNING, reason=error.code, size=len(frame))
            return None


async def _write(socket: ClientConnection, outgoing: "asyncio.Queue[str]") -> None:
    while True:
        await socket.send(await outgoing.get())
