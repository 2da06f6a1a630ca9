"""The agent's browser sees its camera file, is heard on its sink, and hears its microphone file."""

import functools
import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.fakes.agent_browser import AgentBrowser
from tests.fakes.agent_picture import FRAMES, advanced, read_number, write_camera_file
from tests.fakes.melody import AGENT_MELODY, play, share_heard, write_wav
from tests.fakes.pulse import Pulse

pytestmark = pytest.mark.serial

PAGE = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>Essai</title>
<video autoplay muted playsinline></video><audio autoplay></audio>
<script type="module">
const processed = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const stream = await navigator.mediaDevices.getUserMedia({ video: true, audio: processed });
document.querySelector('video').srcObject = new MediaStream(stream.getVideoTracks());
document.querySelector('audio').srcObject = new MediaStream(stream.getAudioTracks());
document.title = 'Prêt';
</script>"""


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


LISTENINGS = 4


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "www").mkdir()
    (tmp_path / "www" / "index.html").write_text(PAGE)
    handler = functools.partial(QuietHandler, directory=str(tmp_path / "www"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()
        thread.join()


@pytest.fixture
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as started:
        yield started


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[Pulse]:
    server = Pulse(tmp_path / "pulse", sinks=["headset", "other"])
    yield server
    server.end()


def test_camera_microphone_and_headset_are_real(
    tmp_path: Path, address: str, pulse: Pulse, playwright: Playwright
) -> None:
    write_camera_file(tmp_path / "agent.mjpeg")
    write_wav(tmp_path / "agent.wav", play(AGENT_MELODY, 6))
    browser = AgentBrowser(
        playwright,
        profile=tmp_path / "profile",
        camera=tmp_path / "agent.mjpeg",
        microphone=tmp_path / "agent.wav",
        environment=pulse.environment(plays_on="headset", hears="other"),
    )
    with browser:
        browser.page.goto(address)
        browser.page.wait_for_function("document.title === 'Prêt'")
        video = browser.page.locator("video")
        browser.page.wait_for_function("document.querySelector('video').videoWidth > 0")
        first = read_number(browser.picture(video))
        time.sleep(0.3)  # the time in which the camera must have moved on, and not the wait for an event
        second = read_number(browser.picture(video))
        assert first is not None
        assert second is not None
        assert 0 < advanced(first, second) < FRAMES // 2
        # The browser opens its loudspeaker when it likes: the first seconds may still be silent.
        shares = (share_heard(pulse.record("headset", 4), AGENT_MELODY) for _ in range(LISTENINGS))
        assert any(share > 0.4 for share in shares)
        browser.save_picture(tmp_path / "page.png")
        assert (tmp_path / "page.png").stat().st_size > 1000
        assert browser.errors == []
        assert browser.requested_hosts == {address.split("/")[2]}
