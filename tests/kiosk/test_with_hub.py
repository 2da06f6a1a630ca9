"""A whole kiosk against a real hub: a place kept and taken up again, a call passed on, with and without the link."""

import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest_asyncio

from hub.protocol import (
    AcceptOffer,
    CallAccepted,
    CallEnded,
    Description,
    FinishWrapUp,
    HangUp,
    MediaState,
    Offer,
    RelayDescription,
    Resolution,
    TransferCall,
    TransferTarget,
)
from kiosk.core.view import CallingStep, Screen, Setback, TouchName, View
from kiosk.link.client import HubLink
from kiosk.link.key import KioskKey
from tests.fakes.hub_clients import FakeStation
from tests.fakes.hub_network import write_small_network
from tests.fakes.running_hub import RunningHub, config_for, running_hub
from tests.kiosk.test_conductor import World

MSA = TransferTarget(kind="partner", id="msa")


class Kiosk(World):
    """Kiosk k-1 of a running hub; the peer connection alone is played by the test."""

    def __init__(self, folder: Path, hub: RunningHub) -> None:
        super().__init__(folder)
        self.link = HubLink(hub.url, KioskKey("k-1", hub.network.keys["k-1"]), self.conductor, random.Random(7))
        self.parts = replace(self.parts, hub=self.link)

    async def until(self, screen: Screen, step: CallingStep | None = None) -> View:
        return await self.window.until(
            lambda view: view.screen is screen and (step is None or (view.calling and view.calling.step is step))
        )

    async def calls_caf(self) -> None:
        await self.until(Screen.ATTRACT)
        self.touch(TouchName.START)
        self.touch(TouchName.CHOOSE_PARTNER, "caf")
        self.touch(TouchName.CHOOSE_MOTIF, "rsa")
        self.touch(TouchName.PLACE_CALL)

    async def meets(self, station: FakeStation) -> Offer:
        """The station answers; both see each other."""
        offer, accepted = await station.accept()
        call_id = offer.card.call_id
        await self.until(Screen.CALLING, CallingStep.CONNECTING)
        description = Description(type="offer", sdp="v=0\r\n")
        await station.send(RelayDescription(call_id=call_id, peer_no=accepted.peer_no, description=description))
        await station.expect(RelayDescription, lambda m: m.call_id == call_id)
        self.conductor.on_peer_state(accepted.peer_no, MediaState.CONNECTED.value)
        await self.until(Screen.IN_CALL)
        return offer


@pytest_asyncio.fixture
async def hub(tmp_path: Path) -> AsyncIterator[RunningHub]:
    network = write_small_network(tmp_path / "hub.db", stations=1)
    async with running_hub(network, config_for(network, offline_grace_s=2.0)) as running:
        yield running


@pytest_asyncio.fixture
async def kiosk(tmp_path: Path, hub: RunningHub) -> AsyncIterator[Kiosk]:
    (tmp_path / "kiosk").mkdir()
    made = Kiosk(tmp_path / "kiosk", hub)
    await made.conductor.begin(made.parts)
    yield made
    await made.conductor.end()


async def free_again(station: FakeStation, call_id: str) -> None:
    await station.send(HangUp(call_id=call_id))
    await station.expect(CallEnded)
    await station.send(FinishWrapUp(call_id=call_id, resolution=Resolution.RESOLVED))


async def test_a_place_is_kept_and_taken_up_when_its_number_is_called(hub: RunningHub, kiosk: Kiosk) -> None:
    station = await hub.available("caf-1")
    busy_with = await (await hub.joined(2)).place_call("caf")
    await station.accept()
    others = [await hub.joined(3), await hub.joined(4)]
    waiting = [await other.place_call("caf") for other in others]

    await kiosk.calls_caf()
    view = await kiosk.until(Screen.CALLING, CallingStep.QUEUED)
    assert view.calling is not None
    assert (view.calling.position, view.calling.may_keep_place) == (3, True)
    kiosk.touch(TouchName.KEEP_PLACE)
    kiosk.touch(TouchName.CONFIRM_KEEP_PLACE)
    view = await kiosk.until(Screen.PLACE_KEPT)
    assert view.place_kept is not None
    number = view.place_kept.number
    kiosk.touch(TouchName.NUMBER_NOTED)
    view = await kiosk.until(Screen.ATTRACT)
    assert view.numbers_kept == (number,)

    for other, call in zip(others, waiting, strict=True):
        await other.hang_up(call.call_id)
    await free_again(station, busy_with.call_id)
    view = await kiosk.window.until(lambda view: bool(view.called))
    assert view.called[0].number == number
    kiosk.touch(TouchName.CLAIM_PLACE, view.called[0].call_id)
    await kiosk.until(Screen.BEFORE_CALL)
    kiosk.touch(TouchName.PLACE_CALL)
    offer = await kiosk.meets(station)
    assert offer.card.call_id == view.called[0].call_id
    assert kiosk.window.views[-1].numbers_kept == ()


