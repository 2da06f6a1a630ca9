"""Views become maps that QML can read without ever meeting null."""

from dataclasses import fields, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.protocol import TileState
from kiosk.core.view import Screen, TouchName, View, WaitView
from kiosk.ui.facts import OpeningDay, camel_case, image_url, opening_map, view_map
from kiosk.ui.samples import BEFORE_CALL, CAF, CALLING, IN_CALL, MOTIFS, REFUSED, SCAN, sample_views

SUNDAY = date(2026, 11, 22)


def test_names_are_camel_case_and_words_are_values() -> None:
    view = View(Screen.BEFORE_CALL, site_name="Ici", before_call=BEFORE_CALL, tiles=(CAF,))
    facts = view_map(view, SUNDAY)
    assert facts["screen"] == "before_call"
    assert facts["siteName"] == "Ici"
    assert facts["beforeCall"]["selfViewShown"] is True
    assert facts["beforeCall"]["camera"] == "ready"
    assert facts["beforeCall"]["motif"]["papers"] == list(MOTIFS[0].papers)
    assert facts["tiles"][0]["state"] == TileState.FREE.value


def test_what_is_absent_is_a_blank_map() -> None:
    facts = view_map(View(Screen.ATTRACT), SUNDAY)
    assert facts["inCall"]["present"] is False
    assert facts["inCall"]["scan"] == {
        "present": False,
        "step": "",
        "title": "",
        "pagesAsked": 0,
        "pageNo": 0,
        "pagesSent": 0,
        "progress": 0.0,
        "preview": "",
        "problem": "",
        "canAddPage": False,
    }
    assert facts["motif"]["motifs"] == []
    assert facts["stillThere"] == {"present": False, "secondsLeft": 0}


def test_a_question_not_answered_stays_open() -> None:
    facts = view_map(View(Screen.BEFORE_CALL, before_call=BEFORE_CALL), SUNDAY)["beforeCall"]
    assert facts["accompanied"] is None
    assert facts["claimed"]["present"] is False
    answered = replace(BEFORE_CALL, accompanied=False)
    assert view_map(View(Screen.BEFORE_CALL, before_call=answered), SUNDAY)["beforeCall"]["accompanied"] is False


def test_an_unknown_wait_is_marked_absent() -> None:
    calling = view_map(View(Screen.CALLING, calling=CALLING), SUNDAY)["calling"]
    assert calling["wait"] == {"present": False, "minMinutes": 0, "maxMinutes": 0}
    known = replace(CALLING, wait=WaitView(5, 10))
    assert view_map(View(Screen.CALLING, calling=known), SUNDAY)["calling"]["wait"] == {
        "present": True,
        "minMinutes": 5,
        "maxMinutes": 10,
    }


def test_every_view_has_the_same_keys() -> None:
    """A binding that works on one screen cannot meet a missing key on another."""

    def shape(value: object) -> object:
        if isinstance(value, dict):
            return {key: shape(part) for key, part in value.items() if not isinstance(part, list)}
        return None

    shapes = {name: shape(view_map(view, SUNDAY)) for name, view in sample_views(b"\xff\xd8page")}
    first = shapes["starting"]
    assert [name for name, found in shapes.items() if found != first] == []
    assert set(view_map(View(Screen.STARTING), SUNDAY)) == {camel_case(f.name) for f in fields(View)} | {"present"}


def test_a_preview_is_a_data_url() -> None:
    in_call = replace(IN_CALL, scan=replace(SCAN, preview=b"\xff\xd8\xff"))
    scan = view_map(View(Screen.IN_CALL, in_call=in_call), SUNDAY)["inCall"]["scan"]
    assert scan["preview"] == "data:image/jpeg;base64,/9j/"
    assert image_url(b"\x89PNG\r\n").startswith("data:image/png;base64,")
    assert image_url(b"") == ""


@pytest.mark.parametrize(
    ("opens_at", "day"),
    [
        ("2026-11-22T14:00:00", OpeningDay.TODAY),
        ("2026-11-23T09:30:00", OpeningDay.TOMORROW),
        ("2026-11-26T09:00:00", OpeningDay.THIS_WEEK),
        ("2026-11-28T09:00:00", OpeningDay.THIS_WEEK),
        ("2026-11-29T09:00:00", OpeningDay.LATER),
        ("2027-01-04T09:00:00", OpeningDay.LATER),
        ("2026-11-23T09:30:00+01:00", OpeningDay.TOMORROW),
        ("", OpeningDay.UNKNOWN),
        ("demain", OpeningDay.UNKNOWN),
    ],
)
def test_an_opening_is_said_by_the_nearest_word(opens_at: str, day: OpeningDay) -> None:
    assert opening_map(opens_at, SUNDAY)["day"] == day.value


def test_when_to_come_back_comes_apart_too() -> None:
    facts = view_map(View(Screen.REFUSED, refused=REFUSED), SUNDAY)["refused"]
    assert (facts["opens"]["day"], facts["opens"]["hour"]) == ("tomorrow", 14)
    assert facts["reason"] == "closed"
    assert view_map(View(Screen.ATTRACT), SUNDAY)["refused"]["opens"]["day"] == "unknown"


def test_an_opening_comes_apart() -> None:
    assert opening_map("2026-11-23T09:30:00", SUNDAY) == {
        "day": "tomorrow",
        "weekday": 1,
        "dayOfMonth": 23,
        "month": 11,
        "hour": 9,
        "minute": 30,
    }


@given(st.text(max_size=40))
def test_any_text_as_an_opening_gives_a_word(text: str) -> None:
    assert opening_map(text, SUNDAY)["day"] in {word.value for word in OpeningDay}


def test_camel_case() -> None:
    assert [camel_case(name) for name in ("screen", "before_call", "erase_in_s")] == [
        "screen",
        "beforeCall",
        "eraseInS",
    ]
    assert TouchName.START.value == "start"
