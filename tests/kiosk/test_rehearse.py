"""Rehearsals on a whole kiosk against a real hub: each way of failing leaves in order, with its word and its sentence.

The call that succeeds needs a browser: see tests/system/test_rehearsal.py.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from hub.protocol import Offer
from kiosk.config import KioskConfig
from kiosk.core.view import Screen
from kiosk.rehearsal import Failure, Plan
from kiosk.rehearsal_files import Files
from kiosk.rehearsal_player import Told
from kiosk.rehearse import rehearse
from kiosk.wiring import StartFailed
from tests.fakes.hub_network import write_small_network
from tests.fakes.kiosk_parts import KeptViews
from tests.fakes.kiosk_settings import small_kiosk, write_key
from tests.fakes.running_hub import RunningHub, running_hub

HASTY = Plan("caf", "rsa", seconds=1, patience_s=1, link_within_s=1)


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[RunningHub]:
    async with running_hub(write_small_network(tmp_path / "hub.db", stations=1)) as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, hub: RunningHub) -> KioskConfig:
    return small_kiosk(tmp_path, hub.url, "k-1", hub.network.keys["k-1"])


async def play(config: KioskConfig, plan: Plan, folder: Path, **more: Any) -> tuple[Told, dict[str, Any]]:
    out = folder / "out.json"
    told = await rehearse(config, plan, Files(out=out), asyncio.Event(), **more)
    return told, json.loads(out.read_text("utf-8"))


def moments(report: dict[str, Any]) -> list[str]:
    return [each["moment"] for each in report["moments"]]


@pytest.mark.parametrize(
    ("partner", "motif", "failure", "words"),
    [
        ("cpam", "", Failure.UNKNOWN_PARTNER, "caf, msa"),
        ("caf", "logement", Failure.UNKNOWN_MOTIF, "rsa"),
        ("CAF", "rsa", Failure.NOBODY_FREE, "prendre son poste"),
    ],
)
async def test_what_the_hub_does_not_have(
    config: KioskConfig, tmp_path: Path, partner: str, motif: str, failure: Failure, words: str
) -> None:
    told, report = await play(config, replace(HASTY, partner=partner, motif=motif), tmp_path)
    assert told.failure is failure
    assert words in told.sentence
    assert (report["ok"], report["failure"]) == (False, failure.value)
    assert moments(report)[:2] == ["started", "linked"]
    assert told.summary == []
    assert list((tmp_path / "run").iterdir()) == []


async def test_an_agent_who_never_answers(config: KioskConfig, hub: RunningHub, tmp_path: Path) -> None:
    station = await hub.available("caf-1")
    told, report = await play(config, HASTY, tmp_path)
    assert told.failure is Failure.NO_ANSWER
    assert "personne n'a répondu" in told.sentence
    offer = await station.expect(Offer)
    assert offer.card.motif is not None
    assert offer.card.motif.id == "rsa"
    assert moments(report) == ["started", "linked", "placed", "ringing", "ended", "erased"]
    instants = [each["unix"] for each in report["moments"]]
    assert instants == sorted(instants)


async def test_a_queue_that_does_not_move(config: KioskConfig, hub: RunningHub, tmp_path: Path) -> None:
    station = await hub.available("caf-1")
    await (await hub.joined(2)).place_call("caf")
    await station.accept()
    told, report = await play(config, HASTY, tmp_path)
    assert told.failure is Failure.NOBODY_FREE
    assert report["ended"] == "left_queue"


async def test_no_hub(config: KioskConfig, tmp_path: Path) -> None:
    away = replace(config, hub=replace(config.hub, url="ws://127.0.0.1:9"))
    told, report = await play(away, HASTY, tmp_path)
    assert told.failure is Failure.HUB_UNREACHABLE
    assert "câble" in told.sentence
    assert moments(report) == ["started"]


async def test_a_hub_that_does_not_know_the_key(config: KioskConfig, hub: RunningHub, tmp_path: Path) -> None:
    write_key(config.hub.key_file, hub.network.keys["k-2"])
    told, _ = await play(config, replace(HASTY, link_within_s=20), tmp_path)
    assert told.failure is Failure.HUB_REFUSED


async def test_told_to_stop_while_it_rings(config: KioskConfig, hub: RunningHub, tmp_path: Path) -> None:
    station = await hub.available("caf-1")
    stopping = asyncio.Event()
    playing = asyncio.create_task(rehearse(config, replace(HASTY, patience_s=60), Files(), stopping))
    await station.expect(Offer)
    stopping.set()
    told = await playing
    assert told.failure is Failure.INTERRUPTED
    again = await (await hub.joined(1)).place_call("caf")
    assert again.position == 1, "nothing is left of the call"


async def test_the_window_shows_what_happens(config: KioskConfig, tmp_path: Path) -> None:
    window = KeptViews()
    told, _ = await play(config, HASTY, tmp_path, window=window, screen=window.self_sink)
    assert told.failure is Failure.NOBODY_FREE
    shown = [each.screen for each in window.views]
    erased = shown.index(Screen.ERASED)
    assert set(shown[erased:]) <= {Screen.ERASED, Screen.ATTRACT}, "on a slow machine the first screen is back already"
    assert Screen.BEFORE_CALL in shown[:erased]
    assert window.self_sink.shown > 0


async def test_measures_that_cannot_be_written_are_told(config: KioskConfig, tmp_path: Path) -> None:
    (tmp_path / "out.json.part").mkdir()
    with pytest.raises(StartFailed, match=r"out\.json"):
        await play(config, replace(HASTY, partner="cpam"), tmp_path)
