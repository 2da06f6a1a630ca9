"""A stay as a story: what the usager touches, what hub and station say, what the kiosk does about it."""

import pytest

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    CallSnapshot,
    Description,
    DeviceState,
    EndCause,
    HangUp,
    MediaState,
    Outcome,
    PeerRenewed,
    PlaceCall,
    QueueMoved,
    RefusalReason,
    RelayDescription,
    RenewPeer,
    ReportMedia,
)
from kiosk.core.commands import (
    AnswerPeer,
    CloseDevices,
    ClosePeer,
    Erase,
    HoldCall,
    Mute,
    OpenDevices,
    RetryHub,
    SendToHub,
    SetVolume,
)
from kiosk.core.conversation import HangUpPeer, MediaMuted, PageReceived, RequestScan
from kiosk.core.events import AgentSeen, DeviceChanged, HubLost, HubRefused, PeerMoved
from kiosk.core.ports import DeviceName
from kiosk.core.presentation import present
from kiosk.core.view import CallingStep, EndReason, LinkQuality, Screen, TouchName
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


def test_hanging_up_asks_first_then_tells_both_sides(driver: Driver) -> None:
    driver.in_call().touch(TouchName.CONFIRM_HANG_UP)
    assert driver.session.screen is Screen.IN_CALL, "a confirmation nobody was asked for"
    driver.touch(TouchName.HANG_UP).touch(TouchName.KEEP_TALKING)
    assert driver.session.screen is Screen.IN_CALL
    driver.touch(TouchName.HANG_UP).touch(TouchName.CONFIRM_HANG_UP)
    assert driver.to_peer() == [HangUpPeer()]
    assert driver.to_hub() == [HangUp(call_id="c1")]
    assert driver.session.screen is Screen.ENDED


def test_a_hang_up_while_the_hub_is_away_is_said_at_the_next_welcome(driver: Driver) -> None:
    driver.in_call().happen(HubLost())
    driver.touch(TouchName.HANG_UP).touch(TouchName.CONFIRM_HANG_UP)
    driver.welcomed()
    assert HangUp(call_id="c1") in driver.to_hub()
    driver.welcomed()
    assert driver.to_hub() == []


def test_erasing_during_a_call_asks_then_leaves_nothing(driver: Driver) -> None:
    driver.in_call().touch(TouchName.ERASE)
    assert driver.session.confirming_hang_up
    driver.touch(TouchName.CONFIRM_HANG_UP)
    assert driver.session.screen is Screen.ERASED
    assert driver.found(Erase)


def test_keep_talking_forgets_the_wish_to_erase(driver: Driver) -> None:
    driver.in_call().touch(TouchName.ERASE).touch(TouchName.KEEP_TALKING)
    driver.touch(TouchName.HANG_UP).touch(TouchName.CONFIRM_HANG_UP)
    assert driver.session.screen is Screen.ENDED


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


def test_an_unanswered_request_is_sent_again_under_the_same_id(driver: Driver) -> None:
    request = driver.placing()
    driver.wait(5)
    assert driver.to_hub() == [request]
    driver.happen(HubLost()).wait(30)
    sent = [each for each in driver.found(SendToHub, driver.all_said) if isinstance(each.message, PlaceCall)]
    assert len(sent) == 2, "nothing is sent into a link that is down"
    driver.welcomed()
    assert driver.to_hub() == [request]


def test_an_answer_to_a_request_already_left_is_hung_up(driver: Driver) -> None:
    request = driver.placing()
    driver.touch(TouchName.HANG_UP)
    assert driver.session.end_reason is EndReason.LEFT_QUEUE
    driver.hear(CallQueued(request_id=request.request_id, call_id="c9", position=1))
    assert driver.to_hub() == [HangUp(call_id="c9")]


def test_leaving_the_queue(driver: Driver) -> None:
    driver.queued().hear(QueueMoved(call_id="c1", position=3)).touch(TouchName.HANG_UP)
    assert driver.to_hub() == [HangUp(call_id="c1")]
    assert driver.session.screen is Screen.ENDED
    assert driver.found(CloseDevices)


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


