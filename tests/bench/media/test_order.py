"""A program obeys and answers; one that ends, or says nothing, is told with its log."""

import sys
from pathlib import Path

import pytest

from tests.bench.media.order import NoAnswerError, Ordered

ECHO = """
import json, sys
print(json.dumps({"ready": True}), flush=True)
for line in sys.stdin:
    order = json.loads(line)
    if order["do"] == "fail":
        sys.exit("it broke")
    if order["do"] != "wait":
        print(json.dumps({"did": order}), flush=True)
"""


def start(folder: Path, script: str = ECHO) -> Ordered:
    return Ordered("echo", [sys.executable, "-c", script], log=folder / "echo.log", cwd=folder, within_s=20)


def test_orders_are_answered_in_turn(tmp_path: Path) -> None:
    with start(tmp_path) as program:
        assert program.order("sing", loud=True) == {"did": {"do": "sing", "loud": True}}
        assert program.order("sing", text="é" * 70_000)["did"]["text"] == "é" * 70_000


def test_a_program_that_breaks_is_told_with_its_log(tmp_path: Path) -> None:
    with start(tmp_path) as program, pytest.raises(NoAnswerError, match=r"(?s)echo has ended.*it broke"):
        program.order("fail")


def test_a_program_that_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    with start(tmp_path) as program, pytest.raises(NoAnswerError, match="does not answer"):
        program.order("wait", within_s=0.2)


def test_a_program_that_does_not_start_is_told(tmp_path: Path) -> None:
    with pytest.raises(NoAnswerError, match="no such luck"):
        start(tmp_path, "import sys; sys.exit('no such luck')")
