"""The pages' modules in node: their own tests, the same closed lists as Python, and what they may not contain."""

import json
import re
from enum import StrEnum
from typing import get_args

import pytest

from hub import protocol
from kiosk.core import conversation
from tests.web.node_program import HERE, WEB, run_module, run_node

SOURCES = sorted(path for path in WEB.rglob("*") if path.suffix in (".js", ".html", ".css", ".svg"))


def test_unit_tests_of_the_modules() -> None:
    run_node("--test", HERE / "unit")


@pytest.mark.parametrize(
    ("module", "name", "words"),
    [
        ("protocol", "STATION_STATES", protocol.StationState),
        ("protocol", "AWAY_REASONS", protocol.AwayReason),
        ("protocol", "OUTCOMES", protocol.Outcome),
        ("protocol", "END_CAUSES", protocol.EndCause),
        ("protocol", "RESOLUTIONS", protocol.Resolution),
        ("protocol", "ERROR_CODES", protocol.ErrorCode),
        ("protocol", "MEDIA_STATES", protocol.MediaState),
        ("conversation", "SCAN_STEPS", conversation.ScanStep),
        ("conversation", "PRINT_STEPS", conversation.PrintStep),
        ("conversation", "PRINT_REFUSALS", conversation.PrintRefusal),
        ("conversation", "DEVICE_STATES", protocol.DeviceState),
    ],
)
def test_closed_lists_are_those_of_python(module: str, name: str, words: type[StrEnum]) -> None:
    printed = run_module(
        f'import * as m from "../../hub/web/shared/{module}.js"; console.log(JSON.stringify(m.{name}))'
    )
    assert json.loads(printed) == [word.value for word in words]


def test_words_of_transfers_are_those_of_python() -> None:
    printed = run_module(
        'import * as p from "../../hub/web/shared/protocol.js"; import { hasText } from "../../hub/web/shared/texts.js";'
        f"const states = {[state.value for state in protocol.TileState]};"
        "console.log(JSON.stringify([p.TRANSFER_KINDS, p.TRANSFER_STATES, states.filter((s) => !hasText(`transfer.state.${s}`))]))"
    )
    kinds = get_args(protocol.TransferTarget.model_fields["kind"].annotation)
    states = get_args(protocol.TransferChanged.model_fields["state"].annotation)
    assert json.loads(printed) == [list(kinds), list(states), []]


def test_limits_are_those_of_python() -> None:
    names = [
        "CONVERSATION_VERSION",
        "CONTROL_CHANNEL",
        "DOCUMENTS_CHANNEL",
        "MAX_CONTROL_BYTES",
        "CHUNK_BYTES",
        "CHUNK_HEADER_BYTES",
        "MAX_PRINT_BYTES",
        "MAX_PRINT_PAGES",
        "MAX_SCAN_PAGES",
        "MAX_PAGE_BYTES",
        "ACK_EVERY_CHUNKS",
        "TITLE_LENGTH",
    ]
    printed = run_module(
        'import * as c from "../../hub/web/shared/conversation.js"; import * as p from "../../hub/web/shared/protocol.js";'
        "console.log(JSON.stringify([c, p.PROTOCOL_VERSION, p.CloseCode]))"
    )
    limits, version, codes = json.loads(printed)
    assert {name: limits[name] for name in names} == {name: getattr(conversation, name) for name in names}
    assert version == protocol.PROTOCOL_VERSION
    assert codes == {code.name: code.value for code in protocol.CloseCode}


def test_nothing_can_be_recorded() -> None:
    """Bytes of the page that would keep picture or sound: there are none."""
    forbidden = re.compile(r"MediaRecorder|captureStream|ondataavailable|ScriptProcessor|AudioWorklet", re.IGNORECASE)
    assert [path.name for path in SOURCES if forbidden.search(path.read_text(encoding="utf-8"))] == []


def test_nothing_is_fetched_elsewhere_and_nothing_is_inline() -> None:
    namespace = "http://www.w3.org/2000/svg"
    elsewhere = re.compile(r"(?:https?:)?//[a-z0-9-]+\.[a-z]", re.IGNORECASE)
    for path in SOURCES:
        text = path.read_text(encoding="utf-8").replace(namespace, "")
        assert not elsewhere.search(text), path.name
        if path.suffix == ".html":
            assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", text), path.name


def test_documents_are_never_stored_in_the_browser() -> None:
    """Only the two memories of choices and of the post may touch a storage."""
    storage = re.compile(r"localStorage|sessionStorage|indexedDB|caches\.|document\.cookie", re.IGNORECASE)
    users = {path.name for path in SOURCES if path.suffix == ".js" and storage.search(path.read_text(encoding="utf-8"))}
    assert users == {"station.js", "preferences.js", "post_memory.js"}
    composition = (WEB / "station" / "station.js").read_text(encoding="utf-8")
    assert len(storage.findall(composition)) == 2
