"""What the hub says of our call: refusals, late answers, agents who vanish, calls that are passed on."""

import pytest

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    CallTransferred,
    Description,
    EndCause,
    ErrorCode,
    ErrorReply,
    HangUp,
    KeepPlace,
    MediaState,
    Outcome,
    PeerRenewed,
    PlaceKept,
    QueueMoved,
    RefusalReason,
    RelayDescription,
    WaitRange,
)
from kiosk.core.commands import (
    AnswerPeer,
    CloseDevices,
    ClosePeer,
    DiscardPage,
    DropFile,
    ForgetAgent,
    HoldCall,
    Mute,
    OpenDevices,
)
from kiosk.core.conversation import MediaMuted, RequestScan
from kiosk.core.events import PeerMoved
from kiosk.core.presentation import present
from kiosk.core.view import CallingScreen, CallingStep, EndReason, LinkQuality, Screen, Setback, TouchName, WaitView
from tests.kiosk.core.driver import Driver, ticket

LONG = WaitRange(min_s=1500, max_s=2400)
PASSED_ON = CallTransferred(call_id="c1", new_call_id="c2", partner_id="msa", position=2, wait=LONG)


@pytest.fixture
def driver() -> Driver:
    return Driver()


def calling(driver: Driver) -> CallingScreen:
    facts = present(driver.session, driver.now, "").calling
    assert facts is not None
    return facts


def long_queue(driver: Driver) -> Driver:
    request = driver.placing()
    return driver.hear(
        CallQueued(request_id=request.request_id, call_id="c1", position=8, wait=LONG, may_keep_place=True)
    )


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_a_refused_call_says_why_and_what_else_can_be_done(driver: Driver, reason: RefusalReason) -> None:
    request = driver.placing()
    opens = "2026-11-23T14:00:00"
    driver.hear(CallRefused(request_id=request.request_id, reason=reason, opens_at=opens, wait=LONG))
    assert driver.session.screen is Screen.REFUSED
    assert driver.found(CloseDevices), "nobody is seen while reading a refusal"
    facts = present(driver.session, driver.now, "").refused
    assert facts is not None
    assert (facts.reason, facts.opens_at, facts.wait) == (reason, opens, WaitView(25, 40))
    driver.touch(TouchName.CHOOSE_OTHER)
    assert driver.session.screen is Screen.PARTNERS
    assert driver.session.refused is None


def test_a_refused_call_can_be_tried_again_with_a_new_request(driver: Driver) -> None:
    request = driver.placing()
    driver.hear(CallRefused(request_id=request.request_id, reason=RefusalReason.NOBODY_ON_POST))
    driver.touch(TouchName.TRY_AGAIN)
    assert driver.session.screen is Screen.BEFORE_CALL
    assert driver.found(OpenDevices)
    driver.touch(TouchName.PLACE_CALL)
    (again,) = driver.to_hub()
    assert again.request_id != request.request_id
    assert again.motif_id == request.motif_id


def test_an_answer_to_a_request_already_left_is_hung_up(driver: Driver) -> None:
    request = driver.placing()
    driver.touch(TouchName.HANG_UP)
    assert driver.session.end_reason is EndReason.LEFT_QUEUE
    driver.hear(CallQueued(request_id=request.request_id, call_id="c9", position=1))
    assert driver.to_hub() == [HangUp(call_id="c9")]


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
    driver.connecting().hear(QueueMoved(call_id="c1", position=1, because="agent_lost"))
    assert driver.session.call is not None
    assert driver.session.call.step is CallingStep.QUEUED
    assert driver.found(ClosePeer)
    assert calling(driver).setback is Setback.AGENT_LOST
    driver.hear(CallRinging(call_id="c1", attempt=2))
    assert calling(driver).setback is None, "somebody else is being called: the bad news is old"


def test_a_camera_switched_off_stays_off_on_a_new_connection(driver: Driver) -> None:
    driver.in_call().touch(TouchName.TOGGLE_CAMERA).hear(PeerRenewed(call_id="c1", peer_no=2, ice_servers=[]))
    driver.hear(RelayDescription(call_id="c1", peer_no=2, description=Description(type="offer", sdp="new")))
    kinds = [type(each) for each in driver.said]
    assert kinds.index(Mute) < kinds.index(AnswerPeer)
    assert driver.found(Mute) == [Mute(camera=True, microphone=False)]


def test_an_agent_lost_as_the_picture_came_is_believed_of_the_hub(driver: Driver) -> None:
    driver.in_call().hear(QueueMoved(call_id="c1", position=1))
    assert driver.session.screen is Screen.IN_CALL, "late news of the queue"
    driver.hear(QueueMoved(call_id="c1", position=1, because="agent_lost"))
    assert driver.session.screen is Screen.CALLING
    assert driver.found(ClosePeer)


