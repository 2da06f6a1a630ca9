"""What the switchboard adds to the decisions: news in order, work that is due, and patience with the database."""

import asyncio
import time
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel
from sqlalchemy import func, insert, select, text

from hub.core.rows import CallState
from hub.core.waiting_time import MINIMUM_SAMPLES
from hub.protocol import (
    AcceptOffer,
    CallEnded,
    CallQueued,
    CallRefused,
    Candidate,
    ErrorCode,
    ErrorReply,
    FinishWrapUp,
    HangUp,
    MediaState,
    Offer,
    PlaceCall,
    QueueChanged,
    RefusalReason,
    RelayCandidate,
    RenewPeer,
    ReportMedia,
    Resolution,
    StationChanged,
    StationState,
    TileState,
)
from hub.server import insistence
from hub.store import tables as t
from hub.store.database import Database
from tests.fakes.hub_clients import HubClient, connect_media
from tests.fakes.hub_network import SmallNetwork
from tests.fakes.running_hub import RunningHub, config_for, running_hub


async def _failed(caplog: pytest.LogCaptureFixture) -> None:
    """Wait until the hub has tried in vain."""
    async with asyncio.timeout(8):
        while "DATABASE_FAILED" not in caplog.text:
            await asyncio.sleep(0.01)


async def test_a_loss_that_could_not_be_written_is_written_when_the_database_is_back(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(insistence, "RETRY_S", 0.02)
    first, second = await hub.available("caf-1"), await hub.available("caf-2")
    kiosk = await hub.joined()
    await kiosk.place_call("caf")
    await first.expect(Offer)
    database = hub.hub.database
    await database.write(lambda c: c.execute(text("ALTER TABLE event RENAME TO event_away")))
    await first.cut()
    await _failed(caplog)
    await database.write(lambda c: c.execute(text("ALTER TABLE event_away RENAME TO event")))
    await second.expect(Offer)


async def test_what_is_due_is_done_when_the_database_is_back(
    small_network: SmallNetwork, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(insistence, "RETRY_S", 0.02)
    async with running_hub(small_network, config_for(small_network, queue_limit_s=0.3)) as hub:
        station, kiosk = await hub.available(), await hub.joined()
        await kiosk.place_call("caf")
        await station.expect(Offer)
        other = await hub.joined(2)
        await other.place_call("caf")
        database = hub.hub.database
        await database.write(lambda c: c.execute(text("ALTER TABLE event RENAME TO event_away")))
        await _failed(caplog)  # the limit has passed, and the end could not be written
        await database.write(lambda c: c.execute(text("ALTER TABLE event_away RENAME TO event")))
        assert (await other.expect(CallEnded)).outcome == "unanswered"


async def test_a_closed_partner_says_when_it_opens_and_opens_by_itself(small_network: SmallNetwork) -> None:
    """Hours are set so that the partner opens within the next minutes, then the directory opens it now."""
    zone = ZoneInfo("Europe/Paris")
    soon = datetime.now(zone) + timedelta(hours=2)
    database = Database(small_network.url)
    hours = {"partner_id": "caf", "weekday": soon.weekday(), "opens": soon.strftime("%H:%M"), "closes": "24:00"}
    database.write_now(lambda c: c.execute(insert(t.opening).values(hours)))
    database.close()
    async with running_hub(small_network) as hub:
        await hub.available()
        kiosk = hub.kiosk()
        caf = (await kiosk.join()).tiles[0]
        assert caf.state is TileState.CLOSED
        assert caf.opens_at == soon.replace(second=0, microsecond=0).isoformat(timespec="minutes")
        await kiosk.send(PlaceCall(request_id="r", partner_id="caf"))
        refused = await kiosk.expect(CallRefused)
        assert (refused.reason, refused.opens_at) == (RefusalReason.CLOSED, caf.opens_at)
        await hub.hub.database.write(lambda c: c.execute(text("DELETE FROM opening")))
        await hub.hub.switchboard.refresh()
        await kiosk.place_call("caf")


async def test_the_wait_is_told_once_enough_is_known_of_it(small_network: SmallNetwork) -> None:
    database = Database(small_network.url)
    now = time.time()
    rows = [
        {
            "id": f"old{n}", "request_id": f"old{n}", "kiosk_id": "k-4", "partner_id": "caf", "state": "closed",
            "queued_at": now - 1000 - n, "accepted_at": now - 1000, "ahead": 1,
        }
        for n in range(1, MINIMUM_SAMPLES + 1)
    ]  # fmt: skip
    database.write_now(lambda c: c.execute(insert(t.call), rows))
    database.close()
    async with running_hub(small_network) as hub:
        await hub.available()
        kiosk = await hub.joined()
        wait = (await kiosk.place_call("caf")).wait
        assert wait is not None
        assert (round(wait.min_s), round(wait.max_s)) == (10, 16)


async def test_stations_hear_of_the_queue(hub: RunningHub) -> None:
    station = await hub.available()
    await (await hub.joined(1)).place_call("caf")
    await (await hub.joined(2)).place_call("caf")
    news = await station.expect(QueueChanged, lambda m: m.waiting == 2)
    assert news.available_stations == 0


async def test_signing_out_closes_the_page_and_frees_the_station(hub: RunningHub) -> None:
    station = await hub.available()
    await hub.hub.doors.on_signed_out("a-caf-1")
    assert await station.closed() == 4003
    await hub.available("caf-2")  # a later decision of the same partner: the loss is written by now
    query = select(t.station.c.state).where(t.station.c.id == "caf-1")
    assert await hub.hub.database.read(lambda c: c.execute(query).scalar()) == StationState.OFFLINE


async def test_a_failure_of_the_database_is_logged_once_and_its_return_too(
    hub: RunningHub, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "hub.server")
    station = await hub.available()
    database = hub.hub.database
    await database.write(lambda c: c.execute(text("ALTER TABLE event RENAME TO event_away")))
    for _ in range(3):
        await station.set_away()
        assert (await station.expect(ErrorReply)).code is ErrorCode.UNAVAILABLE
    assert hub.hub.switchboard.is_degraded
    await database.write(lambda c: c.execute(text("ALTER TABLE event_away RENAME TO event")))
    await station.set_away()
    await station.expect(StationChanged, lambda m: m.state is StationState.AWAY)
    said = [r.getMessage().partition(":")[0] for r in caplog.records if "DATABASE" in r.getMessage()]
    assert said == ["DATABASE_FAILED", "DATABASE_BACK"]


async def test_kiosks_come_back_and_calls_go_on_while_the_database_is_away(hub: RunningHub) -> None:
    station, kiosk = await hub.available(), await hub.joined(1)
    queued = await kiosk.place_call("caf")
    await station.accept()
    await connect_media(kiosk, station, queued.call_id)
    database = hub.hub.database
    await hub.hub.keys.refresh()
    for table in ("event", "kiosk"):
        rename = text(f"ALTER TABLE {table} RENAME TO {table}_away")
        await database.write(lambda c, rename=rename: c.execute(rename))
    other = await hub.joined(2)
    await other.send(PlaceCall(request_id="r", partner_id="caf"))
    assert (await other.expect(CallRefused)).reason is RefusalReason.HUB_DEGRADED
    candidate = Candidate(candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host", sdpMid="0")
    await kiosk.send(RelayCandidate(call_id=queued.call_id, peer_no=1, candidate=candidate))
    await station.expect(RelayCandidate)
    assert kiosk.seen(CallEnded) == station.seen(CallEnded) == []


async def test_a_hub_that_stops_refuses_new_calls_honestly(hub: RunningHub) -> None:
    await hub.available()
    kiosk = await hub.joined()
    hub.hub.switchboard.is_stopping = True
    await kiosk.send(PlaceCall(request_id="r", partner_id="caf"))
    refused = await kiosk.expect(CallRefused)
    assert (refused.request_id, refused.reason) == ("r", RefusalReason.HUB_DEGRADED)
    assert hub.hub.switchboard.call_of_kiosk("k-1") is None


async def test_what_is_said_twice_or_late_changes_nothing(hub: RunningHub) -> None:
    """Every message of a call again after each step, from both sides (I10)."""
    station, kiosk = await hub.available("caf-1"), await hub.joined(1)
    said: list[tuple[HubClient, BaseModel]] = []

    async def say(client: HubClient, message: BaseModel) -> None:
        said.append((client, message))
        for each, earlier in said:
            await each.send(earlier)
        for each in (kiosk, station):
            await each.send(RenewPeer(call_id="none"))
            await each.expect(ErrorReply, lambda m: m.in_reply_to == "none")

    await say(kiosk, PlaceCall(request_id="r", partner_id="caf"))
    call_id = (await kiosk.expect(CallQueued)).call_id
    await say(station, AcceptOffer(call_id=call_id, offer_no=1))
    await say(kiosk, ReportMedia(call_id=call_id, peer_no=1, state=MediaState.CONNECTED))
    call = hub.hub.switchboard.call_of_kiosk("k-1")
    assert call is not None
    assert (call.id, call.state, call.offer_no, call.peer_no) == (call_id, CallState.IN_CALL, 1, 1)
    await say(kiosk, HangUp(call_id=call_id))
    await say(station, FinishWrapUp(call_id=call_id, resolution=Resolution.RESOLVED))
    assert {m.call_id for m in kiosk.seen(CallEnded)} == {m.call_id for m in station.seen(CallEnded)} == {call_id}
    board = hub.hub.switchboard.boards["caf"]
    assert (board.calls, board.stations["caf-1"].state) == ({}, StationState.AVAILABLE)
    count = select(func.count()).select_from(t.call)
    assert await hub.hub.database.read(lambda c: c.execute(count).scalar()) == 1
    ended = select(func.count()).where(t.event.c.name == "call_ended")
    assert await hub.hub.database.read(lambda c: c.execute(ended).scalar()) == 1