async def test_a_kiosk_that_starts_anew_still_calls_its_numbers(hub: RunningHub, kiosk: Kiosk, tmp_path: Path) -> None:
    station = await hub.available("caf-1")
    await (await hub.joined(2)).place_call("caf")
    await station.accept()
    for each in (3, 4):
        await (await hub.joined(each)).place_call("caf")
    await kiosk.calls_caf()
    await kiosk.until(Screen.CALLING, CallingStep.QUEUED)
    kiosk.touch(TouchName.KEEP_PLACE)
    kiosk.touch(TouchName.CONFIRM_KEEP_PLACE)
    await kiosk.until(Screen.PLACE_KEPT)
    await kiosk.link.stop()

    (tmp_path / "again").mkdir()
    again = Kiosk(tmp_path / "again", hub)
    await again.conductor.begin(again.parts)
    try:
        view = await again.until(Screen.ATTRACT)
        assert len(view.numbers_kept) == 1
    finally:
        await again.conductor.end()


async def test_a_call_is_passed_on_to_another_partner(hub: RunningHub, kiosk: Kiosk) -> None:
    caf = await hub.available("caf-1")
    await kiosk.calls_caf()
    offer = await kiosk.meets(caf)
    msa = await hub.available("msa-1")
    await caf.send(TransferCall(call_id=offer.card.call_id, to=MSA))
    view = await kiosk.window.until(lambda view: bool(view.calling and view.calling.setback))
    assert view.calling is not None
    assert (view.calling.partner.name, view.calling.setback) == ("MSA", Setback.OTHER_PARTNER)
    second = await kiosk.meets(msa)
    assert second.card.call_id != offer.card.call_id
    view = kiosk.window.views[-1]
    assert view.in_call is not None
    assert (view.in_call.partner.name, view.in_call.agent_name) == ("MSA", "Agent de msa-1")


async def test_a_call_passed_on_while_the_link_is_down_is_found_again(hub: RunningHub, kiosk: Kiosk) -> None:
    caf, msa = await hub.available("caf-1"), await hub.available("msa-1")
    await kiosk.calls_caf()
    offer = await kiosk.meets(caf)
    await kiosk.link.stop()
    kiosk.conductor.on_hub_lost()
    await caf.send(TransferCall(call_id=offer.card.call_id, to=MSA))
    await caf.expect(CallEnded)
    kiosk.link.start()
    view = await kiosk.window.until(lambda view: bool(view.calling and view.calling.setback))
    assert view.calling is not None
    assert view.calling.partner.name == "MSA"
    await kiosk.meets(msa)


async def test_an_announced_call_moves_when_the_other_side_has_answered(hub: RunningHub, kiosk: Kiosk) -> None:
    caf, msa = await hub.available("caf-1"), await hub.available("msa-1")
    await kiosk.calls_caf()
    first = await kiosk.meets(caf)
    await caf.send(TransferCall(call_id=first.card.call_id, to=MSA, announced=True))
    offer = await msa.expect(Offer)
    assert kiosk.window.views[-1].screen is Screen.IN_CALL, "the usager stays with the agent meanwhile"
    kiosk.touch(TouchName.TOGGLE_MICROPHONE)
    await msa.send(AcceptOffer(call_id=offer.card.call_id, offer_no=offer.offer_no))
    accepted = await msa.expect(CallAccepted)
    await kiosk.until(Screen.CALLING, CallingStep.CONNECTING)
    description = Description(type="offer", sdp="v=0\r\n")
    await msa.send(RelayDescription(call_id=accepted.call_id, peer_no=accepted.peer_no, description=description))
    await msa.expect(RelayDescription)
    assert kiosk.peers.muted[-1] == (False, True), "a microphone switched off stays off"
    kiosk.conductor.on_peer_state(accepted.peer_no, MediaState.CONNECTED.value)
    await kiosk.until(Screen.IN_CALL)


async def test_who_was_cut_off_finds_the_same_place_again(hub: RunningHub, kiosk: Kiosk) -> None:
    station = await hub.available("caf-1")
    await kiosk.calls_caf()
    offer = await kiosk.meets(station)
    waiting = await (await hub.joined(2)).place_call("caf")
    await station.send(HangUp(call_id=offer.card.call_id, cause="media_lost"))
    view = await kiosk.until(Screen.ENDED)
    assert view.ended is not None
    assert view.ended.place_kept
    kiosk.touch(TouchName.CALL_AGAIN)
    kiosk.touch(TouchName.PLACE_CALL)
    view = await kiosk.until(Screen.CALLING, CallingStep.QUEUED)
    assert view.calling is not None
    assert view.calling.position == 1
    ended = await station.expect(CallEnded)
    await station.send(FinishWrapUp(call_id=ended.call_id, resolution=Resolution.CUT_OFF))
    again = await kiosk.meets(station)
    assert again.card.call_id not in (offer.card.call_id, waiting.call_id)


async def test_an_agent_who_vanishes_before_the_picture_is_told_and_the_place_is_kept(
    hub: RunningHub, kiosk: Kiosk
) -> None:
    station = await hub.available("caf-1")
    await kiosk.calls_caf()
    await station.accept()
    await kiosk.until(Screen.CALLING, CallingStep.CONNECTING)
    await station.cut()
    view = await kiosk.window.until(lambda view: bool(view.calling and view.calling.setback), 60)
    assert view.calling is not None
    assert view.calling.setback is Setback.AGENT_LOST
    assert view.calling.position == 1
