"""`visio-kiosk --rehearse` as a technician types it: a real hub, a real agent in Chromium, a call both ways."""

import itertools
import json
import subprocess
import wave
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import sync_playwright

from kiosk.devices import frame_number
from tests.fakes.agent_browser import AgentBrowser
from tests.fakes.child import Child
from tests.fakes.melody import AGENT_MELODY, KIOSK_MELODY, play, write_wav
from tests.system.agent import Agent
from tests.system.hub_program import COMMANDS, HubProgram
from tests.system.stage import free_port

pytestmark = [pytest.mark.serial, pytest.mark.timeout(240)]

NETWORK = Path(__file__).with_name("queue_network.toml")
PASSWORD = "une borne et trois lampes"
SITE = "Mairie de Hambye"
WIDTH_PX, HEIGHT_PX, PICTURES = 640, 360, 300
EARLY = ("started", "linked", "placed", "ringing", "accepted")
SENT_BYTES = 300_000


def write_scene(file: Path) -> None:
    """Numbered pictures that move, for either side's camera."""
    rows, columns = np.mgrid[0:HEIGHT_PX, 0:WIDTH_PX]
    with file.open("wb") as out:
        out.write(f"YUV4MPEG2 W{WIDTH_PX} H{HEIGHT_PX} F30:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(PICTURES):
            pixels = np.full((HEIGHT_PX * 3 // 2, WIDTH_PX), 128, dtype=np.uint8)
            pixels[:HEIGHT_PX] = (rows + columns + 4 * number) % 160 + 40
            frame_number.draw(pixels, number)
            out.write(b"FRAME\n" + pixels.tobytes())


def read_wav(file: Path) -> Any:
    with wave.open(str(file)) as recording:
        assert recording.getparams()[:3] == (1, 2, 48_000)
        return np.frombuffer(recording.readframes(recording.getnframes()), dtype=np.int16).astype(np.int32)


class Rehearsals:
    """A hub, an agent at her post, and a kiosk that rehearses."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder = folder
        write_scene(folder / "scene.y4m")
        write_wav(folder / "agent.wav", play(AGENT_MELODY, 6))
        write_wav(folder / "usager.wav", play(KIOSK_MELODY, 6))
        self.hub = HubProgram(folder / "hub", network=NETWORK, port=free_port(), log=folder / "hub.log")
        self.hub.start()
        stack.callback(self.hub.end)
        enrol = ["enrol", "--hub", self.hub.url, "--code", self.hub.enrolment_code("hambye-1")]
        key = folder / "kiosk.key"
        subprocess.run([COMMANDS / "visio-provision", *enrol, "--key", key], check=True, capture_output=True)
        self.config = folder / "kiosk.toml"
        self.config.write_text(
            f'[hub]\nurl = "{self.hub.websocket_url}"\nkey_file = "{key}"\n\n[sound]\nvolume = 10\n\n'
            f'[scanner]\ndriver = "none"\n\n[printer]\ndriver = "none"\n\n[paths]\nruntime_dir = "{folder / "run"}"\n'
        )
        self.hub.give_password("martin@caf.example", PASSWORD)
        self.browser = AgentBrowser(
            stack.enter_context(sync_playwright()),
            profile=folder / "agent",
            camera=folder / "scene.y4m",
            microphone=folder / "agent.wav",
        )
        stack.callback(self.browser.end)
        self.agent = Agent(self.browser, self.hub.url)
        self.agent.sign_in("martin@caf.example", PASSWORD)
        self.agent.take_station("Poste 1")
        self._stack = stack

    def start(self, *arguments: object) -> Child:
        files = {"camera": "scene.y4m", "microphone": "usager.wav", "loudspeaker": "heard.wav", "out": "out.json"}
        options = [part for name, file in files.items() for part in (f"--{name}", self.folder / file)]
        command = [COMMANDS / "visio-kiosk", "--config", self.config, "--rehearse", "caf", *options, *arguments]
        child = Child("rehearsal", [str(part) for part in command], log=self.folder / "kiosk.log")
        self._stack.callback(child.end)
        return child

    def report(self) -> dict[str, Any]:
        made: dict[str, Any] = json.loads((self.folder / "out.json").read_text("utf-8"))
        return made


@pytest.fixture
def rehearsals(tmp_path: Path) -> Iterator[Rehearsals]:
    with ExitStack() as stack:
        yield Rehearsals(tmp_path, stack)


def test_nobody_answers_then_a_call_both_ways_is_measured_and_erased(rehearsals: Rehearsals) -> None:
    # In one test: the hub and the agent at her post take longer than the first of the two calls.
    nobody_answers(rehearsals)
    a_call_both_ways(rehearsals)


def nobody_answers(rehearsals: Rehearsals) -> None:
    kiosk = rehearsals.start("--patience", 3)
    rehearsals.agent.hears_ring(SITE)
    assert kiosk.wait(within_s=60) == 1, kiosk.read_log()
    assert "personne n'a répondu à temps" in kiosk.read_log()
    report = rehearsals.report()
    assert report["failure"] == "no_answer"
    assert [each["moment"] for each in report["moments"]][-2:] == ["ended", "erased"]


def a_call_both_ways(rehearsals: Rehearsals) -> None:
    kept = rehearsals.folder / "kept"
    kiosk = rehearsals.start("--motif", "logement", "--seconds", 12, "--frames", kept, "--send-bytes", SENT_BYTES)
    rehearsals.agent.hears_ring(SITE)
    rehearsals.agent.answers()
    seen = rehearsals.agent.sees_kiosk_move()
    rehearsals.agent.asks_for_paper("Un justificatif", 1)
    rehearsals.agent.reads("^L'usager a refusé$", within_s=10)
    assert kiosk.wait(within_s=60) == 0, kiosk.read_log()
    rehearsals.agent.reads("L'usager a raccroché")
    said = kiosk.read_log()
    assert "Appel d'essai réussi." in said
    assert "Image reçue" in said

    report = rehearsals.report()
    assert (report["ok"], report["failure"], report["ended"]) == (True, None, "usager")
    at = {each["moment"]: each["unix"] for each in reversed(report["moments"])}
    assert list(EARLY) == [each["moment"] for each in report["moments"]][: len(EARLY)]
    order = [at[each] for each in (*EARLY, "connected", "hung_up", "ended", "erased")]
    assert order == sorted(order)
    assert at["accepted"] <= at["first_picture"] < at["hung_up"]
    assert at["accepted"] <= at["first_sound"] < at["hung_up"]
    assert at["hung_up"] - at["connected"] >= 12

    # The agent's picture: numbers of her scene, in its order.
    numbers = [number for _, number, _, _ in report["frames"] if number is not None]
    assert len(set(numbers)) > 10
    steps = [(after - before) % PICTURES for before, after in itertools.pairwise(numbers)]
    assert sum(0 < each < PICTURES // 2 for each in steps) > 0.9 * len(steps)
    # The kiosk's own, with the instant of each: what the agent saw is among them.
    given = {number for number, _ in report["camera"]}
    assert set(seen) <= given

    # Her sound, at its place in the file of the loudspeaker.
    heard = read_wav(rehearsals.folder / "heard.wav")
    first = at["first_sound"] - report["sound"]["loudspeaker_first_sample_unix"]
    before, after = heard[: int(48_000 * (first - 0.5))], heard[int(48_000 * first) :]
    assert np.abs(after).max() > 20 * max(1, np.abs(before[: 48_000 // 2]).max())
    assert report["sound"]["microphone_peak"] > 1000

    assert report["documents"] == {"asked_bytes": SENT_BYTES, "held_bytes": SENT_BYTES}
    assert at["documents_begun"] < at["documents_done"]
    assert len(report["series"]) >= 3
    assert report["cost"]["by_thread_s"]["media"] > 0

    pictures = sorted(kept.iterdir())
    assert pictures
    kept_picture = np.load(pictures[0])
    number, _, _ = pictures[0].name.partition("-")
    assert frame_number.read(kept_picture[: len(kept_picture) * 2 // 3]) == int(number)

    assert list((rehearsals.folder / "run").iterdir()) == []
    assert rehearsals.browser.errors == []
