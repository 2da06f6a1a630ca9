"""The code that is read aloud over a telephone."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.server.enrolment import ALPHABET, LETTERS, code_hash, make_code, read_code


def test_a_code_has_three_groups_of_consonants_and_enough_of_them() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 20
    assert not set(ALPHABET) & set("AEIOUY0123456789")
    assert math.log2(len(ALPHABET)) * LETTERS >= 50
    for _ in range(200):
        assert re.fullmatch(rf"[{ALPHABET}]{{4}}(-[{ALPHABET}]{{4}}){{2}}", make_code())


def test_codes_use_every_letter_and_do_not_repeat() -> None:
    codes = [make_code() for _ in range(500)]
    assert len(set(codes)) == 500
    assert set("".join(codes)) == set(ALPHABET) | {"-"}


@given(
    st.text(ALPHABET, min_size=LETTERS, max_size=LETTERS), st.lists(st.sampled_from(" -.–_\t"), max_size=8), st.data()
)
def test_a_code_is_the_same_however_it_is_typed(letters: str, noise: list[str], data: st.DataObject) -> None:
    typed = list(letters.lower() if data.draw(st.booleans()) else letters)
    for character in noise:
        typed.insert(data.draw(st.integers(0, len(typed))), character)
    assert read_code("".join(typed)) == letters
    assert code_hash("".join(typed)) == code_hash(letters)
    assert letters not in code_hash(letters)


@given(st.text(max_size=30))
def test_any_text_is_a_code_or_none(text: str) -> None:
    letters = read_code(text)
    assert letters is None or (len(letters) == LETTERS and set(letters) <= set(ALPHABET))
    if letters is None:
        with pytest.raises(ValueError, match="not an enrolment code"):
            code_hash(text)
