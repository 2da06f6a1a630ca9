"""Who may enter, and what happens to nonsense: on a real server with real sockets."""

import asyncio
import sqlite3
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text

from hub.protocol import (
    MAX_MESSAGE_BYTES,
    PROTOCOL_VERSION,
    CallQueued,
    CallRefused,
    CloseCode,
    ErrorCode,
    ErrorReply,
    HangUp,
    Hello,
    Offer,
    PlaceCall,
    RefusalReason,
    RenewPeer,
    SetAvailability,
    TakeStation,
    WelcomeKiosk,
    WelcomeStation,
    encode,
)
from hub.server import sockets
from tests.fakes.hub_clients import FakeKiosk, HubClient
from tests.fakes.hub_network import SmallNetwork
from tests.fakes.running_hub import RunningHub, config_for, running_hub

NONSENSE = [
    ("", ErrorCode.MALFORMED),
    ("[1", ErrorCode.MALFORMED),
    (b"\x00\xff", ErrorCode.MALFORMED),
    ('{"type": "dance"}', ErrorCode.UNKNOWN_TYPE),
    ('{"type": "hang_up"}', ErrorCode.INVALID),
    ('{"type": "hang_up", "call_id": "' + "c" * MAX_MESSAGE_BYTES + '"}', ErrorCode.TOO_LARGE),
]


async def test_a_kiosk_is_welcomed_with_everything(hub: RunningHub) -> None:
    welcome = await hub.kiosk().join()
    assert (welcome.kiosk_id, welcome.kiosk_name, welcome.site_name) == ("k-1", "Borne 1", "Mairie")
    assert [card.id for card in welcome.partners] == ["caf", "msa"]
    assert [motif.label for motif in welcome.partners[0].motifs] == ["RSA"]
    assert [tile.partner_id for tile in welcome.tiles] == ["caf", "msa"]
    assert welcome.call is None


async def test_a_kiosk_with_another_key_is_refused(hub: RunningHub) -> None:
    kiosk = FakeKiosk(hub.url, "k-1", Ed25519PrivateKey.generate())
    hub.made.append(kiosk)
    nonce = await kiosk.open()
    await kiosk.send(kiosk.hello(nonce))
    assert (await kiosk.expect(ErrorReply)).code is ErrorCode.BAD_SIGNATURE
    assert await kiosk.closed() == CloseCode.FORBIDDEN


async def test_a_signature_is_worth_nothing_on_another_socket(hub: RunningHub) -> None:
    first, second = hub.kiosk(), hub.kiosk()
    nonce = await first.open()
    await second.open()
    await second.send(second.hello(nonce))
    assert await second.closed() == CloseCode.FORBIDDEN


async def test_another_version_of_the_protocol_is_told_so(hub: RunningHub) -> None:
    kiosk = hub.kiosk()
    nonce = await kiosk.open()
    hello = kiosk.hello(nonce)
    await kiosk.send(Hello(**(hello.model_dump() | {"protocol": 99})))
    assert (await kiosk.expect(ErrorReply)).code is ErrorCode.WRONG_VERSION
    assert await kiosk.closed() == CloseCode.FORBIDDEN


async def test_nothing_may_be_asked_before_hello(hub: RunningHub) -> None:
    kiosk = hub.kiosk()
    nonce = await kiosk.open()
    await kiosk.send(PlaceCall(request_id="r", partner_id="caf"))
    assert (await kiosk.expect(ErrorReply)).code is ErrorCode.FORBIDDEN
    await kiosk.send(kiosk.hello(nonce))
    await kiosk.expect(WelcomeKiosk)


async def test_who_says_nothing_is_cut_off(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sockets, "FIRST_MESSAGE_S", 0.05)
    kiosk, station = hub.kiosk(), hub.station()
    await kiosk.open()
    await station.open()
    assert await kiosk.closed() == CloseCode.PROTOCOL_ERROR
    assert await station.closed() == CloseCode.PROTOCOL_ERROR


