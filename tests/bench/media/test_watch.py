"""`watch.js` in a real browser, on a page that calls itself: it reads the numbers, the sound and the connection."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from playwright.async_api import Route, async_playwright

from tests.bench.media import browser_side, source_picture
from tests.bench.media.heard import heard
from tests.bench.media.media_flags import BROWSER_FLAGS
from tests.bench.media.side import write_wav
from tests.bench.media.source_speech import speak
from tests.fakes.agent_browser import CHROMIUM

PAGE = """
<!doctype html><meta charset="utf-8"><video id="agent" autoplay playsinline></video>
<script>
async function callMyself() {
  const one = new RTCPeerConnection(), other = new RTCPeerConnection();
  one.onicecandidate = ({ candidate }) => candidate && other.addIceCandidate(candidate);
  other.onicecandidate = ({ candidate }) => candidate && one.addIceCandidate(candidate);
  const video = document.querySelector('#agent');
  video.srcObject = new MediaStream();
  other.ontrack = ({ track }) => video.srcObject.addTrack(track);
  const local = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 1280, height: 720 } });
  for (const track of local.getTracks()) one.addTrack(track, local);
  await one.setLocalDescription();
  await other.setRemoteDescription(one.localDescription);
  await other.setLocalDescription();
  await one.setRemoteDescription(other.localDescription);
}
</script>
"""
FRAMES = 60


async def _serve(route: Route) -> None:
    await route.fulfill(body=PAGE, content_type="text/html")


@pytest.mark.serial
async def test_a_page_that_calls_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source_picture, "FRAMES", FRAMES)
    source_picture.write(tmp_path / "camera.y4m", seed=1)
    loop = speak(seed=1, pitch_hz=120)
    write_wav(tmp_path / "voice.wav", loop)
    flags = [
        *BROWSER_FLAGS,
        f"--use-file-for-fake-video-capture={tmp_path / 'camera.y4m'}",
        f"--use-file-for-fake-audio-capture={tmp_path / 'voice.wav'}",
    ]
    async with async_playwright() as playwright:
        context = await playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=CHROMIUM, headless=True, args=flags
        )
        try:
            page = context.pages[0]
            await page.add_init_script(browser_side.WATCH)
            await page.route("**/*", _serve)
            await page.goto("http://localhost/")
            await page.evaluate("callMyself()")
            await page.wait_for_function(
                "bench.frames.length > 90 && bench.kept.length > 1 && bench.heard.length > 500"
            )
            side = await browser_side.collect(page.evaluate, loop, tmp_path / "side")
            assert await page.evaluate("bench.frames.length") < 30
        finally:
            await context.close()
    assert side.problems == []
    numbers = [each.number for each in side.shown if each.number is not None]
    assert len(numbers) > 0.9 * len(side.shown)
    steps = [(after - before) % FRAMES for before, after in pairwise(numbers)]
    assert np.median(steps) in (1, 2)
    assert {number for number, _ in side.camera} <= set(range(FRAMES))
    assert len(side.camera) >= 5
    assert side.stats
    for number, name in side.kept:
        assert 0 <= number < FRAMES
        assert np.load(tmp_path / "side" / name).std() > 20
    assert side.heard is not None
    assert side.said
    seconds = len(side.heard.samples) / 48_000
    found = heard(
        side.heard.samples,
        side.heard.begins_s,
        loop,
        side.said,
        side.heard.begins_s + 1,
        side.heard.begins_s + seconds - 1.5,
    )
    assert found.gap_share < 0.2
    assert 0 <= found.delays[0].delay_s < 2
