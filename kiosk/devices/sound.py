"""The real sound card: PortAudio, one stream for each side, 10 ms at a time, in PortAudio's own threads.

Two streams rather than one for both: one side may be missing, or on another card, and the other goes on
alone. A side that stops is opened again from time to time; when neither runs, PortAudio first lists the
machine's devices anew, for it looks only once by itself. A headset or handset plugged in while they run is the sound
server's news: it moves our streams without PortAudio's noticing.
"""

import atexit
import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import sounddevice

from hub.logbook import record
from kiosk.config import SoundOptions
from kiosk.core.ports import DeviceName, DeviceStatus
from kiosk.devices.echo import SOUNDS, SoundPath
from kiosk.devices.portaudio import PortAudioStuckError, look_again, portaudio
from kiosk.devices.sound_places import SoundPlaces, Sounds
from kiosk.devices.sound_server import SoundServer
from kiosk.devices.sound_side import LATENCIES_S, SoundSide
from kiosk.journal import Event

FIRST_ATTEMPT_S = 5.0
WATCH_S = 0.25
LONGEST_PAUSE_S = 10.0
CLOSE_WITHIN_S = 8.0
"""Longer than two sides need that are abandoned one after the other."""
CHIME_TAIL_S = 0.3
"""What is still on its way to the loudspeaker when the last block was given."""
HURRY = -11
"""Niceness of the threads that exchange sound, as sound servers take it themselves."""

SoundStatusListener = Callable[[DeviceName, DeviceStatus], None]
PrivateListener = Callable[[bool], None]
_KINDS = {DeviceName.MICROPHONE: "input", DeviceName.LOUDSPEAKER: "output"}
_log = logging.getLogger(__name__)


