"""The session as the screen may show it: exactly the facts of the screen that is shown, in honest numbers."""

from dataclasses import fields

import pytest

from hub.protocol import (
    CallQueued,
    CallRefused,
    PartnersChanged,
    PartnerTile,
    PlaceKept,
    QueueMoved,
    RefusalReason,
    TileState,
    WaitRange,
)
from kiosk.core.presentation import present
from kiosk.core.view import Screen, TouchName, View, WaitView
from tests.kiosk.core.driver import Driver, ticket

FACTS = {
    Screen.MOTIF: "motif",
    Screen.BEFORE_CALL: "before_call",
    Screen.REFUSED: "refused",
    Screen.CALLING: "calling",
    Screen.PLACE_KEPT: "place_kept",
    Screen.IN_CALL: "in_call",
    Screen.ENDED: "ended",
}


def view(driver: Driver) -> View:
    return present(driver.session, driver.now, "10:42")


def to(screen: Screen) -> Driver:
    driver = Driver()
    match screen:
        case Screen.ATTRACT:
            driver.welcomed()
        case Screen.PARTNERS:
            driver.welcomed().touch(TouchName.START)
        case Screen.MOTIF:
            driver.welcomed().touch(TouchName.START).touch(TouchName.CHOOSE_PARTNER, "caf")
        case Screen.BEFORE_CALL:
            driver.before_call()
        case Screen.REFUSED:
            request = driver.placing()
            driver.hear(CallRefused(request_id=request.request_id, reason=RefusalReason.CLOSED))
        case Screen.PLACE_KEPT:
            driver.queued().hear(PlaceKept(ticket=ticket().model_copy(update={"call_id": "c1"})))
        case Screen.CALLING:
            driver.queued()
        case Screen.IN_CALL:
            driver.in_call()
        case Screen.ENDED:
            driver.queued().touch(TouchName.HANG_UP)
    return driver


@pytest.mark.parametrize("screen", [Screen.STARTING, Screen.ATTRACT, Screen.PARTNERS, *FACTS])
def test_only_the_facts_of_the_screen_are_given(screen: Screen) -> None:
    shown = view(to(screen))
    assert shown.screen is screen
    given = {field.name for field in fields(View) if field.name in FACTS.values() and getattr(shown, field.name)}
    assert given == ({FACTS[screen]} if screen in FACTS else set())


def test_a_wait_is_told_in_whole_minutes_rounded_up() -> None:
    driver = Driver()
    request = driver.placing()
    wait = WaitRange(min_s=61, max_s=599)
    driver.hear(CallQueued(request_id=request.request_id, call_id="c1", position=2, wait=wait))
    calling = view(driver).calling
    assert calling is not None
    assert calling.wait == WaitView(2, 10)
    driver.hear(QueueMoved(call_id="c1", position=1))
    calling = view(driver).calling
    assert calling is not None
    assert (calling.position, calling.wait) == (1, None)


def test_tiles_follow_the_hub_and_are_never_invented() -> None:
    driver = Driver().welcomed()
    driver.hear(PartnersChanged(tiles=[PartnerTile(partner_id="caf", state=TileState.BUSY, waiting=3)]))
    tiles = {tile.partner_id: tile for tile in view(driver).tiles}
    assert (tiles["caf"].state, tiles["caf"].waiting) == (TileState.BUSY, 3)
    assert tiles["msa"].opens_at.startswith("2026-11-23T09:00")


def test_the_time_of_a_call_counts_from_the_first_picture() -> None:
    driver = Driver().in_call().wait(65)
    shown = view(driver).in_call
    assert shown is not None
    assert shown.elapsed_s == 65


def test_the_screen_of_a_number_closes_by_itself_and_the_number_stays() -> None:
    driver = to(Screen.PLACE_KEPT).wait(10)
    shown = view(driver).place_kept
    assert shown is not None
    assert shown.closes_in_s == 50
    driver.wait(50)
    assert driver.session.screen is Screen.ERASED
    assert view(driver).numbers_kept == (12,)
    driver.wait(4)
    assert driver.session.screen is Screen.ATTRACT
    assert view(driver).numbers_kept == (12,)


def test_the_end_screen_counts_down_to_the_erasure() -> None:
    driver = to(Screen.ENDED).wait(10)
    ended = view(driver).ended
    assert ended is not None
    assert ended.erase_in_s == 50
