"""A call over a narrow way, simulated millisecond by millisecond: our sending, an ideal encoder, a queue."""

import heapq
import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from kiosk.media.arrivals import FeedbackRecorder
from kiosk.media.congestion import PACKET_OVERHEAD_BYTES, Congestion
from kiosk.media.pacer import Kind
from kiosk.media.rate import SendRate
from kiosk.media.repetition import SPACING_S
from kiosk.media.transport_feedback import TransportFeedback

TICK_S = 0.001


@dataclass
class Way:
    """The way out: rates in bit/s over time, drop-tail queue, delay one way. The way back only delays."""

    rate: Callable[[float], float]
    delay_s: float = 0.05
    queue_s: float = 0.3
    queue_packets: int = 10_000
    loss: float = 0.0
    jitter_s: float = 0.0
    cut: tuple[float, float] = (0.0, 0.0)
    """From when to when nothing passes."""
    back_s: Callable[[float], float] = lambda _t: 0.0
    """What the way back takes beyond `delay_s`, over time: it has a queue of its own."""
    deaf_s: float = 0.0
    """The other side tells nothing of what it gets before: it is not listening yet."""


@dataclass
class Second:
    """What happened in one second."""

    carried_bps: float = 0.0
    documents_bps: float = 0.0
    estimate_bps: float = 0.0
    target_bps: float = 0.0
    longest_queue_s: float = 0.0
    voice_sent: int = 0
    voice_lost: int = 0
    frames: int = 0
    height: int = 0
    paused: bool = False
    dropped: int = 0


@dataclass
class Call:
    """Runs until `seconds`; `documents(t)`: whether documents wait then."""

    way: Way
    seed: int = 1
    documents: Callable[[float], bool] = lambda _t: False
    history: list[Second] = field(default_factory=list)

    def run(self, seconds: int) -> list[Second]:
        chance = random.Random(self.seed)
        start_s = 5_000.0
        rate = SendRate(start_s)
        side = Congestion(rate, start_s)
        recorder = FeedbackRecorder()
        busy_until_s = start_s
        last_arrival_s = last_back_s = start_s
        queued: list[float] = []
        arriving: list[tuple[float, int, int]] = []
        returning: list[tuple[float, int, TransportFeedback]] = []
        copies: deque[tuple[float, int]] = deque()
        order = 0
        next_voice_s, next_frame_s, next_tick_s = start_s, start_s + 0.1, start_s
        height = 0
        clock_offset_s = 77_777.7

        def depart(kind: Kind, size: int, now_s: float, probe: int | None = None) -> None:
            nonlocal busy_until_s, last_arrival_s, order
            number = side.leaving(kind, size, now_s, probe)
            second = self.history[-1]
            wire = size + PACKET_OVERHEAD_BYTES
            second.voice_sent += kind is Kind.VOICE
            capacity_bps = self.way.rate(now_s - start_s)
            queued[:] = [leaves_s for leaves_s in queued if leaves_s > now_s]
            wait_s = max(0.0, busy_until_s - now_s)
            lost = wait_s > self.way.queue_s or len(queued) >= self.way.queue_packets
            second.dropped += lost
            if not lost:
                busy_until_s = max(busy_until_s, now_s) + 8 * wire / capacity_bps
                queued.append(busy_until_s)
                second.longest_queue_s = max(second.longest_queue_s, wait_s)
                second.carried_bps += 8 * wire
                second.documents_bps += 8 * wire * (kind is Kind.DOCUMENT)
                begins_s, ends_s = self.way.cut
                lost = chance.random() < self.way.loss or begins_s <= now_s - start_s < ends_s
            second.voice_lost += lost and kind is Kind.VOICE
            if not lost and number is not None:
                jitter_s = abs(chance.gauss(0, self.way.jitter_s / 3)) if self.way.jitter_s else 0.0
                last_arrival_s = max(last_arrival_s, busy_until_s + self.way.delay_s + jitter_s)
                order += 1
                heapq.heappush(arriving, (last_arrival_s, order, number))

        step = 0
        while step < seconds * 1000:
            now_s = start_s + step * TICK_S
            if step % 1000 == 0:
                self.history.append(Second())
            while arriving and arriving[0][0] <= now_s:
                arrived_s, _, number = heapq.heappop(arriving)
                if arrived_s - start_s >= self.way.deaf_s:
                    recorder.on_packet(number, arrived_s + clock_offset_s)
            for feedback in recorder.take(now_s + clock_offset_s, 500_000):
                order += 1
                back_s = max(last_back_s, now_s + self.way.delay_s + self.way.back_s(now_s - start_s))
                last_back_s = back_s
                heapq.heappush(returning, (back_s, order, feedback))
            while returning and returning[0][0] <= now_s:
                side.on_feedback(heapq.heappop(returning)[2], now_s)
            if now_s >= next_tick_s:
                next_tick_s += 0.05
                side.tick(now_s)
            if now_s >= next_voice_s:
                next_voice_s += rate.voice_packet_s
                depart(Kind.VOICE, int(rate.voice_bps * rate.voice_packet_s / 8) + 28, now_s)
            if now_s >= next_frame_s:
                shape = rate.shape()
                next_frame_s += 1 / shape.frames_per_s
                if not rate.picture_paused and not side.behind(now_s):
                    size = rate.target_bps / 8 / shape.frames_per_s * chance.uniform(0.6, 1.4)
                    if shape.height != height:
                        height = shape.height
                        size *= 4
                    self.history[-1].frames += 1
                    count = max(1, -(-int(size) // 1150))
                    for _ in range(count):
                        side.push(Kind.PICTURE, None, int(size / count) + 28)
                        if side.repeats:
                            copies.append((now_s + SPACING_S, int(size / count) + 28))
            while copies and copies[0][0] <= now_s:
                _, size_again = copies.popleft()
                if side.repeats:
                    side.push(Kind.REPETITION, None, size_again)
            if self.documents(now_s - start_s):
                while side.pacer.waiting_bytes(Kind.DOCUMENT) < 20_000:
                    side.push(Kind.DOCUMENT, None, 1_250)
            while (departure := side.take(now_s)) is not None:
                size = departure.size - PACKET_OVERHEAD_BYTES
                if departure.kind is Kind.PADDING:
                    depart(Kind.PADDING, min(1_150, size), now_s, departure.probe)
                else:
                    depart(departure.kind, size, now_s, departure.probe)
            second = self.history[-1]
            second.estimate_bps, second.target_bps = side.estimator.bps, rate.target_bps
            second.height, second.paused = rate.shape().height, rate.picture_paused
            step += 1
        return self.history


def constant(bps: float) -> Callable[[float], float]:
    return lambda _t: bps


def steps(*plan: tuple[float, float]) -> Callable[[float], float]:
    """(from second, bit/s), in order."""
    return lambda t: next(bps for since, bps in reversed(plan) if t >= since)
