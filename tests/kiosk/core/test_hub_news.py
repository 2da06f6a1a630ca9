"""What the hub says at each welcome and of the network: calls it knows and we do not, and the other way round."""

import pytest

from hub.protocol import (
    CallQueued,
    CallSnapshot,
    ClaimPlace,
    HangUp,
    KeepPlace,
    MediaState,
    PartnerCard,
    PartnersChanged,
    RenewPeer,
    ReportMedia,
)
from kiosk.core.commands import ClosePeer, HoldCall, PlayChime
from kiosk.core.events import HubLost, PeerMoved
from kiosk.core.presentation import present
from kiosk.core.view import CallingStep, EndReason, Screen, Setback, TouchName
from tests.kiosk.core.driver import CAF, Driver, ticket


@pytest.fixture
def driver() -> Driver:
    return Driver()


def test_a_hang_up_while_the_hub_is_away_is_said_at_the_next_welcome(driver: Driver) -> None:
    driver.in_call().happen(HubLost())
    driver.touch(TouchName.HANG_UP).touch(TouchName.CONFIRM_HANG_UP)
    assert driver.found(HoldCall)[-1] == HoldCall("c1"), "hello still names the call, or it would be counted as lost"
    driver.welcomed(CallSnapshot(call_id="c1", state="in_call", peer_no=1, partner_id="caf"))
    assert driver.to_hub() == [HangUp(call_id="c1")]
    assert driver.found(HoldCall) == [HoldCall(None)]
    driver.welcomed()
    assert driver.to_hub() == []


def test_losing_the_link_in_the_queue_keeps_the_place(driver: Driver) -> None:
    driver.queued(position=3).happen(HubLost()).wait(10)
    view = present(driver.session, driver.now, "")
    assert view.calling is not None
    assert view.calling.link_lost
    driver.welcomed(CallSnapshot(call_id="c1", state="queued", peer_no=0, partner_id="caf", position=2))
    assert driver.session.screen is Screen.CALLING
    assert driver.session.call is not None
    assert driver.session.call.position == 2


def test_a_call_that_the_hub_no_longer_knows_is_over(driver: Driver) -> None:
    driver.in_call().happen(HubLost()).welcomed(None)
    assert driver.session.screen is Screen.ENDED
    assert driver.session.end_reason is EndReason.CUT


def test_a_call_that_only_the_hub_knows_is_hung_up(driver: Driver) -> None:
    driver.welcomed(CallSnapshot(call_id="old", state="in_call", peer_no=1, partner_id="caf"))
    assert HangUp(call_id="old") in driver.to_hub()
    assert driver.session.screen is Screen.ATTRACT


def test_the_death_of_the_hub_does_not_touch_a_call(driver: Driver) -> None:
    driver.in_call().happen(HubLost()).wait(120)
    assert driver.session.screen is Screen.IN_CALL
    driver.welcomed(CallSnapshot(call_id="c1", state="in_call", peer_no=1, partner_id="caf"))
    assert driver.session.screen is Screen.IN_CALL
    assert not driver.found(ClosePeer)
    assert driver.to_hub() == [ReportMedia(call_id="c1", peer_no=1, state=MediaState.CONNECTED)]


def test_media_lost_with_the_link_is_asked_for_again_at_the_welcome(driver: Driver) -> None:
    driver.in_call().happen(HubLost()).happen(PeerMoved(1, MediaState.LOST)).wait(3)
    driver.welcomed(CallSnapshot(call_id="c1", state="in_call", peer_no=1, partner_id="caf"))
    assert driver.to_hub() == [RenewPeer(call_id="c1", peer_no=1)]
    driver.wait(10)
    assert not [each for each in driver.all_said if isinstance(each, ClosePeer)], "the old one may come back by itself"


def test_a_connection_that_the_station_began_while_the_link_was_down_is_begun_again(driver: Driver) -> None:
    driver.in_call().happen(HubLost())
    driver.welcomed(CallSnapshot(call_id="c1", state="in_call", peer_no=2, partner_id="caf"))
    assert driver.found(ClosePeer)
    assert driver.to_hub() == [RenewPeer(call_id="c1", peer_no=2)], "its description went into a link that was down"


def test_a_call_answered_while_the_link_was_down_is_connected_at_the_welcome(driver: Driver) -> None:
    driver.queued().happen(HubLost())
    driver.welcomed(CallSnapshot(call_id="c1", state="connecting", peer_no=1, partner_id="caf"))
    assert driver.to_hub() == [RenewPeer(call_id="c1", peer_no=1)]


def test_a_position_is_not_told_upwards_by_a_welcome_either(driver: Driver) -> None:
    driver.queued(position=3).happen(HubLost())
    driver.welcomed(CallSnapshot(call_id="c1", state="queued", peer_no=0, partner_id="caf", position=5))
    assert driver.session.call is not None
    assert driver.session.call.position == 3


