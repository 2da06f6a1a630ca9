"""The other side may protect its pictures when it offers to; we send ours as before."""

from typing import Any

from aiortc import RTCConfiguration, RTCPeerConnection, RTCRtpSender, RTCSessionDescription

from kiosk.media.hardening import protected_pictures, set_up
from kiosk.media.protection import Formats

TYPES = (protected_pictures.RED_TYPE, protected_pictures.ULPFEC_TYPE)


async def offered() -> tuple[RTCPeerConnection, RTCPeerConnection, str]:
    """A station and its offer of one picture, and a kiosk that is ready to take it."""
    set_up()
    station, kiosk = (RTCPeerConnection(RTCConfiguration(iceServers=[])) for _ in range(2))
    for connection in (station, kiosk):
        connection.addTransceiver("video")
    await station.setLocalDescription(await station.createOffer())
    return station, kiosk, station.localDescription.sdp


async def test_protection_is_negotiated_with_the_types_of_the_offer_behind_the_pictures() -> None:
    station, kiosk, offer = await offered()
    theirs = Formats(red=114, ulpfec=115)
    for ours, number in zip(TYPES, (theirs.red, theirs.ulpfec), strict=True):
        offer = offer.replace(f"a=rtpmap:{ours} ", f"a=rtpmap:{number} ").replace(f" {ours}\r\n", f" {number}\r\n")
    offer = offer.replace(f" {TYPES[0]} {theirs.ulpfec}\r\n", f" {theirs.red} {theirs.ulpfec}\r\n")
    await kiosk.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
    assert protected_pictures.formats(kiosk) == theirs
    answer = await kiosk.createAnswer()
    formats = {line.split()[0][9:]: line.split()[1] for line in answer.sdp.splitlines() if "a=rtpmap" in line}
    assert formats[str(theirs.red)] == "red/90000"
    assert formats[str(theirs.ulpfec)] == "ulpfec/90000"
    sent: Any = kiosk.getTransceivers()[0]
    assert sent._codecs[0].mimeType == "video/VP8"
    for connection in (station, kiosk):
        await connection.close()


async def test_one_that_offers_no_protection_is_not_asked_for_it() -> None:
    station, kiosk, offer = await offered()
    bare = "\r\n".join(line for line in offer.splitlines() if not any(f"a=rtpmap:{each} " in line for each in TYPES))
    await kiosk.setRemoteDescription(RTCSessionDescription(sdp=bare + "\r\n", type="offer"))
    assert protected_pictures.formats(kiosk) is None
    for connection in (station, kiosk):
        await connection.close()


def test_it_is_known_once() -> None:
    set_up()
    protected_pictures.take_protection()
    known = [codec.mimeType for codec in RTCRtpSender.getCapabilities("video").codecs]
    assert [known.count(each) for each in protected_pictures.FORMATS] == [1, 1]
