"""The table of links: complete, in order, and each as its source has it."""

import pytest

from tests.links.impairment import Impairment
from tests.links.profiles import CUTS_S, PROFILES, Cut, Profile, Schedule, Switch

ASKED = {"CLEAN", "R5.1", "R5.2", "R5.3", "L1", "L2", "L3", "L4", "L5", "RUR-ADSL", "RUR-4G", "SAT-GEO", "PRINT"} | {
    "CUT-2",
    "CUT-5",
    "CUT-10",
    "CUT-30",
    "CUT-90",
    "SWITCH",
    "UDPBLK",
}


def rates(schedule: Schedule, until_s: float = 1e9) -> list[tuple[float, float | None]]:
    return [(at_s, None if each.rate_bps is None else each.rate_bps / 1e6) for at_s, each in schedule if at_s < until_s]


def test_each_link_that_was_asked_for_is_there() -> None:
    assert set(PROFILES) >= ASKED


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_each_profile_says_what_it_is(profile: Profile) -> None:
    assert profile.sentence.endswith(".")
    assert profile.source
    assert all(at_s < profile.duration_s for schedule in (profile.up, profile.down) for at_s, _ in schedule[:2])


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_each_profile_lasts_until_the_link_is_itself_again(profile: Profile) -> None:
    ends_s = profile.last_event_ends_s
    assert ends_s is None or profile.duration_s >= ends_s + 20


def test_a_limited_link_has_a_queue() -> None:
    for profile in PROFILES.values():
        for _, each in profile.up + profile.down:
            assert (each.rate_bps is None) == (each.queue_s is None and each.queue_packets is None), profile.name


def test_rates_of_the_ietf_schedules() -> None:
    assert rates(PROFILES["R5.1"].up) == [(0, 1), (40, 2.5), (60, 0.6), (80, 1)]
    assert rates(PROFILES["R5.2"].down) == [(0, 4), (25, 2), (50, 3.5), (75, 1), (100, 2)]
    assert rates(PROFILES["R5.3"].up) == [(0, 2), (20, 1), (40, 0.5), (60, 2)]
    assert rates(PROFILES["R5.3"].down) == [(0, 2), (35, 0.8), (70, 2)]
    for name in ("R5.1", "R5.2", "R5.3"):
        assert all((each.delay_s, each.jitter_s, each.queue_s) == (0.05, 0.03, 0.3) for _, each in PROFILES[name].up)


def test_the_far_antenna_has_two_dips_a_minute_both_ways() -> None:
    assert rates(PROFILES["RUR-4G"].up, 60) == [(0, 1), (15, 0.3), (20, 1), (45, 0.3), (50, 1)]
    assert rates(PROFILES["RUR-4G"].down, 60) == [(0, 3), (15, 0.3), (20, 3), (45, 0.3), (50, 3)]


@pytest.mark.parametrize("for_s", CUTS_S)
def test_a_cut_lasts_as_long_as_its_name_says(for_s: int) -> None:
    (cut,) = PROFILES[f"CUT-{for_s}"].events
    assert isinstance(cut, Cut)
    assert cut.for_s == for_s
    assert PROFILES[f"CUT-{for_s}"].last_event_ends_s == cut.at_s + for_s


def test_the_other_network_is_there_one_second_later() -> None:
    assert PROFILES["SWITCH"].events == (Switch(15.0, 1.0),)
    assert PROFILES["SWITCH"].last_event_ends_s == 16.0


def test_a_scan_of_ten_megabytes_leaves_over_the_copper_line() -> None:
    assert PROFILES["PRINT"].send_bytes == 10_000_000
    assert PROFILES["PRINT"].up == PROFILES["RUR-ADSL"].up


@pytest.mark.parametrize("times", [(), (1.0,), (0.0, 5.0, 5.0), (0.0, 5.0, 4.0)])
def test_a_schedule_out_of_order_is_refused(times: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="starts at 0"):
        Profile("x", "x", "x", tuple((at_s, Impairment()) for at_s in times), ((0.0, Impairment()),))
