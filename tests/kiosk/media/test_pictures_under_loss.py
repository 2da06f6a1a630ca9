"""Pictures over links that lose packets, retransmissions and requests too: simulated time, so the figures are exact."""

import heapq
import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest

from kiosk.media.assembly import FrameAssembler, VideoPacket
from kiosk.media.picture_delay import PictureDelay

FRAME_S = 1 / 30
KEY_PACKETS, DELTA_PACKETS = 20, 4
LENGTH_S = 60.0

Losses = Callable[[random.Random, float], Iterator[bool]]


def alone(chance: random.Random, share: float) -> Iterator[bool]:
    """Losses that know nothing of each other."""
    while True:
        yield chance.random() < share


def bursts(chance: random.Random, share: float, length: float = 4.0) -> Iterator[bool]:
    """Losses in bursts of `length` packets on average (Gilbert)."""
    bad = False
    while True:
        bad = chance.random() >= 1 / length if bad else chance.random() < share / length / (1 - share)
        yield bad


@dataclass
class Call:
    """A sender that repeats what is asked for and makes key frames, a link, our assembler and our picture delay."""

    losses: Iterator[bool]
    one_way_s: float
    seed: int = 1
    shown_s: list[float] = field(default_factory=list)
    """When a picture came to the screen."""
    waits_s: list[float] = field(default_factory=list)
    """From the capture of each of these to the screen."""
    repeated: int = 0
    keys: int = 0

    def run(self) -> "Call":
        assembler, delay = FrameAssembler(), PictureDelay()
        due: list[tuple[float, float]] = []
        order = itertools.count()
        agenda: list[tuple[float, int, str, object]] = []
        history: dict[int, VideoPacket] = {}
        key_wanted = True
        number = 0

        def plan(at_s: float, what: str, content: object) -> None:
            heapq.heappush(agenda, (at_s, next(order), what, content))

        def send(packet: VideoPacket, at_s: float) -> None:
            if not next(self.losses):
                plan(at_s + self.one_way_s, "packet", packet)

        plan(0.0, "frame", 0)
        plan(0.0, "look", None)
        while agenda:
            now_s, _, what, content = heapq.heappop(agenda)
            if now_s > LENGTH_S:
                break
            if what == "frame":
                index = int(str(content))
                count = KEY_PACKETS if key_wanted else DELTA_PACKETS
                for part in range(count):
                    head = b"\x00" if key_wanted else b"\x01"
                    packet = VideoPacket(number & 0xFFFF, index * 3_000, part == count - 1, part == 0, head, index, 15)
                    history[number & 0xFFFF] = packet
                    send(packet, now_s + part * 0.001)
                    number += 1
                self.keys += key_wanted
                key_wanted = False
                plan(now_s + FRAME_S, "frame", index + 1)
            elif what == "packet":
                assert isinstance(content, VideoPacket)
                for frame in assembler.add(content, now_s):
                    assembler.recovery.shown()
                    captured_s = frame.timestamp / 90_000
                    due.append((delay.due_s(captured_s, now_s), captured_s))
                plan(now_s, "look", None)
            elif what == "look":
                asked = assembler.requests(now_s, 2 * self.one_way_s)
                if (asked.nack or asked.key_frame) and not next(self.losses):
                    plan(now_s + self.one_way_s, "request", asked)
                if asked.again_s is not None:
                    plan(max(asked.again_s, now_s + 0.005), "look", None)
            else:
                for each in content.nack:  # type: ignore[attr-defined]
                    self.repeated += 1
                    send(history[each], now_s)
                key_wanted = key_wanted or content.key_frame  # type: ignore[attr-defined]
        for (at_s, captured_s), (next_s, _) in itertools.pairwise([*due, (LENGTH_S, 0.0)]):
            if at_s < next_s:  # else the newer one is shown in its place
                self.shown_s.append(at_s)
                self.waits_s.append(at_s - captured_s)
        return self

    def freezes(self) -> tuple[float, float]:
        """(share of the time, longest in seconds) of freezes: gaps above the mean by 150 ms, as the W3C counts."""
        gaps = [later - sooner for sooner, later in itertools.pairwise([*self.shown_s, LENGTH_S])]
        mean_s = sum(gaps) / len(gaps)
        frozen = [gap for gap in gaps if gap >= max(3 * mean_s, mean_s + 0.15)]
        return sum(frozen) / LENGTH_S, max(gaps)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(
    ("kind", "share", "one_way_s", "most_frozen", "longest_s", "usual_wait_s"),
    [
        (alone, 0.00, 0.05, 0.00, 0.10, 0.06),
        (alone, 0.05, 0.05, 0.05, 0.45, 0.20),
        (alone, 0.03, 0.05, 0.02, 0.40, 0.20),
        (alone, 0.01, 0.10, 0.04, 0.45, 0.32),
        (bursts, 0.02, 0.06, 0.06, 0.80, 0.18),
        (alone, 0.01, 0.30, 0.15, 1.10, 0.95),
        (alone, 0.20, 0.05, 0.25, 1.40, 0.60),
    ],
)
def test_no_loss_stops_the_picture_for_long(
    kind: Losses,
    share: float,
    one_way_s: float,
    most_frozen: float,
    longest_s: float,
    usual_wait_s: float,
    seed: int,
) -> None:
    call = Call(kind(random.Random(seed), share), one_way_s).run()
    frozen, longest = call.freezes()
    assert frozen <= most_frozen
    assert longest <= longest_s
    assert sorted(call.waits_s)[len(call.waits_s) // 2] <= usual_wait_s
    assert call.repeated <= 1.5 * share * LENGTH_S * 120 + 60, "asked again much more often than lost"
    assert call.keys <= 1 or share >= 0.2, "a key frame where packets asked again would do"


def test_after_an_outage_one_key_frame_brings_the_picture_back() -> None:
    sent = itertools.count()

    def outage() -> Iterator[bool]:
        while True:
            yield 1_200 <= next(sent) < 1_900

    call = Call(outage(), 0.05).run()
    assert call.keys == 2
    assert call.freezes()[1] <= 700 / 120 + 0.35
    assert call.repeated <= 10
