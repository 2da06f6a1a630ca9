"""How often somebody may do something."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.server.limits import KeyedLimiter, TokenBucket, address_key


def test_a_burst_then_the_rate() -> None:
    bucket = TokenBucket(rate_per_s=2, burst=3, now=10.0)
    assert [bucket.take(10.0) for _ in range(4)] == [True, True, True, False]
    assert bucket.retry_after_s(10.0) == pytest.approx(0.5)
    assert not bucket.take(10.49)
    assert bucket.take(10.5)
    assert [bucket.take(100.0) for _ in range(4)] == [True, True, True, False]


def test_a_refused_attempt_costs_nothing() -> None:
    bucket = TokenBucket(rate_per_s=1, burst=1, now=0.0)
    assert bucket.take(0.0)
    assert not any(bucket.take(number / 100) for number in range(100))
    assert bucket.take(1.0)


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    bucket = TokenBucket(rate_per_s=1, burst=2, now=100.0)
    assert bucket.take(100.0)
    assert bucket.take(50.0)
    assert not bucket.take(50.5)
    assert bucket.take(51.0)


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (-1, 1), (1, 0.5)])
def test_a_bucket_that_could_never_give_is_a_mistake(rate: float, burst: float) -> None:
    with pytest.raises(ValueError):
        TokenBucket(rate, burst, 0.0)


@given(st.lists(st.floats(0, 5), max_size=200), st.floats(0.1, 10), st.integers(1, 20))
def test_never_more_than_the_burst_and_the_rate(steps: list[float], rate: float, burst: int) -> None:
    bucket = TokenBucket(rate, burst, 0.0)
    now, taken = 0.0, 0
    for step in steps:
        now += step
        taken += bucket.take(now)
        assert taken <= burst + rate * now + 1e-6


def test_keys_do_not_disturb_each_other_and_memory_is_bounded() -> None:
    limiter = KeyedLimiter(rate_per_s=1, burst=1, max_keys=3)
    assert limiter.allow("a", 0.0)
    assert not limiter.allow("a", 0.0)
    assert limiter.allow("b", 0.0)
    assert limiter.retry_after_s("a", 0.0) == pytest.approx(1.0)
    assert limiter.retry_after_s("never seen", 0.0) == 0
    for number in range(100):
        limiter.allow("a", 0.0)  # in use, so not the one that is forgotten
        limiter.allow(f"other{number}", 0.0)
        assert len(limiter) <= 3
    assert not limiter.allow("a", 0.0)


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_counts_as_its_subscriber(host: str | None, key: str) -> None:
    assert address_key(host) == key
