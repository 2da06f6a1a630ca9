"""The made rooms are the rooms they say."""

import numpy as np
import pytest

from tests.fakes.room import (
    OFFICE,
    RATE_HZ,
    ROOMS,
    SPEED_M_S,
    Room,
    decibels,
    impulse_response,
    loudspeaker,
    noise,
    reverberation_s,
    through,
)


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_sound_dies_away_in_the_time_of_the_room(room: Room) -> None:
    for place in (room.loudspeaker, room.person):
        assert reverberation_s(impulse_response(room, place)) == pytest.approx(room.reverberation_s, rel=0.35)


def test_the_first_sound_comes_straight_and_by_its_distance() -> None:
    response = impulse_response(OFFICE, OFFICE.person)
    metres = float(np.linalg.norm(np.subtract(OFFICE.person, OFFICE.microphone)))
    first = int(np.flatnonzero(response)[0])
    assert first == int(metres / SPEED_M_S * RATE_HZ)
    assert response[first : first + 2].sum() == pytest.approx(1 / metres, rel=0.05)


def test_a_response_is_what_a_click_becomes() -> None:
    response = impulse_response(OFFICE, OFFICE.person)
    click = np.zeros(RATE_HZ)
    click[100] = 1.0
    assert np.allclose(through(response, click)[100 : 100 + 5_000], response[:5_000], atol=1e-9)


def test_a_loudspeaker_bends_what_is_loud_and_leaves_what_is_soft() -> None:
    tone = np.sin(np.arange(RATE_HZ) * 2 * np.pi * 1_000 / RATE_HZ)
    assert decibels(loudspeaker(0.01 * tone)) == pytest.approx(decibels(0.01 * tone), abs=0.5)
    assert np.abs(loudspeaker(tone)).max() < 0.8


def test_noise_has_its_level() -> None:
    assert decibels(noise(RATE_HZ, -56.0, 1)) == pytest.approx(-56.0, abs=0.1)
