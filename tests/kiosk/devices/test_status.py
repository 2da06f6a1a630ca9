"""The status word of a device."""

import pytest

from kiosk.core.ports import DeviceStatus
from kiosk.devices.status import StatusWord, status_word


def test_a_device_is_unplugged_until_somebody_saw_it() -> None:
    assert StatusWord().word is DeviceStatus.UNPLUGGED
    assert StatusWord(initial=DeviceStatus.READY).word is DeviceStatus.READY


def test_the_listener_hears_changes_only_and_reads_the_new_word() -> None:
    heard: list[tuple[DeviceStatus, DeviceStatus]] = []
    status = StatusWord(lambda word: heard.append((word, status.word)))
    for word in (DeviceStatus.UNPLUGGED, DeviceStatus.READY, DeviceStatus.READY, DeviceStatus.JAMMED):
        status.set(word)
    assert heard == [(DeviceStatus.READY, DeviceStatus.READY), (DeviceStatus.JAMMED, DeviceStatus.JAMMED)]


def test_nobody_has_to_listen() -> None:
    status = StatusWord()
    status.set(DeviceStatus.BUSY)
    assert status.word is DeviceStatus.BUSY


@pytest.mark.parametrize("word", list(DeviceStatus))
def test_a_worker_says_its_word_as_text(word: DeviceStatus) -> None:
    assert status_word(word.value) is word


@pytest.mark.parametrize("text", ["", "READY", "on fire", None, 0, ["ready"], {"ready": 1}])
def test_a_strange_word_is_a_failure(text: object) -> None:
    assert status_word(text) is DeviceStatus.FAILED