async def test_a_page_does_not_pay_for_a_slow_database(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Its taking is written however long that lasts: cut off meanwhile, it would leave a station taken by nobody."""
    other = sqlite3.connect(tmp_path / "hub.db", isolation_level=None)
    station = hub.station()
    await station.open()
    monkeypatch.setattr(sockets, "FIRST_MESSAGE_S", 0.3)
    other.execute("BEGIN IMMEDIATE")
    await station.send(TakeStation(protocol=PROTOCOL_VERSION, station_id="caf-1"))
    late = hub.kiosk()
    await late.open()
    assert await late.closed() == CloseCode.PROTOCOL_ERROR  # the time of a first message has passed
    other.execute("ROLLBACK")
    other.close()
    await station.expect(WelcomeStation)


@pytest.mark.parametrize("cookie", ["", "wrong", "COOKIE-CAF-1", "x" * 3000, '"unclosed;=,@'])
async def test_a_page_without_a_sign_in_is_refused(hub: RunningHub, cookie: str) -> None:
    station = hub.station(cookie=cookie or "=")
    await station.open()
    assert (await station.expect(ErrorReply)).code is ErrorCode.FORBIDDEN
    assert await station.closed() == CloseCode.FORBIDDEN


async def test_a_page_of_another_site_is_refused(hub: RunningHub) -> None:
    station = hub.station(origin="http://evil.test")
    await station.open()
    assert await station.closed() == CloseCode.FORBIDDEN


async def test_a_station_of_another_partner_is_not_found(hub: RunningHub) -> None:
    station = hub.station("msa-1", cookie=hub.network.cookies["caf-1"])
    await station.open()
    await station.send(TakeStation(protocol=1, station_id="msa-1"))
    assert (await station.expect(ErrorReply)).code is ErrorCode.NOT_FOUND
    # The socket is still good: the agent chooses another one.
    await station.send(TakeStation(protocol=1, station_id="caf-1"))
    await station.expect(WelcomeStation)


async def test_a_held_station_is_only_taken_over_when_asked(hub: RunningHub) -> None:
    first, second = hub.station(), hub.station()
    await first.take()
    await second.open()
    await second.send(TakeStation(protocol=1, station_id="caf-1"))
    assert (await second.expect(ErrorReply)).code is ErrorCode.CONFLICT
    await second.send(TakeStation(protocol=1, station_id="caf-1", take_over=True))
    await second.expect(WelcomeStation)
    assert await first.closed() == CloseCode.REPLACED


async def test_a_second_socket_of_a_kiosk_replaces_the_first(hub: RunningHub) -> None:
    station = await hub.available()
    first, second = hub.kiosk(), hub.kiosk()
    await first.join()
    queued = await first.place_call("caf")
    await station.expect(Offer)
    welcome = await second.join(queued.call_id)
    assert await first.closed() == CloseCode.REPLACED
    assert welcome.call is not None
    assert (welcome.call.call_id, welcome.call.state) == (queued.call_id, "offered")
    # The end of the first socket does not count as the kiosk's loss.
    call = hub.hub.switchboard.live_call(queued.call_id)
    assert call is not None
    assert call.kiosk_lost_at is None


@pytest.mark.parametrize(("frame", "code"), NONSENSE)
async def test_nonsense_is_answered_by_its_code(hub: RunningHub, frame: str | bytes, code: ErrorCode) -> None:
    kiosk, station = await hub.joined(), hub.station()
    await station.take()
    clients: list[HubClient] = [kiosk, station]
    for client in clients:
        await client.send_frame(frame)
        assert (await client.expect(ErrorReply)).code is code
    # Both are still served.
    await kiosk.send(PlaceCall(request_id="r", partner_id="nobody"))
    assert (await kiosk.expect(CallRefused)).reason is RefusalReason.UNKNOWN_PARTNER
    await station.set_available()


async def test_too_much_nonsense_closes_the_socket_and_no_other(hub: RunningHub) -> None:
    bad, good = await hub.joined(1), await hub.joined(2)
    for _ in range(sockets.MAX_FAULTS):
        await bad.send_frame("?")
    assert await bad.closed() == CloseCode.PROTOCOL_ERROR
    await hub.available()
    await good.place_call("caf")


async def test_a_frame_that_is_much_too_large_is_not_even_read(hub: RunningHub) -> None:
    kiosk = await hub.joined()
    await kiosk.send_frame("x" * (5 * MAX_MESSAGE_BYTES))
    assert await kiosk.closed() == 1009


async def test_a_flood_is_cut_off_and_disturbs_nobody(small_network: SmallNetwork) -> None:
    async with running_hub(small_network) as hub:
        bad, good = await hub.joined(1), await hub.joined(2)
        await hub.available()
        frame = encode(RenewPeer(call_id="none"))

        async def flood() -> None:
            for _ in range(600):
                await bad.send_frame(frame)

        flooding = asyncio.create_task(flood())
        await good.place_call("caf")
        assert await bad.closed() == CloseCode.TOO_MANY
        await asyncio.gather(flooding, return_exceptions=True)


async def test_calls_of_others_are_not_found(hub: RunningHub) -> None:
    await hub.available()
    first, second = await hub.joined(1), await hub.joined(2)
    other = await hub.available("msa-1")
    queued = await first.place_call("caf")
    strangers: list[HubClient] = [second, other]
    for stranger in strangers:
        for message in (HangUp(call_id=queued.call_id), RenewPeer(call_id=queued.call_id)):
            await stranger.send(message)
            error = await stranger.expect(ErrorReply)
            assert (error.code, error.in_reply_to) == (ErrorCode.NOT_FOUND, queued.call_id)
    assert hub.hub.switchboard.live_call(queued.call_id) is not None


async def test_only_the_hub_may_say_missed_offers(hub: RunningHub) -> None:
    station = await hub.available()
    await station.send_frame('{"type": "set_availability", "state": "away", "away_reason": "missed_offers"}')
    assert (await station.expect(ErrorReply)).code is ErrorCode.INVALID


async def test_a_planned_stop_sends_everybody_away_with_a_reason(small_network: SmallNetwork) -> None:
    async with running_hub(small_network, config_for(small_network)) as hub:
        kiosk, station = await hub.joined(), await hub.available()
        hub.server.should_exit = True
        assert await kiosk.closed() == CloseCode.RESTARTING
        assert await station.closed() == CloseCode.RESTARTING


async def test_a_failing_database_is_said_and_survived(hub: RunningHub, monkeypatch: pytest.MonkeyPatch) -> None:
    station = await hub.available()
    kiosk = await hub.joined()
    await hub.hub.database.write(lambda c: c.execute(text("ALTER TABLE event RENAME TO event_away")))
    await kiosk.send(PlaceCall(request_id="r1", partner_id="caf"))
    assert (await kiosk.expect(CallRefused)).reason is RefusalReason.HUB_DEGRADED
    await station.send(SetAvailability(state="away"))
    assert (await station.expect(ErrorReply)).code is ErrorCode.UNAVAILABLE
    await hub.hub.database.write(lambda c: c.execute(text("ALTER TABLE event_away RENAME TO event")))
    # The same request, again: nothing was half done.
    await kiosk.send(PlaceCall(request_id="r1", partner_id="caf"))
    await kiosk.expect(CallQueued)
    await station.expect(Offer)
