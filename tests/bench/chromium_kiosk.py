"""The kiosk that ours is compared with: Chromium in a window of the same size, on the same hub, called by the same page.

It runs in a thread of its own with its own loop; every public method may be called from another thread.
"""

import asyncio
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Page, async_playwright
from pydantic import BaseModel

from hub.protocol import (
    CallEnded,
    CallQueued,
    Candidate,
    Description,
    HangUp,
    MediaState,
    PeerRenewed,
    PlaceCall,
    RelayCandidate,
    RelayDescription,
    ReportMedia,
)
from tests.fakes.agent_browser import CHROMIUM, FLAGS
from tests.fakes.hub_clients import FakeKiosk

ADDRESS = "http://localhost/chromium_kiosk.html"
PAGE = Path(__file__).with_name("chromium_kiosk.html").read_text("utf-8")
T = TypeVar("T")


class _Linked(FakeKiosk):
    """A kiosk whose messages are taken one after the other."""

    async def next(self) -> BaseModel | None:
        """The oldest message, waited for; None when the hub has closed."""
        async with self._news:
            await self._news.wait_for(lambda: bool(self.inbox) or self.close_code is not None)
            return self.inbox.pop(0) if self.inbox else None


class ChromiumKiosk:
    """Linked to the hub and waiting for its usager."""

    def __init__(
        self, link: FakeKiosk, *, profile: Path, camera: Path, microphone: Path, environment: dict[str, str]
    ) -> None:
        """Start the browser, open camera and microphone, join the hub.

        Args:
            link: who it is for the hub; not joined yet.
            environment: the whole one: display and sound server.
        """
        self.profile = profile
        self._link = _Linked(link.url, link.kiosk_id, link.key)
        self._camera, self._microphone, self._environment = camera, microphone, environment
        self._calls = 0
        self._call_id: str | None = None
        self._peer_no = 1
        self._page: Page | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="chromium kiosk", daemon=True)
        self._thread.start()
        self._tasks: list[asyncio.Task[None]] = []
        try:
            self._do(self._open())
        except BaseException:
            self.end()
            raise

    def place_call(self, partner_id: str) -> None:
        """The usager touches « Appeler »."""
        self._do(self._place_call(partner_id))

    def hang_up(self) -> None:
        """The usager ends the call."""
        self._do(self._hang_up())

    def end(self) -> None:
        """Close the browser and the link."""
        if self._thread.is_alive():
            self._do(self._close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    async def _open(self) -> None:
        self._playwright = await async_playwright().start()
        flags = [
            *FLAGS,
            f"--use-file-for-fake-video-capture={self._camera}",
            f"--use-file-for-fake-audio-capture={self._microphone}",
            "--window-position=0,0",
            "--window-size=1280,720",
            "--kiosk",
        ]
        self._context = await self._playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=CHROMIUM,
            headless=False,
            no_viewport=True,
            args=flags,
            ignore_default_args=["--mute-audio"],
            env=self._environment,
            permissions=["camera", "microphone"],
        )
        page = self._page = self._context.pages[0]
        await page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
        await page.expose_function("sendCandidate", self._send_candidate)
        await page.expose_function("sendState", self._send_state)
        await page.goto(ADDRESS)
        await page.evaluate("prepare()")
        await self._link.join()
        self._tasks.append(asyncio.create_task(self._listen()))

    async def _place_call(self, partner_id: str) -> None:
        self._calls += 1
        await self._link.send(PlaceCall(request_id=f"chromium-{self._calls}", partner_id=partner_id))

    async def _listen(self) -> None:
        assert self._page is not None
        while (message := await self._link.next()) is not None:
            match message:
                case CallQueued():
                    self._call_id = message.call_id
                case RelayDescription(peer_no=peer_no):
                    self._peer_no = peer_no
                    arguments = [message.description.sdp, []]
                    sdp = await self._page.evaluate("([sdp, servers]) => answer(sdp, servers)", arguments)
                    await self._say(
                        RelayDescription(
                            call_id=message.call_id, peer_no=peer_no, description=Description(type="answer", sdp=sdp)
                        )
                    )
                case RelayCandidate():
                    await self._page.evaluate("(each) => add(each)", message.candidate.model_dump())
                case CallEnded() | PeerRenewed():
                    await self._page.evaluate("hangUp()")
                case _:
                    pass

    async def _send_candidate(self, candidate: dict[str, Any]) -> None:
        if self._call_id is not None:
            await self._say(
                RelayCandidate(call_id=self._call_id, peer_no=self._peer_no, candidate=Candidate(**candidate))
            )

    async def _send_state(self, state: str) -> None:
        if state == "connected" and self._call_id is not None:
            await self._say(ReportMedia(call_id=self._call_id, peer_no=self._peer_no, state=MediaState.CONNECTED))

    async def _say(self, message: BaseModel) -> None:
        await self._link.send(message)

    async def _hang_up(self) -> None:
        if self._call_id is not None:
            await self._say(HangUp(call_id=self._call_id))
            self._call_id = None

    async def _close(self) -> None:
        await self._link.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._page is not None:
            await self._context.close()
        if hasattr(self, "_playwright"):
            await self._playwright.stop()
