"""The command that tells of links: every profile, and a log in lines that can be counted by hand."""

from pathlib import Path

import pytest

from tests.links.__main__ import main
from tests.links.impairment import Dropped
from tests.links.packet_log import Packet, Way, write_csv
from tests.links.profiles import PROFILES


def test_every_profile_has_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main() == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(PROFILES)


def test_a_log_becomes_seconds_and_plateaus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def sent(at_s: float, dropped: Dropped | None) -> Packet:
        arrived_at = None if dropped else at_s + 0.2
        return Packet(at_s, at_s + 0.05, arrived_at, Way.UP, dropped, "udp", 1250, "10.98.0.2", "10.99.0.2", 1, 2)

    packets = [
        sent(second + 0.1 * part, Dropped.LOSS if part == 0 else None) for second in range(60) for part in range(10)
    ]
    write_csv(packets, tmp_path / "packets.csv", zero_at=0.0)
    assert main("L2", str(tmp_path / "packets.csv")) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[6].split() == ["5", "100", "90", "10.0%", "50", "ms"]
    assert lines[61] == "0-60 s at 250 kbit/s: 40% used, 10.0% lost, queue 50/50 ms (p50/p95), below 300 ms after 0.0 s"
    assert lines[62].startswith("down:")


@pytest.mark.parametrize("words", [("L2",), ("L99", "packets.csv"), ("L2", "no-such-file.csv")])
def test_what_it_does_not_understand_is_answered_with_its_use(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(*words) == 2
    assert "PROFILE FILE.csv" in capsys.readouterr().err