class SoundCard:
    """`kiosk.core.ports.Sound` over the machine's devices.

    Args:
        options: device names (empty: the system's default), echo cancellation, volume.
        on_status: told of each change of either side, in the thread that noticed it.
        on_private: told, in the sound server's thread, when only the usager hears us (True: a headset or handset is
            there) and when the room does again. At each opening it is the room until told otherwise.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        options: SoundOptions,
        on_status: SoundStatusListener | None = None,
        *,
        on_private: PrivateListener | None = None,
        sounds: Path = SOUNDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._names = {DeviceName.MICROPHONE: options.microphone, DeviceName.LOUDSPEAKER: options.loudspeaker}
        self._path = SoundPath(echo_cancellation=options.echo_cancellation, volume=options.volume / 10, sounds=sounds)
        self._on_status = on_status
        self._on_private = on_private
        self._clock = clock
        self._statuses = dict.fromkeys(_KINDS, DeviceStatus.UNPLUGGED)
        self._loudspeaker = SoundSide(DeviceName.LOUDSPEAKER, sounddevice.OutputStream, self._play)
        self._microphone = SoundSide(DeviceName.MICROPHONE, sounddevice.InputStream, self._hear)
        self._sides = (self._loudspeaker, self._microphone)
        self._output_delay_s = LATENCIES_S[0]
        self._places = SoundPlaces(options.headset)
        self._is_private = False
        self._server = SoundServer(self._sounds_changed) if options.follow_headset else None
        self._thread: threading.Thread | None = None
        self._abandoned: threading.Thread | None = None
        """A thread of before that has not come back from a sound server that hangs."""
        self._closing = threading.Event()
        self._attempted = threading.Event()
        self._hush = threading.Event()

    # ---- Sound ------------------------------------------------------------------------------------------

    @property
    def microphone_status(self) -> DeviceStatus:
        return self._statuses[DeviceName.MICROPHONE]

    @property
    def loudspeaker_status(self) -> DeviceStatus:
        return self._statuses[DeviceName.LOUDSPEAKER]

    @property
    def underruns(self) -> int:
        """Times the loudspeaker had nothing to play because we were late, since the start."""
        return self._loudspeaker.late

    @property
    def overruns(self) -> int:
        """Times sound of the microphone was lost because we were late, since the start."""
        return self._microphone.late

    def probe(self, name: DeviceName) -> DeviceStatus:
        """Ask whether this side is there now. While the card is open, what it does is the answer."""
        if self._is_in_use():
            return self._statuses[name]
        try:
            with portaudio():
                # Asked again with the lock held: a chime may have opened the loudspeaker meanwhile.
                if self._is_in_use():
                    return self._statuses[name]
                look_again()
                found = _find(name, self._names[name]) is not None
        except PortAudioStuckError:
            self._set(name, DeviceStatus.FAILED)
            return DeviceStatus.FAILED
        self._set(name, DeviceStatus.READY if found else DeviceStatus.UNPLUGGED)
        return self._statuses[name]

    def _is_in_use(self) -> bool:
        return self._thread is not None

    def open(self) -> None:
        """See the port. Returns after the first attempt, in which one side or both may have failed."""
        if self._thread is None:
            self._start(self._sides)

    def _start(self, sides: tuple[SoundSide, ...]) -> None:
        # Before the echo canceller's library lets go of it, which it does when the program ends.
        atexit.register(self.close)
        self._closing, self._attempted = threading.Event(), threading.Event()
        turn = (self._closing, sides, self._abandoned)
        self._thread = threading.Thread(target=self._keep_open, args=turn, name="sound", daemon=True)
        self._thread.start()
        self._attempted.wait(FIRST_ATTEMPT_S)

    def close(self) -> None:
        """See the port."""
        thread, self._thread = self._thread, None
        self._hush.set()
        self._closing.set()
        if thread is not None:
            thread.join(CLOSE_WITHIN_S)
            if thread.is_alive():
                self._abandoned = thread
                record(_log, Event.SOUND_ABANDONED, logging.WARNING)
        self._path.forget()
        self._is_private = False
        atexit.unregister(self.close)

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
        self._start((self._loudspeaker,))
        try:
            if self._loudspeaker.is_open:
                self._hush.wait(self._path.start_chime(name) + CHIME_TAIL_S)
        finally:
            self.close()

    def hush(self) -> None:
        """See the port."""
        self._hush.set()

    # ---- keeping it open --------------------------------------------------------------------------------

    def _keep_open(
        self, closing: threading.Event, sides: tuple[SoundSide, ...], before: threading.Thread | None
    ) -> None:
        _hurry()
        # The sides belong to one thread at a time.
        while before is not None and before.is_alive():
            if closing.wait(WATCH_S):
                return
        try:
            while not closing.is_set():
                if self._server is not None:
                    self._server.look_after(self._clock())
                for side in sides:
                    self._look_after(side)
                self._attempted.set()
                closing.wait(WATCH_S)
        finally:
            for side in sides:
                side.close()
            if self._server is not None:
                self._server.close()

    def _look_after(self, side: SoundSide) -> None:
        now_s = self._clock()
        if side.is_open:
            if side.lost(now_s):
                record(_log, Event.SOUND_LOST, logging.WARNING, device=side.name, underruns=self.underruns)
                side.close()
                side.retry_s = now_s + side.pause_s
                self._set(side.name, DeviceStatus.UNPLUGGED)
        elif now_s >= side.retry_s:
            device = self._seek(side.name)
            opened = device is not None and side.open(device, now_s)
            if not opened:
                side.retry_s = now_s + side.pause_s
                side.pause_s = min(LONGEST_PAUSE_S, 2 * side.pause_s)
            missing = DeviceStatus.UNPLUGGED if device is None else DeviceStatus.FAILED
            self._set(side.name, DeviceStatus.READY if opened else missing)

    def _seek(self, name: DeviceName) -> int | None:
        try:
            with portaudio():
                if not any(each.is_open for each in self._sides):
                    look_again()
                return _find(name, self._names[name])
        except PortAudioStuckError:
            return None

    def _set(self, name: DeviceName, status: DeviceStatus) -> None:
        if self._statuses[name] is status:
            return
        self._statuses[name] = status
        if self._on_status is not None:
            self._on_status(name, status)

    # ---- the sound server's thread ----------------------------------------------------------------------

    def _sounds_changed(self, sounds: Sounds) -> None:
        decision = self._places.decide(sounds)
        is_private, server = decision.is_private, self._server
        if is_private is not None:
            # Before anything moves: the room must not hear what was meant for one.
            self._path.set_private(is_private)
        if server is not None:
            for stream, place in decision.move_players:
                server.move_player(stream, place)
            for stream, place in decision.move_recorders:
                server.move_recorder(stream, place)
        if is_private is not None and is_private is not self._is_private:
            self._is_private = is_private
            record(_log, Event.HEADSET_PLUGGED if is_private else Event.HEADSET_UNPLUGGED)
            if self._on_private is not None:
                self._on_private(is_private)

    # ---- PortAudio's threads ----------------------------------------------------------------------------

    def _play(self, played: Any, times: Any) -> None:
        delay_s = times.outputBufferDacTime - times.currentTime
        self._output_delay_s = delay_s if 0.0 < delay_s < 1.0 else self._loudspeaker.latency_s
        played[:, 0] = self._path.play()

    def _hear(self, captured: Any, times: Any) -> None:
        # From our hands to the loudspeaker, and from the microphone to our hands.
        delay_s = times.currentTime - times.inputBufferAdcTime
        input_delay_s = delay_s if 0.0 <= delay_s < 1.0 else self._microphone.latency_s
        self._path.hear(captured[:, 0].copy(), self._output_delay_s + input_delay_s)


def _hurry() -> None:
    """Put this thread, and those of PortAudio that it will start, before the others, where the system allows it."""
    with contextlib.suppress(OSError):
        # For Linux a thread is a process: the others of this program stay as they are.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), HURRY)


def _find(name: DeviceName, wanted: str) -> int | None:
    """PortAudio's number of the device called `wanted` (empty: the default), or None."""
    kind = _KINDS[name]
    try:
        device = sounddevice.query_devices(wanted or None, kind)
    except (ValueError, sounddevice.PortAudioError):
        return None
    index: int = device["index"]
    return index if device[f"max_{kind}_channels"] > 0 else None