class TestTransferredMeanwhile:
    """The link was down when the agent passed the call on: the welcome has another call, and says which it was."""

    @pytest.mark.parametrize("state", ["queued", "offered"])
    def test_it_waits(self, driver: Driver, state: str) -> None:
        driver.in_call().happen(HubLost())
        driver.welcomed(
            CallSnapshot(
                call_id="c2",
                state=state,
                peer_no=0,
                partner_id="msa",
                position=2,
                origin_call_id="c1",  # type: ignore[arg-type]
            )
        )
        facts = present(driver.session, driver.now, "").calling
        assert facts is not None
        assert (facts.partner.name, facts.setback, facts.position) == ("MSA", Setback.OTHER_PARTNER, 2)
        assert driver.found(ClosePeer)
        assert driver.found(HoldCall)[-1] == HoldCall("c2")

    def test_it_was_answered_too(self, driver: Driver) -> None:
        driver.in_call().happen(HubLost())
        driver.welcomed(
            CallSnapshot(call_id="c2", state="connecting", peer_no=1, partner_id="msa", origin_call_id="c1")
        )
        assert driver.session.screen is Screen.CALLING
        assert driver.session.call is not None
        assert driver.session.call.step is CallingStep.CONNECTING
        assert driver.to_hub() == [RenewPeer(call_id="c2", peer_no=1)], "the description went into a link that was down"

    def test_hung_up_meanwhile_ends_the_new_one(self, driver: Driver) -> None:
        driver.in_call().happen(HubLost()).touch(TouchName.HANG_UP).touch(TouchName.CONFIRM_HANG_UP)
        driver.welcomed(CallSnapshot(call_id="c2", state="queued", peer_no=0, partner_id="msa", origin_call_id="c1"))
        assert {each.call_id for each in driver.to_hub()} == {"c1", "c2"}
        assert all(isinstance(each, HangUp) for each in driver.to_hub())

    def test_a_call_that_is_not_ours_is_hung_up_and_ours_is_over(self, driver: Driver) -> None:
        driver.in_call().happen(HubLost())
        driver.welcomed(CallSnapshot(call_id="c7", state="queued", peer_no=0, partner_id="msa"))
        assert driver.to_hub() == [HangUp(call_id="c7")]
        assert driver.session.screen is Screen.ENDED


def test_a_call_placed_and_left_is_not_taken_for_the_next_one(driver: Driver) -> None:
    driver.placing()
    driver.happen(HubLost()).touch(TouchName.HANG_UP).touch(TouchName.CHOOSE_OTHER)
    driver.welcomed().touch(TouchName.CHOOSE_PARTNER, "msa").touch(TouchName.PLACE_CALL)
    (request,) = driver.to_hub()
    driver.happen(HubLost()).welcomed(CallSnapshot(call_id="c1", state="queued", peer_no=0, partner_id="caf"))
    assert driver.to_hub() == [HangUp(call_id="c1"), request]


def test_an_agent_lost_while_the_link_was_down(driver: Driver) -> None:
    driver.in_call().happen(HubLost())
    driver.welcomed(CallSnapshot(call_id="c1", state="queued", peer_no=1, partner_id="caf", position=1))
    facts = present(driver.session, driver.now, "").calling
    assert facts is not None
    assert facts.setback is Setback.AGENT_LOST
    assert driver.found(ClosePeer)


class TestNumbers:
    def test_a_kiosk_started_anew_learns_its_numbers(self, driver: Driver) -> None:
        driver.welcomed(tickets=[ticket(12), ticket(7, called_s=100)])
        view = present(driver.session, driver.now, "")
        assert view.numbers_kept == (12,)
        assert [each.number for each in view.called] == [7]
        assert PlayChime("number") in driver.said

    def test_the_wish_to_keep_a_place_survives_a_lost_link(self, driver: Driver) -> None:
        request = driver.placing()
        driver.hear(CallQueued(request_id=request.request_id, call_id="c1", position=8, may_keep_place=True))
        driver.touch(TouchName.KEEP_PLACE).touch(TouchName.CONFIRM_KEEP_PLACE).happen(HubLost())
        driver.welcomed(CallSnapshot(call_id="c1", state="queued", peer_no=0, partner_id="caf", position=8))
        assert KeepPlace(call_id="c1") in driver.to_hub()
        driver.happen(HubLost()).welcomed(tickets=[ticket().model_copy(update={"call_id": "c1"})])
        assert driver.session.screen is Screen.PLACE_KEPT
        assert driver.found(HoldCall) == [HoldCall(None)]

    def test_a_claim_on_its_way_is_sent_again(self, driver: Driver) -> None:
        driver.called().touch(TouchName.CLAIM_PLACE, "k12").touch(TouchName.PLACE_CALL)
        (claim,) = driver.to_hub()
        assert isinstance(claim, ClaimPlace)
        driver.happen(HubLost()).welcomed(tickets=[ticket(called_s=60)])
        assert driver.to_hub() == [claim]
        driver.hear(CallQueued(request_id=claim.request_id, call_id="k12", position=1))
        assert driver.found(HoldCall) == [HoldCall("k12")]


class TestNewPartners:
    CARDS = (CAF, PartnerCard(id="carsat", name="Retraite", full_name="Caisse d'assurance retraite"))

    def names(self, driver: Driver) -> list[str]:
        return [tile.name for tile in present(driver.session, driver.now, "").tiles]

    def test_they_are_shown_at_once_when_nobody_is_there(self, driver: Driver) -> None:
        driver.welcomed().hear(PartnersChanged(tiles=[], partners=list(self.CARDS)))
        assert self.names(driver) == ["CAF", "Retraite"]

    def test_they_wait_for_the_end_of_a_choice(self, driver: Driver) -> None:
        driver.welcomed().touch(TouchName.START).hear(PartnersChanged(tiles=[], partners=list(self.CARDS)))
        assert self.names(driver) == ["CAF", "MSA"]
        driver.touch(TouchName.BACK).wait(1)
        assert self.names(driver) == ["CAF", "Retraite"]

    def test_a_call_keeps_the_name_of_its_service(self, driver: Driver) -> None:
        driver.in_call().hear(PartnersChanged(tiles=[], partners=list(self.CARDS[1:])))
        facts = present(driver.session, driver.now, "").in_call
        assert facts is not None
        assert facts.partner.name == "CAF"
        assert driver.session.end_reason is EndReason.USAGER

    def test_tiles_alone_leave_the_cards(self, driver: Driver) -> None:
        driver.welcomed().hear(PartnersChanged(tiles=[]))
        assert self.names(driver) == ["CAF", "MSA"]