def test_a_station_that_does_not_answer_alarms_nobody(driver: Driver) -> None:
    driver.queued().hear(CallRinging(call_id="c1", attempt=1))
    driver.hear(QueueMoved(call_id="c1", position=1, because="not_answered"))
    assert calling(driver).setback is None
    assert calling(driver).step is CallingStep.QUEUED


def test_a_position_is_never_shown_upwards(driver: Driver) -> None:
    long_queue(driver)
    shown = []
    for position in (7, 9, 5, 6, 1):
        driver.hear(QueueMoved(call_id="c1", position=position))
        shown.append(calling(driver).position)
    assert shown == [7, 7, 5, 5, 1]


class TestKeepingThePlace:
    def test_it_is_explained_before_it_is_asked_for(self, driver: Driver) -> None:
        long_queue(driver).touch(TouchName.CONFIRM_KEEP_PLACE)
        assert driver.to_hub() == [], "a confirmation nobody was asked for"
        assert calling(driver).may_keep_place
        driver.touch(TouchName.KEEP_PLACE)
        assert calling(driver).confirming_keep
        driver.touch(TouchName.WAIT_HERE)
        assert not calling(driver).confirming_keep
        driver.touch(TouchName.KEEP_PLACE).touch(TouchName.CONFIRM_KEEP_PLACE)
        assert driver.to_hub() == [KeepPlace(call_id="c1")]
        assert calling(driver).keeping

    def test_not_offered_when_the_wait_is_short(self, driver: Driver) -> None:
        driver.queued().touch(TouchName.KEEP_PLACE)
        assert not calling(driver).confirming_keep

    def test_the_offer_goes_with_the_long_wait(self, driver: Driver) -> None:
        long_queue(driver).hear(QueueMoved(call_id="c1", position=1))
        assert not calling(driver).may_keep_place

    def test_an_agent_who_answers_comes_before_the_question(self, driver: Driver) -> None:
        long_queue(driver).touch(TouchName.KEEP_PLACE).hear(CallRinging(call_id="c1", attempt=1))
        assert not calling(driver).confirming_keep
        assert not calling(driver).may_keep_place

    def test_the_number_is_shown_and_the_kiosk_is_free(self, driver: Driver) -> None:
        long_queue(driver).touch(TouchName.KEEP_PLACE).touch(TouchName.CONFIRM_KEEP_PLACE)
        driver.hear(PlaceKept(ticket=ticket().model_copy(update={"call_id": "c1", "wait": LONG})))
        assert driver.found(HoldCall) == [HoldCall(None)]
        assert driver.found(CloseDevices)
        facts = present(driver.session, driver.now, "").place_kept
        assert facts is not None
        assert (facts.number, facts.partner.name, facts.wait) == (12, "CAF", WaitView(25, 40))
        driver.touch(TouchName.NUMBER_NOTED)
        assert driver.session.screen is Screen.ERASED
        assert driver.to_hub() == [], "leaving the screen does not give the place up"
        assert present(driver.session, driver.now, "").numbers_kept == (12,)
        assert driver.session.kept_call_id is None

    def test_a_number_for_somebody_who_left_is_only_listed(self, driver: Driver) -> None:
        long_queue(driver).touch(TouchName.HANG_UP)
        driver.hear(PlaceKept(ticket=ticket().model_copy(update={"call_id": "c1"})))
        assert driver.session.screen is Screen.ENDED

    def test_a_place_that_cannot_be_kept_goes_on_waiting(self, driver: Driver) -> None:
        long_queue(driver).touch(TouchName.KEEP_PLACE).touch(TouchName.CONFIRM_KEEP_PLACE)
        driver.hear(ErrorReply(code=ErrorCode.UNAVAILABLE, in_reply_to="c1"))
        assert calling(driver).keeping
        driver.hear(ErrorReply(code=ErrorCode.CONFLICT, in_reply_to="c1"))
        facts = calling(driver)
        assert (facts.step, facts.keeping, facts.may_keep_place) == (CallingStep.QUEUED, False, False)


