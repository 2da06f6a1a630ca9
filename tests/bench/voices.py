"""Two voices that never pause, and an ear that tells when it first hears one.

The melodies of the tests have silences, in which a first sound could be late by 140 ms; and their notes are near those
of the kiosk's chimes. These alternate between two notes that nothing else plays.
"""

import os
import subprocess
import threading
import time
from collections import deque
from typing import Any

import numpy as np

from tests.fakes.melody import Melody
from tests.fakes.pulse import RATE_HZ, Pulse

KIOSK_VOICE = Melody(1500, 2300)
AGENT_VOICE = Melody(1900, 2700)
NOTE_S = 0.08
WINDOW = 480
"""Samples of one look: 10 ms, a resolution of 100 Hz."""
LEAST_POWER = 1e-5
SHARE = 0.5
LEAST_PEAK = 200


def sing(voice: Melody, seconds: float) -> Any:
    """int16 array of shape (samples,): the two notes in turn, without a silence."""
    when = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    low = (when // NOTE_S) % 2 == 0
    phase = 2 * np.pi * np.cumsum(np.where(low, voice.low_hz, voice.high_hz)) / RATE_HZ
    return (0.35 * 32767 * np.sin(phase)).astype(np.int16)


def first_heard(sound: Any, voice: Melody) -> int | None:
    """The sample at which `voice` is first heard in `sound` (int16), to the nearest 10 ms; None when it is not."""
    looks = sound[: len(sound) // WINDOW * WINDOW].reshape(-1, WINDOW).astype(np.float64) / 32768
    if not len(looks):
        return None
    spectrum = np.abs(np.fft.rfft(looks * np.hanning(WINDOW), axis=1)) ** 2 / WINDOW**2
    total = spectrum.sum(axis=1)
    step_hz = RATE_HZ // WINDOW
    near = np.zeros(len(looks))
    for hz in (voice.low_hz, voice.high_hz):
        place = hz // step_hz
        near = np.maximum(near, spectrum[:, place - 1 : place + 2].sum(axis=1))
    found = np.flatnonzero((near > LEAST_POWER) & (near > SHARE * total))
    return int(found[0]) * WINDOW if len(found) else None


class Ear:
    """Hears what is played on a sink, all the time; knows when each sample came out."""

    KEPT_S = 30.0

    def __init__(self, pulse: Pulse, sink: str) -> None:
        """Start to listen; a thread reads without pause."""
        self._blocks: deque[tuple[float, Any]] = deque()
        self._lock = threading.Lock()
        self._recorder = subprocess.Popen(
            ["parec", f"--device={sink}.monitor", "--format=s16le", "--channels=1", f"--rate={RATE_HZ}", "--raw",
             "--latency-msec=10"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ, PULSE_SERVER=pulse.server),
            bufsize=0,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._read, name=f"ear on {sink}", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._recorder.stdout is not None
        rest = b""
        while data := self._recorder.stdout.read(8192):
            now_s = time.time()
            rest += data
            whole = len(rest) // 2 * 2
            block, rest = np.frombuffer(rest[:whole], np.int16), rest[whole:]
            with self._lock:
                self._blocks.append((now_s - len(block) / RATE_HZ, block))
                while self._blocks[0][0] < now_s - self.KEPT_S:
                    self._blocks.popleft()

    def first_heard(self, voice: Melody, after_s: float, *, within_s: float) -> float:
        """The moment (`time.time`) a voice was first heard after a moment; waits for it.

        Raises:
            TimeoutError: it was not heard.
        """
        while True:
            with self._lock:
                blocks = [each for each in self._blocks if each[0] >= after_s]
            if blocks:
                sound = np.concatenate([block for _, block in blocks])
                found = first_heard(sound, voice)
                if found is not None:
                    return _moment(blocks, found)
            if time.time() > after_s + within_s:
                raise TimeoutError("the voice was not heard")
            time.sleep(0.05)

    def loud(self, from_s: float, to_s: float) -> list[float]:
        """The moments (`time.time`) between these two at which a look of 10 ms was not silent; waits until then."""
        time.sleep(max(0.0, to_s + 0.2 - time.time()))
        with self._lock:
            blocks = list(self._blocks)
        return [
            at_s
            for began_s, block in blocks
            for sample in range(0, len(block), WINDOW)
            if from_s <= (at_s := began_s + sample / RATE_HZ) < to_s
            and np.abs(block[sample : sample + WINDOW]).max() > LEAST_PEAK
        ]

    def close(self) -> None:
        """Stop listening."""
        self._recorder.terminate()
        self._recorder.wait()
        self._thread.join()
        assert self._recorder.stdout is not None
        self._recorder.stdout.close()


def _moment(blocks: list[tuple[float, Any]], sample: int) -> float:
    for began_s, block in blocks:
        if sample < len(block):
            return began_s + sample / RATE_HZ
        sample -= len(block)
    raise ValueError("no such sample")
