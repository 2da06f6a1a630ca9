"""One call in which pages travel: `python -m tests.bench.papers_station JOB.json`, at the agent's end of a link.

The job says how to run the kiosk's half at the other end, what to do, and where to write what was measured.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from playwright.async_api import Route

from tests.fakes.station_peer import StationPeer, station_peer

WEB = Path(__file__).resolve().parents[2] / "hub" / "web"
SCRIPT = Path(__file__).with_name("papers_station.js").read_text("utf-8")
WITHIN_S = 60.0


class KioskEnd:
    """The kiosk's process at the other end."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def order(self, **fields: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(fields).encode() + b"\n")
        await self._process.stdin.drain()

    async def until(self, event: str) -> dict[str, Any]:
        """The next event of this name; what comes before it is left out, a lost connection is an error."""
        assert self._process.stdout is not None
        async with asyncio.timeout(WITHIN_S):
            while line := await self._process.stdout.readline():
                told: dict[str, Any] = json.loads(line)
                if told["event"] == event:
                    return told
                if told.get("state") == "lost" or told.get("ok") is False:
                    raise AssertionError(f"instead of {event}: {told}")
        raise AssertionError(f"the kiosk's end is gone before {event}")


@contextlib.asynccontextmanager
async def kiosk_end(command: list[str]) -> AsyncIterator[KioskEnd]:
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=1024 * 1024
    )
    try:
        end = KioskEnd(process)
        await end.until("ready")
        yield end
    finally:
        assert process.stdin is not None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()
            await process.wait()


async def connect(station: StationPeer, kiosk: KioskEnd, *, media: bool) -> None:
    """Offer, answer, trickle, greet."""
    await station.page.route("**/shared/*.js", _serve)
    await station.page.add_script_tag(content=SCRIPT, type="module")
    await station.until("window.takePages !== undefined")
    if not media:
        await station.evaluate("withoutMedia()")
    sdp = await station.evaluate("offer()")
    await station.page.evaluate("(media) => takePages(media)", media)
    await kiosk.order(do="answer", sdp=sdp)
    answer = await kiosk.until("answered")
    await station.page.evaluate("(sdp) => accept(sdp)", answer["sdp"])
    for candidate in await station.evaluate("candidates()"):
        await kiosk.order(do="candidate", candidate=candidate)
    await kiosk.until("greeted")


async def _serve(route: Route) -> None:
    file = WEB / "shared" / route.request.url.rpartition("/")[2]
    await route.fulfill(body=file.read_text("utf-8"), content_type="text/javascript")


async def travel(station: StationPeer, kiosk: KioskEnd, *, early: bool, preview_s: float, lines: int) -> dict[str, Any]:
    """One page: previewed, sent, readable. Milliseconds since SEND."""
    pages = await station.evaluate("pagesShown()")
    await kiosk.order(do="preview", early=early, lines=lines)
    previewed = await kiosk.until("previewed")
    await asyncio.sleep(preview_s)
    await kiosk.order(do="send")
    sent = await kiosk.until("sent")
    await station.until(f"pagesShown() > {pages}", timeout_s=WITHIN_S)
    shown = await station.evaluate("lastPage()")
    await kiosk.until("received")
    return {
        "opened_ms": shown["opened"] - 1000 * sent["at_s"],
        "readable_ms": shown["readable"] - 1000 * sent["at_s"],
        "bytes": previewed["bytes"],
    }


async def measure(job: dict[str, Any]) -> list[dict[str, Any]]:
    """Every page of the job, in its order, on one connection."""
    found = []
    folder = Path(job["folder"])
    async with (
        kiosk_end(job["kiosk"]) as kiosk,
        station_peer(folder / "profile", microphone=Path(job["voice"]), camera=Path(job["camera"])) as station,
    ):
        await connect(station, kiosk, media=job["media"])
        await asyncio.sleep(job["settle_s"])
        for early, lines in job["pages"]:
            preview_s = job["preview_s"] if early else job["preview_late_s"]
            one = await travel(station, kiosk, early=early, preview_s=preview_s, lines=lines)
            found.append({"early": early, "lines": lines, **one})
            await asyncio.sleep(job["rest_s"])
    return found


def main() -> None:
    job = json.loads(Path(sys.argv[1]).read_text())
    found = asyncio.run(measure(job))
    Path(job["result"]).write_text(json.dumps(found))


if __name__ == "__main__":
    main()
