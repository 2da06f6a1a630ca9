"""The real sound card: PortAudio, one stream for each side, 10 ms at a time, in PortAudio's own threads.

Two streams rather than one for both: one side may be missing, or on another card, and the other goes on
alone. A side that stops is opened again from time to time; when neither runs, PortAudio first lists the
machine's devices anew, for it looks only once by itself.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sounddevice

from hub.logbook import record
from kiosk.config import SoundOptions
from kiosk.core.ports import FRAME_SAMPLES, SAMPLE_RATE_HZ, DeviceName, DeviceStatus
from kiosk.devices.echo import SOUNDS, SoundPath
from kiosk.journal import Event

LATENCY_S = 0.02
FIRST_ATTEMPT_S = 5.0
WATCH_S = 0.25
START_S = 5.0
"""A sound server may take two seconds to begin."""
STALLED_S = 1.5
"""A side that exchanged nothing during this time is lost, whatever it says."""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 10.0

SoundStatusListener = Callable[[DeviceName, DeviceStatus], None]
_KINDS = {DeviceName.MICROPHONE: "input", DeviceName.LOUDSPEAKER: "output"}
_log = logging.getLogger(__name__)
# PortAudio may not be entered by two threads at once while devices are opened, closed or listed.
_portaudio = threading.Lock()


class SoundCard:
    """`kiosk.core.ports.Sound` over the machine's devices.

    Args:
        options: device names (empty: the system's default), echo cancellation, volume.
        on_status: told of each change of either side, in the thread that noticed it.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        options: SoundOptions,
        on_status: SoundStatusListener | None = None,
        *,
        sounds: Path = SOUNDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.underruns = 0
        """Times the loudspeaker had nothing to play because we were late, since the start."""
        self.overruns = 0
        """Times sound of the microphone was lost because we were late."""
        self._names = {DeviceName.MICROPHONE: options.microphone, DeviceName.LOUDSPEAKER: options.loudspeaker}
        self._path = SoundPath(echo_cancellation=options.echo_cancellation, volume=options.volume / 10, sounds=sounds)
        self._on_status = on_status
        self._clock = clock
        self._statuses = dict.fromkeys(_KINDS, DeviceStatus.UNPLUGGED)
        self._sides = [
            _Side(DeviceName.LOUDSPEAKER, sounddevice.OutputStream, self._play),
            _Side(DeviceName.MICROPHONE, sounddevice.InputStream, self._hear),
        ]
        self._output_delay_s = LATENCY_S
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()
        self._attempted = threading.Event()

    # ---- Sound ------------------------------------------------------------------------------------------

    @property
    def microphone_status(self) -> DeviceStatus:
        return self._statuses[DeviceName.MICROPHONE]

    @property
    def loudspeaker_status(self) -> DeviceStatus:
        return self._statuses[DeviceName.LOUDSPEAKER]

    def probe(self, name: DeviceName) -> DeviceStatus:
        """Ask whether this side is there now. While the card is open, what it does is the answer."""
        if self._thread is None:
            with _portaudio:
                _look_again()
                found = _find(name, self._names[name]) is not None
            self._set(name, DeviceStatus.READY if found else DeviceStatus.UNPLUGGED)
        return self._statuses[name]

    def open(self) -> None:
        """See the port. Returns after the first attempt, in which one side or both may have failed."""
        if self._thread is not None:
            return
        self._closing, self._attempted = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._keep_open, args=(self._closing,), name="sound", daemon=True)
        self._thread.start()
        self._attempted.wait(FIRST_ATTEMPT_S)

    def close(self) -> None:
        """See the port."""
        thread, self._thread = self._thread, None
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
        self._path.start_chime(name)

    # ---- keeping it open --------------------------------------------------------------------------------

    def _keep_open(self, closing: threading.Event) -> None:
        try:
            while not closing.is_set():
                for side in self._sides:
                    self._look_after(side)
                self._attempted.set()
                closing.wait(WATCH_S)
        finally:
            for side in self._sides:
                side.close()

    def _look_after(self, side: "_Side") -> None:
        now_s = self._clock()
        if side.stream is not None:
            if side.blocks != side.blocks_seen:
                side.blocks_seen, side.heard_s, side.pause_s = side.blocks, now_s, FIRST_PAUSE_S
            elif now_s - side.heard_s >= (STALLED_S if side.blocks else START_S):
                record(_log, Event.SOUND_LOST, logging.WARNING, device=side.name, underruns=self.underruns)
                side.close()
                side.retry_s = now_s + side.pause_s
                self._set(side.name, DeviceStatus.UNPLUGGED)
        elif now_s >= side.retry_s:
            with _portaudio:
                if all(each.stream is None for each in self._sides):
                    _look_again()
                device = _find(side.name, self._names[side.name])
            opened = device is not None and side.open(device, now_s)
            if not opened:
                side.retry_s = now_s + side.pause_s
                side.pause_s = min(LONGEST_PAUSE_S, 2 * side.pause_s)
            missing = DeviceStatus.UNPLUGGED if device is None else DeviceStatus.FAILED
            self._set(side.name, DeviceStatus.READY if opened else missing)

    def _set(self, name: DeviceName, status: DeviceStatus) -> None:
        if self._statuses[name] is status:
            return
        self._statuses[name] = status
        if self._on_status is not None:
            self._on_status(name, status)

    # ---- PortAudio's threads ----------------------------------------------------------------------------

    def _play(self, played: Any, _frames: int, when: Any, flags: Any) -> None:
        self.underruns += bool(flags and flags.output_underflow)
        delay_s = when.outputBufferDacTime - when.currentTime
        self._output_delay_s = delay_s if 0.0 < delay_s < 1.0 else LATENCY_S
        played[:, 0] = self._path.play()

    def _hear(self, captured: Any, _frames: int, when: Any, flags: Any) -> None:
        self.overruns += bool(flags and flags.input_overflow)
        # From our hands to the loudspeaker, and from the microphone to our hands.
        delay_s = when.currentTime - when.inputBufferAdcTime
        input_delay_s = delay_s if 0.0 <= delay_s < 1.0 else LATENCY_S
        self._path.hear(captured[:, 0].copy(), self._output_delay_s + input_delay_s)


