"""IPP keywords in the kiosk's words."""

import pytest

from kiosk.core.ports import DeviceStatus
from kiosk.devices import printer_reasons as reasons


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ([], "ready"),
        (["none"], "ready"),
        (["media-empty-error"], "no_paper"),
        (["media-empty-warning"], "no_paper"),
        (["media-needed"], "no_paper"),
        (["media-jam-error", "media-empty-error"], "jammed"),
        (["door-open-error"], "cover_open"),
        (["cover-open"], "cover_open"),
        (["offline-report"], "ready"),
        (["offline"], "unplugged"),
        (["toner-low-warning", "media-low-report", "cups-waiting-for-job-completed"], "ready"),
        (["marker-supply-empty-error"], "failed"),
        (["a-word-of-tomorrow-error"], "ready"),
        (["paused", "media-empty"], "no_paper"),
    ],
)
def test_what_a_person_must_see_to_first(said: list[str], word: str) -> None:
    assert reasons.status_of(said) == word


def test_every_word_is_a_status() -> None:
    words = {status.value for status in DeviceStatus}
    assert set(reasons._WORDS.values()) <= words
    assert set(reasons._WORST_FIRST) == set(reasons._WORDS.values())


def test_attributes_come_in_several_shapes() -> None:
    assert reasons.as_list("none") == ["none"]
    assert reasons.as_list(["a", "b"]) == ["a", "b"]
    assert reasons.as_list(None) == []
    assert reasons.pages_out({"job-media-sheets-completed": None, "job-impressions-completed": 3}) == 3
    assert reasons.pages_out({}) == 0
