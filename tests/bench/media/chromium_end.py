"""The near end of a link, with Chromium as the kiosk: `python -m tests.bench.media.chromium_end JOB.json`.

Run in the kiosk end's namespace. It links to the hub and calls, stays, hangs up, and leaves what it noted in a folder,
as `visio-kiosk --rehearse` does for ours. « ready » and « placed » on standard output say how far it is.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from kiosk.link.key import KioskKey
from tests.bench.chromium_kiosk import ChromiumKiosk
from tests.bench.media import browser_side
from tests.bench.media.media_flags import BROWSER_FLAGS
from tests.bench.media.side import read_wav
from tests.fakes.hub_clients import FakeKiosk

DOCUMENTS_AFTER_S = 2.0
"""As `visio-kiosk --rehearse --send-bytes`."""


class BrowserInACall:
    """Plays a job."""

    def __init__(self, job: dict[str, Any]) -> None:
        self._job = job
        key = KioskKey.read(Path(job["key"]))
        self._kiosk = ChromiumKiosk(
            FakeKiosk(job["hub"], key.kiosk_id, key._private),
            profile=Path(job["folder"]) / "kiosk-profile",
            camera=Path(job["camera"]),
            microphone=Path(job["voice"]),
            environment=dict(os.environ),
            flags=BROWSER_FLAGS,
            script=browser_side.WATCH,
        )

    def play(self) -> None:
        """The whole call."""
        folder = Path(self._job["folder"])
        kiosk = self._kiosk
        try:
            print("ready", flush=True)
            # The loop of speech began with the microphone: what was noted of it until now is kept.
            kiosk.place_call(self._job["partner"])
            print("placed", flush=True)
            self._wait_for_the_answer()
            documents_s = self._stay()
            kiosk.hang_up()
            asyncio.run(self._collect(folder, documents_s))
        finally:
            kiosk.end()

    def _wait_for_the_answer(self) -> None:
        deadline = time.monotonic() + self._job["patience_s"]
        while not self._kiosk.evaluate("bench.peers.some((each) => each.connectionState === 'connected')"):
            if time.monotonic() > deadline:
                raise TimeoutError("no connection")
            time.sleep(0.1)

    def _stay(self) -> float | None:
        """Seconds that the documents took, when there were any and they arrived."""
        until_s = time.monotonic() + self._job["seconds"]
        size = self._job["send_bytes"]
        if size:
            time.sleep(DOCUMENTS_AFTER_S)
            self._kiosk.evaluate(f"void sendDocuments({size}).then((seconds) => (bench.documents = seconds))")
        time.sleep(max(0.0, until_s - time.monotonic()))
        return self._kiosk.evaluate("bench.documents ?? null") if size else None

    async def _collect(self, folder: Path, documents_s: float | None) -> None:
        async def evaluate(expression: str) -> Any:
            return await asyncio.to_thread(self._kiosk.evaluate, expression)

        await browser_side.collect(evaluate, read_wav(Path(self._job["voice"])), folder)
        (folder / "documents.json").write_text(json.dumps({"seconds": documents_s}))


def main() -> None:
    BrowserInACall(json.loads(Path(sys.argv[1]).read_text("utf-8"))).play()


if __name__ == "__main__":
    main()
