"""Numbers called at the kiosk: who is told, when, and what « C'est moi » does, in time and too late."""

import math

import pytest

from hub.protocol import (
    CallEnded,
    CallQueued,
    CallRefused,
    ClaimPlace,
    EndCause,
    ErrorCode,
    ErrorReply,
    HangUp,
    Outcome,
    PlaceKept,
    RefusalReason,
    TicketsChanged,
)
from kiosk.core import numbers
from kiosk.core.commands import CloseDevices, Command, HoldCall, OpenDevices, PlayChime
from kiosk.core.events import HubLost
from kiosk.core.numbers import Number
from kiosk.core.presentation import present
from kiosk.core.view import LateNumber, Screen, TouchName, View
from tests.kiosk.core.driver import Driver, ticket


@pytest.fixture
def driver() -> Driver:
    return Driver()


def view(driver: Driver) -> View:
    return present(driver.session, driver.now, "")


def rings(commands: list[Command]) -> int:
    return sum(each == PlayChime("number") for each in commands)


def claiming(driver: Driver) -> Driver:
    return driver.called().touch(TouchName.CLAIM_PLACE, "k12")


def refused_for(driver: Driver) -> object:
    facts = view(driver).refused
    assert facts is not None
    return facts.reason


class TestTheList:
    def test_the_time_left_is_in_whole_minutes_and_never_promises_the_last_seconds(self) -> None:
        number = Number("k1", 1, "caf", called=True, expires_at=120.0)
        assert [number.minutes_left(now) for now in (0.0, 59.0, 61.0, 104.0, 105.0, 200.0)] == [2, 2, 1, 1, 0, 0]
        assert Number("k1", 1, "caf").minutes_left(0.0) == 0

    def test_only_those_called_now_the_most_urgent_first(self) -> None:
        known = numbers.told([ticket(1), ticket(2, called_s=90), ticket(3, called_s=10), ticket(4, called_s=30)], 0.0)
        assert [each.number for each in numbers.called(known, 15.0)] == [4, 2]

    def test_a_number_told_again_is_not_doubled(self) -> None:
        known = numbers.added(numbers.told([ticket(1)], 0.0), ticket(1, called_s=5), 10.0)
        assert [(each.number, each.expires_at) for each in known] == [(1, 15.0)]

    def test_one_without_a_limit_does_not_end(self) -> None:
        called = ticket(1, called_s=5).model_copy(update={"expires_in_s": None})
        (number,) = numbers.told([called], 0.0)
        assert number.is_called(1e9)
        assert math.isinf(number.expires_at)


class TestCalling:
    def test_it_rings_at_once_then_politely_until_it_expires(self, driver: Driver) -> None:
        driver.called(seconds=65)
        assert rings(driver.said) == 1
        before = rings(driver.all_said)
        driver.wait(200)
        assert rings(driver.all_said) - before == 3
        assert view(driver).called == ()

    @pytest.mark.parametrize("touches", [[], [TouchName.START]])
    def test_the_screens_of_nobody_show_it(self, driver: Driver, touches: list[TouchName]) -> None:
        driver.called()
        for touch in touches:
            driver.touch(touch)
        (shown,) = view(driver).called
        assert (shown.number, shown.partner_name, shown.minutes_left) == (12, "CAF", 2)

    def test_a_kept_number_is_silent(self, driver: Driver) -> None:
        driver.welcomed(tickets=[ticket()]).wait(60)
        assert view(driver).called == ()
        assert view(driver).numbers_kept == (12,)
        assert rings(driver.all_said) == 0

    @pytest.mark.parametrize("screen", [Screen.CALLING, Screen.IN_CALL, Screen.ENDED])
    def test_never_during_somebody_s_call(self, driver: Driver, screen: Screen) -> None:
        if screen is Screen.IN_CALL:
            driver.in_call()
        else:
            driver.queued()
        if screen is Screen.ENDED:
            driver.touch(TouchName.HANG_UP)
        driver.hear(TicketsChanged(tickets=[ticket(called_s=120)])).wait(30)
        assert driver.session.screen is screen
        assert view(driver).called == ()
        assert rings(driver.all_said) == 0

    def test_as_soon_as_the_stay_is_over(self, driver: Driver) -> None:
        driver.queued().hear(TicketsChanged(tickets=[ticket(called_s=120)]))
        driver.touch(TouchName.HANG_UP).touch(TouchName.ERASE).wait(1)
        assert rings(driver.said) == 1
        driver.wait(5)
        assert driver.session.screen is Screen.ATTRACT
        assert len(view(driver).called) == 1

    def test_somebody_else_s_choice_is_not_taken_away(self, driver: Driver) -> None:
        driver.before_call().hear(TicketsChanged(tickets=[ticket(called_s=120)]))
        assert driver.session.screen is Screen.BEFORE_CALL
        assert len(view(driver).called) == 1
        driver.touch(TouchName.CLAIM_PLACE, "k12")
        assert driver.session.claim is None, "only where the large button is"


