"""The kiosk that ours is compared with: Chromium in a window of the same size, on the same hub, called by the same page.

It keeps its call as the station's page does: a connection that failed, or that was away for eight seconds, is replaced
through the hub, and the link to the hub is built again. It runs in a thread of its own with its own loop; every public method may be called from another thread.
"""

import asyncio
import contextlib
import threading
from collections.abc import Coroutine, Sequence
from pathlib import Path
from typing import Any, TypeVar

from playwright.async_api import Page, async_playwright
from pydantic import BaseModel
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from hub.protocol import (
    KIOSK_SOCKET,
    CallAccepted,
    CallEnded,
    CallQueued,
    Candidate,
    Challenge,
    Description,
    HangUp,
    IceServer,
    MediaState,
    PeerRenewed,
    PlaceCall,
    RelayCandidate,
    RelayDescription,
    RenewPeer,
    ReportMedia,
)
from tests.fakes.agent_browser import CHROMIUM, FLAGS
from tests.fakes.hub_clients import FakeKiosk

ADDRESS = "http://localhost/chromium_kiosk.html"
PAGE = Path(__file__).with_name("chromium_kiosk.html").read_text("utf-8")
T = TypeVar("T")

AWAY_S = 8.0
RENEW_EVERY_S = 10.0
"""As hub/web/station/live_call.js."""
JOIN_AGAIN_S = 1.0


class _Linked(FakeKiosk):
    """A kiosk whose messages are taken one after the other, and which notices within seconds that its link is dead."""

    async def open(self) -> str:
        await self._open(KIOSK_SOCKET, ping_interval=4, ping_timeout=6)
        return (await self.expect(Challenge)).nonce

    async def next(self) -> BaseModel | None:
        """The oldest message, waited for; None when the hub has closed."""
        async with self._news:
            await self._news.wait_for(lambda: bool(self.inbox) or self.close_code is not None)
            return self.inbox.pop(0) if self.inbox else None


class ChromiumKiosk:
    """Linked to the hub and waiting for its usager."""

    def __init__(
        self,
        link: FakeKiosk,
        *,
        profile: Path,
        camera: Path,
        microphone: Path,
        environment: dict[str, str],
        flags: Sequence[str] | None = None,
        script: str = "",
    ) -> None:
        """Start the browser, open camera and microphone, join the hub.

        Args:
            link: who it is for the hub; not joined yet.
            environment: the whole one: display and sound server.
            flags: instead of a window that fills the screen: no window, and these.
            script: put into the page before its own.
        """
        self.profile = profile
        self._link = _Linked(link.url, link.kiosk_id, link.key)
        self._camera, self._microphone, self._environment = camera, microphone, environment
        self._flags, self._script = flags, script
        self._ice_servers: list[IceServer] = []
        self._away: asyncio.TimerHandle | None = None
        self._renewed_s = float("-inf")
        self._state = ""
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

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        assert self._page is not None
        return self._do(self._page.evaluate(expression))

    def end(self) -> None:
        """Close the browser and the link."""
        if self._thread.is_alive():
            self._do(self._close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(120)

    async def _open(self) -> None:
        self._playwright = await async_playwright().start()
        window = ["--window-position=0,0", "--window-size=1280,720", "--kiosk"]
        flags = [
            *(self._flags or (*FLAGS, *window)),
            f"--use-file-for-fake-video-capture={self._camera}",
            f"--use-file-for-fake-audio-capture={self._microphone}",
        ]
        self._context = await self._playwright.chromium.launch_persistent_context(
            self.profile,
            executable_path=CHROMIUM,
            headless=self._flags is not None,
            viewport={"width": 1280, "height": 720} if self._flags is not None else None,
            no_viewport=self._flags is None,
            args=flags,
            ignore_default_args=["--mute-audio"],
            env=self._environment,
            permissions=["camera", "microphone"],
        )
        page = self._page = self._context.pages[0]
        if self._script:
            await page.add_init_script(self._script)
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
        while True:
            while (message := await self._link.next()) is not None:
                await self._heard(message)
            await self._join_again()

    async def _heard(self, message: BaseModel) -> None:
        assert self._page is not None
        match message:
            case CallQueued():
                self._call_id = message.call_id
            case CallAccepted():
                self._ice_servers = message.ice_servers
            case RelayDescription(peer_no=peer_no):
                self._peer_no = peer_no
                sdp = await self._page.evaluate(
                    "([sdp, servers]) => answer(sdp, servers)", [message.description.sdp, self._servers()]
                )
                await self._say(
                    RelayDescription(
                        call_id=message.call_id, peer_no=peer_no, description=Description(type="answer", sdp=sdp)
                    )
                )
            case RelayCandidate():
                await self._page.evaluate("(each) => add(each)", message.candidate.model_dump())
            case PeerRenewed():
                self._ice_servers = message.ice_servers
                await self._page.evaluate("hangUp()")
            case CallEnded():
                self._call_id = None
                await self._page.evaluate("hangUp()")
            case _:
                pass

    async def _join_again(self) -> None:
        """The link to the hub broke: build it again, and the connection too when it is away."""
        while self._link.close_code is not None:
            try:
                async with asyncio.timeout(8):
                    await self._link.join(self._call_id)
            except (OSError, TimeoutError, AssertionError, ConnectionClosed, InvalidHandshake):
                await asyncio.sleep(JOIN_AGAIN_S)
        if self._call_id is not None and self._state != "connected":
            await self._renew()

    def _servers(self) -> list[dict[str, Any]]:
        return [server.model_dump(exclude_none=True) for server in self._ice_servers]

    async def _send_candidate(self, candidate: dict[str, Any]) -> None:
        if self._call_id is not None:
            await self._say(
                RelayCandidate(call_id=self._call_id, peer_no=self._peer_no, candidate=Candidate(**candidate))
            )

    async def _send_state(self, state: str) -> None:
        self._state = state
        if self._away is not None:
            self._away.cancel()
            self._away = None
        if self._call_id is None:
            return
        if state == "connected":
            await self._say(ReportMedia(call_id=self._call_id, peer_no=self._peer_no, state=MediaState.CONNECTED))
        elif state == "failed":
            await self._renew()
        elif state == "disconnected":
            self._away = self._loop.call_later(
                AWAY_S, lambda: self._tasks.append(self._loop.create_task(self._renew()))
            )

    async def _renew(self) -> None:
        now_s = self._loop.time()
        if self._call_id is not None and now_s - self._renewed_s >= RENEW_EVERY_S:
            self._renewed_s = now_s
            await self._say(RenewPeer(call_id=self._call_id))

    async def _say(self, message: BaseModel) -> None:
        # What is said while the link is down is said again by what comes after it: a new connection.
        with contextlib.suppress(ConnectionClosed):
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
