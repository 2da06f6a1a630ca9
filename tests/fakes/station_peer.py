"""The station's side of a peer connection in a real headless Chromium: offers as the station page does."""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from hub.protocol import Candidate, Description, IceServer
from kiosk.core.ports import Peers
from tests.fakes.agent_browser import CHROMIUM, FLAGS

ADDRESS = "http://localhost/station_peer.html"
PAGE = (Path(__file__).parent / "station_peer.html").read_text("utf-8")


class StationPeer:
    """One page, one connection after another."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def call(self, peers: Peers, peer_no: int, ice_servers: Sequence[IceServer] = ()) -> Description:
        """Offer, let `peers` answer with these servers (the browser asks none), trickle; returns the answer."""
        sdp = await self.page.evaluate("offer()")
        answer = await peers.answer(peer_no, Description(type="offer", sdp=sdp), ice_servers)
        await self.page.evaluate("(sdp) => accept(sdp)", answer.sdp)
        for candidate in await self.page.evaluate("candidates()"):
            await peers.add_candidate(peer_no, Candidate(**candidate))
        return answer

    async def trickle(self, candidate: Candidate) -> None:
        """A candidate of the kiosk that came after its answer."""
        await self.page.evaluate(
            "(candidate) => pc.addIceCandidate(candidate)", candidate.model_dump(exclude_none=True)
        )

    async def until(self, expression: str, timeout_s: float = 15.0) -> Any:
        """The value of a JavaScript expression, awaited if it is a promise, once it is truthy.

        Playwright's own wait takes a promise itself for the answer.
        """
        async with asyncio.timeout(timeout_s):
            while not (value := await self.page.evaluate(expression)):
                await asyncio.sleep(0.05)
        return value

    async def evaluate(self, expression: str) -> Any:
        return await self.page.evaluate(expression)

    async def send_document(self, data: bytes) -> None:
        await self.page.evaluate("(text) => sendDocument(text)", base64.b64encode(data).decode())


@asynccontextmanager
async def station_peer(
    profile: Path, *, microphone: Path | None = None, camera: Path | None = None
) -> AsyncIterator[StationPeer]:
    """A fresh Chromium that plays `microphone` (WAV) and `camera` (.y4m or .mjpeg) in a loop."""
    flags = [*FLAGS]
    if microphone is not None:
        flags.append(f"--use-file-for-fake-audio-capture={microphone}")
    if camera is not None:
        flags.append(f"--use-file-for-fake-video-capture={camera}")
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, headless=True, args=flags, permissions=["camera", "microphone"]
        )
        try:
            page = context.pages[0]
            await page.route("**/*", lambda route: route.fulfill(body=PAGE, content_type="text/html"))
            await page.goto(ADDRESS)
            yield StationPeer(page)
        finally:
            await context.close()