def test_lost_media_asks_for_a_new_connection_and_gives_up_after_a_while(driver: Driver) -> None:
    driver.in_call().happen(PeerMoved(1, MediaState.LOST))
    assert RenewPeer(call_id="c1") in driver.to_hub()
    driver.wait(89)
    assert driver.session.screen is Screen.IN_CALL
    driver.wait(2)
    assert driver.session.screen is Screen.ENDED
    assert driver.session.end_reason is EndReason.CUT


def test_a_connection_that_never_comes_is_given_up(driver: Driver) -> None:
    driver.connecting().wait(59)
    assert driver.session.screen is Screen.CALLING
    driver.wait(1)
    assert driver.session.screen is Screen.ENDED
    assert HangUp(call_id="c1", cause="media_lost") in driver.to_hub()


def test_an_agent_lost_before_the_picture_puts_the_caller_back_in_the_queue(driver: Driver) -> None:
    driver.connecting().hear(QueueMoved(call_id="c1", position=1))
    assert driver.session.call is not None
    assert driver.session.call.step is CallingStep.QUEUED
    assert driver.found(ClosePeer)


def test_the_agent_hanging_up_directly_works_without_the_hub(driver: Driver) -> None:
    driver.in_call().happen(HubLost()).peer(HangUpPeer())
    assert driver.session.screen is Screen.ENDED
    assert driver.session.end_reason is EndReason.AGENT


def test_switching_camera_and_microphone_off_is_told_to_the_agent(driver: Driver) -> None:
    driver.in_call().touch(TouchName.TOGGLE_CAMERA)
    assert driver.found(Mute) == [Mute(camera=True, microphone=False)]
    assert driver.to_peer() == [MediaMuted(camera=True, microphone=False)]
    driver.touch(TouchName.TOGGLE_MICROPHONE)
    assert driver.found(Mute) == [Mute(camera=True, microphone=True)]
    driver.peer(MediaMuted(camera=True, microphone=True))
    view = present(driver.session, driver.now, "")
    assert view.in_call is not None
    assert view.in_call.agent_camera_off
    assert not view.in_call.agent_picture


def test_a_camera_switched_off_stays_off_on_a_new_connection(driver: Driver) -> None:
    driver.in_call().touch(TouchName.TOGGLE_CAMERA).hear(PeerRenewed(call_id="c1", peer_no=2, ice_servers=[]))
    driver.hear(RelayDescription(call_id="c1", peer_no=2, description=Description(type="offer", sdp="new")))
    kinds = [type(each) for each in driver.said]
    assert kinds.index(Mute) < kinds.index(AnswerPeer)
    assert driver.found(Mute) == [Mute(camera=True, microphone=False)]


def test_volume_has_ends_and_is_reset_for_the_next_usager(driver: Driver) -> None:
    driver.in_call()
    for _ in range(20):
        driver.touch(TouchName.VOLUME_UP)
    assert driver.found(SetVolume) == [SetVolume(10)]
    for _ in range(20):
        driver.touch(TouchName.VOLUME_DOWN)
    assert driver.found(SetVolume) == [SetVolume(0)]
    driver.touch(TouchName.ERASE).touch(TouchName.CONFIRM_HANG_UP)
    assert driver.found(SetVolume) == [SetVolume(7)]


