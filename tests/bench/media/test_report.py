"""What the tables say of results that are known."""

import json
from dataclasses import replace
from pathlib import Path

from tests.bench.media import report
from tests.bench.media.figures import Figures
from tests.bench.media.run import Result
from tests.bench.media.series import as_text

FIGURES = Figures(
    first_picture_s=0.5, first_sound_s=0.4, frames_per_s=29.04, height=540, psnr_db=33.1, ssim=0.921, compared=20,
    freeze_share=0.012, freeze_count=1, longest_freeze_s=0.3, picture_delay_p50_s=0.1504, picture_delay_p95_s=0.2,
    gap_share=0.004, longest_gap_s=0.06, sound_delay_p50_s=0.12, sound_delay_p95_s=0.16, picture_after_sound_s=0.03,
)  # fmt: skip
CHROMIUM = Result("chromium", "L5", FIGURES, FIGURES, 1.2e6, 0.9e6, 0.05, 0.04, 0.6, 410.0, None, [])
OURS = replace(CHROMIUM, system="kiosk", to_agent=replace(FIGURES, gap_share=0.05, ssim=0.94), problems=["cut"])


def test_a_line_has_both_values_their_ratio_and_the_verdict() -> None:
    lines = report.markdown([OURS, CHROMIUM], [], {"cores": 2}).splitlines()
    assert "| sound missing, % | 5.0 | 0.4 | 12.50 | **worse** |" in lines
    assert "| SSIM | 0.940 | 0.921 | 1.02 | as good |" in lines
    assert "| height, px | 540 | 540 | 1.00 |  |" in lines
    assert "| picture delay p50, ms | 150 | 150 | 1.00 | as good |" in lines
    assert "- kiosk, problems: cut" in lines
    assert "| arrived from the kiosk, kbit/s | 1200 | 1200 |" in lines


def test_counts_are_of_both_directions() -> None:
    good, worse = report.counts([OURS, CHROMIUM])
    assert worse == 1
    assert good == 25
    assert "25 figures as good as Chromium's or better, 1 worse." in report.markdown([OURS, CHROMIUM], [], {})


def test_what_could_not_be_measured_is_told() -> None:
    text = report.markdown([OURS], ["L2, chromium: NoAnswerError: gone"], {})
    assert "- not measured: L2, chromium: NoAnswerError: gone" in text
    # A kiosk alone is shown without a comparison.
    assert "| sound missing, % | 5.0 | 0.4 |" in text
    assert report.counts([OURS]) == (0, 0)


def test_files(tmp_path: Path) -> None:
    report.write(tmp_path, [OURS, CHROMIUM], [], {"cores": 2})
    told = json.loads((tmp_path / "media.json").read_text())
    assert told["machine"] == {"cores": 2}
    assert told["results"][0]["to_agent"]["ssim"] == 0.94
    assert (tmp_path / "media.md").read_text().startswith("cores: 2")


def test_series_of_a_rehearsal(tmp_path: Path) -> None:
    rows = [
        {"estimate_bps": 300_000, "sent_loss": None, "state": "connected"},
        {"estimate_bps": 512_000, "state": "weak"},
    ]
    (tmp_path / "rehearsal.json").write_text(json.dumps({"series": rows}))
    lines = as_text(tmp_path / "rehearsal.json").splitlines()
    assert lines[0].split() == ["s", "estimate", "state"]
    assert lines[1].split() == ["0", "300", "connected"]
    assert lines[2].split() == ["1", "512", "weak"]
