"""One direction of the sound card: its PortAudio stream, how much room it has, and whether it still runs.

A stream whose buffer ran empty (or over) is not lost: PortAudio prepares the device again by itself. Through a
sound server that takes as long as a first start, during which nothing is exchanged and nothing must be closed.
"""

import logging
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import sounddevice

from hub.logbook import record
from kiosk.core.ports import FRAME_SAMPLES, SAMPLE_RATE_HZ, DeviceName
from kiosk.devices.portaudio import PortAudioStuckError, end_within, portaudio
from kiosk.journal import Event

LATENCIES_S = (0.02, 0.04, 0.06)
"""What is asked of the device: the first, more after repeated lateness."""
LATE_OFTEN = 4
"""So many times late since the opening, and the next opening asks for more."""
SILENT_S = 5.0
"""A stream that says it runs and exchanged nothing during this time is lost. Sound servers were seen to need two
seconds for a start; PortAudio itself gives a silent device two seconds, then starts it again."""
LAST_BLOCK_S = 0.5
"""The wait for the last callback; they come each 10 ms. Without one, no callback is under way."""
END_WITHIN_S = 3.0
"""The wait for PortAudio's own thread; a sound server that works needs a few milliseconds, and listing devices beside it a second."""
FIRST_PAUSE_S = 0.5

Exchange = Callable[[Any, Any], None]
"""(block, times): int16 of shape (480, 1) to fill or to take, PortAudio's times."""
_log = logging.getLogger(__name__)


class SoundSide:
    """One stream, opened and closed by one thread.

    Args:
        kind: `sounddevice.OutputStream` or `sounddevice.InputStream`.
        exchange: called for each 10 ms in PortAudio's thread. What it raises costs that block only.
    """

    def __init__(self, name: DeviceName, kind: Any, exchange: Exchange) -> None:
        self.name = name
        self.late = 0
        """Times the device ran empty or over because we were late, since the start."""
        self.retry_s = float("-inf")
        self.pause_s = FIRST_PAUSE_S
        self._kind = kind
        self._exchange = exchange
        self._step = 0
        self._stream: Any = None
        self._blocks = 0
        self._blocks_seen = 0
        self._moved_s = 0.0
        self._late_before = 0
        self._failed = False
        self._ending, self._ended = threading.Event(), threading.Event()
        """Of this opening: told to end, and ended. A stream that was abandoned keeps its own."""

    @property
    def is_open(self) -> bool:
        return self._stream is not None

    @property
    def latency_s(self) -> float:
        """Seconds asked of the device, now or at the next opening."""
        return LATENCIES_S[self._step]

    def open(self, device: int, now_s: float) -> bool:
        """Open and start the stream; False when the device refuses."""
        self._blocks = self._blocks_seen = 0
        self._moved_s = now_s
        self._late_before = self.late
        self._failed = False
        self._ending, self._ended = threading.Event(), threading.Event()
        try:
            with portaudio():
                self._stream = self._kind(
                    device=device,
                    samplerate=SAMPLE_RATE_HZ,
                    blocksize=FRAME_SAMPLES,
                    dtype="int16",
                    channels=1,
                    latency=self.latency_s,
                    callback=partial(self._called, self._ending),
                    finished_callback=self._ended.set,
                )
                self._stream.start()
        except (sounddevice.PortAudioError, PortAudioStuckError, ValueError):
            self.close()
            return False
        return True

    def lost(self, now_s: float) -> bool:
        """Whether the open stream really stopped; late blocks alone never say so."""
        if self._blocks != self._blocks_seen:
            self._blocks_seen, self._moved_s, self.pause_s = self._blocks, now_s, FIRST_PAUSE_S
        try:
            runs = self._stream.active
        except sounddevice.PortAudioError:
            runs = False
        return not runs or now_s - self._moved_s >= SILENT_S

    def close(self) -> None:
        """Let go of the device, after the last callback; the side may be opened again at once.

        Returns within `LAST_BLOCK_S` and `END_WITHIN_S`, whatever the sound server does: a stream that does not end
        is abandoned, silent, and ends by itself when it can.
        """
        stream, self._stream = self._stream, None
        self.retry_s = float("-inf")
        self._ending.set()
        if stream is None:
            return
        # Ended by its own callback: PortAudio's abort kills its thread, maybe in the middle of Python.
        ended = self._ended.wait(LAST_BLOCK_S)
        stop = stream.stop if ended else stream.abort
        if not end_within(stop, stream.close, END_WITHIN_S, f"{self.name} ending"):
            record(_log, Event.SOUND_ABANDONED, logging.WARNING, device=self.name)
        self._adapt()

    def _adapt(self) -> None:
        late = self.late - self._late_before
        if late >= LATE_OFTEN:
            self._step = min(self._step + 1, len(LATENCIES_S) - 1)
        elif not late and self._blocks:
            self._step = max(self._step - 1, 0)

    def _called(self, ending: threading.Event, block: Any, _frames: int, times: Any, flags: Any) -> None:
        if ending.is_set():
            self._silence(block)
            raise sounddevice.CallbackAbort
        self._blocks += 1
        self.late += bool(flags and (flags.output_underflow or flags.input_overflow))
        try:
            self._exchange(block, times)
        except Exception as error:  # noqa: BLE001 - what it raised would end the stream; it is logged, once
            self._silence(block)
            if not self._failed:
                self._failed = True
                record(_log, Event.WORK_FAILED, logging.ERROR, lane=str(self.name), kind=type(error).__name__)

    def _silence(self, block: Any) -> None:
        if self.name is DeviceName.LOUDSPEAKER:
            block.fill(0)
