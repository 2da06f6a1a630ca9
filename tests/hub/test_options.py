"""Settings files: every problem told at once, with the line and what was expected; nothing else is raised."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.options import OptionsError, document, load_options, option, parse_options, table

FILE = Path("borne.toml")


class Colour(StrEnum):
    GREY = "grey"
    COLOUR = "colour"


@dataclass(frozen=True)
class Inner:
    speed: float = option("How fast.", default=1.0, unit="m/s", check=lambda v: v > 0, expected="above 0")
    names: list[str] = option("Names.", default=[])


@dataclass(frozen=True)
class Outer:
    port: int = option("Where to listen.")
    colour: Colour = option("Grey or not.", default=Colour.GREY)
    where: Path = option("A file.", default=Path("a"))
    maybe: str | None = option("Perhaps.", default=None)
    inner: Inner = table("More.", Inner)


def problems(text: str) -> list[str]:
    with pytest.raises(OptionsError) as caught:
        parse_options(text, FILE, Outer)
    return caught.value.problems


def test_values_defaults_and_tables() -> None:
    read = parse_options('port = 1\ncolour = "colour"\n[inner]\nspeed = 3\nnames = ["a"]\n', FILE, Outer)
    assert read == Outer(port=1, colour=Colour.COLOUR, inner=Inner(speed=3.0, names=["a"]))


def test_each_wrong_value_has_its_line_and_what_was_expected() -> None:
    found = problems('port = "x"\ncolour = "blue"\nodd = 1\n[inner]\nspeed = -1.0\nnames = [1]\n')
    assert len(found) == 5
    by_line = dict(each.split(": ", 1) for each in found)
    assert "whole number" in by_line["borne.toml:1"]
    assert 'one of "grey", "colour"' in by_line["borne.toml:2"]
    assert "unknown option `odd`" in by_line["borne.toml:3"]
    assert "number in m/s, above 0" in by_line["borne.toml:5"]
    assert "list of text" in by_line["borne.toml:6"]


@pytest.mark.parametrize("text", ["port = true", "port = 1.5", "port = '1'", "port = []"])
def test_a_type_is_not_guessed(text: str) -> None:
    assert "whole number" in problems(text)[0]


def test_a_missing_option_is_named() -> None:
    assert "missing option `port`" in problems("")[0]


def test_a_table_written_as_a_value() -> None:
    assert "must be a table" in problems("port = 1\ninner = 3")[0]


def test_text_that_is_not_toml() -> None:
    assert "not valid TOML" in problems("port =")[0]


def test_a_file_that_is_absent_or_not_text(tmp_path: Path) -> None:
    with pytest.raises(OptionsError, match="cannot be read"):
        load_options(tmp_path / "absent.toml", Outer)
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(OptionsError, match="UTF-8"):
        load_options(tmp_path / "bytes.toml", Outer)


def test_the_documentation_has_every_option_with_its_default() -> None:
    rows = {row.name: row for row in document(Outer)}
    assert list(rows) == ["port", "colour", "where", "maybe", "inner.speed", "inner.names"]
    assert rows["port"].default is None
    assert rows["inner.speed"].default == "1.0"
    assert rows["inner.speed"].unit == "m/s"
    assert rows["inner.names"].type == "list of text"


@given(st.text(max_size=200))
def test_any_text_gives_settings_or_problems(text: str) -> None:
    try:
        read = parse_options(text, FILE, Outer)
    except OptionsError as error:
        assert error.problems
    else:
        assert isinstance(read.port, int)
