"""The status word of one device, told to whoever watches when it changes."""

from collections.abc import Callable

from kiosk.core.ports import DeviceStatus

StatusListener = Callable[[DeviceStatus], None]


class StatusWord:
    """Holds the word. Set from any thread; the listener is called in that thread, on change only."""

    def __init__(self, listener: StatusListener | None = None, initial: DeviceStatus = DeviceStatus.UNPLUGGED) -> None:
        self._listener = listener
        self._word = initial

    @property
    def word(self) -> DeviceStatus:
        return self._word

    def set(self, word: DeviceStatus) -> None:
        if word is self._word:
            return
        self._word = word
        if self._listener is not None:
            self._listener(word)


def status_word(text: object) -> DeviceStatus:
    """The member whose value is `text`; `failed` for anything else, so that a strange worker cannot break us."""
    return next((word for word in DeviceStatus if word.value == text), DeviceStatus.FAILED)
