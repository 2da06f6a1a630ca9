"""Places kept under a number, as the kiosk hears of them."""

import pytest

from hub.protocol import (
    CallEnded,
    CallQueued,
    CallRefused,
    ClaimPlace,
    EndCause,
    ErrorCode,
    ErrorReply,
    KeepPlace,
    Offer,
    PlaceKept,
    QueueMoved,
    RefusalReason,
    Ticket,
    TicketsChanged,
)
from hub.server.switchboard import Switchboard
from tests.fakes.hub_clients import FakeKiosk, FakeStation
from tests.fakes.running_hub import RunningHub


async def keeping(hub: RunningHub) -> tuple[FakeStation, FakeKiosk, Ticket]:
    """The only station is rung by kiosk 1; who stood at kiosk 2 took a number and left."""
    station, first, kiosk = await hub.available("caf-1"), await hub.joined(1), await hub.joined(2)
    await first.place_call("caf")
    await station.expect(Offer)
    queued = await kiosk.place_call("caf")
    await kiosk.send(KeepPlace(call_id=queued.call_id))
    kept = await kiosk.expect(PlaceKept)
    assert kept.ticket.call_id == queued.call_id
    return station, kiosk, kept.ticket


async def settled(kiosk: FakeKiosk) -> None:
    await kiosk.send(ClaimPlace(call_id="none", request_id="none"))
    await kiosk.expect(ErrorReply, lambda m: m.in_reply_to == "none")


def numbers(hub: RunningHub, kiosk_id: str) -> list[int]:
    switchboard: Switchboard = hub.hub.switchboard
    return [ticket.number for ticket in switchboard.tickets_of(kiosk_id)]


async def test_the_kiosk_is_free_for_others_and_each_has_their_number(hub: RunningHub) -> None:
    _, kiosk, ticket = await keeping(hub)
    assert (ticket.number, ticket.partner_id, ticket.state) == (1, "caf", "kept")
    again = await kiosk.place_call("caf")
    await kiosk.send(KeepPlace(call_id=again.call_id))
    assert (await kiosk.expect(PlaceKept)).ticket.number == 2
    assert numbers(hub, "k-2") == [1, 2]
    assert numbers(hub, "k-1") == []


async def test_a_kiosk_that_comes_back_is_told_its_numbers_and_no_call(hub: RunningHub) -> None:
    _, kiosk, ticket = await keeping(hub)
    await kiosk.close()
    welcome = await hub.kiosk(2).join(live_call_id=ticket.call_id)
    assert welcome.call is None
    assert [(each.call_id, each.number) for each in welcome.tickets] == [(ticket.call_id, 1)]


async def test_who_is_back_waits_there_again_at_the_place_they_had(hub: RunningHub) -> None:
    _, kiosk, ticket = await keeping(hub)
    third = await hub.joined(3)
    assert (await third.place_call("caf")).position == 3
    await kiosk.send(ClaimPlace(call_id=ticket.call_id, request_id="back"))
    queued = await kiosk.expect(CallQueued, lambda m: m.request_id == "back")
    assert (queued.call_id, queued.position) == (ticket.call_id, 2)
    assert (await kiosk.expect(TicketsChanged)).tickets == []
    assert third.seen(QueueMoved) == []
    # The same request again is the same place.
    await kiosk.send(ClaimPlace(call_id=ticket.call_id, request_id="back"))
    assert (await kiosk.expect(CallQueued, lambda m: m.request_id == "back")).call_id == ticket.call_id


async def test_a_number_is_called_when_an_agent_is_free_for_it(hub: RunningHub) -> None:
    station, kiosk, ticket = await keeping(hub)
    await hub.available("caf-2")
    called = await kiosk.expect(TicketsChanged, lambda m: any(each.state == "called" for each in m.tickets))
    assert [(each.call_id, each.state, each.wait) for each in called.tickets] == [(ticket.call_id, "called", None)]
    assert (called.tickets[0].expires_in_s or 0) > 100
    assert len(station.seen(Offer)) == 0, "a number rings at no station"


async def test_a_number_is_given_up_like_a_call(hub: RunningHub) -> None:
    _, kiosk, ticket = await keeping(hub)
    await kiosk.hang_up(ticket.call_id)
    ended = await kiosk.expect(CallEnded)
    assert (ended.call_id, ended.cause) == (ticket.call_id, EndCause.USAGER_LEFT_QUEUE)
    assert (await kiosk.expect(TicketsChanged)).tickets == []
    assert numbers(hub, "k-2") == []


async def test_a_claim_while_the_kiosk_is_in_a_call_is_refused_and_the_number_is_kept(hub: RunningHub) -> None:
    _, kiosk, ticket = await keeping(hub)
    await kiosk.place_call("caf")
    await kiosk.send(ClaimPlace(call_id=ticket.call_id, request_id="back"))
    refused = await kiosk.expect(CallRefused)
    assert (refused.request_id, refused.reason) == ("back", RefusalReason.CALL_IN_PROGRESS)
    assert numbers(hub, "k-2") == [1]


@pytest.mark.parametrize("number", [1, 3])
async def test_the_number_of_another_kiosk_does_not_exist(hub: RunningHub, number: int) -> None:
    _, _, ticket = await keeping(hub)
    stranger = hub.made[1] if number == 1 else await hub.joined(number)
    assert isinstance(stranger, FakeKiosk)
    await stranger.send(ClaimPlace(call_id=ticket.call_id, request_id="r"))
    error = await stranger.expect(ErrorReply)
    assert (error.code, error.in_reply_to) == (ErrorCode.NOT_FOUND, "r")
    await stranger.hang_up(ticket.call_id)
    assert (await stranger.expect(ErrorReply)).code is ErrorCode.NOT_FOUND
    await stranger.send(KeepPlace(call_id=ticket.call_id))
    assert (await stranger.expect(ErrorReply)).code is ErrorCode.NOT_FOUND
    assert numbers(hub, "k-2") == [1]


async def test_nothing_is_kept_that_does_not_wait(hub: RunningHub) -> None:
    station, kiosk = await hub.available("caf-1"), await hub.joined(1)
    queued = await kiosk.place_call("caf")
    await station.accept()
    await kiosk.send(KeepPlace(call_id=queued.call_id))
    error = await kiosk.expect(ErrorReply)
    assert (error.code, error.in_reply_to) == (ErrorCode.CONFLICT, queued.call_id)
    call = hub.hub.switchboard.call_of_kiosk("k-1")
    assert call is not None
    assert call.has_media


async def test_a_number_is_offered_from_the_third_place_on_when_no_wait_is_known(hub: RunningHub) -> None:
    await hub.available("caf-1")
    offered = []
    for number in (1, 2, 3):
        kiosk = await hub.joined(number)
        offered.append((await kiosk.place_call("caf")).may_keep_place)
    assert offered == [False, False, True]
    await kiosk.close()
    welcome = await hub.kiosk(3).join()
    assert welcome.call is not None
    assert welcome.call.may_keep_place
