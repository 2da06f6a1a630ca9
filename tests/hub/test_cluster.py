"""Several hubs on one database: whoever is linked where, calls go on, and a hub that dies loses nobody."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRinging,
    Candidate,
    CloseCode,
    Description,
    Offer,
    OfferWithdrawn,
    QueueMoved,
    RelayCandidate,
    RelayDescription,
    StationChanged,
    StationState,
)
from hub.store import tables as t
from hub.store.database import Database
from tests.fakes.hub_network import SmallNetwork
from tests.fakes.running_hub import Clients, HubProcess, running_hub

BOTH = pytest.mark.parametrize("network", ["sqlite", "postgresql"], indirect=True)
REPROPOSED_WITHIN_S = 10.0
LONG = Description(type="offer", sdp="é" * 20_000)


@pytest.fixture
def network(request: pytest.FixtureRequest) -> SmallNetwork:
    """A small network on either database."""
    name = "network_on_postgres" if request.param == "postgresql" else "small_network"
    found: SmallNetwork = request.getfixturevalue(name)
    return found


@BOTH
async def test_a_kiosk_of_one_hub_and_a_station_of_another_find_each_other(network: SmallNetwork) -> None:
    async with running_hub(network) as here, running_hub(network) as there:
        station, kiosk = await there.available(), await here.joined()
        queued = await kiosk.place_call("caf")
        offer, _ = await station.accept()
        assert offer.card.call_id == queued.call_id
        await kiosk.expect(CallRinging)
        accepted = await kiosk.expect(CallAccepted)
        assert accepted.agent_name == "Agent de caf-1"
        if network.url.startswith("postgresql"):
            # Longer than one notification can be.
            await station.send(RelayDescription(call_id=queued.call_id, peer_no=1, description=LONG))
            assert (await kiosk.expect(RelayDescription)).description == LONG
            for number in range(5):
                await kiosk.send(
                    RelayCandidate(
                        call_id=queued.call_id, peer_no=1, candidate=Candidate(candidate=f"candidate:{number}")
                    )
                )
            for number in range(5):
                found = await station.expect(RelayCandidate)
                assert found.candidate.candidate == f"candidate:{number}"
        await kiosk.hang_up(queued.call_id)
        assert (await station.expect(CallEnded)).call_id == queued.call_id


@BOTH
async def test_hubs_that_work_at_once_keep_one_queue(network: SmallNetwork) -> None:
    async with running_hub(network) as here, running_hub(network) as there:
        station = await here.available()
        kiosks = [await (here if number % 2 else there).joined(number) for number in (1, 2, 3, 4)]
        places = [(await kiosk.place_call("caf")).position for kiosk in kiosks]
        assert places == [1, 2, 3, 4]
        first = await station.expect(Offer)
        await kiosks[0].hang_up(first.card.call_id)
        await station.expect(OfferWithdrawn)
        await kiosks[1].expect(CallRinging)
        for place, kiosk in enumerate(kiosks[2:], start=2):
            await kiosk.expect(QueueMoved, lambda moved, place=place: moved.position == place)


async def test_the_offer_of_a_hub_that_dies_is_proposed_to_another_station(
    network_on_postgres: SmallNetwork, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    hubs = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        hubs.append(HubProcess(tmp_path / name, network_on_postgres, free_port(), offline_grace_s=30.0))
    doomed, other = hubs
    try:
        await asyncio.gather(doomed.start(), other.start())
        left, right = Clients(doomed.url, network_on_postgres), Clients(other.url, network_on_postgres)
        dying = await left.available("caf-1")
        kiosk = await right.joined(1)
        queued = await kiosk.place_call("caf")
        await dying.expect(Offer)
        survivor = await right.available("caf-2")
        died_at = time.monotonic()
        await doomed.kill()
        async with asyncio.timeout(REPROPOSED_WITHIN_S + 5):
            while not survivor.seen(Offer):
                await asyncio.sleep(0.05)
        waited = time.monotonic() - died_at
        assert survivor.seen(Offer)[0].card.call_id == queued.call_id
        assert waited <= REPROPOSED_WITHIN_S, f"{waited:.1f} s"
        await survivor.accept()
        await kiosk.expect(CallAccepted)
        await left.close()
        await right.close()
    finally:
        for hub in hubs:
            await hub.kill()
    assert all("Traceback" not in hub.log() for hub in hubs)


@BOTH
async def test_a_hub_that_others_hold_for_dead_sends_its_clients_away_and_starts_over(network: SmallNetwork) -> None:
    async with running_hub(network) as hub:
        station, kiosk = await hub.available(), await hub.joined()
        former = hub.hub.counter.node_id
        other = Database(network.url)
        await other.write(lambda c: c.execute(delete(t.node).where(t.node.c.id == former)))
        assert await station.closed() == CloseCode.RESTARTING
        assert await kiosk.closed() == CloseCode.RESTARTING
        async with asyncio.timeout(8):
            while not await other.read(lambda c: c.execute(select(t.node.c.id)).scalars().all()):
                await asyncio.sleep(0.05)
        other.close()
        again = hub.station()
        assert (await again.take()).state is StationState.AVAILABLE
        kiosk = await hub.joined()
        await kiosk.place_call("caf")
        await again.expect(Offer)


@BOTH
async def test_a_hub_that_stops_leaves_at_once(network: SmallNetwork) -> None:
    async with running_hub(network) as hub:
        await hub.available()
    database = Database(network.url)
    assert database.read_now(lambda c: c.execute(select(t.node.c.id)).all()) == []
    database.close()
    async with running_hub(network) as hub:
        # The former hub's link is known to be lost: nobody has to take anything over.
        station = hub.station()
        welcome = await station.take()
        assert welcome.station_id == "caf-1"


@pytest.mark.parametrize("network", ["postgresql"], indirect=True)
async def test_without_a_ring_news_still_come(network: SmallNetwork, monkeypatch: pytest.MonkeyPatch) -> None:
    """NOTIFY only wakes; looking is what counts."""
    monkeypatch.setattr("hub.store.outbox.ring", lambda *_: None)
    async with running_hub(network) as here, running_hub(network) as there:
        station, kiosk = await there.available(), await here.joined()
        await kiosk.place_call("caf")
        await station.expect(Offer)
        await station.expect(StationChanged)
        assert kiosk.seen(CallQueued) == []
