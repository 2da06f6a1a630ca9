"""Lock files name versions and hashes, never where they came from; nothing names the machine it was written on."""

import re

import pytest

from tests.repository.tree import ROOT, tracked_files

PYTHON_LOCK_LINE = re.compile(
    r"""[a-z0-9][a-z0-9._-]*==[A-Za-z0-9.+!]+(\s;[^:/]*)?\s\\"""  # name==version ; marker \
    r"""|\s{4}--hash=sha256:[0-9a-f]{64}(\s\\)?"""
)
MACHINE_PATH = re.compile(r"(?<![\w.<$}])/(?:work|root|Users/[A-Za-z]+)/[\w.-]+")
EXTERNAL_RESOURCE = re.compile(r"""(?:src|href|url|@import|from|import)\s*[=(]?\s*["'(]\s*(?:https?:)?//""")


def test_python_lock_is_only_names_versions_and_hashes() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    assert [line for line in lines if not PYTHON_LOCK_LINE.fullmatch(line)] == []


def test_each_locked_package_has_a_hash() -> None:
    text = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^[a-z0-9].*(?:\n    --hash.*)*", text, flags=re.MULTILINE)
    assert len(packages) > 50
    assert [package for package in packages if "--hash=sha256:" not in package] == []


@pytest.mark.parametrize(
    "file", [str(f) for f in tracked_files("*package-lock.json", "*.lock", "*npm-shrinkwrap.json", "*.npmrc")]
)
def test_lock_file_holds_no_address(file: str) -> None:
    # A "resolved" entry would tell a registry's host, and `npm ci` does not need it; nor does it need "funding".
    text = (ROOT / file).read_text()
    assert re.findall(r"\w+://[^\s\"']+", text) == []


def test_no_file_names_the_machine_it_was_written_on() -> None:
    found = []
    for file in tracked_files():
        try:
            text = (ROOT / file).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{file}: {match.group()}" for match in MACHINE_PATH.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "file", [str(f) for f in tracked_files("hub/web") if f.suffix in (".html", ".js", ".css", ".svg")]
)
def test_pages_load_nothing_from_elsewhere(file: str) -> None:
    assert EXTERNAL_RESOURCE.findall((ROOT / file).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("text", ["/" + "work/main/x", "'/" + "root/.cache'"])
def test_machine_path_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ['<script src="https://cdn/x.js">', "@import url(//x/y.css)", 'import x from "http://y/z.js"']
)
def test_external_resource_is_recognised(text: str) -> None:
    assert EXTERNAL_RESOURCE.search(text)
