"""The media engine: its own thread, its own loop, its own executor; one peer connection at a time.

A stall of the screen must never be a gap in the sound, so nothing here runs on the main loop. Calls come
from the main loop and are handed over; news go back with `call_soon_threadsafe`.
"""

import asyncio
import logging
import threading
import time
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import uvloop

from hub.logbook import record
from hub.protocol import Candidate, Description, IceServer, MediaState
from kiosk.core.ports import Camera, FrameSink, MediaFigures, PeerListener, Sound
from kiosk.journal import Event
from kiosk.media.ice_servers import servers_for_attempt
from kiosk.media.peer import Peer, PeerRefused

STOP_TIMEOUT_S = 5.0
ENCODER_THREADS = 3
"""One frame of sound and one of picture are encoded at a time; one more converts received pictures."""

T = TypeVar("T")
logger = logging.getLogger(__name__)


class MediaStopped(RuntimeError):
    """The engine was asked something while it is not running."""


class PeerReplaced(PeerRefused):
    """The connection being built was closed, or replaced by a newer one."""


class MediaEngine:
    """Implements `kiosk.core.ports.Peers`. Every public method is called from the main loop."""

    def __init__(
        self,
        camera: Camera,
        sound: Sound,
        remote_sink: FrameSink,
        listener: PeerListener,
        main_loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._camera = camera
        self._sound = sound
        self._sink = remote_sink
        self._listener = listener
        self._main_loop = main_loop
        self._media_loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        # Below: touched on the media loop only.
        self._peer: Peer | None = None
        self._answering: asyncio.Task[Any] | None = None
        self._muted = (False, False)
        self._motion = False
        self._turn = asyncio.Lock()

    # ---- thread -----------------------------------------------------------------------------------------

    def start(self) -> None:
        """Start the media thread; returns when its loop runs. Starting twice changes nothing."""
        if self._thread is not None:
            return
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), name="media", daemon=True)
        self._thread.start()
        ready.wait()

    def _run(self, ready: threading.Event) -> None:
        loop = uvloop.new_event_loop()
        asyncio.set_event_loop(loop)
        # aiortc encodes in the loop's default executor: nothing else may ever run there.
        executor = ThreadPoolExecutor(ENCODER_THREADS, thread_name_prefix="media-codec")
        loop.set_default_executor(executor)
        self._media_loop = loop
        loop.call_soon(ready.set)
        try:
            loop.run_forever()
        finally:
            loop.run_until_complete(loop.shutdown_asyncgens())
            executor.shutdown(wait=False, cancel_futures=True)
            loop.close()

    async def stop(self) -> None:
        """Close the connection and end the thread, within 5 s. Stopping twice changes nothing."""
        thread, loop = self._thread, self._media_loop
        if thread is None or loop is None:
            return
        await self.close()
        self._thread = None
        self._media_loop = None
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join, STOP_TIMEOUT_S)
        if thread.is_alive():
            record(logger, Event.MEDIA_STOP_SLOW, level=logging.ERROR)

    async def _on_media(self, work: Coroutine[Any, Any, T]) -> T:
        if self._media_loop is None:
            work.close()
            raise MediaStopped
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self._media_loop))

    def _tell(self, method: Any, *arguments: Any) -> None:
        try:
            self._main_loop.call_soon_threadsafe(method, *arguments)
        except RuntimeError:
            logger.debug("main loop closed")

    # ---- Peers ------------------------------------------------------------------------------------------

    async def answer(self, peer_no: int, description: Description, ice_servers: Sequence[IceServer]) -> Description:
        """Build connection `peer_no`, take the station's offer, return the answer. Replaces an older one.

        Raises:
            PeerRefused: the description cannot be used, or (PeerReplaced) something newer came meanwhile.
            MediaStopped: the engine does not run.
        """
        return await self._on_media(self._answer(peer_no, description, list(ice_servers)))

    async def _answer(self, peer_no: int, description: Description, ice_servers: list[IceServer]) -> Description:
        self._interrupt()
        self._answering = asyncio.current_task()
        try:
            async with self._turn:
                return await self._build(peer_no, description, ice_servers)
        except asyncio.CancelledError:
            raise PeerReplaced("closed or replaced") from None

    async def _build(self, peer_no: int, description: Description, ice_servers: list[IceServer]) -> Description:
        await self._drop_peer()
        peer = self._peer = Peer(peer_no, self._camera, self._sound, self._sink, self, time.monotonic)
        peer.set_muted(camera=self._muted[0], microphone=self._muted[1])
        peer.rate.set_motion(self._motion)
        servers = servers_for_attempt(ice_servers, peer_no)
        try:
            answer = await peer.answer(description, servers)
        except BaseException as error:
            await self._drop_peer()
            if isinstance(error, PeerRefused):
                record(logger, Event.PEER_REFUSED, level=logging.WARNING, peer_no=peer_no)
            raise
        self._answering = None
        asked = len(servers.relays) + (servers.stun is not None)
        record(logger, Event.PEER_ANSWERED, peer_no=peer_no, ice_servers=asked)
        return answer

    def _interrupt(self) -> None:
        """What comes next does not wait for an answer that nobody needs any more."""
        answering, self._answering = self._answering, None
        if answering is not None and not answering.done():
            answering.cancel()

    async def add_candidate(self, peer_no: int, candidate: Candidate) -> None:
        """A remote candidate; ignored when the connection is not the current one."""
        await self._on_media(self._add_candidate(peer_no, candidate))

    async def _add_candidate(self, peer_no: int, candidate: Candidate) -> None:
        async with self._turn:
            if self._peer is not None and self._peer.peer_no == peer_no:
                await self._peer.add_candidate(candidate)

    async def send_control(self, text: str) -> bool:
        """Queue a text frame; False when the channel is not open."""
        return await self._on_media(self._send_control(text))

    async def _send_control(self, text: str) -> bool:
        return self._peer is not None and self._peer.channels.send_control(text)

    async def send_chunk(self, message: bytes) -> bool:
        """Queue a binary frame, waiting for room below 64 KiB; False when the channel is gone."""
        return await self._on_media(self._send_chunk(message))

    async def _send_chunk(self, message: bytes) -> bool:
        return self._peer is not None and await self._peer.channels.send_chunk(message)

    async def close(self) -> None:
        """Close the current connection; returns when no packet leaves any more."""
        if self._media_loop is not None:
            await self._on_media(self._close())

    async def _close(self) -> None:
        self._interrupt()
        async with self._turn:
            await self._drop_peer()
            self._muted = (False, False)
            self._motion = False

    async def _drop_peer(self) -> None:
        peer, self._peer = self._peer, None
        if peer is not None:
            await peer.close()

    def set_muted(self, *, camera: bool, microphone: bool) -> None:
        """Send black or silence instead; holds for the next connections of the call too, until `close`."""
        if self._media_loop is not None:
            self._media_loop.call_soon_threadsafe(self._set_muted, camera, microphone)

    def _set_muted(self, camera: bool, microphone: bool) -> None:
        self._muted = (camera, microphone)
        if self._peer is not None:
            self._peer.set_muted(camera=camera, microphone=microphone)

    def set_motion(self, motion: bool) -> None:
        """Keep the frames of our picture rather than its size (sign language); until `close`."""
        if self._media_loop is not None:
            self._media_loop.call_soon_threadsafe(self._set_motion, motion)

    def _set_motion(self, motion: bool) -> None:
        self._motion = motion
        if self._peer is not None:
            self._peer.rate.set_motion(motion)

    async def figures(self) -> MediaFigures | None:
        """What the current connection measures of itself; None when there is none."""
        return await self._on_media(self._figures()) if self._media_loop is not None else None

    async def _figures(self) -> MediaFigures | None:
        return None if self._peer is None else self._peer.figures()

    # ---- PeerEvents, on the media loop ------------------------------------------------------------------

    def state_changed(self, peer: Peer, state: MediaState) -> None:
        record(logger, Event.PEER_STATE, peer_no=peer.peer_no, state=state)
        self._news(peer, self._listener.on_peer_state, state.value)

    def control_opened(self, peer: Peer) -> None:
        self._news(peer, self._listener.on_peer_control_open)

    def control_received(self, peer: Peer, text: str) -> None:
        self._news(peer, self._listener.on_peer_control, text)

    def picture_paused(self, peer: Peer, paused: bool) -> None:
        self._news(peer, self._listener.on_peer_picture_paused, paused)

    def chunk_received(self, peer: Peer, message: bytes) -> None:
        self._news(peer, self._listener.on_peer_chunk, message)

    def candidate_found(self, peer: Peer, candidate: Candidate) -> None:
        self._news(peer, self._listener.on_peer_candidate, candidate)

    def _news(self, peer: Peer, method: Any, *arguments: Any) -> None:
        if peer is self._peer:
            self._tell(method, peer.peer_no, *arguments)
