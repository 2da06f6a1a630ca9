"""The top level is fixed, every module has its test file, every target of the Makefile says what it does."""

import ast
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.repository.tree import ROOT, tracked_files

FOLDERS = {"kiosk", "hub", "provisioning", "systemd", "assets", "tests", ".ci"}
FILES = {
    "pyproject.toml",
    "requirements.lock",
    "Makefile",
    ".gitignore",
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "SECURITY.md",
    "LICENSE.md",
}

# Modules without a test file of their own, each with the reason.
TESTED_ELSEWHERE = {
    "hub/core/network.py": "plain values without behaviour",
    "kiosk/core/ports.py": "Protocols: their implementations are tested",
    "kiosk/core/view.py": "plain values: session and bridge tests fill and read them",
    "kiosk/app.py": "composition root: the story starts it for real (tests/system)",
    "kiosk/journal.py": "closed list of words",
    "hub/journal.py": "closed list of words",
    "hub/server/access_journal.py": "closed list of words",
}

TARGETS = ("setup", "lock", "demo", "story", "test", "check", "bench", "run-hub", "run-kiosk", "screenshots", "clean")


def modules() -> list[Path]:
    return [
        file
        for file in tracked_files("hub/*.py", "kiosk/*.py", "provisioning/*.py")
        if file.name != "__init__.py" and "migrations" not in file.parts
    ]


def test_top_level_is_as_laid_down() -> None:
    top = {file.parts[0] for file in tracked_files()}
    assert top - FOLDERS - FILES == set()


def names_in(text: str) -> set[str]:
    """Dotted names of ours in a test: those that it writes out, and those that it imports from their package."""
    named = set(re.findall(r"\b(?:hub|kiosk|provisioning)(?:\.\w+)+", text))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            named |= {f"{node.module}.{alias.name}" for alias in node.names}
    return named


def test_names_are_found_however_they_are_imported() -> None:
    text = "from hub.core import (\n    board,\n    calls as c,\n)\nfrom hub.store import desk\nx = 'hub.app.run'\n"
    assert {"hub.core.board", "hub.core.calls", "hub.store.desk", "hub.app.run"} <= names_in(text)


def test_each_module_has_its_tests() -> None:
    """A test file at the same place, or of its name when no other module has it, or tests that name it."""
    tests = tracked_files("tests/*.py")
    named = {name for file in tests for name in names_in((ROOT / file).read_text(encoding="utf-8"))}
    stems = {file.stem.removeprefix("test_") for file in tests}
    ours = modules()
    of_this_name = Counter(module.stem for module in ours)
    missing = []
    for module in ours:
        dotted = ".".join(module.with_suffix("").parts)
        mirror = Path("tests") / module.with_name(f"test_{module.name}")
        alone = of_this_name[module.stem] == 1
        found = mirror in tests or dotted in named or (alone and module.stem in stems)
        if not found and str(module) not in TESTED_ELSEWHERE:
            missing.append(str(module))
    assert missing == []


def test_each_exception_still_exists() -> None:
    known = {str(module) for module in modules()}
    assert set(TESTED_ELSEWHERE) - known == set()


def test_no_module_has_a_name_that_says_nothing() -> None:
    vague = {"utils", "util", "misc", "helpers", "helper", "common", "manager", "stuff", "tools"}
    assert [str(file) for file in tracked_files("*.py", "*.js") if file.stem.lower() in vague] == []


@pytest.mark.parametrize("target", TARGETS)
def test_target_is_documented(target: str) -> None:
    assert re.search(rf"^{target}:.*## \w", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)


def test_make_alone_prints_every_documented_target() -> None:
    printed = subprocess.run(
        ["make", "--no-print-directory"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    documented = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert set(TARGETS) <= set(documented)
    assert [target for target in documented if f"make {target} " not in printed] == []


def test_every_phony_target_is_declared_once() -> None:
    declared = re.findall(r"^\.PHONY: (\S+)", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    assert len(declared) == len(set(declared))


def test_continuous_integration_runs_make_test() -> None:
    script = (ROOT / ".ci" / "run").read_text()
    assert "set -euo pipefail" in script
    assert re.search(r"^make test$", script, flags=re.MULTILINE)
