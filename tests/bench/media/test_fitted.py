"""Profiles brought closer together keep their order, their rates and their cuts."""

import pytest

from tests.bench.media.fitted import fitted
from tests.links.profiles import PROFILES, Cut


def test_short_enough_stays_as_it_is() -> None:
    assert fitted(PROFILES["L2"], 60) is PROFILES["L2"]


def test_all_steps_happen_in_time() -> None:
    found = fitted(PROFILES["R5.1"], 50)
    assert [at_s for at_s, _ in found.up] == [0, 20, 30, 40]
    assert [each.rate_bps for _, each in found.up] == [each.rate_bps for _, each in PROFILES["R5.1"].up]
    assert found.duration_s == 50


def test_a_cut_lasts_as_long_and_leaves_time_to_come_back() -> None:
    found = fitted(PROFILES["CUT-5"], 30)
    (event,) = found.events
    assert isinstance(event, Cut)
    assert event.for_s == 5
    assert event.at_s < 10
    assert found.last_event_ends_s is not None
    assert found.last_event_ends_s < 20


def test_a_cut_that_takes_all_the_time_is_refused() -> None:
    with pytest.raises(ValueError, match="CUT-30"):
        fitted(PROFILES["CUT-30"], 30)
