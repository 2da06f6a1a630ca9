"""A stay as a story: what the usager touches, what hub and station say, what the kiosk does about it."""

import pytest

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRinging,
    Description,
    EndCause,
    MediaState,
    Outcome,
    RelayDescription,
    ReportMedia,
)
from kiosk.core.commands import (
    AnswerPeer,
    CloseDevices,
    ClosePeer,
    Erase,
    HoldCall,
    OpenDevices,
)
from kiosk.core.events import AgentSeen, PeerMoved
from kiosk.core.presentation import present
from kiosk.core.view import EndReason, Screen, TouchName
from tests.kiosk.core.driver import Driver


@pytest.fixture
def driver() -> Driver:
    return Driver()


def test_a_whole_call(driver: Driver) -> None:
    driver.welcomed()
    assert driver.session.screen is Screen.ATTRACT
    driver.touch(TouchName.START)
    assert driver.session.screen is Screen.PARTNERS
    driver.touch(TouchName.CHOOSE_PARTNER, "caf")
    assert driver.session.screen is Screen.MOTIF
    assert not driver.found(OpenDevices, driver.all_said)
    driver.touch(TouchName.CHOOSE_MOTIF, "logement")
    assert driver.session.screen is Screen.BEFORE_CALL
    assert driver.found(OpenDevices)
    driver.touch(TouchName.ACCOMPANIED).touch(TouchName.PLACE_CALL)
    (request,) = driver.to_hub()
    assert request.motif_id == "logement"
    assert request.accompanied
    driver.hear(CallQueued(request_id=request.request_id, call_id="c1", position=1))
    assert driver.found(HoldCall) == [HoldCall("c1")]
    driver.hear(CallRinging(call_id="c1", attempt=1))
    driver.hear(CallAccepted(call_id="c1", peer_no=1, agent_name="Mme Martin", ice_servers=[]))
    description = Description(type="offer", sdp="v=0")
    driver.hear(RelayDescription(call_id="c1", peer_no=1, description=description))
    assert driver.found(AnswerPeer)[0].description == description
    driver.happen(PeerMoved(1, MediaState.CONNECTED))
    assert driver.session.screen is Screen.IN_CALL
    assert driver.to_hub() == [ReportMedia(call_id="c1", peer_no=1, state=MediaState.CONNECTED)]
    driver.happen(AgentSeen())
    view = present(driver.session, driver.now, "10:42")
    assert view.in_call is not None
    assert view.in_call.agent_picture
    assert view.in_call.agent_name == "Mme Martin"
    driver.hear(CallEnded(call_id="c1", outcome=Outcome.COMPLETED, cause=EndCause.AGENT_HUNG_UP))
    assert driver.session.screen is Screen.ENDED
    assert driver.session.end_reason is EndReason.AGENT
    assert {ClosePeer, CloseDevices} <= {type(each) for each in driver.said}
    driver.touch(TouchName.ERASE)
    assert driver.session.screen is Screen.ERASED
    assert driver.found(Erase)
    driver.wait(5)
    assert driver.session.screen is Screen.ATTRACT
