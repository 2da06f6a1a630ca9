"""Every option of both programs stands in the guide that people read, with its default and unit, and no other does."""

import re
from pathlib import Path
from typing import Any

import pytest

from hub.config import HubConfig
from hub.options import document
from hub.protocol import EndCause, Outcome, Resolution
from hub.server.metrics import Metrics
from kiosk.config import KioskConfig

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "hub" / "OPERATIONS.md"
KIOSK_GUIDE = ROOT / "provisioning" / "README.md"
_ROW = re.compile(r"\| `([\w.]+)` \| `(.+?)` \| (.*?) ?\| (.+) \|")


def rows(guide: Path) -> dict[str, tuple[str, str, str]]:
    text = guide.read_text(encoding="utf-8")
    section = text[text.index("## Tous les réglages") :]
    section = section[: section.find("\n## ", 5)] if "\n## " in section[5:] else section
    found = [match.groups() for line in section.splitlines() if (match := _ROW.fullmatch(line))]
    assert len({name for name, *_ in found}) == len(found), "an option stands there twice"
    return {name: (default, unit.strip(), sentence) for name, default, unit, sentence in found}


@pytest.mark.parametrize(("guide", "options"), [(OPERATIONS, HubConfig), (KIOSK_GUIDE, KioskConfig)])
def test_every_option_is_documented_with_its_default_and_unit(guide: Path, options: type[Any]) -> None:
    documented = rows(guide)
    expected = {row.name: (row.default, row.unit) for row in document(options)}
    assert {name: (default, unit) for name, (default, unit, _) in documented.items()} == expected
    assert all(len(sentence) > 5 for *_, sentence in documented.values())


@pytest.mark.parametrize("words", [Outcome, EndCause, Resolution])
def test_every_word_of_a_calls_end_is_explained(words: type[Outcome | EndCause | Resolution]) -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    for word in words:
        assert f"`{word.value}`" in text, word


def test_every_measure_is_named() -> None:
    text = OPERATIONS.read_text(encoding="utf-8")
    for family in Metrics().registry.collect():
        name = f"{family.name}_total" if family.type == "counter" else family.name
        assert f"`{name}`" in text, name


def test_every_test_that_the_guide_points_at_exists() -> None:
    named = re.findall(r"`(tests/[\w/.]+?)(?:::(\w+))?`", OPERATIONS.read_text(encoding="utf-8"))
    assert len(named) >= 10
    for path, test in named:
        place = ROOT / path
        assert place.exists(), path
        assert not test or f"def {test}(" in place.read_text(encoding="utf-8"), f"{path}::{test}"
