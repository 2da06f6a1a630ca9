"""The partner agent's browser: a real Chromium with a file as camera, a file as microphone, and a sink as headset."""

import base64
import io
import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from PIL import Image
from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Playwright, Request

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
)
GRAB = """
(video) => {
  if (!video.videoWidth) return null;
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d').drawImage(video, 0, 0);
  return canvas.toDataURL('image/jpeg', 0.92);
}
"""


class AgentBrowser:
    """One agent at one desk: own profile, own camera and microphone files, own headset."""

    def __init__(
        self,
        playwright: Playwright,
        *,
        profile: Path,
        camera: Path | None = None,
        microphone: Path | None = None,
        environment: Mapping[str, str] | None = None,
        width_px: int = 1366,
        height_px: int = 768,
    ) -> None:
        """Start Chromium with an empty profile.

        Args:
            playwright: one for all browsers of a program.
            camera: a .mjpeg or .y4m file, played in a loop.
            microphone: a WAV file, played in a loop.
            environment: added to the browser's environment, to choose its sound server and sink.
        """
        flags = [*FLAGS]
        if camera is not None:
            flags.append(f"--use-file-for-fake-video-capture={camera}")
        if microphone is not None:
            flags.append(f"--use-file-for-fake-audio-capture={microphone}")
        self.errors: list[str] = []
        """Console errors, uncaught exceptions and failed requests, in order."""
        self.requested_hosts: set[str] = set()
        self._context: BrowserContext = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            headless=True,
            args=flags,
            ignore_default_args=["--mute-audio"],
            env={**os.environ, **(environment or {})},
            viewport={"width": width_px, "height": height_px},
            locale="fr-FR",
            timezone_id="Europe/Paris",
            permissions=["camera", "microphone", "notifications"],
            accept_downloads=True,
        )
        self.page: Page = self._context.pages[0]
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda error: self.errors.append(f"exception: {error}"))
        self.page.on("request", self._on_request)

    def picture(self, video: Locator) -> Any:
        """What a <video> shows now: uint8 array (height, width, 3), RGB, or None before its first picture."""
        data = video.evaluate(GRAB)
        if data is None:
            return None
        return np.asarray(Image.open(io.BytesIO(base64.b64decode(data.partition(",")[2]))).convert("RGB"))

    def save_picture(self, file: Path) -> None:
        """Write what the agent sees as PNG."""
        file.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=file)

    def end(self) -> None:
        self._context.close()

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(f"{message.type}: {message.text}")

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith(("data:", "blob:")):
            self.requested_hosts.add(request.url.split("/")[2])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()
