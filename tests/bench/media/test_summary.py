"""The README's table: one line each way, what is worse in bold, numbers as the French write them."""

from dataclasses import replace

from tests.bench.media.summary import COLUMNS, table
from tests.bench.media.test_report import CHROMIUM, FIGURES, OURS


def test_one_line_each_way_with_what_is_worse_in_bold() -> None:
    head, rule, to_agent, to_usager = table([OURS, CHROMIUM])
    assert head.count("|") == rule.count("|") == to_agent.count("|") == len(COLUMNS) + 3
    assert to_agent.startswith("| L5 | vers l'agent | 0,50 / 0,50 | 29,0 / 29,0 | 0,940 / 0,921 | 1,2 / 1,2 |")
    assert "| **5,0** / 0,4 |" in to_agent
    assert to_usager.startswith("|  | vers l'usager |")
    assert "**" not in to_usager


def test_what_never_came_back_says_so() -> None:
    cut = replace(FIGURES, picture_back_s=0.1, sound_back_s=0.2)
    lost = replace(FIGURES, picture_back_s=26.0)
    lines = table([replace(OURS, to_agent=cut), replace(CHROMIUM, to_agent=lost)])
    assert lines[2].endswith("| 0,10, 0,20 / 26,00, jamais |")
    assert lines[3].endswith("|  |"), "no cut, nothing to tell"


def test_a_profile_of_one_kiosk_alone_is_left_out() -> None:
    assert len(table([OURS])) == 2
