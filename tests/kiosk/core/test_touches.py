"""What each touch means: hanging up, erasing, switching off, leaving."""

import pytest

from hub.protocol import (
    HangUp,
    QueueMoved,
    TileState,
)
from kiosk.core.commands import (
    CloseDevices,
    Erase,
    Mute,
    SetVolume,
)
from kiosk.core.conversation import HangUpPeer, MediaMuted, PageReceived, RequestScan
from kiosk.core.events import HeadsetUnplugged
from kiosk.core.presentation import present
from kiosk.core.view import Screen, TouchName
from tests.kiosk.core.driver import Driver


@pytest.fixture
def driver() -> Driver:
    return Driver()


def test_hanging_up_asks_first_then_tells_both_sides(driver: Driver) -> None:
    driver.in_call().touch(TouchName.CONFIRM_HANG_UP)
    assert driver.session.screen is Screen.IN_CALL, "a confirmation nobody was asked for"
    driver.touch(TouchName.HANG_UP).touch(TouchName.KEEP_TALKING)
    assert driver.session.screen is Screen.IN_CALL
    driver.touch(TouchName.HANG_UP).touch(TouchName.CONFIRM_HANG_UP)
    assert driver.to_peer() == [HangUpPeer()]
    assert driver.to_hub() == [HangUp(call_id="c1")]
    assert driver.session.screen is Screen.ENDED


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


def test_leaving_the_queue(driver: Driver) -> None:
    driver.queued().hear(QueueMoved(call_id="c1", position=3)).touch(TouchName.HANG_UP)
    assert driver.to_hub() == [HangUp(call_id="c1")]
    assert driver.session.screen is Screen.ENDED
    assert driver.found(CloseDevices)


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


def test_a_headset_pulled_out_makes_the_loudspeaker_no_louder_than_usual(driver: Driver) -> None:
    driver.in_call()
    for _ in range(20):
        driver.touch(TouchName.VOLUME_UP)
    driver.happen(HeadsetUnplugged())
    assert driver.found(SetVolume) == [SetVolume(7)]
    for _ in range(4):
        driver.touch(TouchName.VOLUME_DOWN)
    driver.happen(HeadsetUnplugged())
    assert driver.found(SetVolume) == [SetVolume(3)]
    view = present(driver.session, driver.now, "")
    assert view.in_call is not None
    assert view.in_call.volume == 3


def test_a_closed_partner_says_when_it_opens_and_leads_to_the_others(driver: Driver) -> None:
    driver.welcomed().touch(TouchName.START).touch(TouchName.CHOOSE_PARTNER, "msa")
    view = present(driver.session, driver.now, "")
    assert view.before_call is not None
    assert view.before_call.partner.state is TileState.CLOSED
    assert view.before_call.partner.opens_at
    driver.touch(TouchName.CHOOSE_OTHER)
    assert driver.session.screen is Screen.PARTNERS
    assert driver.found(CloseDevices)


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
