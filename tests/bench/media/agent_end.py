"""The far end of a link: a real hub, and the real station page in a headless Chromium whose agent answers.

`python -m tests.bench.media.agent_end JOB.json`, in the network end's namespace. Orders are lines of JSON on standard
input, answers lines of JSON on standard output; the end of the orders is the end of the program.
"""

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from tests.bench.media import browser_side
from tests.bench.media.made import EMAIL, PASSWORD, PORT, run_hub
from tests.bench.media.media_flags import BROWSER_FLAGS
from tests.bench.media.side import read_wav
from tests.fakes.agent_browser import CHROMIUM

WITHIN_MS = 40_000


@asynccontextmanager
async def station_page(job: dict[str, Any]) -> AsyncIterator[Page]:
    """The page, signed in, where calls ring."""
    flags = [
        *BROWSER_FLAGS,
        f"--use-file-for-fake-video-capture={job['camera']}",
        f"--use-file-for-fake-audio-capture={job['voice']}",
    ]
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            Path(job["folder"]) / "agent-profile",
            executable_path=CHROMIUM,
            headless=True,
            args=flags,
            viewport={"width": 1366, "height": 768},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            permissions=["camera", "microphone", "notifications"],
        )
        try:
            page = context.pages[0]
            page.set_default_timeout(WITHIN_MS)
            await page.add_init_script(browser_side.WATCH)
            await page.goto(f"http://localhost:{PORT}/station")
            await page.get_by_label("Adresse électronique").fill(EMAIL)
            await page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
            await _button(page, "Se connecter").click()
            await _button(page, "Prendre mon poste").click()
            await _button(page, "Oui, je l'entends").click()
            await _reads(page, "les appels vont sonner ici")
            yield page
        finally:
            await context.close()


def _button(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=re.compile(f"^{name}", re.IGNORECASE)).first


async def _reads(page: Page, words: str) -> None:
    place = page.get_by_text(re.compile(words, re.IGNORECASE)).locator("visible=true").first
    await place.wait_for(state="visible")


async def obey(order: dict[str, Any], page: Page, loop: Any) -> dict[str, Any]:
    """Carry out one order; what it answers."""
    match order["do"]:
        case "ring":
            await page.locator("#answer").wait_for(state="visible")
            # What was noted while the page made its checks is of no call.
            await page.evaluate("bench.reset()")
            return {}
        case "answer":
            await page.locator("#answer").click(no_wait_after=True)
            return {}
        case "collect":
            side = await browser_side.collect(page.evaluate, loop, Path(order["folder"]))
            return {"pictures": len(side.shown)}
        case "wrap_up":
            await _wrap_up(page)
            return {}
    raise ValueError(order["do"])


async def _wrap_up(page: Page) -> None:
    """The agent closes the call, hanging up first when the kiosk did not."""
    wrapping = page.get_by_text(re.compile("Clôture de l'appel", re.IGNORECASE)).locator("visible=true").first
    try:
        await wrapping.wait_for(state="visible", timeout=8000)
    except Exception:  # noqa: BLE001 - any failure to see it means the same: the call still stands
        await _button(page, "Raccrocher").click()
        await page.keyboard.press("F4")
        await wrapping.wait_for(state="visible")
    await _button(page, "Réglé").click()
    await _reads(page, "les appels vont sonner ici")


async def serve(job: dict[str, Any]) -> None:
    """Obey until standard input ends."""
    loop = read_wav(Path(job["voice"]))
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async with station_page(job) as page:
        print(json.dumps({"ready": True}), flush=True)
        while line := await reader.readline():
            print(json.dumps(await obey(json.loads(line), page, loop)), flush=True)


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    with run_hub(Path(job["hub_config"]), Path(job["folder"]) / "hub.log"):
        asyncio.run(serve(job))


if __name__ == "__main__":
    main()
