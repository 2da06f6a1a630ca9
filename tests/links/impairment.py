"""What one direction of a link does to packets: rate, queue, loss, delay, jitter. Pure: time and chance are arguments.

A packet waits in a drop-tail queue, is serialised at the link's rate, may then be lost (it has used the rate, as on a
radio link), and travels for the delay and its share of the jitter. Models: RFC 8868 (drop-tail queue in milliseconds,
truncated Gaussian jitter that keeps the order), Gilbert (1960) for losses in bursts.
"""

import math
import random
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto


class Dropped(Enum):
    """Why a packet does not arrive."""

    LOSS = auto()
    """Lost on the way, as the profile asks."""
    QUEUE = auto()
    """The queue was full."""
    CUT = auto()
    """The link was cut when it came, or before it arrived."""
    BLOCKED = auto()
    """A filter (a firewall) stands in its way."""
    NOWHERE = auto()
    """Nobody has this address, or its interface is gone."""
    UNFINISHED = auto()
    """It was still on its way when the link was taken down."""


@dataclass(frozen=True)
class Loss:
    """`mean` (0..1) of the packets, lost in bursts of `burst` packets on average; burst 1: each on its own."""

    mean: float = 0.0
    burst: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.mean < 1 or not self.burst >= 1:
            raise ValueError(f"a loss is a share below 1 and bursts of one packet or more, not {self}")
        if self.burst > 1 and self.mean / (1 - self.mean) > self.burst:
            raise ValueError(f"bursts of {self.burst} packets cannot make up {self.mean:.0%}")


@dataclass(frozen=True)
class Impairment:
    """What a link does in one direction. Sizes are those of IP packets, headers included."""

    delay_s: float = 0.0
    jitter_s: float = 0.0
    """Largest addition to the delay: a Gaussian around half of it, truncated at three standard deviations."""
    loss: Loss = field(default_factory=Loss)
    rate_bps: float | None = None
    queue_s: float | None = None
    """A packet that would wait longer than this before its first bit leaves is dropped."""
    queue_packets: int | None = None
    """Most packets that wait or are being sent; one more is dropped."""
    reorder: bool = False
    """Let the jitter swap packets."""
    duplicate: float = 0.0
    """Share (0..1) of the packets that arrive twice."""

    def __post_init__(self) -> None:
        if self.rate_bps is not None and not self.rate_bps > 0:
            raise ValueError("a rate is above 0; a link that lets nothing through is a cut")
        if self.delay_s < 0 or self.jitter_s < 0 or not 0 <= self.duplicate <= 1:
            raise ValueError(f"no such link: {self}")


@dataclass(slots=True)
class Passage:
    """One packet on its way. `departs_at` and `arrives_at` move when the link's rate changes while it waits."""

    size: int
    offered_at: float
    departs_at: float
    arrives_at: float
    lost: bool
    copies: int
    not_before: float = -math.inf
    """Arrival of the one before it: order is kept."""


class Direction:
    """One direction of a link. Times are seconds of one clock that never goes back."""

    def __init__(self, impairment: Impairment, chance: random.Random) -> None:
        self._chance = chance
        self._in_burst = False
        self._waiting: deque[Passage] = deque()
        self._last_arrival = -math.inf
        self._cut_until = -math.inf
        self._impairment = impairment

    @property
    def impairment(self) -> Impairment:
        return self._impairment

    def offer(self, size: int, now: float) -> Passage | Dropped:
        """A packet of `size` bytes comes at the near end.

        A passage that is `lost` uses the rate like any other and does not arrive.
        """
        if self.is_cut(now):
            return Dropped.CUT
        settings = self._impairment
        free_at = self._free_at(now)
        if settings.queue_packets is not None and len(self._waiting) >= settings.queue_packets:
            return Dropped.QUEUE
        if settings.queue_s is not None and free_at - now > settings.queue_s:
            return Dropped.QUEUE
        passage = Passage(size, now, 0.0, 0.0, self._draw_loss(), 1)
        if settings.duplicate and self._chance.random() < settings.duplicate:
            passage.copies = 2
        self._send(passage, free_at)
        if settings.rate_bps is not None:
            self._waiting.append(passage)
        return passage

    def change(self, impairment: Impairment, now: float) -> bool:
        """Another link from now on; True when packets that wait now depart at other times.

        What is on its way already (departed) arrives as it would have. The packet that is being sent goes on at the new
        rate with what is left of it.
        """
        self._free_at(now)
        old_rate, self._impairment = self._impairment.rate_bps, impairment
        if old_rate == impairment.rate_bps or not self._waiting:
            return False
        waiting, self._waiting = self._waiting, deque()
        self._last_arrival = waiting[0].not_before
        free_at = now
        bits: float | None = (waiting[0].departs_at - now) * (old_rate or 0.0)
        for passage in waiting:
            self._send(passage, free_at, bits=bits)
            bits = None
            free_at = passage.departs_at
            if impairment.rate_bps is not None:
                self._waiting.append(passage)
        return True

    def cut(self, until: float) -> None:
        """Let nothing through before `until`, neither what comes nor what is on its way and would arrive."""
        self._cut_until = max(self._cut_until, until)

    def is_cut(self, now: float) -> bool:
        return now < self._cut_until

    def _free_at(self, now: float) -> float:
        while self._waiting and self._waiting[0].departs_at <= now:
            self._waiting.popleft()
        return self._waiting[-1].departs_at if self._waiting else now

    def _send(self, passage: Passage, free_at: float, *, bits: float | None = None) -> None:
        settings = self._impairment
        if settings.rate_bps is not None:
            free_at += (passage.size * 8 if bits is None else bits) / settings.rate_bps
        passage.departs_at = free_at
        arrives_at = free_at + settings.delay_s
        if settings.jitter_s:
            arrives_at += self._draw_jitter()
        if not settings.reorder:
            passage.not_before = self._last_arrival
            arrives_at = max(arrives_at, self._last_arrival)
            self._last_arrival = arrives_at
        passage.arrives_at = arrives_at

    def _draw_jitter(self) -> float:
        middle = self._impairment.jitter_s / 2
        while True:
            drawn = self._chance.gauss(0.0, middle / 3)
            if abs(drawn) <= middle:
                return middle + drawn

    def _draw_loss(self) -> bool:
        """Gilbert's two states: all is lost in the bad one, nothing in the good one."""
        loss = self._impairment.loss
        if not loss.mean:
            self._in_burst = False
        elif loss.burst == 1:
            self._in_burst = self._chance.random() < loss.mean
        elif self._in_burst:
            self._in_burst = self._chance.random() >= 1 / loss.burst
        else:
            self._in_burst = self._chance.random() < loss.mean / (loss.burst * (1 - loss.mean))
        return self._in_burst
