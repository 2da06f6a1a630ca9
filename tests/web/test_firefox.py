"""The station page in Firefox ESR: signed in, on post, in a call with picture both ways."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.fakes.aiortc_kiosk import AiortcKiosk
from tests.fakes.pulse import Pulse
from tests.web.node_program import HERE
from tests.web.world import PASSWORD, Place, World


class Firefox:
    """One window, driven by a node program."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def do(self, command: str, **fields: Any) -> Any:
        """Run one command of firefox.mjs and give its answer. Raises AssertionError with the browser's reason."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"command": command, **fields}).encode() + b"\n")
        await self._process.stdin.drain()
        async with asyncio.timeout(60):
            line = await self._process.stdout.readline()
        assert line, "the browser's driver is gone"
        answer = json.loads(line)
        assert "error" not in answer, f"{command} {fields}: {answer['error']}"
        return answer["ok"]

    async def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(b'{"command": "end"}\n')
        self._process.stdin.close()
        try:
            async with asyncio.timeout(20):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@pytest.fixture
def headset(tmp_path: Path) -> Iterator[Pulse]:
    """Firefox lets no page sound on a computer without any sound card."""
    pulse = Pulse(tmp_path / "pulse", sinks=["headset"])
    yield pulse
    pulse.end()


@pytest_asyncio.fixture
async def firefox(headset: Pulse) -> AsyncIterator[Firefox]:
    process = await asyncio.create_subprocess_exec(
        "node",
        HERE / "firefox.mjs",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, **headset.environment(plays_on="headset", hears="headset")},
    )
    browser = Firefox(process)
    yield browser
    await browser.end()


async def test_a_call_in_firefox(firefox: Firefox, world: World, place: Place, kiosk: AiortcKiosk) -> None:
    await firefox.do("open", url=f"{world.url}/station")
    await firefox.do("type", selector="#email", text=place.email)
    await firefox.do("type", selector="#password", text=PASSWORD)
    await firefox.do("click", selector="form button[type=submit]")
    await firefox.do("sees", words="Bonjour Mme Martin")
    await firefox.do("click", selector=".post button[type=submit]")
    await firefox.do("click", selector="#check-sound .primary")
    await firefox.do("sees", words="les appels vont sonner ici")
    queued = await kiosk.place_call(place.partner_id, motif_id="logement")
    await kiosk.serve(queued.call_id)
    await firefox.do("sees", words="Appel de Maison France services de Vernoux")
    await firefox.do("press", key="F2")
    await firefox.do("picture")
    await kiosk.until(lambda: kiosk.remote["video"] > 10 and kiosk.remote["audio"] > 10, 30)
    assert (await kiosk.told("hello"))["received"] == {}
    await firefox.do("click", selector="#hang-up")
    await firefox.do("sees", words="Vous avez raccroché")
    await firefox.do("click", selector='[data-resolution="resolved"]:not([disabled])')
    await firefox.do("sees", words="les appels vont sonner ici")
    assert await firefox.do("problems") == []
