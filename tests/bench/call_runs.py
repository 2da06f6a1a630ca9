"""One call after the other on the stage, of our kiosk and of Chromium as a kiosk in turn, each moment noted."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from kiosk.link.key import KioskKey
from tests.bench.bench_stage import BenchStage
from tests.bench.chromium_kiosk import ChromiumKiosk
from tests.bench.live_screen import LiveScreen, Lookout
from tests.bench.processes import with_argument
from tests.bench.voices import AGENT_VOICE, KIOSK_VOICE, Ear
from tests.fakes.hub_clients import FakeKiosk
from tests.fakes.pulse import Pulse
from tests.fakes.xvfb import Xvfb
from tests.system.kiosk_program import KioskProgram

PEER_ID, PEER_SITE = "percy-1", "France services de Percy-en-Normandie"
OUR_SITE = "Mairie de Hambye"
PEER_SPEAKER = "peer_speaker"
WITHIN_S = 20.0


@dataclass(frozen=True)
class Reached:
    """Milliseconds from the agent's click on « Répondre » to the first of each."""

    agent_sees: float
    agent_hears: float
    usager_sees: float
    usager_hears: float


class OurKiosk:
    """Our kiosk on the stage, driven by touches."""

    name = "kiosk"

    def __init__(self, stage: BenchStage) -> None:
        self._stage = stage
        self.screen: LiveScreen = stage.screen
        self.speaker: Ear = stage.speaker

    @property
    def pid(self) -> int:
        return self._stage.kiosk.pid

    def rings(self) -> None:
        """From the first screen until the agent's page rings."""
        usager = self._stage.usager
        usager.wakes_the_kiosk()
        usager.sees_tile("CAF", "Libre maintenant", within_s=15)
        usager.chooses("CAF", r"Aide au logement \(APL\)")
        usager.calls()
        self._stage.agent.hears_ring(OUR_SITE)

    def leaves(self) -> None:
        """Hang up, and back to the first screen."""
        self._stage.usager.ends_the_call()
        self._stage.usager.erases_and_leaves()


class PeerKiosk:
    """Chromium as a kiosk, on a display and a sound server of its own, with the same camera and voice rate."""

    name = "Chromium"

    def __init__(self, stage: BenchStage) -> None:
        self._stage = stage
        folder = stage.private
        xvfb = Xvfb(folder / "peer-x")
        stage.keep(xvfb.end)
        pulse = Pulse(folder / "peer-pulse", sinks=[PEER_SPEAKER, "peer_room"])
        stage.keep(pulse.end)
        self.screen = LiveScreen(folder / "peer-x")
        stage.keep(self.screen.close)
        self.speaker = stage.ear(pulse, PEER_SPEAKER)
        self._kiosk = ChromiumKiosk(
            self._enrol(folder),
            profile=folder / "peer-profile",
            camera=_numbered_person(folder),
            microphone=folder / "usager.wav",
            environment={
                **os.environ,
                "DISPLAY": xvfb.display,
                "DBUS_SESSION_BUS_ADDRESS": "disabled:",
                **pulse.environment(plays_on=PEER_SPEAKER, hears="peer_room"),
            },
        )
        stage.keep(self._kiosk.end)

    def _enrol(self, folder: Path) -> FakeKiosk:
        hub = self._stage.hub
        program = KioskProgram(
            folder / "peer", runtime=folder / "peer-run", log=folder / "peer.log", environment={}, settings={}
        )
        program.enrol(hub_url=hub.url, code=hub.enrolment_code(PEER_ID))
        key = KioskKey.read(program.key)
        return FakeKiosk(hub.websocket_url, key.kiosk_id, key._private)

    @property
    def pid(self) -> int:
        found = with_argument(f"--user-data-dir={self._kiosk.profile}")
        assert found is not None, "Chromium as a kiosk has ended"
        return found

    def rings(self) -> None:
        self._kiosk.place_call("caf")
        self._stage.agent.hears_ring(PEER_SITE)

    def leaves(self) -> None:
        self._kiosk.hang_up()


def _numbered_person(folder: Path) -> Path:
    """The agent's camera file serves the peer's camera, too: what it shows is not looked at there."""
    return folder / "agent.mjpeg"


def answered(stage: BenchStage, kiosk: OurKiosk | PeerKiosk) -> Reached:
    """Answer the call that rings, and wait until both see and hear.

    Raises:
        TimeoutError: one of the four did not come.
    """
    lookout = Lookout(kiosk.screen, within_s=WITHIN_S)
    started_s = time.time()
    stage.agent.page.locator("#answer").click(no_wait_after=True)
    page = stage.agent.page
    page.wait_for_function("() => window.benchSeen.picture > 0", timeout=WITHIN_S * 1000, polling=50)
    seen = page.evaluate("() => window.benchSeen")
    clicked_s = seen["clicked"] / 1000
    if not started_s - 0.05 <= clicked_s <= time.time():
        raise TimeoutError("the page's clock is not ours")
    usager_sees_s = lookout.join()
    agent_hears_s = stage.headset.first_heard(KIOSK_VOICE, clicked_s, within_s=WITHIN_S)
    usager_hears_s = kiosk.speaker.first_heard(AGENT_VOICE, clicked_s, within_s=WITHIN_S)
    moments = (seen["picture"] / 1000, agent_hears_s, usager_sees_s, usager_hears_s)
    return Reached(*(round(1000 * (moment - clicked_s), 1) for moment in moments))


def picture_size(stage: BenchStage) -> str:
    """What the agent's page receives now, e.g. 1280x720."""
    size = "() => { const v = document.querySelector('#usager-picture'); return `${v.videoWidth}x${v.videoHeight}`; }"
    return str(stage.agent.page.evaluate(size))
