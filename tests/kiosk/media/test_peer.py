"""Descriptions and candidates that cannot be used are refused; nothing of them breaks the engine."""

import pytest

from hub.protocol import Candidate, Description, IceServer
from kiosk.media.engine import MediaStopped
from kiosk.media.peer import PeerRefused
from tests.kiosk.media.conftest import Kiosk

MEDIA = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n"


@pytest.mark.parametrize(
    "description",
    [
        Description(type="offer", sdp=""),
        Description(type="offer", sdp="not a description"),
        Description(type="offer", sdp=MEDIA),
        Description(type="answer", sdp=MEDIA),
        Description(type="offer", sdp="v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" + MEDIA),
        Description(type="offer", sdp="v=0\r\n" + MEDIA + "a=rtpmap:111\r\na=fingerprint:\r\na=ssrc:x\r\n"),
        Description(type="offer", sdp="v=0\r\n" + MEDIA + MEDIA + MEDIA),
    ],
)
async def test_a_description_that_cannot_be_answered_is_refused(kiosk: Kiosk, description: Description) -> None:
    with pytest.raises(PeerRefused) as refused:
        await kiosk.engine.answer(1, description, [IceServer(urls=["junk"])])
    assert "a=" not in str(refused.value)
    assert not await kiosk.engine.send_control("hello")
    assert not await kiosk.engine.send_chunk(b"x" * 100)
    assert kiosk.news.states == []


async def test_what_is_not_for_us_is_ignored(kiosk: Kiosk) -> None:
    await kiosk.engine.add_candidate(3, Candidate(candidate="nonsense", sdpMid="0"))
    kiosk.engine.set_muted(camera=True, microphone=True)
    await kiosk.engine.close()
    await kiosk.engine.close()


async def test_an_engine_that_does_not_run_says_so(kiosk: Kiosk) -> None:
    await kiosk.engine.stop()
    await kiosk.engine.stop()
    with pytest.raises(MediaStopped):
        await kiosk.engine.send_control("hello")
    await kiosk.engine.close()
    kiosk.engine.set_muted(camera=False, microphone=False)
    kiosk.engine.start()
    assert not await kiosk.engine.send_control("hello")
