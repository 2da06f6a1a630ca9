"""A sound card for machines without one: a WAV file as microphone, another one for what is played.

Same path as the real one, echo canceller included. Its own thread keeps the pace by the monotonic clock, and makes up
for every delay of the machine: sample n is always that of the instant `opened_s` + n / 48000.
"""

import contextlib
import threading
import time
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from kiosk.config import SoundOptions
from kiosk.core.ports import FRAME_SAMPLES, SAMPLE_RATE_HZ, DeviceName, DeviceStatus
from kiosk.devices.echo import SOUNDS, Block, SoundPath
from kiosk.devices.simulation import SimulatedFaults

BLOCK_S = FRAME_SAMPLES / SAMPLE_RATE_HZ
READ_FAULTS_EVERY_BLOCKS = 25
DELAY_S = 0.02
CHIME_TAIL_S = 0.1
MOST_LATE_S = 10.0


class SimulatedSound:
    """`kiosk.core.ports.Sound` without a sound card; loses either side on command.

    Args:
        options: the two WAV files (empty: silence, nowhere), echo cancellation, volume.
        faults: read four times a second; anything but ready or busy for `microphone` or `loudspeaker`
            stops that side.
        on_status: told of each change of either side, in the thread that noticed it.
        clock: monotonic seconds.

    Raises:
        ValueError: the microphone's file is not a WAV file of 48 kHz, mono, 16 bits.
    """

    def __init__(
        self,
        options: SoundOptions,
        faults: SimulatedFaults,
        on_status: Callable[[DeviceName, DeviceStatus], None] | None = None,
        *,
        sounds: Path = SOUNDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._path = SoundPath(echo_cancellation=options.echo_cancellation, volume=options.volume / 10, sounds=sounds)
        self._speech = _read(options.simulated_microphone_file)
        self._output_file = options.simulated_loudspeaker_file
        self._faults = faults
        self._clock = clock
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._hush = threading.Event()
        self.opened_s: float | None = None
        """Monotonic instant of the first block since the last opening, played and heard; None before."""
        self._on_status = on_status
        self._statuses = {DeviceName.MICROPHONE: DeviceStatus.READY, DeviceName.LOUDSPEAKER: DeviceStatus.READY}

    @property
    def microphone_status(self) -> DeviceStatus:
        return self._statuses[DeviceName.MICROPHONE]

    @property
    def loudspeaker_status(self) -> DeviceStatus:
        return self._statuses[DeviceName.LOUDSPEAKER]

    def probe(self, name: DeviceName) -> DeviceStatus:
        """The state ordered for this side now, open or not."""
        ordered = self._faults.of(name)
        status = DeviceStatus.READY if ordered is DeviceStatus.BUSY else ordered
        if status is not self._statuses[name]:
            self._statuses[name] = status
            if self._on_status is not None:
                self._on_status(name, status)
        return status

    def open(self) -> None:
        """See the port."""
        if self._thread is None:
            self._start(listening=True)

    def _start(self, *, listening: bool) -> None:
        # A chime may begin while another thread closes the card: only what runs can be waited for.
        with self._lock:
            self._closing = threading.Event()
            thread = threading.Thread(target=self._run, args=(self._closing, listening), name="sound", daemon=True)
            thread.start()
            self._thread = thread

    def close(self) -> None:
        """See the port. The loudspeaker's file is complete when this returns."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._hush.set()
            self._closing.set()
        if thread is not None:
            thread.join()
        self._path.forget()

    def set_listener(self, listener: Callable[[Any], None] | None) -> None:
        """See the port."""
        self._path.set_listener(listener)

    def set_source(self, source: Callable[[], Any] | None) -> None:
        """See the port."""
        self._path.set_source(source)

    def microphone_level(self) -> float:
        """See the port."""
        return self._path.level() if self._thread is not None else 0.0

    def set_volume(self, volume: float) -> None:
        """See the port."""
        self._path.set_volume(volume)

    def play_chime(self, name: str) -> None:
        """See the port."""
        if self._thread is not None:
            self._path.start_chime(name)
            return
        self._hush.clear()
        self._start(listening=False)
        try:
            self._hush.wait(self._path.start_chime(name) + CHIME_TAIL_S)
            # A busy machine plays late: to the end, unless that never comes.
            late_s = 0.0
            while self._path.chiming and late_s < MOST_LATE_S and not self._hush.wait(CHIME_TAIL_S):
                late_s += CHIME_TAIL_S
        finally:
            self.close()

    def hush(self) -> None:
        """See the port."""
        self._hush.set()

    def _run(self, closing: threading.Event, listening: bool) -> None:
        with contextlib.ExitStack() as files:
            output = files.enter_context(wave.open(self._output_file, "wb")) if self._output_file else None
            if output is not None:
                output.setparams((1, 2, SAMPLE_RATE_HZ, 0, "NONE", "not compressed"))
            opened_s = self.opened_s = self._clock()
            blocks = 0
            hears = plays = False
            while not closing.wait(max(0.0, opened_s + blocks * BLOCK_S - self._clock())):
                if blocks % READ_FAULTS_EVERY_BLOCKS == 0:
                    hears = self.probe(DeviceName.MICROPHONE) is DeviceStatus.READY
                    plays = self.probe(DeviceName.LOUDSPEAKER) is DeviceStatus.READY
                played = self._path.play() if plays else np.zeros(FRAME_SAMPLES, dtype=np.int16)
                if output is not None:
                    output.writeframesraw(played.tobytes())
                if hears and listening:
                    self._path.hear(self._speech_of(blocks), DELAY_S)
                blocks += 1

    def _speech_of(self, block: int) -> Block:
        """10 ms of the file, which is heard in a loop."""
        first = block * FRAME_SAMPLES
        return self._speech[np.arange(first, first + FRAME_SAMPLES) % len(self._speech)]


def _read(name: str) -> Block:
    if not name:
        return np.zeros(FRAME_SAMPLES, dtype=np.int16)
    try:
        with wave.open(name, "rb") as recording:
            shape = (recording.getnchannels(), recording.getsampwidth(), recording.getframerate())
            sound = np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2")
    except (OSError, wave.Error, EOFError, ValueError) as error:
        raise ValueError(f"the simulated microphone's file cannot be read: {type(error).__name__}") from error
    if shape != (1, 2, SAMPLE_RATE_HZ) or not len(sound):
        raise ValueError("the simulated microphone's file is not 48 kHz mono of 16 bits")
    return sound.astype(np.int16)
