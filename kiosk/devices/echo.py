"""The sound path of a kiosk: 10 ms from the microphone against 10 ms to the loudspeaker, echo cancelled.

Shared by the real sound card and its simulated twin. The canceller is libwebrtc's audio processing module,
through the `livekit` package; nothing else of that package is used, and it opens no connection.
"""

import atexit
import math
import re
import threading
import wave
import weakref
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from kiosk.core.ports import FRAME_SAMPLES, SAMPLE_RATE_HZ
from kiosk.devices.echo_alignment import LONGEST_S, EchoAlignment
from kiosk.devices.leveller import Leveller

Block: TypeAlias = NDArray[np.int16]

SOUNDS = Path(__file__).resolve().parents[2] / "assets" / "sounds"
WAITING_BLOCKS = 60
"""Played blocks kept for the canceller while the microphone is late or missing."""
HINT_MS = 10
"""A smaller change of the delay is not told to the module."""
LEVEL_BLOCKS = 10
"""The level meter looks at the last 100 ms."""
QUIET_DB, LOUD_DB = -60.0, -10.0
CHIME_GAIN = 0.6
YIELDING = frozenset({"agent_here"})
"""Chimes that only say that somebody is there: once that somebody speaks they have said enough. The others tell the
usager to look or to act, and are heard to their end."""
VOICE_LEVEL = 330.0
"""Root mean square of 10 ms, of 32 768, from which the other side speaks: -40 dB."""
YIELDING_BLOCKS = 5
"""A chime that yields fades within 50 ms."""
SILENT_BLOCKS, SWELLING_BLOCKS = 25, 75
"""When a headset is unplugged the loudspeaker is silent for 0.25 s, then swells for 0.75 s: whoever stands there hears
that it is now the room that listens, and has the time to turn it down or to plug the headset in again."""
_SILENCE = np.zeros(FRAME_SAMPLES, dtype=np.int16)
_CHIME_NAME = re.compile(r"[a-z0-9_]{1,40}")


class SoundPath:
    """Everything between the two converters. `play` and `hear` are called by one audio thread each, or by one.

    `volume` is the loudspeaker's until `set_volume`, and its most after a headset was unplugged.
    """

    def __init__(self, *, echo_cancellation: bool, volume: float, sounds: Path = SOUNDS) -> None:
        self._canceller = EchoCanceller() if echo_cancellation else None
        self._volume = self._usual_volume = volume
        self._private = False
        self._softened = 0
        self._sounds = sounds
        self._lock = threading.Lock()
        self._listener: Callable[[Any], None] | None = None
        self._source: Callable[[], Any] | None = None
        self._chime: Block | None = None
        self._chime_yields = False
        self._levels = [0.0] * LEVEL_BLOCKS

    # ---- any thread -------------------------------------------------------------------------------------

    def set_listener(self, listener: Callable[[Any], None] | None) -> None:
        self._listener = listener

    def set_source(self, source: Callable[[], Any] | None) -> None:
        self._source = source

    def set_volume(self, volume: float) -> None:
        """0..1, perceived: half of it sounds half as loud."""
        self._volume = min(1.0, max(0.0, volume))

    def set_private(self, is_private: bool) -> None:
        """Whether only the usager hears us. When that ends, the room hears us softly first, and never too loud."""
        if self._private and not is_private:
            self._softened = SILENT_BLOCKS + SWELLING_BLOCKS
            self._volume = min(self._volume, self._usual_volume)
        self._private = is_private

    def level(self) -> float:
        """0..1 of the last 100 ms of cleaned microphone sound, in decibels between -60 and -10."""
        energy = sum(self._levels) / LEVEL_BLOCKS
        decibels = 10 * math.log10(energy) if energy > 1e-9 else QUIET_DB
        return min(1.0, max(0.0, (decibels - QUIET_DB) / (LOUD_DB - QUIET_DB)))

    def start_chime(self, name: str) -> float:
        """Mix a sound of the sounds directory from the next block on; replaces one still playing. Gives its seconds.

        Raises:
            ValueError: no such sound, or not 48 kHz mono of 16 bits.
        """
        sound = self._load(name)
        with self._lock:
            self._chime, self._chime_yields = sound, name in YIELDING
        return len(sound) / SAMPLE_RATE_HZ

    @property
    def chiming(self) -> bool:
        """Something of a chime is still to be played."""
        return self._chime is not None

    def forget(self) -> None:
        """Silence: no chime goes on, the meter falls to zero, the voice's level is learned anew."""
        with self._lock:
            self._chime = None
        self._private, self._softened = False, 0
        if self._canceller is not None:
            self._canceller.forget()
        self._levels = [0.0] * LEVEL_BLOCKS

    def _load(self, name: str) -> Block:
        if not _CHIME_NAME.fullmatch(name):
            raise ValueError("a chime is named in lower case letters, digits and underscores")
        file = self._sounds / f"{name}.wav"
        try:
            with wave.open(str(file), "rb") as recording:
                if (recording.getnchannels(), recording.getsampwidth(), recording.getframerate()) != (1, 2, 48_000):
                    raise ValueError(f"chime {name} is not 48 kHz mono of 16 bits")
                return np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2").astype(np.int16)
        except (OSError, wave.Error, EOFError) as error:
            raise ValueError(f"no chime named {name}") from error

    # ---- audio threads ----------------------------------------------------------------------------------

    def play(self) -> Block:
        """The next 10 ms for the loudspeaker: int16 of shape (480,)."""
        source = self._source
        sound = np.zeros(FRAME_SAMPLES, dtype=np.float32)
        if source is not None:
            sound += source()
        with self._lock:
            if self._chime is not None:
                if self._chime_yields and float(sound.dot(sound)) > FRAME_SAMPLES * VOICE_LEVEL**2:
                    self._chime, self._chime_yields = _faded(self._chime), False
                part, rest = self._chime[:FRAME_SAMPLES], self._chime[FRAME_SAMPLES:]
                sound[: len(part)] += part * np.float32(CHIME_GAIN)
                self._chime = rest if len(rest) else None
        # A loudness scale: each tenth of the slider is about 4 dB.
        gain = 0.0 if self._volume <= 0 else 10 ** ((self._volume - 1) * 2)
        if self._softened:
            self._softened -= 1
            gain *= max(0.0, 1.0 - self._softened / SWELLING_BLOCKS)
        np.rint(sound * np.float32(gain), out=sound)
        block: Block = np.clip(sound, -32768, 32767, out=sound).astype(np.int16)
        if self._canceller is not None:
            self._canceller.played(block)
        return block

    def hear(self, block: Block, delay_s: float) -> None:
        """10 ms of the microphone, int16 of shape (480,).

        `delay_s`: from giving a block to the loudspeaker until its echo comes back to us.
        """
        if self._canceller is not None:
            block = self._canceller.clean(block, delay_s)
        sound = block.astype(np.float32)
        energy = float(sound.dot(sound)) / (FRAME_SAMPLES * 32768.0**2)
        self._levels = [*self._levels[1:], energy]
        listener = self._listener
        if listener is not None:
            listener(block)


