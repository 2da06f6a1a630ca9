"""What the hub says: refusals, late answers, calls it knows and we do not, and the other way round."""

import pytest

from hub.protocol import (
    CallQueued,
    CallRefused,
    CallSnapshot,
    Description,
    HangUp,
    MediaState,
    PeerRenewed,
    QueueMoved,
    RefusalReason,
    RelayDescription,
    ReportMedia,
)
from kiosk.core.commands import AnswerPeer, ClosePeer, HoldCall, Mute
from kiosk.core.events import HubLost, PeerMoved
from kiosk.core.presentation import present
from kiosk.core.view import CallingStep, EndReason, LinkQuality, Screen, TouchName
from tests.kiosk.core.driver import Driver


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


def test_a_refused_call_says_why_and_can_be_tried_again(driver: Driver) -> None:
    request = driver.placing()
    driver.hear(CallRefused(request_id=request.request_id, reason=RefusalReason.NOBODY_ON_POST))
    assert driver.session.screen is Screen.BEFORE_CALL
    view = present(driver.session, driver.now, "")
    assert view.before_call is not None
    assert view.before_call.refusal is RefusalReason.NOBODY_ON_POST
    driver.touch(TouchName.PLACE_CALL)
    (again,) = driver.to_hub()
    assert again.request_id != request.request_id


def test_an_answer_to_a_request_already_left_is_hung_up(driver: Driver) -> None:
    request = driver.placing()
    driver.touch(TouchName.HANG_UP)
    assert driver.session.end_reason is EndReason.LEFT_QUEUE
    driver.hear(CallQueued(request_id=request.request_id, call_id="c9", position=1))
    assert driver.to_hub() == [HangUp(call_id="c9")]


def test_losing_the_link_in_the_queue_keeps_the_place(driver: Driver) -> None:
    driver.queued().happen(HubLost()).wait(10)
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


def test_a_new_peer_connection_replaces_the_old_one(driver: Driver) -> None:
    driver.in_call().hear(PeerRenewed(call_id="c1", peer_no=2, ice_servers=[]))
    assert driver.found(ClosePeer)
    assert driver.session.call is not None
    assert driver.session.call.quality is LinkQuality.LOST
    driver.hear(RelayDescription(call_id="c1", peer_no=1, description=Description(type="offer", sdp="old")))
    assert not driver.found(AnswerPeer), "a description of the connection before"
    driver.hear(RelayDescription(call_id="c1", peer_no=2, description=Description(type="offer", sdp="new")))
    assert driver.found(AnswerPeer)
    driver.happen(PeerMoved(2, MediaState.CONNECTED))
    assert driver.session.call.quality is LinkQuality.GOOD
    assert driver.session.screen is Screen.IN_CALL


def test_an_agent_lost_before_the_picture_puts_the_caller_back_in_the_queue(driver: Driver) -> None:
    driver.connecting().hear(QueueMoved(call_id="c1", position=1))
    assert driver.session.call is not None
    assert driver.session.call.step is CallingStep.QUEUED
    assert driver.found(ClosePeer)


def test_a_camera_switched_off_stays_off_on_a_new_connection(driver: Driver) -> None:
    driver.in_call().touch(TouchName.TOGGLE_CAMERA).hear(PeerRenewed(call_id="c1", peer_no=2, ice_servers=[]))
    driver.hear(RelayDescription(call_id="c1", peer_no=2, description=Description(type="offer", sdp="new")))
    kinds = [type(each) for each in driver.said]
    assert kinds.index(Mute) < kinds.index(AnswerPeer)
    assert driver.found(Mute) == [Mute(camera=True, microphone=False)]
