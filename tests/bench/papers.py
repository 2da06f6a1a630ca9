"""From SEND to a page that the agent can read: on a fast and a slow link, sealed ahead or sent after consent."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.paper import DENSE_LINES, LETTER_LINES
from tests.bench.table import Row, row
from tests.bench.voices import AGENT_VOICE, KIOSK_VOICE, sing
from tests.fakes.agent_picture import write_camera_file
from tests.fakes.child import Child
from tests.fakes.melody import write_wav
from tests.links.emulator import EmulatedLink
from tests.links.impairment import Impairment

PREVIEW_S = 3.0
PREVIEW_LATE_S = 0.5
"""Nothing travels while a page that waits for consent is looked at: its preview need not be long."""
QUEUE_S = 0.2
LINKS = (("no limit", Impairment(), 3.0, 0.5), ("1 Mbit/s", Impairment(rate_bps=1e6, queue_s=QUEUE_S), 8.0, 3.0))
"""Name, each way of the link, settling time of the call, rest between two pages in which the picture recovers."""
RUNS_WITH_MEDIA, RUNS_WITHOUT, RUNS_DENSE = 5, 3, 3
LONGEST_S = 240.0


def measure(logs: Path) -> list[Row]:
    """All rows about the travel of a page.

    Raises:
        NoNamespacesError: not allowed to make them here.
    """
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="visio-bench-") as name:
        folder = Path(name)
        write_wav(folder / "usager.wav", sing(KIOSK_VOICE, 6))
        write_wav(folder / "agent.wav", sing(AGENT_VOICE, 6))
        write_camera_file(folder / "agent.mjpeg")
        with EmulatedLink(folder / "link") as link:
            for words, way, settle_s, rest_s in LINKS:
                link.apply(up=way, down=way)
                for media in (True, False):
                    found = _one_call(link, folder, logs, words=words, media=media, settle_s=settle_s, rest_s=rest_s)
                    made = [_row(words, media, found, LETTER_LINES)]
                    if any(each["lines"] == DENSE_LINES for each in found):
                        made.append(_row(words, media, found, DENSE_LINES))
                    for each in made:
                        print(f"    {each.name}: {each.median:.0f} ms; {each.against}", flush=True)
                    rows += made
    return rows


def _one_call(
    link: EmulatedLink, folder: Path, logs: Path, *, words: str, media: bool, settle_s: float, rest_s: float
) -> list[dict[str, Any]]:
    own = Path(tempfile.mkdtemp(dir=folder))
    log = logs / f"papers-{words.replace('/', '-').replace(' ', '-')}-{'media' if media else 'alone'}.log"
    job = {
        "folder": str(own),
        "result": str(own / "result.json"),
        "kiosk": link.command("kiosk", [sys.executable, "-m", "tests.bench.papers_kiosk", str(folder / "usager.wav")]),
        "voice": str(folder / "agent.wav"),
        "camera": str(folder / "agent.mjpeg"),
        "media": media,
        "settle_s": settle_s if media else 1.0,
        "rest_s": rest_s if media else 0.5,
        "preview_s": PREVIEW_S,
        "preview_late_s": PREVIEW_LATE_S,
        "pages": _pages(media, slow=words != LINKS[0][0]),
    }
    (own / "job.json").write_text(json.dumps(job))
    command = link.command("net", [sys.executable, "-m", "tests.bench.papers_station", str(own / "job.json")])
    with Child("papers", command, log=log, cwd=Path(__file__).resolve().parents[2]) as child:
        code = child.wait(within_s=LONGEST_S)
        if code != 0:
            raise AssertionError(f"the pages did not travel: {log}")
    found: list[dict[str, Any]] = json.loads((own / "result.json").read_text())
    return found


def _pages(media: bool, *, slow: bool) -> list[tuple[bool, int]]:
    """(sealed ahead, lines of text) of each page; both kinds in turn, so that a change of the link touches both."""
    letters = [(True, LETTER_LINES), (False, LETTER_LINES)] * (RUNS_WITH_MEDIA if media else RUNS_WITHOUT)
    return letters + [(True, DENSE_LINES)] * (RUNS_DENSE if media and slow else 0)


def _row(words: str, media: bool, found: list[dict[str, Any]], lines: int) -> Row:
    found = [each for each in found if each["lines"] == lines]
    early = [each["readable_ms"] for each in found if each["early"]]
    late = [each["readable_ms"] for each in found if not each["early"]]
    page = "page" if lines == LETTER_LINES else "dense page"
    size_kb = sum(each["bytes"] for each in found) / len(found) / 1024
    link = f"a queue of {QUEUE_S * 1000:.0f} ms each way" if words != "no limit" else "two network namespaces"
    slowest = f"slowest {max(early):.0f} ms" + (f", after consent {max(late):.0f} ms" if late else "")
    return row(
        f"SEND to readable {page}, {words}, {'in a call' if media else 'papers alone'}",
        early,
        "ms",
        target="<= 300 ms" if words != "no limit" else "",
        peer=late,
        peer_name="after consent",
        note=f"A4 of {size_kb:.0f} kB (200 dpi, grey) previewed {PREVIEW_S:.0f} s; {link}; {slowest}",
    )