def _faded(chime: Block) -> Block:
    """The beginning of `chime`, falling to silence."""
    end = chime[: YIELDING_BLOCKS * FRAME_SAMPLES]
    return (end * np.linspace(1.0, 0.0, len(end), dtype=np.float32)).astype(np.int16)


class EchoCanceller:
    """Echo, noise, rumble and level differences, removed from the microphone.

    The module's own automatic gain is not used: see `kiosk.devices.leveller`.

    Only the microphone's thread enters the native module: the loudspeaker's, which has no time to lose, just
    leaves its blocks there. After `close`, and when the program ends, there is silence.
    """

    def __init__(self) -> None:
        from livekit import rtc  # the native library is loaded only where echo is cancelled

        self._frame = rtc.AudioFrame
        self._module: Any = rtc.AudioProcessingModule(
            echo_cancellation=True, noise_suppression=True, high_pass_filter=True, auto_gain_control=False
        )
        self._waiting: deque[Block] = deque(maxlen=WAITING_BLOCKS)
        self._alignment = EchoAlignment()
        self._behind = 0
        self._told_ms = -HINT_MS
        self._leveller = Leveller()
        self._lock = threading.Lock()
        # Registered after the library's own farewell, so it runs before: an audio thread may outlive both.
        atexit.register(_release, weakref.ref(self))

    def played(self, block: Block) -> None:
        """What the loudspeaker is about to play."""
        self._waiting.append(block)

    def clean(self, block: Block, delay_s: float) -> Block:
        """The microphone's block without what the loudspeaker added to it."""
        with self._lock:
            if self._module is None:
                return np.zeros_like(block)
            self._take_in(delay_s)
            frame = self._wrap(block)
            self._module.process_stream(frame)
            return self._leveller.level(block, np.frombuffer(frame.data, dtype=np.int16))

    def _take_in(self, delay_s: float) -> None:
        """Give the module what was played, beside what was captured: see `kiosk.devices.echo_alignment`."""
        played = [self._waiting.popleft() for _ in range(len(self._waiting))]
        self._behind += self._alignment.captured(delay_s, len(played))
        left_out = min(len(played), max(0, -self._behind))
        put_in = max(0, self._behind)
        self._behind += left_out - put_in
        for block in (*(put_in * [_SILENCE]), *played[left_out:]):
            self._module.process_reverse_stream(self._wrap(block))
        delay_ms = round(1000 * min(LONGEST_S, max(0.0, delay_s)))
        # It is a hint for the module's start, and each call is a message to another language.
        if abs(delay_ms - self._told_ms) >= HINT_MS:
            self._told_ms = delay_ms
            self._module.set_stream_delay_ms(delay_ms)

    def forget(self) -> None:
        """The sound was closed: another person, maybe another card. What is known of the room stays."""
        with self._lock:
            self._waiting.clear()
            self._behind = 0
            self._alignment.forget()
            self._leveller.forget()

    def close(self) -> None:
        """Let go of the native module, when no thread is in it."""
        with self._lock:
            self._module = None

    def _wrap(self, block: Block) -> Any:
        return self._frame(bytearray(block.tobytes()), SAMPLE_RATE_HZ, 1, FRAME_SAMPLES)


def _release(canceller: "weakref.ref[EchoCanceller]") -> None:
    alive = canceller()
    if alive is not None:
        alive.close()
