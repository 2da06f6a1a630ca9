"""The whole story, as a system test."""

import json

import pytest

from tests.system.story import OUT, play

pytestmark = [pytest.mark.serial, pytest.mark.timeout(600)]


def test_one_whole_call_on_real_parts() -> None:
    assert play(OUT)
    steps = json.loads((OUT / "story.json").read_text())["steps"]
    assert len(steps) >= 20
    assert all(step["ok"] and step["observed"] for step in steps)
    assert (OUT / "received.pdf").stat().st_size > 10_000
