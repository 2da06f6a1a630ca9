"""What passes between the two parties of a call, what is dropped, and what is refused."""

import pytest

from hub.protocol import (
    Candidate,
    Description,
    ErrorCode,
    ErrorReply,
    HangUp,
    MediaState,
    PeerRenewed,
    RelayCandidate,
    RelayDescription,
    RenewPeer,
    ReportMedia,
)
from tests.fakes.hub_clients import FakeKiosk, FakeStation, HubClient, connect_media
from tests.fakes.running_hub import RunningHub

SDP = Description(type="offer", sdp="v=0\r\n")
ICE = Candidate(candidate="candidate:1 1 udp 1 192.0.2.1 9 typ host", sdpMid="0")


async def answered(hub: RunningHub) -> tuple[FakeKiosk, FakeStation, str]:
    station, kiosk = await hub.available(), await hub.joined()
    queued = await kiosk.place_call("caf")
    await station.accept()
    return kiosk, station, queued.call_id


async def settled(*clients: HubClient) -> None:
    """The hub has done everything that these sent: it takes the messages of a socket one after the other."""
    for client in clients:
        await client.send(HangUp(call_id="none"))
        await client.expect(ErrorReply, lambda m: m.in_reply_to == "none")


async def test_candidates_pass_both_ways_unchanged(hub: RunningHub) -> None:
    kiosk, station, call_id = await answered(hub)
    message = RelayCandidate(call_id=call_id, peer_no=1, candidate=ICE)
    clients: tuple[HubClient, HubClient] = (kiosk, station)
    for sender, receiver in (clients, clients[::-1]):
        await sender.send(message)
        assert await receiver.expect(RelayCandidate) == message


async def test_nothing_passes_before_an_agent_answered(hub: RunningHub) -> None:
    station, kiosk = await hub.available(), await hub.joined()
    queued = await kiosk.place_call("caf")
    await kiosk.send(RelayCandidate(call_id=queued.call_id, peer_no=1, candidate=ICE))
    await settled(kiosk, station)
    assert station.seen(RelayCandidate) == []


async def test_what_belongs_to_a_former_peer_connection_is_dropped(hub: RunningHub) -> None:
    kiosk, station, call_id = await answered(hub)
    await kiosk.send(RenewPeer(call_id=call_id))
    assert (await station.expect(PeerRenewed)).peer_no == 2
    await kiosk.send(RelayCandidate(call_id=call_id, peer_no=1, candidate=ICE))
    await kiosk.send(RelayCandidate(call_id=call_id, peer_no=3, candidate=ICE))
    await kiosk.send(RelayCandidate(call_id=call_id, peer_no=2, candidate=ICE))
    assert (await station.expect(RelayCandidate)).peer_no == 2
    assert kiosk.seen(ErrorReply) == []


async def test_a_call_that_is_over_is_silent(hub: RunningHub) -> None:
    kiosk, station, call_id = await answered(hub)
    await kiosk.hang_up(call_id)
    await kiosk.send(RelayCandidate(call_id=call_id, peer_no=1, candidate=ICE))
    await kiosk.report(call_id)
    await settled(kiosk, station)
    assert station.seen(RelayCandidate) == []
    assert station.seen(ReportMedia) == []


@pytest.mark.parametrize("message", [RelayDescription, ReportMedia])
async def test_strangers_are_refused_and_colleagues_are_not_accused(
    hub: RunningHub, message: type[RelayDescription] | type[ReportMedia]
) -> None:
    kiosk, station, call_id = await answered(hub)
    stranger, foreigner, colleague = await hub.joined(2), await hub.available("msa-1"), await hub.available("caf-2")
    about = {"description": SDP} if message is RelayDescription else {"state": MediaState.LOST}
    strangers: list[HubClient] = [stranger, foreigner]
    for client in strangers:
        await client.send(message(call_id=call_id, peer_no=1, **about))  # type: ignore[arg-type]
        error = await client.expect(ErrorReply)
        assert (error.code, error.in_reply_to) == (ErrorCode.NOT_FOUND, call_id)
    # Its own former offer may be somebody else's by now.
    await colleague.send(message(call_id=call_id, peer_no=1, **about))  # type: ignore[arg-type]
    await settled(colleague)
    assert colleague.seen(ErrorReply) == []
    await connect_media(kiosk, station, call_id)  # nobody was disturbed: this is the first that came


async def test_the_word_on_the_media_is_stored_once_and_only_the_kiosks_is_passed_on(hub: RunningHub) -> None:
    kiosk, station, call_id = await answered(hub)
    await connect_media(kiosk, station, call_id)
    await settled(kiosk)
    switchboard = hub.hub.switchboard
    before = switchboard.live_call(call_id)
    assert before is not None
    assert (before.kiosk_media, before.station_media) == (MediaState.CONNECTED, None)
    await kiosk.report(call_id)
    await settled(kiosk)
    assert len(station.seen(ReportMedia)) == 1
    assert switchboard.live_call(call_id) is before, "the same word again is no news for the database"
    await station.send(ReportMedia(call_id=call_id, peer_no=1, state=MediaState.WEAK))
    await settled(station, kiosk)
    after = switchboard.live_call(call_id)
    assert after is not None
    assert after.station_media is MediaState.WEAK
    assert kiosk.seen(ReportMedia) == [], "an usager is told nothing of the agent's view"
