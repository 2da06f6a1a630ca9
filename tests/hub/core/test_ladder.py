"""When a number is offered, and when nobody is let to wait."""

from dataclasses import replace

import pytest

from hub.core.ladder import is_too_long, may_keep_place
from hub.core.network import Partner, Policy
from hub.protocol import WaitRange
from tests.hub.core.world import partner

TEN_MINUTES = WaitRange(min_s=600, max_s=900)


def with_policy(**policy: float) -> Partner:
    return replace(partner(), policy=Policy(**policy))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("policy", "waiting", "wait", "expected"),
    [
        ({}, 1000, TEN_MINUTES, False),
        ({"max_waiting": 3}, 2, TEN_MINUTES, False),
        ({"max_waiting": 3}, 3, None, True),
        ({"max_wait_s": 599}, 0, TEN_MINUTES, True),
        ({"max_wait_s": 600}, 0, TEN_MINUTES, False),
        ({"max_wait_s": 1}, 50, None, False),
    ],
)
def test_nobody_is_sent_away_but_beyond_what_the_partner_allows(
    policy: dict[str, float], waiting: int, wait: WaitRange | None, expected: bool
) -> None:
    assert is_too_long(with_policy(**policy), waiting, wait) is expected


@pytest.mark.parametrize(
    ("after_s", "wait", "position", "expected"),
    [
        (300, TEN_MINUTES, 1, True),
        (900, TEN_MINUTES, 9, False),
        (899, TEN_MINUTES, 1, True),
        (0, TEN_MINUTES, 9, False),
        (0, None, 9, False),
        (300, None, 2, False),
        (300, None, 3, True),
    ],
)
def test_a_number_is_offered_when_the_wait_may_be_long(
    after_s: float, wait: WaitRange | None, position: int, expected: bool
) -> None:
    assert may_keep_place(with_policy(keep_place_after_s=after_s), wait, position) is expected