class TestTransfer:
    def test_the_call_waits_under_its_new_name(self, driver: Driver) -> None:
        driver.in_call().hear(PASSED_ON)
        assert driver.found(ClosePeer)
        assert driver.found(HoldCall) == [HoldCall("c2")]
        assert not driver.found(CloseDevices)
        facts = calling(driver)
        assert (facts.partner.name, facts.setback) == ("MSA", Setback.OTHER_PARTNER)
        assert (facts.step, facts.position, facts.wait) == (CallingStep.QUEUED, 2, WaitView(25, 40))
        driver.touch(TouchName.HANG_UP)
        assert driver.to_hub() == [HangUp(call_id="c2")]

    def test_the_next_agent_is_met_as_the_first_one_was(self, driver: Driver) -> None:
        driver.in_call().peer(MediaMuted(camera=True, microphone=True))
        driver.hear(PASSED_ON).hear(CallRinging(call_id="c2", attempt=1))
        assert calling(driver).setback is Setback.OTHER_PARTNER
        driver.hear(CallAccepted(call_id="c2", peer_no=1, agent_name="M. Petit", ice_servers=[]))
        driver.hear(RelayDescription(call_id="c1", peer_no=1, description=Description(type="offer", sdp="old")))
        assert not driver.found(AnswerPeer), "the agent before has no more to say"
        driver.hear(RelayDescription(call_id="c2", peer_no=1, description=Description(type="offer", sdp="new")))
        assert driver.found(AnswerPeer)
        driver.wait(3).happen(PeerMoved(1, MediaState.CONNECTED))
        facts = present(driver.session, driver.now, "").in_call
        assert facts is not None
        assert (facts.agent_name, facts.elapsed_s) == ("M. Petit", 0)
        assert not facts.agent_camera_off
        assert driver.session.call is not None
        assert driver.session.call.setback is None

    def test_to_a_colleague_the_service_stays(self, driver: Driver) -> None:
        driver.in_call().hear(PASSED_ON.model_copy(update={"partner_id": "caf"}))
        assert calling(driver).setback is Setback.OTHER_AGENT
        assert driver.session.motif_id == "logement"

    def test_to_a_service_that_this_kiosk_does_not_list(self, driver: Driver) -> None:
        driver.in_call().hear(PASSED_ON.model_copy(update={"partner_id": "carsat"}))
        assert calling(driver).partner.name == ""

    def test_what_was_for_the_agent_before_is_not_for_the_next(self, driver: Driver) -> None:
        driver.in_call().peer(RequestScan(scan_id="s1", title="Avis d'imposition")).hear(PASSED_ON)
        assert driver.found(ForgetAgent)
        assert driver.session.scan is None
        assert calling(driver).papers_dropped

    def test_without_papers_nothing_is_said_of_them(self, driver: Driver) -> None:
        driver.in_call().hear(PASSED_ON)
        assert not calling(driver).papers_dropped
        assert not driver.found(DiscardPage)
        assert not driver.found(DropFile)

    def test_camera_and_microphone_stay_off(self, driver: Driver) -> None:
        driver.in_call().touch(TouchName.TOGGLE_CAMERA).hear(PASSED_ON)
        driver.hear(CallAccepted(call_id="c2", peer_no=1, ice_servers=[]))
        driver.hear(RelayDescription(call_id="c2", peer_no=1, description=Description(type="offer", sdp="new")))
        assert driver.found(Mute) == [Mute(camera=True, microphone=False)]

    def test_a_question_about_leaving_is_dropped_with_its_wish(self, driver: Driver) -> None:
        driver.in_call().touch(TouchName.ERASE).hear(PASSED_ON)
        assert not driver.session.confirming_hang_up
        driver.touch(TouchName.HANG_UP)
        assert driver.session.screen is Screen.ENDED

    def test_the_transfer_of_another_call_changes_nothing(self, driver: Driver) -> None:
        driver.in_call().hear(PASSED_ON.model_copy(update={"call_id": "c9"}))
        assert driver.session.screen is Screen.IN_CALL
        assert driver.said == []


@pytest.mark.parametrize(
    ("outcome", "cause", "reason", "kept"),
    [
        (Outcome.UNANSWERED, EndCause.NOBODY_LEFT, EndReason.NOBODY_LEFT, False),
        (Outcome.UNANSWERED, EndCause.NO_ANSWER, EndReason.NO_ANSWER, False),
        (Outcome.ABANDONED, EndCause.NOT_BACK, EndReason.LEFT_QUEUE, False),
        (Outcome.OUT_OF_HOURS, EndCause.SERVICE_CLOSED, EndReason.CLOSED, False),
        (Outcome.COMPLETED, EndCause.AGENT_HUNG_UP, EndReason.AGENT, False),
        (Outcome.FAILED, EndCause.AGENT_HUNG_UP, EndReason.AGENT, False),
        (Outcome.FAILED, EndCause.STATION_LOST, EndReason.CUT, True),
        (Outcome.FAILED, EndCause.MEDIA_LOST, EndReason.CUT, True),
        (Outcome.ABANDONED, EndCause.KIOSK_LOST, EndReason.CUT, False),
    ],
)
def test_every_end_has_its_words(
    driver: Driver, outcome: Outcome, cause: EndCause, reason: EndReason, kept: bool
) -> None:
    driver.in_call().hear(CallEnded(call_id="c1", outcome=outcome, cause=cause))
    facts = present(driver.session, driver.now, "").ended
    assert facts is not None
    assert (facts.reason, facts.place_kept) == (reason, kept)


def test_a_place_kept_after_a_cut_is_promised_for_less_than_the_hub_keeps_it(driver: Driver) -> None:
    driver.in_call().hear(CallEnded(call_id="c1", outcome=Outcome.FAILED, cause=EndCause.STATION_LOST))
    for _ in range(3):
        driver.wait(30).touch(TouchName.STILL_HERE)
    facts = present(driver.session, driver.now, "").ended
    assert facts is not None
    assert not facts.place_kept
