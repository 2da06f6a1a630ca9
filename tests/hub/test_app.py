"""Calls from one end to the other, on a real server with real sockets."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from hub.protocol import (
    AcceptOffer,
    AwayReason,
    CallAccepted,
    CallEnded,
    CallRefused,
    CallRinging,
    CloseCode,
    DeclineOffer,
    EndCause,
    ErrorReply,
    FinishWrapUp,
    MediaState,
    Offer,
    OfferWithdrawn,
    Outcome,
    PartnersChanged,
    PeerRenewed,
    PlaceCall,
    QueueMoved,
    RefusalReason,
    RelayDescription,
    RenewPeer,
    ReportMedia,
    Resolution,
    SetAvailability,
    StationChanged,
    StationState,
    TileState,
)
from hub.store import tables as t
from hub.store.database import Database
from tests.fakes.hub_clients import FakeKiosk, FakeStation, connect_media
from tests.fakes.hub_network import SmallNetwork, write_small_network
from tests.fakes.running_hub import Clients, HubProcess, RunningHub, config_for, running_hub


async def in_call(hub: Clients, kiosk: FakeKiosk, station: FakeStation) -> str:
    """A call in progress; its identifier."""
    queued = await kiosk.place_call("caf")
    await station.accept()
    await kiosk.expect(CallAccepted)
    await connect_media(kiosk, station, queued.call_id)
    return queued.call_id


async def test_a_whole_call(hub: RunningHub) -> None:
    station = await hub.available()
    kiosk = await hub.joined()
    queued = await kiosk.place_call("caf", motif_id="rsa", accompanied=True)
    assert queued.position == 1
    ringing = await kiosk.expect(CallRinging)
    assert (ringing.call_id, ringing.attempt) == (queued.call_id, 1)

    offer, accepted = await station.accept()
    assert offer.card.call_id == queued.call_id
    assert offer.card.motif is not None
    assert (offer.card.motif.label, offer.card.motif.papers) == ("RSA", ["RIB"])
    assert offer.card.accompanied
    assert offer.card.kiosk_name == "Borne 1"
    assert accepted.peer_no == 1
    assert (await kiosk.expect(CallAccepted)).agent_name == "Agent de caf-1"
    await station.expect(StationChanged, lambda m: m.state is StationState.IN_CALL)

    await connect_media(kiosk, station, queued.call_id)
    await station.hang_up(queued.call_id)
    for client in (kiosk, station):
        ended = await client.expect(CallEnded)
        assert (ended.outcome, ended.cause) == (Outcome.COMPLETED, EndCause.AGENT_HUNG_UP)
    wrap_up = await station.expect(StationChanged, lambda m: m.state is StationState.WRAP_UP)
    assert wrap_up.wrap_up_call_id == queued.call_id
    await station.send(FinishWrapUp(call_id=queued.call_id, resolution=Resolution.RESOLVED))
    await station.expect(StationChanged, lambda m: m.state is StationState.AVAILABLE)


async def test_a_declined_call_goes_to_the_next_station_and_keeps_its_place(hub: RunningHub) -> None:
    first = await hub.available("caf-1")
    second = await hub.available("caf-2")
    kiosk = await hub.joined()
    queued = await kiosk.place_call("caf")
    offer = await first.expect(Offer)
    await first.send(DeclineOffer(call_id=queued.call_id, offer_no=offer.offer_no))
    assert (await first.expect(OfferWithdrawn)).reason == "declined"
    assert (await kiosk.expect(CallRinging, lambda m: m.attempt == 2)).call_id == queued.call_id
    assert (await second.expect(Offer)).offer_no == 2
    # The first changes its mind: too late.
    await first.send(AcceptOffer(call_id=queued.call_id, offer_no=1))
    assert (await first.expect(OfferWithdrawn)).reason == "declined"
    await second.send(AcceptOffer(call_id=queued.call_id, offer_no=2))
    await kiosk.expect(CallAccepted)


async def test_an_offer_that_rings_in_vain_goes_on_and_the_absent_agent_is_away(tmp_path: Path) -> None:
    network = write_small_network(tmp_path / "hub.db", offer_timeout_s=1, missed_offers_limit=1)
    async with running_hub(network) as hub:
        absent = await hub.available("caf-1")
        present = await hub.available("caf-2")
        kiosk = await hub.joined()
        queued = await kiosk.place_call("caf")
        await absent.expect(Offer)
        assert (await absent.expect(OfferWithdrawn)).reason == "expired"
        away = await absent.expect(StationChanged, lambda m: m.state is StationState.AWAY)
        assert away.away_reason is AwayReason.MISSED_OFFERS
        offer, _ = await present.accept()
        assert offer.card.call_id == queued.call_id


async def test_callers_wait_in_order_and_may_leave(hub: RunningHub) -> None:
    station = await hub.available()
    kiosks = [await hub.joined(number) for number in (1, 2, 3, 4)]
    calls = [await kiosk.place_call("caf") for kiosk in kiosks]
    assert [call.position for call in calls] == [1, 2, 3, 4]
    # The second leaves; those behind move up, the one ahead hears nothing.
    await kiosks[1].hang_up(calls[1].call_id)
    ended = await kiosks[1].expect(CallEnded)
    assert (ended.outcome, ended.cause) == (Outcome.ABANDONED, EndCause.USAGER_LEFT_QUEUE)
    assert (await kiosks[2].expect(QueueMoved)).position == 2
    assert (await kiosks[3].expect(QueueMoved)).position == 3
    assert kiosks[0].seen(QueueMoved) == []
    # The one that rings leaves too: the next rings at once.
    assert (await station.expect(Offer)).card.call_id == calls[0].call_id
    await kiosks[0].hang_up(calls[0].call_id)
    assert (await station.expect(OfferWithdrawn)).reason == "usager_left"
    assert (await station.expect(Offer)).card.call_id == calls[2].call_id


async def test_a_request_sent_again_is_the_same_call(hub: RunningHub) -> None:
    await hub.available()
    kiosk = await hub.joined()
    queued = await kiosk.place_call("caf", "same")
    again = await kiosk.place_call("caf", "same")
    assert again == queued
    await kiosk.send(PlaceCall(request_id="other", partner_id="caf"))
    assert (await kiosk.expect(CallRefused)).reason is RefusalReason.CALL_IN_PROGRESS
    await kiosk.hang_up(queued.call_id)
    await kiosk.expect(CallEnded)
    assert (await kiosk.place_call("caf", "same")).call_id == queued.call_id
    assert (await kiosk.expect(CallEnded)).outcome is Outcome.ABANDONED


@pytest.mark.parametrize(
    ("partner_id", "motif_id", "reason"),
    [
        ("caf", None, RefusalReason.NOBODY_ON_POST),
        ("caf", "none", RefusalReason.UNKNOWN_MOTIF),
        ("none", None, RefusalReason.UNKNOWN_PARTNER),
    ],
)
async def test_a_call_that_cannot_be_is_refused_with_its_reason(
    hub: RunningHub, partner_id: str, motif_id: str | None, reason: RefusalReason
) -> None:
    kiosk = await hub.joined()
    await kiosk.send(PlaceCall(request_id="r", partner_id=partner_id, motif_id=motif_id))
    assert (await kiosk.expect(CallRefused)).reason is reason


async def test_tiles_live_and_are_not_pushed_more_than_once_a_second(hub: RunningHub) -> None:
    kiosk = hub.kiosk()
    welcome = await kiosk.join()
    assert [tile.state for tile in welcome.tiles] == [TileState.ABSENT, TileState.ABSENT]
    station = await hub.available()
    await kiosk.expect(PartnersChanged, lambda m: m.tiles[0].state is TileState.FREE)
    before = asyncio.get_running_loop().time()
    for _ in range(10):
        await station.set_away()
        await station.expect(StationChanged, lambda m: m.state is StationState.AWAY)
        await station.set_available()
    await station.set_away()
    await kiosk.expect(PartnersChanged, lambda m: m.tiles[0].state is TileState.ABSENT)
    elapsed_s = asyncio.get_running_loop().time() - before
    assert len(kiosk.seen(PartnersChanged)) <= elapsed_s + 1


async def test_descriptions_only_go_between_the_parties_and_to_the_peer_they_belong_to(hub: RunningHub) -> None:
    station, other = await hub.available("caf-1"), await hub.available("msa-1")
    kiosk, stranger = await hub.joined(1), await hub.joined(2)
    call_id = await in_call(hub, kiosk, station)
    await kiosk.send(RenewPeer(call_id=call_id))
    for client in (kiosk, station):
        renewed = await client.expect(PeerRenewed)
        assert renewed.peer_no == 2
    golden = Path(__file__).parents[1] / "fixtures/protocol/from_kiosk_description.json"
    frame = golden.read_text(encoding="utf-8").replace("c_7f3a9d0e5b1c4a28", call_id)
    await kiosk.send_frame(frame)  # peer 1: late, dropped without a word
    await kiosk.send_frame(frame.replace('"peer_no": 1', '"peer_no": 2'))
    assert (await station.expect(RelayDescription)).peer_no == 2
    await stranger.send_frame(frame)
    await stranger.expect(ErrorReply)
    await other.send_frame(frame)
    await other.expect(ErrorReply)
    await kiosk.hang_up(call_id)
    await station.expect(CallEnded)
    assert station.seen(RelayDescription) == []
    assert kiosk.seen(ErrorReply) == []


async def test_a_page_that_is_reloaded_finds_its_call_again(hub: RunningHub) -> None:
    station, kiosk = await hub.available(), await hub.joined()
    call_id = await in_call(hub, kiosk, station)
    await station.close()
    reloaded = hub.station()
    welcome = await reloaded.take(take_over=True)
    assert welcome.state is StationState.IN_CALL
    assert welcome.call is not None
    assert (welcome.call.card.call_id, welcome.call.state, welcome.call.peer_no) == (call_id, "in_call", 1)
    await reloaded.send(RenewPeer(call_id=call_id))
    assert (await kiosk.expect(PeerRenewed)).peer_no == 2
    await reloaded.expect(PeerRenewed)
    await connect_media(kiosk, reloaded, call_id, peer_no=2)
    assert kiosk.seen(CallEnded) == []


async def test_an_idle_page_that_is_reloaded_is_available_again(hub: RunningHub) -> None:
    station = await hub.available()
    await station.cut()
    assert (await hub.station().take(take_over=True)).state is StationState.AVAILABLE


async def test_a_page_that_closes_while_it_rings_leaves_the_call_to_a_colleague(hub: RunningHub) -> None:
    first, second = await hub.available("caf-1"), await hub.available("caf-2")
    kiosk = await hub.joined()
    queued = await kiosk.place_call("caf")
    await first.expect(Offer)
    await first.cut()
    assert (await second.expect(Offer)).card.call_id == queued.call_id


async def test_a_kiosk_that_does_not_come_back_leaves_the_queue(small_network: SmallNetwork) -> None:
    async with running_hub(small_network, config_for(small_network, offline_grace_s=0.3, kept_place_s=0.5)) as hub:
        station, kiosk = await hub.available(), await hub.joined()
        queued = await kiosk.place_call("caf")
        await station.expect(Offer)
        await kiosk.cut()
        assert (await station.expect(OfferWithdrawn)).reason == "usager_left"
        # Back too late, it learns how it ended.
        late = hub.kiosk()
        assert (await late.join(queued.call_id)).call is None
        ended = await late.expect(CallEnded)
        assert (ended.outcome, ended.cause) == (Outcome.ABANDONED, EndCause.KIOSK_LOST)


async def test_a_wrap_up_ends_by_itself_and_goes_where_it_was_asked(tmp_path: Path) -> None:
    async with running_hub(write_small_network(tmp_path / "hub.db", wrap_up_s=1)) as hub:
        station, kiosk = await hub.available(), await hub.joined()
        call_id = await in_call(hub, kiosk, station)
        await station.send(SetAvailability(state="away", away_reason=AwayReason.LUNCH))
        await station.expect(StationChanged, lambda m: m.next_state == "away")
        await kiosk.hang_up(call_id)
        await station.expect(StationChanged, lambda m: m.state is StationState.WRAP_UP)
        away = await station.expect(StationChanged, lambda m: m.state is StationState.AWAY)
        assert away.away_reason is AwayReason.LUNCH


@pytest.fixture
async def hub_process(
    tmp_path: Path, small_network: SmallNetwork, free_port: Callable[[], int]
) -> AsyncIterator[HubProcess]:
    process = HubProcess(tmp_path, small_network, free_port(), offline_grace_s=30.0)
    await process.start()
    yield process
    await process.kill()


async def test_calls_survive_the_death_of_the_hub(hub_process: HubProcess, small_network: SmallNetwork) -> None:
    """SIGKILL with a call in progress, one that rings and one that waits; then all come back."""
    clients = Clients(hub_process.url, small_network)
    stations = [await clients.available("caf-1"), await clients.available("caf-2")]
    kiosks = [await clients.joined(number) for number in (1, 2, 3)]
    talking = await in_call(clients, kiosks[0], stations[0])
    ringing = (await kiosks[1].place_call("caf")).call_id
    await stations[1].expect(Offer)
    waiting = await kiosks[2].place_call("caf")
    assert waiting.position == 2

    await hub_process.kill()
    for client in (*stations, *kiosks):
        await client.closed()
        await client.close()
    await hub_process.start()

    first = await kiosks[0].join(talking)
    assert first.call is not None
    assert (first.call.call_id, first.call.state, first.call.peer_no) == (talking, "in_call", 1)
    third = await kiosks[2].join(waiting.call_id)
    assert third.call is not None
    assert (third.call.call_id, third.call.state, third.call.position) == (waiting.call_id, "queued", 2)
    second = await kiosks[1].join(ringing)
    assert second.call is not None
    assert (second.call.call_id, second.call.position) == (ringing, 1)
    # The agent of the call in progress is still in it; the other is available again, and gets the first in line.
    back = await stations[0].take()
    assert back.call is not None
    assert (back.call.card.call_id, back.call.state) == (talking, "in_call")
    rings = await stations[1].take()
    assert rings.call is not None
    assert (rings.call.card.call_id, rings.call.state) == (ringing, "offered")

    await stations[0].hang_up(talking)
    assert (await kiosks[0].expect(CallEnded)).outcome is Outcome.COMPLETED
    await clients.close()
    assert "Traceback" not in hub_process.log()


async def test_a_call_whose_parties_do_not_come_back_ends(tmp_path: Path, small_network: SmallNetwork) -> None:
    routing = {"offline_grace_s": 0.3, "peer_lost_s": 0.6}
    async with running_hub(small_network, config_for(small_network, **routing)) as hub:
        kiosk = await hub.joined()
        call_id = await in_call(hub, kiosk, await hub.available())
        hub.hub.switchboard.is_stopping = True  # dies without a word to the database
    async with running_hub(small_network, config_for(small_network, **routing)) as hub:
        async with asyncio.timeout(8):
            while hub.hub.switchboard.live_call(call_id) is not None:
                await asyncio.sleep(0.02)
        row = await hub.hub.database.read(lambda c: c.execute(select(t.call).where(t.call.c.id == call_id)).one())
        assert (row.state, row.outcome, row.cause) == ("closed", "failed", "media_lost")


async def test_a_call_that_one_party_still_sees_is_kept_until_it_does_not(small_network: SmallNetwork) -> None:
    async with running_hub(small_network, config_for(small_network, offline_grace_s=0.3)) as hub:
        station, kiosk = await hub.available(), await hub.joined()
        call_id = await in_call(hub, kiosk, station)
        await station.cut()
        # Longer than the grace, the kiosk still sees and hears the agent.
        await asyncio.sleep(0.6)
        assert hub.hub.switchboard.live_call(call_id) is not None
        await kiosk.report(call_id, MediaState.LOST)
        assert (await kiosk.expect(CallEnded)).cause is EndCause.STATION_LOST


async def test_the_events_tell_the_story_of_a_call(hub: RunningHub) -> None:
    station, kiosk = await hub.available(), await hub.joined()
    call_id = await in_call(hub, kiosk, station)
    await kiosk.hang_up(call_id)
    await station.expect(CallEnded)
    await station.send(FinishWrapUp(call_id=call_id, resolution=Resolution.RESOLVED))
    await station.expect(StationChanged, lambda m: m.state is StationState.AVAILABLE)
    database: Database = hub.hub.database
    query = select(t.event.c.name).where(t.event.c.call_id == call_id).order_by(t.event.c.id)
    names = await database.read(lambda c: list(c.execute(query).scalars()))
    assert names == [
        "call_placed",
        "call_offered",
        "offer_accepted",
        "call_connected",
        "call_ended",
        "call_closed",
    ]
    row = await database.read(lambda c: c.execute(select(t.call).where(t.call.c.id == call_id)).one())
    assert (row.state, row.outcome, row.cause, row.resolution) == ("closed", "completed", "usager_hung_up", "resolved")
    assert row.queued_at <= row.accepted_at <= row.connected_at <= row.ended_at <= row.closed_at


async def test_media_of_the_kiosk_is_told_to_the_agent(hub: RunningHub) -> None:
    station, kiosk = await hub.available(), await hub.joined()
    call_id = await in_call(hub, kiosk, station)
    for state in (MediaState.WEAK, MediaState.LOST, MediaState.CONNECTED):
        await kiosk.report(call_id, state)
        assert (await station.expect(ReportMedia)).state is state


async def test_a_planned_stop_lasts_no_longer_than_promised(small_network: SmallNetwork) -> None:
    """Clients are told to come back; one that answers nothing does not hold the hub up."""
    async with running_hub(small_network) as hub:
        kiosks = [await hub.joined(number) for number in (1, 2, 3)]
        reader, writer = await asyncio.open_connection("127.0.0.1", hub.server.port)
        writer.write(
            b"GET /ws/kiosk HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert b"101" in await reader.readline()
        since = asyncio.get_running_loop().time()
        hub.server.should_exit = True
        assert [await kiosk.closed() for kiosk in kiosks] == [CloseCode.RESTARTING] * 3
        while not hub.server.has_stopped:
            await asyncio.sleep(0.02)
        # One second was promised; a busy machine is given as much again.
        assert asyncio.get_running_loop().time() - since < 2.5
        writer.close()
