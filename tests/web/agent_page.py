"""The station page in a real Chromium, watched: console errors and requests to anybody else are kept."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    TimeoutError,
    async_playwright,
)

from tests.web.world import PASSWORD, SITE

FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000
"""Long, because the machine may be busy with everything else."""
DEVICES_ALLOWED = "--use-fake-ui-for-media-stream"
SOUND_ALLOWED = "--autoplay-policy=no-user-gesture-required"


class AgentPage:
    """One signed-out agent at a computer of 1366 x 768."""

    def __init__(self, context: BrowserContext, page: Page, url: str) -> None:
        self.context = context
        self.page = page
        self.url = url
        self.problems: list[str] = []
        self.expected: list[str] = []
        """Parts of console messages that a test provokes on purpose."""
        self.watch(page)

    def watch(self, page: Page) -> None:
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("request", lambda request: self._requested(request.url))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(f"{message.type}: {message.text}")

    def _requested(self, url: str) -> None:
        if not url.startswith((self.url, self.url.replace("http", "ws", 1), "blob:", "data:")):
            self.problems.append(f"request to somebody else: {url}")

    def check(self) -> None:
        """Nothing went wrong in the console, nobody else was asked for anything."""
        left = [problem for problem in self.problems if not any(part in problem for part in self.expected)]
        assert left == [], f"the browser complained: {left}"

    async def open(self) -> None:
        await self.page.goto(f"{self.url}/station")

    async def sign_in(self, email: str, password: str = PASSWORD) -> None:
        await self.open()
        try:
            await self.page.get_by_label("Adresse électronique").fill(email)
        except TimeoutError:
            shown = await self.page.locator("body").inner_text()
            raise AssertionError(f"no sign-in form, but: {shown!r}; {self.problems}") from None
        await self.page.get_by_label("Mot de passe", exact=True).fill(password)
        await self.page.get_by_role("button", name="Se connecter").click()

    async def take_post(self) -> None:
        await self.page.get_by_role("button", name="Prendre mon poste").click()
        await self.page.get_by_role("button", name="Oui, je l'entends").click()
        await self.sees("les appels vont sonner ici")

    async def sees(self, words: str) -> None:
        await self.page.get_by_text(words).locator("visible=true").first.wait_for()

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name).click()

    async def rings(self) -> None:
        """Wait for the ring."""
        await self.page.get_by_role("heading", name=f"Appel de {SITE}").wait_for()

    async def sees_usager(self) -> None:
        """Wait for the usager's picture."""
        await self.page.wait_for_function("() => document.getElementById('usager-picture')?.videoWidth > 0")

    async def is_ringing(self) -> bool:
        """What the page says of itself: the ring is shown, the icon and the title have changed."""
        return bool(
            await self.page.evaluate(
                "!document.getElementById('ring').hidden"
                " && document.getElementById('favicon').href.endsWith('icon-ring.svg')"
            )
        )

    async def picture(self) -> dict[str, Any] | None:
        """Mean colour of the usager's picture, and a digest that changes when it moves."""
        return await self.page.evaluate(
            """() => {
              const video = document.getElementById('usager-picture');
              if (!video.videoWidth) return null;
              const canvas = document.createElement('canvas');
              [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
              const context = canvas.getContext('2d');
              context.drawImage(video, 0, 0);
              const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
              let [green, sum] = [0, 0];
              for (let i = 0; i < data.length; i += 4) { green += data[i + 1]; sum = (sum * 31 + data[i]) >>> 0; }
              return { green: green / (data.length / 4), digest: sum, width: canvas.width };
            }"""
        )


@asynccontextmanager
async def chromium(*, sound_allowed: bool = True, devices_allowed: bool = True) -> AsyncIterator[Browser]:
    """A browser of its own, with a fake camera and microphone."""
    driver: Playwright
    async with async_playwright() as driver:
        arguments = [*FLAGS]
        if sound_allowed:
            arguments.append(SOUND_ALLOWED)
        if devices_allowed:
            arguments.append(DEVICES_ALLOWED)
        browser = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=arguments)
        try:
            yield browser
        finally:
            await browser.close()


async def seat(
    browser: Browser,
    url: str,
    *,
    permissions: Sequence[str] = ("camera", "microphone", "notifications"),
    **options: Any,
) -> AgentPage:
    """A new browser window, with nothing remembered."""
    options.setdefault("viewport", {"width": 1366, "height": 768})
    context = await browser.new_context(locale="fr-FR", permissions=list(permissions), accept_downloads=True, **options)
    return AgentPage(context, await context.new_page(), url)
