"""The voice and the pictures of one connection are taken together, and only the streams that belong together."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcrtpreceiver import RemoteStreamTrack
from aiortc.rtp import RtcpSenderInfo, RtcpSrPacket, RtpPacket

from kiosk.core.ports import MediaFigures
from kiosk.media.incoming import Incoming
from kiosk.media.protection import Formats
from tests.kiosk.media.conftest import Screen
from tests.kiosk.media.protecting import protection, rtp, wrapped

CODEC = RTCRtpCodecParameters(mimeType="video/VP8", clockRate=90_000, payloadType=97)
FACE, AGAIN, VOICE = 7, 8, 9
RED, ULPFEC = 104, 106


@pytest_asyncio.fixture
async def connection() -> AsyncIterator[RTCPeerConnection]:
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    for kind in ("audio", "video", "video"):
        connection.addTransceiver(kind)
    yield connection
    await connection.close()


def taken(connection: RTCPeerConnection) -> Incoming:
    incoming = Incoming(Screen(), asyncio.get_running_loop().time)
    voice, face, screen = (each.receiver for each in connection.getTransceivers())
    incoming.take_sound(voice)
    incoming.take_pictures(face)
    incoming.take_pictures(screen)
    return incoming


async def receive(receiver: Any, number: int, ssrc: int = FACE) -> None:
    receiver._RTCRtpReceiver__codecs[97] = CODEC
    payload = b"\x10\x00" if number == 0 else b"\x10\x01"
    packet = RtpPacket(payload_type=97, sequence_number=number, timestamp=number * 3_000, marker=1, payload=payload)
    packet.ssrc = ssrc
    await receiver._handle_rtp_packet(packet, arrival_time_ms=0)


async def report(receiver: Any, ssrc: int, rtp_timestamp: int) -> None:
    info = RtcpSenderInfo(ntp_timestamp=1_000 << 32, rtp_timestamp=rtp_timestamp, packet_count=0, octet_count=0)
    await receiver._handle_rtcp_packet(RtcpSrPacket(ssrc=ssrc, sender_info=info))


async def test_nothing_is_claimed_before_anything_came(connection: RTCPeerConnection) -> None:
    figures = MediaFigures(peer_no=1, state="connecting", **taken(connection).figures())
    assert (figures.received_bps, figures.frames_shown, figures.packets_asked_again) == (0, 0, 0)
    assert (figures.received_loss, figures.received_height, figures.sound_ahead_s) == (None, None, None)


async def test_what_comes_is_counted(connection: RTCPeerConnection) -> None:
    incoming = taken(connection)
    face: Any = connection.getTransceivers()[1].receiver
    for number in (0, 1, 2, 5, 6):
        await receive(face, number)
    figures = MediaFigures(peer_no=1, state="connected", **incoming.figures())
    assert figures.received_bps == 8 * 10 / 2
    assert figures.received_loss == 2 / 7
    incoming.drop_backlogs()
    assert face._RTCRtpReceiver__decoder_queue.empty()


async def test_a_lost_packet_is_rebuilt_for_the_stream_it_belongs_to(connection: RTCPeerConnection) -> None:
    incoming = taken(connection)
    _, face, screen = (each.receiver for each in connection.getTransceivers())
    await receive(face, 0)
    await receive(screen, 0, ssrc=AGAIN)
    sent = [rtp(number, b"\x10\x01", payload_type=97, timestamp=number * 3_000, ssrc=FACE) for number in range(1, 4)]
    incoming.after_rtp(sent[0])
    incoming.rebuild_lost(None, ())
    incoming.after_rtp(sent[0])
    incoming.rebuild_lost(Formats(RED, ULPFEC), ())
    for number in (1, 3):
        await receive(face, number)
        incoming.after_rtp(wrapped(sent[number - 1], RED))
    assert incoming.figures()["packets_rebuilt"] == 0
    incoming.after_rtp(wrapped(rtp(4, protection(sent), payload_type=ULPFEC, ssrc=FACE), RED))
    assert [intake.packets_rebuilt for intake in incoming._intakes] == [1, 0]
    assert [intake.frames for intake in incoming._intakes] == [4, 1]
    assert incoming.figures()["packets_rebuilt"] == 1


async def test_only_the_reports_of_face_and_voice_set_their_clocks(connection: RTCPeerConnection) -> None:
    incoming = taken(connection)
    voice, face, screen = (each.receiver for each in connection.getTransceivers())
    lips = incoming._lips
    await report(face, FACE, 500)
    assert lips.picture_clock.sent_s(500) is None, "no picture has shown yet which stream is the face"
    await receive(face, 0)
    await report(face, AGAIN, 900)
    await report(screen, FACE, 700)
    assert lips.picture_clock.sent_s(500) is None
    await report(face, FACE, 500)
    await report(voice, VOICE, 600)
    assert lips.picture_clock.sent_s(500) == 1_000.0
    assert lips.voice_clock.sent_s(600) == 1_000.0


async def test_each_stream_has_its_work(connection: RTCPeerConnection) -> None:
    incoming = taken(connection)
    for transceiver in connection.getTransceivers():
        transceiver.receiver._track = RemoteStreamTrack(kind=transceiver.kind)
    work = list(incoming.work(connection.getTransceivers(), lambda: 0.1))
    for each in work:
        each.close()
    assert len(work) == 5
