"""PortAudio itself: entered by one thread at a time, and never waited for without end.

Behind a sound server that hangs, PortAudio waits as long as the server does. And when a server dies while PortAudio
recovers from an underrun, its thread may turn in a loop for ever (its issue 1037, mended after 19.7). A stream that
does not end is left to the thread that ends it; meanwhile the library itself is not ended, for it would wait too.
"""

import atexit
import contextlib
import threading
from collections.abc import Callable, Iterator

import sounddevice

ENTER_WITHIN_S = 5.0
"""Opening a device through a sound server that works takes half a second, listing all of them too."""

_inside = threading.Lock()
_counting = threading.Lock()
_left: set[threading.Thread] = set()
"""Threads that still end a stream nobody waits for any more."""


class PortAudioStuckError(Exception):
    """Another thread does not come back from PortAudio."""


@contextlib.contextmanager
def portaudio() -> Iterator[None]:
    """To hold while devices are opened, closed or listed.

    Raises:
        PortAudioStuckError: another thread is in there and does not come back.
    """
    if not _inside.acquire(timeout=ENTER_WITHIN_S):
        raise PortAudioStuckError
    try:
        yield
    finally:
        _inside.release()


def end_within(stop: Callable[[], None], close: Callable[[], None], seconds: float, name: str) -> bool:
    """End a stream in a thread of its own; False: it was left to that thread after `seconds`.

    Args:
        stop: ends the stream's thread; it concerns this stream alone, and others may enter PortAudio meanwhile.
        close: lets go of the device.
        name: of the thread.
    """

    def end() -> None:
        with contextlib.suppress(sounddevice.PortAudioError):
            stop()
        with _inside, contextlib.suppress(sounddevice.PortAudioError):
            close()
        with _counting:
            ended.set()
            if ender in _left:
                _left.remove(ender)
                if not _left:
                    atexit.register(sounddevice._exit_handler)

    ended = threading.Event()
    ender = threading.Thread(target=end, name=name, daemon=True)
    ender.start()
    ended.wait(seconds)
    with _counting:
        if ended.is_set():
            return True
        _left.add(ender)
        # It ends the library, which waits for its streams.
        atexit.unregister(sounddevice._exit_handler)
    return False


def look_again() -> None:
    """Make PortAudio list the devices anew, which it does only once by itself; within `portaudio()`, no stream open."""
    with _counting:
        if _left:
            return
    with contextlib.suppress(sounddevice.PortAudioError):
        sounddevice._terminate()
    with contextlib.suppress(sounddevice.PortAudioError):
        sounddevice._initialize()
