"""Calls from one end to the other, on a real server with real sockets."""

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallRinging,
    EndCause,
    FinishWrapUp,
    Outcome,
    Resolution,
    StationChanged,
    StationState,
)
from tests.fakes.hub_clients import connect_media
from tests.fakes.running_hub import RunningHub


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
