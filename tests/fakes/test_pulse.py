"""What is played on one sink is heard on its monitor, and on no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fakes.melody import AGENT_MELODY, play, share_heard, write_wav
from tests.fakes.pulse import Pulse

pytestmark = pytest.mark.serial


@pytest.fixture
def pulse(tmp_path: Path) -> Iterator[Pulse]:
    server = Pulse(tmp_path / "pulse", sinks=["one", "two"])
    yield server
    server.end()


def test_a_sink_is_heard_on_its_own_monitor_only(pulse: Pulse, tmp_path: Path) -> None:
    write_wav(tmp_path / "a.wav", play(AGENT_MELODY, 4))
    player = pulse.play_in_a_loop(tmp_path / "a.wav", "one")
    try:
        pulse.record("one", 0.5)  # the player has started when its sound is there
        assert share_heard(pulse.record("one", 2), AGENT_MELODY) > 0.7
        assert share_heard(pulse.record("two", 1), AGENT_MELODY) == 0
    finally:
        player.end()
    assert pulse.recorders() == 0
    assert pulse.environment(plays_on="one", hears="two")["PULSE_SOURCE"] == "two.monitor"