class TestIdle:
    def test_a_forgotten_screen_warns_then_erases(self, driver: Driver) -> None:
        driver.before_call().wait(119)
        assert driver.session.warned_at is None
        driver.wait(1)
        view = present(driver.session, driver.now, "")
        assert view.still_there is not None
        assert view.still_there.seconds_left == 45
        driver.wait(45)
        assert driver.session.screen is Screen.ERASED
        assert driver.found(Erase, driver.all_said)

    def test_any_touch_answers_the_question(self, driver: Driver) -> None:
        driver.before_call().wait(130).touch(TouchName.STILL_HERE)
        assert driver.session.warned_at is None
        driver.wait(100)
        assert driver.session.screen is Screen.BEFORE_CALL

    def test_never_while_calling_or_in_call(self, driver: Driver) -> None:
        driver.queued().wait(600)
        assert driver.session.screen is Screen.CALLING
        other = Driver().in_call().wait(600)
        assert other.session.screen is Screen.IN_CALL

    def test_the_end_screen_goes_by_itself(self, driver: Driver) -> None:
        driver.queued().touch(TouchName.HANG_UP).wait(59)
        assert driver.session.screen is Screen.ENDED
        driver.wait(1)
        assert driver.session.screen is Screen.ERASED


class TestOutOfService:
    def test_without_the_hub_the_screen_says_so_and_comes_back(self, driver: Driver) -> None:
        driver.welcomed().happen(HubLost()).wait(2)
        assert driver.session.screen is Screen.ATTRACT, "a short loss is not worth a word"
        driver.wait(2)
        assert driver.session.screen is Screen.HUB_UNREACHABLE
        driver.touch(TouchName.RETRY_HUB)
        assert driver.found(RetryHub)
        driver.welcomed()
        assert driver.session.screen is Screen.ATTRACT

    def test_a_stay_interrupted_by_the_link_goes_on(self, driver: Driver) -> None:
        driver.before_call().happen(HubLost()).wait(5)
        assert driver.session.screen is Screen.HUB_UNREACHABLE
        driver.welcomed()
        assert driver.session.screen is Screen.PARTNERS

    @pytest.mark.parametrize("device", [DeviceName.MICROPHONE, DeviceName.LOUDSPEAKER])
    def test_no_conversation_without_sound(self, driver: Driver, device: DeviceName) -> None:
        driver.welcomed().happen(DeviceChanged(device, DeviceState.UNPLUGGED))
        assert driver.session.screen is Screen.OUT_OF_ORDER
        driver.happen(DeviceChanged(device, DeviceState.READY))
        assert driver.session.screen is Screen.ATTRACT

    @pytest.mark.parametrize("device", [DeviceName.CAMERA, DeviceName.SCANNER, DeviceName.PRINTER])
    def test_other_devices_do_not_close_the_kiosk(self, driver: Driver, device: DeviceName) -> None:
        driver.welcomed().happen(DeviceChanged(device, DeviceState.UNPLUGGED))
        assert driver.session.screen is Screen.ATTRACT

    def test_a_kiosk_that_the_hub_refuses(self, driver: Driver) -> None:
        driver.welcomed().happen(HubRefused())
        assert driver.session.screen is Screen.OUT_OF_ORDER
        driver.welcomed()
        assert driver.session.screen is Screen.ATTRACT

    def test_a_device_lost_during_a_call_does_not_end_it(self, driver: Driver) -> None:
        driver.in_call().happen(DeviceChanged(DeviceName.MICROPHONE, DeviceState.UNPLUGGED))
        assert driver.session.screen is Screen.IN_CALL


def test_a_closed_partner_shows_its_papers_and_says_so_before_the_call(driver: Driver) -> None:
    driver.welcomed().touch(TouchName.START).touch(TouchName.CHOOSE_PARTNER, "msa")
    view = present(driver.session, driver.now, "")
    assert view.before_call is not None
    assert view.before_call.refusal is RefusalReason.CLOSED


def test_what_was_sent_in_a_call_is_told_at_its_end_and_forgotten_after(driver: Driver) -> None:
    driver.in_call()
    driver.peer(RequestScan(scan_id="s1", title="Avis d'imposition")).touch(TouchName.HANG_UP)
    driver.touch(TouchName.CONFIRM_HANG_UP)
    driver.peer(PageReceived(transfer_id="0" * 32, ok=True))
    assert driver.session.scan is None
    driver.touch(TouchName.CALL_AGAIN)
    assert driver.session.screen is Screen.BEFORE_CALL
    assert driver.session.partner_id == "caf"
    assert driver.found(Erase)
