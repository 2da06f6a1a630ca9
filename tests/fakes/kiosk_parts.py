"""Small real things around a conductor: a window that keeps views, a hub and a peer that keep what is said."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

from hub.protocol import Candidate, Description, IceServer
from kiosk.core.conversation import TO_STATION_PEER, decode_control
from kiosk.core.ports import CameraFrame
from kiosk.core.view import View


class KeptFrames:
    """A sink that counts."""

    def __init__(self) -> None:
        self.shown = 0
        self.cleared = 0

    def show(self, frame: CameraFrame) -> None:
        self.shown += 1

    def clear(self) -> None:
        self.cleared += 1


class KeptViews:
    """A window that remembers what it showed, and lets a test wait for a view."""

    def __init__(self) -> None:
        self.views: list[View] = []
        self.self_sink = KeptFrames()
        self.level = 0.0
        self._changed = asyncio.Event()

    def show_view(self, view: View) -> None:
        self.views.append(view)
        self._changed.set()

    def set_level(self, level: float) -> None:
        self.level = level

    async def until(self, holds: Callable[[View], bool], timeout_s: float = 20.0) -> View:
        """The first view, now or later, for which `holds`."""
        async with asyncio.timeout(timeout_s):
            while not (self.views and holds(self.views[-1])):
                self._changed.clear()
                await self._changed.wait()
        return self.views[-1]


class KeptHub:
    """A link that is always up and keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.live_call_id: str | None = None
        self.running = False

    def start(self) -> None:
        self.running = True

    async def stop(self) -> None:
        self.running = False

    def send(self, message: Any) -> bool:
        self.sent.append(message)
        return True

    def set_live_call(self, call_id: str | None) -> None:
        self.live_call_id = call_id

    def retry_now(self) -> None:
        pass


class KeptPeers:
    """A peer connection that keeps what is said and sent, in order."""

    def __init__(self) -> None:
        self.said: list[Any] = []
        self.chunks: list[bytes] = []
        self.muted: list[tuple[bool, bool]] = []
        self.answered: list[int] = []
        self.open = False
        self._changed = asyncio.Event()

    async def answer(self, peer_no: int, description: Description, ice_servers: Sequence[IceServer]) -> Description:
        self.answered.append(peer_no)
        self.open = True
        return Description(type="answer", sdp="v=0")

    async def add_candidate(self, peer_no: int, candidate: Candidate) -> None:
        pass

    async def send_control(self, text: str) -> bool:
        self.said.append(decode_control(TO_STATION_PEER, text))
        self._changed.set()
        return self.open

    async def send_chunk(self, message: bytes) -> bool:
        self.chunks.append(message)
        self._changed.set()
        return self.open

    async def close(self) -> None:
        self.open = False

    def set_motion(self, motion: bool) -> None:
        pass

    def set_muted(self, *, camera: bool, microphone: bool) -> None:
        self.muted.append((camera, microphone))

    async def until(self, holds: Callable[[], bool], timeout_s: float = 20.0) -> None:
        """Return when `holds`, looked at after each thing said or sent."""
        async with asyncio.timeout(timeout_s):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def until_said(self, kind: type, timeout_s: float = 20.0) -> Any:
        """The first message of a kind that was or will be said."""
        await self.until(lambda: any(isinstance(each, kind) for each in self.said), timeout_s)
        return next(each for each in self.said if isinstance(each, kind))