class _Side:
    """One direction: its stream, and when it last moved."""

    def __init__(self, name: DeviceName, kind: Any, exchange: Callable[[Any, int, Any, Any], None]) -> None:
        self.name = name
        self.stream: Any = None
        self.blocks = 0
        self.blocks_seen = 0
        self.heard_s = 0.0
        self.retry_s = float("-inf")
        self.pause_s = FIRST_PAUSE_S
        self._kind = kind
        self._exchange = exchange

    def open(self, device: int, now_s: float) -> bool:
        """Open and start the stream; False when the device refuses."""
        self.blocks = self.blocks_seen = 0
        self.heard_s = now_s
        try:
            with _portaudio:
                self.stream = self._kind(
                    device=device,
                    samplerate=SAMPLE_RATE_HZ,
                    blocksize=FRAME_SAMPLES,
                    dtype="int16",
                    channels=1,
                    latency=LATENCY_S,
                    callback=self._called,
                )
                self.stream.start()
        except (sounddevice.PortAudioError, ValueError):
            self.close()
            return False
        return True

    def _called(self, block: Any, frames: int, when: Any, flags: Any) -> None:
        self.blocks += 1
        self._exchange(block, frames, when, flags)

    def close(self) -> None:
        """Let go of the device; the side may be opened again at once."""
        stream, self.stream = self.stream, None
        self.retry_s = float("-inf")
        self.pause_s = max(self.pause_s, FIRST_PAUSE_S)
        for end in (stream.abort, stream.close) if stream is not None else ():
            with _portaudio, contextlib.suppress(sounddevice.PortAudioError):
                end()


def _look_again() -> None:
    """Make PortAudio list the devices anew; only while no stream is open."""
    with contextlib.suppress(sounddevice.PortAudioError):
        sounddevice._terminate()
    with contextlib.suppress(sounddevice.PortAudioError):
        sounddevice._initialize()


def _find(name: DeviceName, wanted: str) -> int | None:
    """PortAudio's number of the device called `wanted` (empty: the default), or None."""
    kind = _KINDS[name]
    try:
        device = sounddevice.query_devices(wanted or None, kind)
    except (ValueError, sounddevice.PortAudioError):
        return None
    index: int = device["index"]
    return index if device[f"max_{kind}_channels"] > 0 else None
