"""What a station's page asks beside its socket, of a real hub."""

import re
from collections.abc import AsyncIterator

import httpx
import pytest
from sqlalchemy import text

from tests.fakes.hub_clients import connect_media
from tests.fakes.hub_network import ORIGIN
from tests.fakes.running_hub import RunningHub

PATHS = ("/api/station/transfer-targets", "/api/station/history")


@pytest.fixture
async def browser(hub: RunningHub) -> AsyncIterator[httpx.AsyncClient]:
    """Of the agent who sits at caf-1."""
    url = hub.url.replace("ws://", "http://")
    cookies = {"vr_session": hub.network.cookies["caf-1"]}
    async with httpx.AsyncClient(base_url=url, cookies=cookies, headers={"Origin": ORIGIN}) as client:
        yield client


async def write(hub: RunningHub, statement: str) -> None:
    await hub.hub.database.write(lambda c: c.execute(text(statement)))
    await hub.hub.switchboard.refresh()


async def targets(browser: httpx.AsyncClient, station_id: str = "caf-1") -> dict[str, list[dict[str, object]]]:
    answer = await browser.get("/api/station/transfer-targets", params={"station_id": station_id})
    assert answer.status_code == 200, answer.text
    found: dict[str, list[dict[str, object]]] = answer.json()
    return found


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_asks_without_a_sign_in_or_about_the_station_of_another_partner(
    hub: RunningHub, browser: httpx.AsyncClient, path: str
) -> None:
    for station_id, status, code in (("msa-1", 404, "not_found"), ("none", 404, "not_found"), ("", 404, "not_found")):
        answer = await browser.get(path, params={"station_id": station_id})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    answer = await browser.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    browser.cookies.clear()
    answer = await browser.get(path, params={"station_id": "caf-1"})
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


async def test_colleagues_are_told_with_who_sits_there_and_what_they_do(
    hub: RunningHub, browser: httpx.AsyncClient
) -> None:
    await hub.available("caf-1")
    assert (await targets(browser))["stations"] == [
        {"id": "caf-2", "name": "caf-2", "agent_name": "", "state": "offline"}
    ]
    await hub.available("caf-2")
    assert (await targets(browser))["stations"] == [
        {"id": "caf-2", "name": "caf-2", "agent_name": "Agent de caf-2", "state": "available"}
    ]
    await write(hub, "UPDATE station SET is_enabled = false WHERE id = 'caf-2'")
    assert (await targets(browser))["stations"] == []


async def test_pools_are_told_with_who_is_free_there(hub: RunningHub, browser: httpx.AsyncClient) -> None:
    await write(hub, """UPDATE partner SET policy = '{"pools": [{"id": "near", "name": "Ici"}]}' WHERE id = 'caf'""")
    await write(hub, "UPDATE station SET pool_id = 'near' WHERE id = 'caf-2'")
    assert (await targets(browser))["pools"] == [{"id": "near", "name": "Ici", "available": 0}]
    await hub.available("caf-2")
    assert (await targets(browser))["pools"] == [{"id": "near", "name": "Ici", "available": 1}]


async def test_other_partners_are_told_as_the_caller_at_this_station_would_find_them(
    hub: RunningHub, browser: httpx.AsyncClient
) -> None:
    assert [(p["id"], p["state"]) for p in (await targets(browser))["partners"]] == [("msa", "absent")]
    await hub.available("msa-1")
    await write(hub, "INSERT INTO motif (partner_id, id, label) VALUES ('msa', 'retraite', 'Retraite')")
    (msa,) = (await targets(browser))["partners"]
    assert msa == {
        "id": "msa",
        "name": "MSA",
        "full_name": "Partenaire msa",
        "state": "free",
        "motifs": [{"id": "retraite", "label": "Retraite"}],
    }
    closed = """{"admissions": [{"mode": "closed", "kiosks": ["k-2"]}]}"""
    await write(hub, f"UPDATE partner SET policy = '{closed}' WHERE id = 'msa'")
    station, kiosk = await hub.available("caf-1"), await hub.joined(2)
    assert (await targets(browser))["partners"][0]["state"] == "free"
    await kiosk.place_call("caf")
    await station.accept()
    assert (await targets(browser))["partners"][0]["state"] == "closed"
    await write(hub, "UPDATE partner SET is_enabled = false WHERE id = 'msa'")
    assert (await targets(browser))["partners"] == []


async def test_the_day_of_a_station_is_told_in_sentences_newest_first(
    hub: RunningHub, browser: httpx.AsyncClient
) -> None:
    station, kiosk = await hub.available("caf-1"), await hub.joined(1)
    queued = await kiosk.place_call("caf")
    await station.accept()
    await connect_media(kiosk, station, queued.call_id)
    answer = await browser.get("/api/station/history", params={"station_id": "caf-1"})
    events = answer.json()["events"]
    assert answer.status_code == 200
    assert all(re.fullmatch(r"\d\d:\d\d", event["at"]) for event in events)
    told = [event["sentence"] for event in events]
    assert len(told) >= 3
    assert queued.call_id not in answer.text
    other = await browser.get("/api/station/history", params={"station_id": "caf-2"})
    assert other.json() == {"events": []}
    # The newest is the answer to the call, the oldest the sitting down.
    rang = next(number for number, each in enumerate(told) if "sonn" in each.lower() or "propos" in each.lower())
    assert rang < len(told) - 1


async def test_of_yesterday_and_of_too_much_nothing_is_told(hub: RunningHub, browser: httpx.AsyncClient) -> None:
    now = hub.hub.switchboard.clock()
    line = "INSERT INTO event (at, station_id, partner_id, name, detail) VALUES "
    many = ", ".join(f"({now}, 'caf-1', 'caf', 'station_changed', 'away:break')" for _ in range(120))
    await write(hub, f"{line}({now - 86400}, 'caf-1', 'caf', 'station_changed', 'away:lunch')")
    assert (await browser.get("/api/station/history", params={"station_id": "caf-1"})).json() == {"events": []}
    await write(hub, line + many)
    answer = await browser.get("/api/station/history", params={"station_id": "caf-1"})
    assert len(answer.json()["events"]) <= 100


async def test_a_database_that_is_away_is_said(hub: RunningHub, browser: httpx.AsyncClient) -> None:
    await hub.hub.database.write(lambda c: c.execute(text("ALTER TABLE event RENAME TO event_away")))
    answer = await browser.get("/api/station/history", params={"station_id": "caf-1"})
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert (await targets(browser))["stations"], "what is known without the database is told"
