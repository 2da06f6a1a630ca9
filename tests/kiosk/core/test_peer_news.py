"""What the station says directly, and how the connection fares."""

import pytest

from hub.protocol import CallSnapshot, HangUp, MediaState, PeerRenewed, RenewPeer
from kiosk.core.conversation import HangUpPeer, MediaMuted, PicturePaused
from kiosk.core.events import HubLost, OwnPicturePaused, PeerMoved, PeerOpened
from kiosk.core.presentation import present
from kiosk.core.view import EndReason, InCallScreen, LinkQuality, Screen, TouchName
from tests.kiosk.core.driver import Driver


@pytest.fixture
def driver() -> Driver:
    return Driver()


def test_lost_media_asks_for_a_new_connection_and_gives_up_after_a_while(driver: Driver) -> None:
    driver.in_call().happen(PeerMoved(1, MediaState.LOST))
    assert RenewPeer(call_id="c1", peer_no=1) in driver.to_hub()
    driver.wait(89)
    assert driver.session.screen is Screen.IN_CALL
    driver.wait(2)
    assert driver.session.screen is Screen.ENDED
    assert driver.session.end_reason is EndReason.CUT


def test_the_agent_hanging_up_directly_works_without_the_hub(driver: Driver) -> None:
    driver.in_call().happen(HubLost()).peer(HangUpPeer())
    assert driver.session.screen is Screen.ENDED
    assert driver.session.end_reason is EndReason.AGENT
    driver.welcomed(CallSnapshot(call_id="c1", state="in_call", peer_no=1, partner_id="caf"))
    assert driver.to_hub() == [HangUp(call_id="c1")]


def test_the_agent_hanging_up_is_told_to_the_hub_by_the_agent(driver: Driver) -> None:
    driver.in_call().peer(HangUpPeer())
    assert driver.to_hub() == []


def facts(driver: Driver) -> InCallScreen:
    shown = present(driver.session, driver.now, "").in_call
    assert shown is not None
    return shown


def test_a_picture_that_the_link_cannot_carry_is_said_on_this_side(driver: Driver) -> None:
    driver.in_call().peer(PicturePaused(paused=True))
    assert facts(driver).agent_picture_paused
    assert facts(driver).quality is LinkQuality.WEAK
    assert not facts(driver).agent_camera_off
    driver.peer(PicturePaused(paused=False))
    assert not facts(driver).agent_picture_paused
    assert facts(driver).quality is LinkQuality.GOOD


def test_our_own_is_said_on_both_sides(driver: Driver) -> None:
    driver.in_call().happen(OwnPicturePaused(1, paused=True))
    assert driver.to_peer() == [PicturePaused(paused=True)]
    assert facts(driver).picture_paused
    driver.happen(OwnPicturePaused(1, paused=False))
    assert driver.to_peer() == [PicturePaused(paused=False)]
    assert not facts(driver).picture_paused


def test_a_page_that_was_reloaded_hears_it_again(driver: Driver) -> None:
    driver.in_call().happen(OwnPicturePaused(1, paused=True), PeerOpened(1))
    assert driver.to_peer() == [PicturePaused(paused=True)]
    driver.happen(OwnPicturePaused(1, paused=False), PeerOpened(1))
    assert driver.to_peer() == []


def test_it_is_forgotten_with_its_connection(driver: Driver) -> None:
    driver.in_call().peer(PicturePaused(paused=True)).happen(OwnPicturePaused(1, paused=True))
    driver.hear(PeerRenewed(call_id="c1", peer_no=2, ice_servers=[])).happen(PeerMoved(2, MediaState.CONNECTED))
    assert not facts(driver).agent_picture_paused
    assert not facts(driver).picture_paused
    driver.happen(OwnPicturePaused(1, paused=True))
    assert driver.to_peer() == []
    assert not facts(driver).picture_paused
    driver.happen(PeerOpened(2))
    assert driver.to_peer() == []


def test_a_camera_switched_off_and_a_lost_connection_keep_their_own_words(driver: Driver) -> None:
    driver.in_call().peer(PicturePaused(paused=True)).happen(OwnPicturePaused(1, paused=True))
    driver.peer(MediaMuted(camera=True, microphone=False)).touch(TouchName.TOGGLE_CAMERA)
    assert (facts(driver).agent_picture_paused, facts(driver).picture_paused) == (False, False)
    driver.peer(MediaMuted(camera=False, microphone=False)).touch(TouchName.TOGGLE_CAMERA)
    assert (facts(driver).agent_picture_paused, facts(driver).picture_paused) == (True, True)
    driver.happen(PeerMoved(1, MediaState.LOST))
    assert (facts(driver).agent_picture_paused, facts(driver).picture_paused) == (False, False)


def test_outside_a_call_it_says_nothing(driver: Driver) -> None:
    driver.welcomed().peer(PicturePaused(paused=True)).happen(OwnPicturePaused(1, paused=True), PeerOpened(1))
    assert driver.to_peer() == []
    assert present(driver.session, driver.now, "").in_call is None
