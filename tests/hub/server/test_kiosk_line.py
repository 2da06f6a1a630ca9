"""How a kiosk comes and goes, and what becomes of what it asks."""

import pytest

from hub.core.rows import CallState
from hub.protocol import (
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    DeviceReport,
    DeviceState,
    EndCause,
    ErrorCode,
    ErrorReply,
    PlaceCall,
    RefusalReason,
    RenewPeer,
    ReportDevices,
)
from tests.fakes.hub_clients import FakeKiosk
from tests.fakes.running_hub import RunningHub


async def settled(kiosk: FakeKiosk) -> None:
    """The hub has done everything that the kiosk sent."""
    await kiosk.send(RenewPeer(call_id="none"))
    await kiosk.expect(ErrorReply, lambda m: m.in_reply_to == "none")


async def test_a_kiosk_is_counted_while_it_is_linked(hub: RunningHub) -> None:
    gauge = hub.hub.switchboard.metrics.connections.labels("kiosk")
    kiosk, _ = await hub.joined(1), await hub.joined(2)
    assert gauge._value.get() == 2
    newer = await hub.joined(1)  # replaces the older link
    assert await kiosk.closed() == 4001
    await settled(newer)
    await newer.close()
    await settled(await hub.joined(3))
    assert "k-1" not in hub.hub.connections.kiosks
    assert gauge._value.get() == 2


async def test_a_call_that_waits_is_found_again_and_was_not_lost(hub: RunningHub) -> None:
    await hub.available()
    busy, kiosk = await hub.joined(1), await hub.joined(2)
    await busy.place_call("caf")
    queued = await kiosk.place_call("caf")
    await kiosk.cut()
    back = hub.kiosk(2)
    welcome = await back.join(live_call_id=queued.call_id)
    assert welcome.call is not None
    assert (welcome.call.call_id, welcome.call.state, welcome.call.position) == (queued.call_id, "queued", 2)
    call = hub.hub.switchboard.live_call(queued.call_id)
    assert call is not None
    assert call.kiosk_lost_at is None


async def test_a_kiosk_that_started_anew_during_a_call_is_free_again(hub: RunningHub) -> None:
    station, kiosk = await hub.available(), await hub.joined()
    queued = await kiosk.place_call("caf")
    await station.accept()
    await kiosk.cut()
    back = hub.kiosk()
    assert (await back.join(live_call_id=None)).call is None
    assert (await station.expect(CallEnded)).call_id == queued.call_id
    assert back.seen(CallEnded) == [], "it knows of no call"
    assert (await back.place_call("caf")).call_id != queued.call_id


async def test_a_kiosk_is_told_how_its_call_ended_while_it_was_away(hub: RunningHub) -> None:
    station, kiosk = await hub.available(), await hub.joined()
    queued = await kiosk.place_call("caf")
    await station.accept()
    await kiosk.cut()
    await station.hang_up(queued.call_id)
    await station.expect(CallEnded)
    back = hub.kiosk()
    assert (await back.join(live_call_id=queued.call_id)).call is None
    ended = await back.expect(CallEnded)
    assert (ended.call_id, ended.cause) == (queued.call_id, EndCause.AGENT_HUNG_UP)


async def test_a_kiosk_that_names_the_call_of_another_learns_nothing(hub: RunningHub) -> None:
    await hub.available()
    kiosk, nosy = await hub.joined(1), hub.kiosk(2)
    queued = await kiosk.place_call("caf")
    assert (await nosy.join(live_call_id=queued.call_id)).call is None
    await kiosk.hang_up(queued.call_id)
    await kiosk.expect(CallEnded)
    again = hub.kiosk(3)
    assert (await again.join(live_call_id=queued.call_id)).call is None
    for stranger in (nosy, again):
        await settled(stranger)
        assert stranger.seen(CallEnded) == []


async def test_a_partner_that_nobody_knows_is_refused(hub: RunningHub) -> None:
    kiosk = await hub.joined()
    await kiosk.send(PlaceCall(request_id="r", partner_id="nobody"))
    refused = await kiosk.expect(CallRefused)
    assert (refused.request_id, refused.reason) == ("r", RefusalReason.UNKNOWN_PARTNER)


async def test_what_the_usager_asked_for_is_in_the_call(hub: RunningHub) -> None:
    await hub.available()
    kiosk = await hub.joined()
    queued = await kiosk.place_call("caf", motif_id="rsa", accompanied=True, language="fr")
    await kiosk.expect(CallRinging)
    call = hub.hub.switchboard.live_call(queued.call_id)
    assert call is not None
    assert (call.state, call.motif_id, call.accompanied, call.language) == (CallState.OFFERED, "rsa", True, "fr")
    assert call.kiosk_id == "k-1"


async def test_devices_are_remembered_as_last_said(hub: RunningHub) -> None:
    kiosk = await hub.joined()
    report = [DeviceReport(device="printer", state=DeviceState.NO_PAPER)]
    await kiosk.send(ReportDevices(devices=report))
    await settled(kiosk)
    assert hub.hub.connections.kiosks["k-1"].devices == report
    await kiosk.send(ReportDevices(devices=[]))
    await settled(kiosk)
    assert hub.hub.connections.kiosks["k-1"].devices == []


async def test_a_second_hello_is_a_conflict_and_changes_nothing(hub: RunningHub) -> None:
    kiosk = await hub.joined()
    await kiosk.send(kiosk.hello("A" * 44))
    assert (await kiosk.expect(ErrorReply)).code is ErrorCode.CONFLICT
    await hub.available()
    assert isinstance(await kiosk.place_call("caf"), CallQueued)


@pytest.mark.parametrize(("software", "logged"), [("1.2.3-rc1", "software=1.2.3-rc1"), ("M. Canari <x>", "unknown")])
async def test_a_version_is_logged_only_if_it_can_be_one(
    hub: RunningHub, caplog: pytest.LogCaptureFixture, software: str, logged: str
) -> None:
    caplog.set_level("INFO", "hub")
    kiosk = hub.kiosk()
    hello = kiosk.hello(await kiosk.open()).model_copy(update={"software": software})
    await kiosk.send(hello)
    await settled(kiosk)
    (line,) = [record.getMessage() for record in caplog.records if "KIOSK_JOINED" in record.getMessage()]
    assert logged in line
    assert "Canari" not in caplog.text
