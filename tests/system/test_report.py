"""The record of a story tells the truth about each step, also about the one that failed."""

import json
from pathlib import Path

import pytest

from tests.system.report import Report


def test_steps_are_written_with_what_was_seen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pictures: list[str] = []
    report = Report(tmp_path, take_pictures=pictures.append)
    with report.step("Call placed") as step:
        step.saw("position 1")
        step.saw("ringing")
    written = json.loads((tmp_path / "story.json").read_text())
    assert written["ok"] is True
    assert written["steps"][0]["observed"] == "position 1; ringing"
    assert written["machine"]["cores"] > 0
    assert pictures == ["01-call-placed"]
    assert "ok " in capsys.readouterr().out


def test_failure_is_written_and_raised(tmp_path: Path) -> None:
    report = Report(tmp_path)
    with report.step("One"):
        pass
    with pytest.raises(AssertionError, match="no ring"), report.step("Two"):
        raise AssertionError("no ring")
    written = json.loads((tmp_path / "story.json").read_text())
    assert [step["ok"] for step in written["steps"]] == [True, False]
    assert written["ok"] is False
    assert "no ring" in written["steps"][1]["observed"]


def test_a_picture_that_cannot_be_taken_does_not_fail_the_step(tmp_path: Path) -> None:
    def refuse(stem: str) -> None:
        raise OSError(stem)

    report = Report(tmp_path, take_pictures=refuse)
    with report.step("One"):
        pass
    assert report.ok


def test_nothing_done_is_not_ok(tmp_path: Path) -> None:
    assert not Report(tmp_path).ok
