"""Token buckets: how often somebody may do something. Time is an argument, in seconds of a monotonic clock."""

import ipaddress
from collections import OrderedDict


class TokenBucket:
    """`burst` at once, `rate_per_s` on average. Starts full.

    A clock that goes back gives nothing and takes nothing away.
    """

    __slots__ = ("_at", "_tokens", "burst", "rate_per_s")

    def __init__(self, rate_per_s: float, burst: float, now: float) -> None:
        if rate_per_s <= 0 or burst < 1:
            raise ValueError("a bucket needs a positive rate and room for one token")
        self.rate_per_s = rate_per_s
        self.burst = burst
        self._tokens = float(burst)
        self._at = now

    def take(self, now: float) -> bool:
        """Take one token; False when there is none, which costs nothing."""
        self._refill(now)
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def retry_after_s(self, now: float) -> float:
        """Seconds until `take` can succeed; 0 if it can now."""
        self._refill(now)
        return max(0.0, (1 - self._tokens) / self.rate_per_s)

    def is_full(self, now: float) -> bool:
        self._refill(now)
        return self._tokens >= self.burst

    def _refill(self, now: float) -> None:
        if now > self._at:
            self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate_per_s)
        self._at = now


class KeyedLimiter:
    """One bucket per key, in bounded memory.

    When `max_keys` are known the bucket least recently used is forgotten: somebody with very many keys gains at
    most a fresh bucket per key, which a new key has anyway.
    """

    def __init__(self, rate_per_s: float, burst: float, max_keys: int = 10_000) -> None:
        self._rate_per_s = rate_per_s
        self._burst = burst
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, TokenBucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def allow(self, key: str, now: float) -> bool:
        """Take one token of `key`."""
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = TokenBucket(self._rate_per_s, self._burst, now)
            while len(self._buckets) > self._max_keys:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(key)
        return bucket.take(now)

    def retry_after_s(self, key: str, now: float) -> float:
        bucket = self._buckets.get(key)
        return bucket.retry_after_s(now) if bucket is not None else 0.0


def address_key(host: str | None) -> str:
    """The part of a client's address that one subscriber cannot vary: all of IPv4, 64 bits of IPv6 (RFC 6177)."""
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
