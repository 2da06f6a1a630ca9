"""A caller who is passed on: what the kiosk and the two stations are told, in which order, and what is refused."""

import pytest
from sqlalchemy import text

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallTransferred,
    CancelTransfer,
    EndCause,
    ErrorCode,
    ErrorReply,
    Offer,
    Outcome,
    QueueMoved,
    RelayCandidate,
    StationChanged,
    StationState,
    TransferCall,
    TransferChanged,
    TransferTarget,
)
from tests.fakes.hub_clients import FakeKiosk, FakeStation, connect_media
from tests.fakes.running_hub import RunningHub

MSA = TransferTarget(kind="partner", id="msa")
COLLEAGUE = TransferTarget(kind="station", id="caf-2")


async def talking(hub: RunningHub) -> tuple[FakeKiosk, FakeStation, str]:
    station, kiosk = await hub.available("caf-1"), await hub.joined(1)
    queued = await kiosk.place_call("caf", motif_id="rsa")
    await station.accept()
    await connect_media(kiosk, station, queued.call_id)
    return kiosk, station, queued.call_id


def order(kiosk: FakeKiosk, *kinds: type) -> list[type]:
    """What the kiosk was told, of these kinds, in order."""
    return [type(message) for message in kiosk.inbox if isinstance(message, kinds)]


@pytest.mark.parametrize(("to", "station_id", "label"), [(COLLEAGUE, "caf-2", "caf-2"), (MSA, "msa-1", "MSA")])
async def test_a_caller_is_passed_on_at_once(hub: RunningHub, to: TransferTarget, station_id: str, label: str) -> None:
    kiosk, first, call_id = await talking(hub)
    second = await hub.available(station_id)
    await first.send(TransferCall(call_id=call_id, to=to))
    transferred = await kiosk.expect(CallTransferred)
    assert (transferred.call_id, transferred.partner_id) == (call_id, station_id.partition("-")[0])
    ended = await first.expect(CallEnded)
    assert (ended.call_id, ended.outcome, ended.cause) == (call_id, Outcome.COMPLETED, EndCause.TRANSFERRED)
    changed = await first.expect(TransferChanged, lambda m: m.state == "done")
    assert (changed.call_id, changed.to) == (call_id, label)
    await first.expect(StationChanged, lambda m: m.state is StationState.WRAP_UP)
    offer, accepted = await second.accept()
    assert offer.card.call_id == transferred.new_call_id
    assert (offer.card.transferred_by, offer.card.transferred_from) == ("Agent de caf-1", "CAF")
    assert not offer.card.is_announced
    assert (await kiosk.expect(CallAccepted, lambda m: m.call_id == transferred.new_call_id)).peer_no == 1
    await connect_media(kiosk, second, accepted.call_id)
    assert kiosk.seen(CallEnded) == [], "to the usager the call goes on"


@pytest.mark.parametrize(("to", "station_id"), [(COLLEAGUE, "caf-2"), (MSA, "msa-1")])
async def test_an_announced_caller_stays_until_somebody_answers(
    hub: RunningHub, to: TransferTarget, station_id: str
) -> None:
    kiosk, first, call_id = await talking(hub)
    second = await hub.available(station_id)
    kiosk.inbox.clear()
    await first.send(TransferCall(call_id=call_id, to=to, announced=True))
    await first.expect(TransferChanged, lambda m: m.state == "ringing")
    offer = await second.expect(Offer)
    assert offer.card.is_announced
    live = hub.hub.switchboard.call_of_kiosk("k-1")
    assert live is not None
    assert live.id == call_id
    second.inbox.insert(0, offer)
    await second.accept()
    accepted = await kiosk.expect(CallAccepted)
    assert accepted.call_id == offer.card.call_id
    assert order(kiosk, CallTransferred, CallEnded, QueueMoved) == [CallTransferred]
    assert kiosk.seen(CallTransferred)[0].new_call_id == offer.card.call_id
    await first.expect(TransferChanged, lambda m: m.state == "done")
    assert (await first.expect(CallEnded)).cause is EndCause.TRANSFERRED
    await connect_media(kiosk, second, accepted.call_id)


async def test_a_transfer_that_was_taken_back_changes_nothing_for_the_caller(hub: RunningHub) -> None:
    kiosk, first, call_id = await talking(hub)
    second = await hub.available("msa-1")
    kiosk.inbox.clear()
    await first.send(TransferCall(call_id=call_id, to=MSA, announced=True))
    await second.expect(Offer)
    await first.send(CancelTransfer(call_id=call_id))
    assert (await first.expect(TransferChanged, lambda m: m.state == "cancelled")).to == "MSA"
    await second.expect(StationChanged, lambda m: m.state is StationState.AVAILABLE)
    assert order(kiosk, CallTransferred, CallEnded, QueueMoved, CallAccepted) == []
    # The call is as live as before.
    await kiosk.hang_up(call_id)
    assert (await first.expect(CallEnded)).cause is EndCause.USAGER_HUNG_UP


async def test_a_page_that_is_reloaded_is_told_its_open_transfer(hub: RunningHub) -> None:
    _, first, call_id = await talking(hub)
    second = await hub.available("msa-1")
    await first.send(TransferCall(call_id=call_id, to=MSA, announced=True))
    await second.expect(Offer)
    await first.cut()
    welcome = await hub.station("caf-1").take(take_over=True)
    assert welcome.transfer is not None
    assert (welcome.transfer.call_id, welcome.transfer.state, welcome.transfer.to) == (call_id, "ringing", "MSA")


