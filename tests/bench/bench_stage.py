"""The story's stage with voices that never pause, and eyes and ears that know the time."""

from pathlib import Path
from typing import Self

from tests.bench.finger import Finger
from tests.bench.live_screen import LiveScreen
from tests.bench.voices import AGENT_VOICE, KIOSK_VOICE, Ear, sing
from tests.fakes.agent_picture import write_camera_file
from tests.fakes.melody import write_wav
from tests.fakes.pulse import Pulse
from tests.system.agent import Agent
from tests.system.stage import HEADSET, MELODY_S, SPEAKER, Stage

EMAIL, PASSWORD = "martin@caf.example", "une borne et trois lampes"  # an account of this run only
NETWORK = Path(__file__).resolve().parents[2] / "assets" / "demo" / "network.toml"
WATCH_PAGE = """
() => {
  const now = () => performance.timeOrigin + performance.now();
  const seen = (window.benchSeen = { clicked: 0, picture: 0 });
  const canvas = document.createElement('canvas');
  canvas.width = 32;
  canvas.height = 18;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  function look(video) {
    video.requestVideoFrameCallback(() => {
      const at = now();
      context.drawImage(video, 0, 0, 32, 18);
      const isBlack = context.getImageData(0, 0, 32, 18).data.every((value, i) => i % 4 === 3 || value < 40);
      if (isBlack) look(video);
      else seen.picture = at;
    });
  }
  function waitForStream() {
    const video = document.querySelector('#usager-picture');
    if (video?.srcObject) look(video);
    else setTimeout(waitForStream, 2);
  }
  document.addEventListener('click', (event) => {
    if (!event.target.closest('#answer')) return;
    seen.clicked = performance.timeOrigin + event.timeStamp;
    seen.picture = 0;
    waitForStream();
  }, true);
}
"""


class BenchStage(Stage):
    """A running system, for a `with` statement, with an agent at the station."""

    def __init__(self, out: Path) -> None:
        super().__init__(out, network=NETWORK, session={"ended_s": 600.0, "idle_warning_s": 3600.0})
        self.agent: Agent

    def __enter__(self) -> Self:
        super().__enter__()
        try:
            self.screen = LiveScreen(self.private / "x")
            self._stack.callback(self.screen.close)
            self.finger = Finger(self.xvfb.display)
            self._stack.callback(self.finger.close)
            self.headset = self.ear(self.pulse, HEADSET)
            self.speaker = self.ear(self.pulse, SPEAKER)
            self.agent = self.seat_agent(EMAIL, PASSWORD)
            self.agent.page.evaluate(WATCH_PAGE)
        except BaseException:
            self._end()
            raise
        return self

    def _write_media(self) -> None:
        write_wav(self.private / "usager.wav", sing(KIOSK_VOICE, MELODY_S))
        write_wav(self.private / "agent.wav", sing(AGENT_VOICE, MELODY_S))
        write_camera_file(self.private / "agent.mjpeg")

    def ear(self, pulse: Pulse, sink: str) -> Ear:
        """An ear that closes with the stage."""
        made = Ear(pulse, sink)
        self._stack.callback(made.close)
        return made

    def keep(self, end: object) -> None:
        """Call `end()` when the stage is taken down."""
        assert callable(end)
        self._stack.callback(end)
