"""What the reader of the table sees."""

import json
from pathlib import Path

import pytest

from tests.bench.table import Row, as_text, machine, number, row, write


def test_row_is_median_and_middle_half() -> None:
    made = row("start", [1.0, 2.0, 3.0, 4.0, 10.0], "s", target="<= 2 s", note="warm")
    assert made == Row("start", 3.0, (2.0, 4.0), "s", 5, "<= 2 s", "", "warm")


def test_row_says_the_ratio_to_its_peer() -> None:
    made = row("cpu", [30.0], "%", peer=[60.0], peer_name="Chromium")
    assert made.against == "Chromium 60.0 % (x 0.50)"


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.4567, "0.46"), (12.34, "12.3"), (1234.6, "1235"), (-3.2, "-3.20")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_table_holds_each_row_and_note() -> None:
    text = as_text([row("one", [1.0], "ms"), row("another", [2.0, 3.0], "ms", note="read this")])
    lines = text.splitlines()
    assert lines[0].startswith("measure")
    assert [line.split()[0] for line in lines[2:4]] == ["one", "another"]
    assert "2.25 to 2.75" in lines[3]
    assert "  another: read this" in lines


def test_file_holds_what_was_measured_and_what_was_not(tmp_path: Path) -> None:
    write(tmp_path / "deep" / "bench.json", [row("one", [1.0], "ms")], ["papers: no namespace"], machine())
    kept = json.loads((tmp_path / "deep" / "bench.json").read_text())
    assert kept["rows"][0] | {"spread": None} == {
        "name": "one", "median": 1.0, "spread": None, "unit": "ms", "runs": 1, "target": "", "against": "", "note": "",
    }  # fmt: skip
    assert kept["failed"] == ["papers: no namespace"]
    assert kept["machine"]["cores"] >= 1