async def test_a_kiosk_that_was_away_learns_where_its_call_goes_on(hub: RunningHub) -> None:
    kiosk, first, call_id = await talking(hub)
    second = await hub.available("msa-1")
    await kiosk.cut()
    await first.send(TransferCall(call_id=call_id, to=MSA))
    await first.expect(CallEnded)
    back = hub.kiosk(1)
    welcome = await back.join(live_call_id=call_id)
    assert welcome.call is not None
    assert (welcome.call.partner_id, welcome.call.origin_call_id) == ("msa", call_id)
    assert back.seen(CallEnded) == []
    offer, _ = await second.accept()
    assert offer.card.call_id == welcome.call.call_id
    await back.expect(CallAccepted)


async def test_a_kiosk_that_was_away_until_the_last_leg_ended_is_told_how(hub: RunningHub) -> None:
    kiosk, first, call_id = await talking(hub)
    second = await hub.available("msa-1")
    await first.send(TransferCall(call_id=call_id, to=MSA))
    _, accepted = await second.accept()
    await connect_media(kiosk, second, accepted.call_id)
    await second.hang_up(accepted.call_id)
    await second.expect(CallEnded)
    await kiosk.close()
    back = hub.kiosk(1)
    assert (await back.join(live_call_id=call_id)).call is None
    ended = await back.expect(CallEnded)
    assert (ended.call_id, ended.cause) == (call_id, EndCause.AGENT_HUNG_UP)


async def test_hanging_up_while_being_passed_on_ends_the_call_where_it_is(hub: RunningHub) -> None:
    kiosk, first, call_id = await talking(hub)
    second = await hub.available("msa-1")
    await first.send(TransferCall(call_id=call_id, to=MSA))
    await second.expect(Offer)
    await kiosk.hang_up(call_id)
    new_call_id = kiosk.seen(CallTransferred)[0].new_call_id
    assert (await kiosk.expect(CallEnded)).call_id == new_call_id
    await second.expect(StationChanged, lambda m: m.state is StationState.AVAILABLE)


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (TransferTarget(kind="station", id="none"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="station", id="msa-1"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="station", id="caf-1"), ErrorCode.CONFLICT),
        (TransferTarget(kind="pool", id="none"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="partner", id="none"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="partner", id="caf"), ErrorCode.CONFLICT),
        (TransferTarget(kind="partner", id="msa", motif_id="rsa"), ErrorCode.NOT_FOUND),
        (TransferTarget(kind="partner", id="msa"), ErrorCode.CONFLICT),
        (TransferTarget(kind="station", id="caf-2"), ErrorCode.CONFLICT),
    ],
)
async def test_a_target_that_cannot_take_the_call_is_refused_and_the_call_goes_on(
    hub: RunningHub, to: TransferTarget, code: ErrorCode
) -> None:
    """The last two exist, but nobody sits there."""
    kiosk, first, call_id = await talking(hub)
    await first.send(TransferCall(call_id=call_id, to=to))
    error = await first.expect(ErrorReply)
    assert (error.code, error.in_reply_to) == (code, call_id)
    assert order(kiosk, CallTransferred, CallEnded) == []
    live = hub.hub.switchboard.live_call(call_id)
    assert live is not None
    assert live.has_media


async def test_a_disabled_target_does_not_exist(hub: RunningHub) -> None:
    _, first, call_id = await talking(hub)
    for table, each in (("partner", "msa"), ("station", "caf-2")):
        update = text(f"UPDATE {table} SET is_enabled = false WHERE id = '{each}'")
        await hub.hub.database.write(lambda c, update=update: c.execute(update))
    await hub.hub.switchboard.refresh()
    for to in (MSA, COLLEAGUE):
        await first.send(TransferCall(call_id=call_id, to=to))
        assert (await first.expect(ErrorReply)).code is ErrorCode.NOT_FOUND


async def test_only_who_holds_the_call_may_pass_it_on(hub: RunningHub) -> None:
    _, _, call_id = await talking(hub)
    for stranger in (await hub.available("caf-2"), await hub.available("msa-1")):
        to = (
            TransferTarget(kind="station", id="caf-1")
            if stranger.station_id == "caf-2"
            else TransferTarget(kind="partner", id="caf")
        )
        await stranger.send(TransferCall(call_id=call_id, to=to))
        error = await stranger.expect(ErrorReply)
        assert (error.code, error.in_reply_to) == (ErrorCode.NOT_FOUND, call_id)
        await stranger.send(CancelTransfer(call_id=call_id))
        assert (await stranger.expect(ErrorReply)).code is ErrorCode.NOT_FOUND


async def test_what_is_late_of_the_first_leg_is_dropped(hub: RunningHub) -> None:
    kiosk, first, call_id = await talking(hub)
    second = await hub.available("msa-1")
    await first.send(TransferCall(call_id=call_id, to=MSA))
    await kiosk.expect(CallTransferred)
    candidate = {"candidate": "candidate:1 1 udp 1 192.0.2.1 9 typ host", "sdpMid": "0"}
    await kiosk.send(RelayCandidate(call_id=call_id, peer_no=1, candidate=candidate))  # type: ignore[arg-type]
    _, accepted = await second.accept()
    await connect_media(kiosk, second, accepted.call_id)
    assert first.seen(RelayCandidate) == second.seen(RelayCandidate) == []
    assert kiosk.seen(ErrorReply) == []
