"""The kiosk's sound path in made rooms: echo gone, voice kept, jumps of the sound card survived. Bounds are generous;
`make bench` measures."""

import pytest

from tests.fakes.room import BOOTH, OFFICE, TOWN_HALL, Room, decibels
from tests.fakes.room_call import RoomCall, hold
from tests.fakes.room_measures import intelligibility, level_change_db, part, recovery_s, return_loss_db

QUIET_DB = -85.0


@pytest.mark.parametrize(
    ("room", "wanted_db"), [(BOOTH, 45), (OFFICE, 45), (TOWN_HALL, 35)], ids=lambda each: str(each)
)
def test_the_agent_does_not_hear_themselves(room: Room, wanted_db: float) -> None:
    heard = hold(RoomCall(room=room, seconds=8.0, noise_db=QUIET_DB))
    assert return_loss_db(part(heard.echo, 3, 8), part(heard.sent, 3, 8)) > wanted_db
    without = hold(RoomCall(room=room, seconds=4.0, noise_db=QUIET_DB), echo_cancellation=False)
    assert abs(return_loss_db(part(without.echo, 1, 4), part(without.sent, 1, 4))) < 1


def test_noise_of_the_room_is_not_raised() -> None:
    heard = hold(RoomCall(seconds=8.0, far_s=(0.0, 0.0), noise_db=-50.0))
    assert decibels(part(heard.sent, 3, 8)) < decibels(part(heard.captured, 3, 8)) - 6


def test_both_may_speak_at_once() -> None:
    both = hold(RoomCall(seconds=12.0, near_s=(3.0, 12.0)))
    alone = hold(RoomCall(seconds=12.0, near_s=(3.0, 12.0), far_s=(0.0, 0.0)))
    said = part(both.near, 5, 12)
    assert level_change_db(part(alone.sent, 5, 12), part(both.sent, 5, 12), said) > -6
    assert intelligibility(said, part(both.sent, 5, 12)) > 0.45


@pytest.mark.parametrize(("before_s", "after_s"), [(0.06, 0.10), (0.10, 0.06)])
def test_a_jump_of_the_sound_card_is_over_in_a_second(before_s: float, after_s: float) -> None:
    heard = hold(RoomCall(seconds=10.0, noise_db=QUIET_DB, delay_s=lambda at_s: before_s if at_s < 6 else after_s))
    assert recovery_s(part(heard.echo, 6, 10), part(heard.sent, 6, 10), 30) <= 1.0


def test_clocks_that_differ_are_followed() -> None:
    heard = hold(RoomCall(seconds=12.0, noise_db=QUIET_DB, drift_ppm=100))
    assert return_loss_db(part(heard.echo, 3, 12), part(heard.sent, 3, 12)) > 28


@pytest.mark.parametrize("near_db", [-14.0, -20.0, -26.0, -32.0])
def test_a_voice_near_or_far_reaches_the_agent_at_a_sensible_level(near_db: float) -> None:
    heard = hold(RoomCall(seconds=9.0, near_s=(0.0, 9.0), far_s=(0.0, 0.0), near_db=near_db))
    assert -30 < decibels(part(heard.sent, 5, 9)) < -18
    assert abs(heard.sent).max() < 1
