"""What time alone does: idle stays, requests sent again, connections given up."""

import pytest

from hub.protocol import (
    CallRefused,
    DeviceState,
    HangUp,
    PlaceCall,
    RefusalReason,
)
from kiosk.core.commands import (
    Erase,
    RetryHub,
    SendToHub,
)
from kiosk.core.events import DeviceChanged, HubLost, HubRefused
from kiosk.core.ports import DeviceName
from kiosk.core.presentation import present
from kiosk.core.timers import WAIT_WITHOUT_HUB_S
from kiosk.core.view import Screen, TouchName
from tests.kiosk.core.driver import Driver


@pytest.fixture
def driver() -> Driver:
    return Driver()


def test_an_unanswered_request_is_sent_again_under_the_same_id(driver: Driver) -> None:
    request = driver.placing()
    driver.wait(5)
    assert driver.to_hub() == [request]
    driver.happen(HubLost()).wait(30)
    sent = [each for each in driver.found(SendToHub, driver.all_said) if isinstance(each.message, PlaceCall)]
    assert len(sent) == 2, "nothing is sent into a link that is down"
    driver.welcomed()
    assert driver.to_hub() == [request]


def test_a_connection_that_never_comes_is_given_up(driver: Driver) -> None:
    driver.connecting().wait(59)
    assert driver.session.screen is Screen.CALLING
    driver.wait(1)
    assert driver.session.screen is Screen.ENDED
    assert HangUp(call_id="c1", cause="media_lost") in driver.to_hub()


def test_a_wait_without_the_hub_ends_and_is_forgotten(driver: Driver) -> None:
    driver.placing()
    driver.happen(HubLost()).wait(WAIT_WITHOUT_HUB_S - 1)
    assert driver.session.screen is Screen.CALLING, "the hub may only be starting again"
    driver.wait(1)
    assert driver.session.screen is Screen.ENDED
    assert not driver.session.place_kept
    driver.wait(driver.session.rules.ended_s)
    assert driver.found(Erase, driver.all_said)


def test_a_place_that_was_given_up_without_the_hub_is_given_back_when_it_returns(driver: Driver) -> None:
    driver.queued()
    driver.happen(HubLost()).wait(WAIT_WITHOUT_HUB_S)
    assert driver.session.screen is Screen.ENDED
    driver.welcomed()
    assert [each.call_id for each in driver.to_hub() if isinstance(each, HangUp)] == ["c1"]
    assert driver.session.unsaid_hang_up is None


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

    def test_a_refusal_nobody_reads_any_more(self, driver: Driver) -> None:
        request = driver.placing()
        driver.hear(CallRefused(request_id=request.request_id, reason=RefusalReason.CLOSED)).wait(165)
        assert driver.session.screen is Screen.ERASED

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