class TestClaiming:
    def test_the_usager_sees_themselves_before_anything_is_sent(self, driver: Driver) -> None:
        claiming(driver)
        assert driver.session.screen is Screen.BEFORE_CALL
        assert driver.found(OpenDevices)
        assert driver.to_hub() == []
        facts = view(driver).before_call
        assert facts is not None
        assert facts.claimed is not None
        assert (facts.claimed.number, facts.partner.name, facts.motif) == (12, "CAF", None)
        assert view(driver).called == (), "the number on the screen is not called to others"
        driver.wait(30)
        assert rings(driver.all_said) == 1

    def test_then_the_place_is_claimed_and_the_call_is_as_any_other(self, driver: Driver) -> None:
        claiming(driver).touch(TouchName.PLACE_CALL)
        (claim,) = driver.to_hub()
        assert isinstance(claim, ClaimPlace)
        assert claim.call_id == "k12"
        driver.wait(5)
        assert driver.to_hub() == [claim], "unanswered: the same once more"
        driver.hear(TicketsChanged(tickets=[]))
        driver.hear(CallQueued(request_id=claim.request_id, call_id="k12", position=1))
        assert driver.session.screen is Screen.CALLING
        assert driver.found(HoldCall) == [HoldCall("k12")]
        driver.touch(TouchName.HANG_UP)
        assert driver.to_hub() == [HangUp(call_id="k12")]

    def test_going_back_leaves_the_number_called(self, driver: Driver) -> None:
        claiming(driver).touch(TouchName.BACK)
        assert driver.session.screen is Screen.PARTNERS
        assert driver.session.claim is None
        assert driver.found(CloseDevices)
        assert len(view(driver).called) == 1
        driver.touch(TouchName.CHOOSE_PARTNER, "caf").touch(TouchName.CHOOSE_MOTIF, "logement")
        driver.touch(TouchName.PLACE_CALL)
        assert not isinstance(driver.to_hub()[0], ClaimPlace)

    @pytest.mark.parametrize("call_id", ["", "k99"])
    def test_a_number_that_does_not_exist(self, driver: Driver, call_id: str) -> None:
        driver.called().touch(TouchName.CLAIM_PLACE, call_id)
        assert driver.session.screen is Screen.ATTRACT

    def test_one_that_has_just_expired(self, driver: Driver) -> None:
        driver.called(seconds=10)
        driver.now += 11
        driver.touch(TouchName.CLAIM_PLACE, "k12")
        assert driver.session.screen is Screen.ATTRACT

    def test_without_the_hub_it_waits_for_the_link(self, driver: Driver) -> None:
        claiming(driver).happen(HubLost()).touch(TouchName.PLACE_CALL)
        assert driver.to_hub() == []
        assert driver.session.screen is Screen.BEFORE_CALL

    def test_from_the_screen_of_the_number_itself(self, driver: Driver) -> None:
        request = driver.placing()
        driver.hear(CallQueued(request_id=request.request_id, call_id="k12", position=9, may_keep_place=True))
        driver.hear(PlaceKept(ticket=ticket())).hear(TicketsChanged(tickets=[ticket(called_s=120)]))
        facts = view(driver).place_kept
        assert facts is not None
        assert facts.called is not None
        driver.touch(TouchName.CLAIM_PLACE, "k12")
        assert driver.session.screen is Screen.BEFORE_CALL


