"""What the station says directly, and how the connection fares."""

import pytest

from hub.protocol import CallSnapshot, HangUp, MediaState, RenewPeer
from kiosk.core.conversation import HangUpPeer
from kiosk.core.events import HubLost, PeerMoved
from kiosk.core.view import EndReason, Screen
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
