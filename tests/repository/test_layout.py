"""The top level is fixed, every module has its test file, every target of the Makefile says what it does."""

import re
import subprocess
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


def test_each_module_has_its_tests() -> None:
    """A test file of its name, or tests that name it: import it, or run it as a program."""
    tests = tracked_files("tests/*.py")
    named = set()
    for file in tests:
        text = (ROOT / file).read_text(encoding="utf-8")
        named |= set(re.findall(r"\b(?:hub|kiosk|provisioning)(?:\.\w+)+", text))
        for package, names in re.findall(
            r"^from ((?:hub|kiosk|provisioning)[\w.]*) import \(?([\w ,\n]+)", text, re.MULTILINE
        ):
            named |= {f"{package}.{name}" for name in re.findall(r"\w+", names)}
    stems = {file.stem.removeprefix("test_") for file in tests}
    missing = []
    for module in modules():
        dotted = ".".join(module.with_suffix("").parts)
        alone = sum(other.stem == module.stem for other in modules()) == 1
        if dotted in named or (alone and module.stem in stems) or str(module) in TESTED_ELSEWHERE:
            continue
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
