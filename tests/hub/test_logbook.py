"""Log records: one line, a closed list of events, and no field that could hold anything personal."""

import logging
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.logbook import PersonalDataError, record


class Event(StrEnum):
    OPENED = "a door opened"


class Kind(StrEnum):
    FRONT = "front"


LOGGER = logging.getLogger("test.logbook")


def test_a_record_is_one_readable_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        record(LOGGER, Event.OPENED, door="d-12", kind=Kind.FRONT, seconds=1.23456, twice=True, nothing=None)
    assert caplog.messages == ["OPENED: a door opened door=d-12 kind=front seconds=1.235 twice=True nothing=None"]


@pytest.mark.parametrize("text", ["Mme Martin", "a@b.fr", "avis d'imposition", "", "x" * 65, "ligne\nligne", "été"])
def test_free_text_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(PersonalDataError) as caught:
        record(LOGGER, Event.OPENED, title=text)
    assert not text or text not in str(caught.value)


@given(st.text())
def test_no_field_can_break_a_line(text: str) -> None:
    try:
        record(LOGGER, Event.OPENED, logging.DEBUG, title=text)
    except PersonalDataError:
        return
    assert text.isascii()
    assert not set(text) & set(" @\n\r\t")