class TestTooLate:
    def test_a_number_no_longer_called_may_still_be_taken_up_by_who_stands_there(self, driver: Driver) -> None:
        claiming(driver).hear(TicketsChanged(tickets=[ticket()]))
        facts = view(driver).before_call
        assert facts is not None
        assert facts.claimed is not None
        assert not facts.claimed.in_time
        driver.touch(TouchName.PLACE_CALL)
        assert isinstance(driver.to_hub()[0], ClaimPlace)

    def test_the_place_is_gone_and_a_new_call_may_be_placed(self, driver: Driver) -> None:
        claiming(driver).hear(TicketsChanged(tickets=[]))
        assert refused_for(driver) is LateNumber.GONE
        assert driver.found(CloseDevices)
        driver.touch(TouchName.TRY_AGAIN).touch(TouchName.PLACE_CALL)
        (request,) = driver.to_hub()
        assert not isinstance(request, ClaimPlace)
        assert request.partner_id == "caf"

    def test_the_end_of_the_call_answers_the_claim(self, driver: Driver) -> None:
        claiming(driver).touch(TouchName.PLACE_CALL)
        driver.hear(CallEnded(call_id="k12", outcome=Outcome.ABANDONED, cause=EndCause.NOT_BACK))
        assert refused_for(driver) is LateNumber.GONE
        assert driver.session.call is None

    def test_a_kiosk_that_is_busy_may_try_the_same_claim_again(self, driver: Driver) -> None:
        claiming(driver).touch(TouchName.PLACE_CALL)
        (claim,) = driver.to_hub()
        driver.hear(CallRefused(request_id=claim.request_id, reason=RefusalReason.CALL_IN_PROGRESS))
        driver.touch(TouchName.TRY_AGAIN).touch(TouchName.PLACE_CALL)
        (again,) = driver.to_hub()
        assert isinstance(again, ClaimPlace)
        assert (again.call_id, again.request_id != claim.request_id) == ("k12", True)

    @pytest.mark.parametrize("named", ["request", "call"])
    @pytest.mark.parametrize("code", [ErrorCode.NOT_FOUND, ErrorCode.CONFLICT])
    def test_by_the_hub_s(self, driver: Driver, code: ErrorCode, named: str) -> None:
        claiming(driver).touch(TouchName.PLACE_CALL)
        (claim,) = driver.to_hub()
        driver.hear(ErrorReply(code=code, in_reply_to=claim.request_id if named == "request" else "k12"))
        assert refused_for(driver) is LateNumber.GONE
        assert driver.session.call is None

    def test_a_hub_that_could_not_answer_is_asked_again(self, driver: Driver) -> None:
        claiming(driver).touch(TouchName.PLACE_CALL)
        (claim,) = driver.to_hub()
        driver.hear(ErrorReply(code=ErrorCode.UNAVAILABLE, in_reply_to=claim.request_id))
        assert driver.session.screen is Screen.CALLING
        driver.wait(5)
        assert driver.to_hub() == [claim]

    def test_a_number_that_ends_while_it_is_shown(self, driver: Driver) -> None:
        request = driver.placing()
        driver.hear(CallQueued(request_id=request.request_id, call_id="k12", position=9, may_keep_place=True))
        driver.hear(PlaceKept(ticket=ticket())).hear(TicketsChanged(tickets=[]))
        assert refused_for(driver) is LateNumber.GONE
