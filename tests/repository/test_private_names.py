"""Private names of aiortc and aioice are touched in `kiosk/media/hardening` only."""

import re
from pathlib import Path

import pytest

from tests.repository.tree import ROOT, tracked_files

PRIVATE = re.compile(r"\b_RTC[A-Za-z]+__\w+|\b(aiortc|aioice)[\w.]*\._(?!_)\w+")


def touches(text: str) -> list[str]:
    return [found.group(0) for found in PRIVATE.finditer(text)]


@pytest.mark.parametrize("text", ["x._RTCRtpReceiver__codecs", "aioice.ice._private()", "aiortc.rtp._x"])
def test_a_private_name_is_seen(text: str) -> None:
    assert touches(text)


def test_public_names_are_not() -> None:
    assert touches("from aiortc.sdp import candidate_from_sdp\naiortc.__version__") == []


def test_private_names_are_touched_in_one_place() -> None:
    home = Path("kiosk/media/hardening")
    elsewhere = {
        str(file): found
        for file in tracked_files("kiosk/*.py", "hub/*.py", "provisioning/*.py")
        if home not in file.parents and (found := touches((ROOT / file).read_text(encoding="utf-8")))
    }
    assert elsewhere == {}
