"""How a station's page comes and goes, and what it may not say."""

import pytest
from sqlalchemy import text

from hub.protocol import (
    PROTOCOL_VERSION,
    AcceptOffer,
    AwayReason,
    CallAccepted,
    CallEnded,
    ErrorCode,
    ErrorReply,
    ExtendWrapUp,
    FinishWrapUp,
    Offer,
    OfferWithdrawn,
    QueueMoved,
    Resolution,
    SetAvailability,
    StationChanged,
    StationState,
    TakeStation,
)
from tests.fakes.hub_clients import FakeStation, connect_media
from tests.fakes.hub_network import SmallNetwork
from tests.fakes.running_hub import RunningHub, config_for, running_hub


async def refusal(station: FakeStation) -> ErrorCode:
    return (await station.expect(ErrorReply)).code


async def in_wrap_up(hub: RunningHub) -> tuple[FakeStation, str]:
    station, kiosk = await hub.available(), await hub.joined()
    queued = await kiosk.place_call("caf")
    await station.accept()
    await connect_media(kiosk, station, queued.call_id)
    await station.hang_up(queued.call_id)
    await station.expect(StationChanged, lambda m: m.state is StationState.WRAP_UP)
    return station, queued.call_id


async def test_a_page_is_told_where_it_sits(hub: RunningHub) -> None:
    await hub.available("caf-2")
    kiosk = await hub.joined()
    await kiosk.place_call("caf")
    welcome = await hub.station("caf-1").take()
    assert (welcome.station_id, welcome.agent_name, welcome.partner.id) == ("caf-1", "Agent de caf-1", "caf")
    assert (welcome.state, welcome.call, welcome.waiting) == (StationState.AWAY, None, 1)


@pytest.mark.parametrize("station_id", ["msa-1", "none"])
async def test_a_station_of_another_partner_does_not_exist(hub: RunningHub, station_id: str) -> None:
    station = hub.station("caf-1")
    await station.open()
    await station.send(TakeStation(protocol=PROTOCOL_VERSION, station_id=station_id))
    assert await refusal(station) is ErrorCode.NOT_FOUND
    await station.send(TakeStation(protocol=PROTOCOL_VERSION, station_id="caf-1"))
    await station.send(SetAvailability(state="available"))
    await station.expect(StationChanged, lambda m: m.state is StationState.AVAILABLE)
    assert set(hub.hub.connections.stations) == {"caf-1"}


async def test_an_agent_who_moves_leaves_the_former_station(hub: RunningHub) -> None:
    first = await hub.available("caf-1")
    second = hub.station("caf-2", cookie=hub.network.cookies["caf-1"])
    assert (await second.take(take_over=True)).agent_name == "Agent de caf-1"
    assert await first.closed() == 4001
    await second.set_available()
    board = hub.hub.switchboard.boards["caf"]
    assert board.stations["caf-1"].state is StationState.OFFLINE
    assert board.stations["caf-2"].agent_id == "a-caf-1"


async def test_a_page_is_counted_while_it_is_linked(hub: RunningHub) -> None:
    gauge = hub.hub.switchboard.metrics.connections.labels("station")
    first, second = await hub.available("caf-1"), await hub.available("caf-2")
    assert gauge._value.get() == 2
    await first.close()
    await second.set_away()
    await second.expect(StationChanged, lambda m: m.state is StationState.AWAY)
    assert gauge._value.get() == 1


async def test_a_page_does_not_sit_down_twice(hub: RunningHub) -> None:
    station = await hub.available("caf-1")
    await station.send(TakeStation(protocol=PROTOCOL_VERSION, station_id="caf-2"))
    assert await refusal(station) is ErrorCode.CONFLICT
    assert set(hub.hub.connections.stations) == {"caf-1"}


async def test_missed_offers_is_the_hubs_word_in_a_wrap_up_too(hub: RunningHub) -> None:
    station, call_id = await in_wrap_up(hub)
    finish = FinishWrapUp(
        call_id=call_id, resolution=Resolution.RESOLVED, next_state="away", away_reason=AwayReason.MISSED_OFFERS
    )
    await station.send(finish)
    assert await refusal(station) is ErrorCode.INVALID
    await station.send(finish.model_copy(update={"away_reason": AwayReason.BREAK}))
    changed = await station.expect(StationChanged, lambda m: m.state is StationState.AWAY)
    assert changed.away_reason is AwayReason.BREAK


async def test_a_wrap_up_can_be_made_longer(hub: RunningHub) -> None:
    station, call_id = await in_wrap_up(hub)
    await station.send(ExtendWrapUp(call_id=call_id))
    longer = await station.expect(StationChanged, lambda m: (m.expires_in_s or 0) > 120)
    assert (longer.state, longer.wrap_up_call_id) == (StationState.WRAP_UP, call_id)


async def test_a_page_that_leaves_during_a_call_has_its_grace(hub: RunningHub) -> None:
    station, kiosk = await hub.available(), await hub.joined()
    queued = await kiosk.place_call("caf")
    await station.accept()
    await station.cut()
    back = hub.station("caf-1")
    welcome = await back.take()
    assert welcome.call is not None
    assert (welcome.call.card.call_id, welcome.call.state) == (queued.call_id, "connecting")
    assert kiosk.seen(CallEnded) == []


async def test_an_answer_after_the_time_is_told_so_and_the_caller_why_they_wait_again(hub: RunningHub) -> None:
    await hub.hub.database.write(lambda c: c.execute(text("UPDATE partner SET offer_timeout_s = 1 WHERE id = 'caf'")))
    await hub.hub.switchboard.refresh()
    station, kiosk = await hub.available(), await hub.joined()
    queued = await kiosk.place_call("caf")
    offer = await station.expect(Offer)
    moved = await kiosk.expect(QueueMoved, lambda m: m.because is not None)
    assert (moved.call_id, moved.because) == (queued.call_id, "not_answered")
    await station.expect(OfferWithdrawn)
    await station.send(AcceptOffer(call_id=queued.call_id, offer_no=offer.offer_no))
    late = await station.expect(OfferWithdrawn)
    assert (late.offer_no, late.reason) == (offer.offer_no, "expired")
    call = hub.hub.switchboard.live_call(queued.call_id)
    assert call is not None
    assert not call.has_media


async def test_a_caller_whose_agent_vanished_before_the_picture_came_is_told_so(small_network: SmallNetwork) -> None:
    async with running_hub(small_network, config_for(small_network, offline_grace_s=0.2)) as hub:
        station, kiosk = await hub.available("caf-1"), await hub.joined()
        await hub.available("caf-2")
        queued = await kiosk.place_call("caf")
        await station.accept()
        await kiosk.expect(CallAccepted)
        await station.cut()
        moved = await kiosk.expect(QueueMoved, lambda m: m.because is not None)
        assert (moved.call_id, moved.position, moved.because) == (queued.call_id, 1, "agent_lost")
