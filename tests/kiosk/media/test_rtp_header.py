"""Header extensions are found and written where they are, in packets as aiortc lays them out and in any other."""

from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media import rtp_header
from kiosk.media.transport_feedback import EXTENSION_URI


def laid_out(mid: str, number_id: int) -> tuple[bytes, HeaderExtensionsMap]:
    names = HeaderExtensionsMap()
    names.configure(
        RTCRtpParameters(
            headerExtensions=[
                RTCRtpHeaderExtensionParameters(id=4, uri="urn:ietf:params:rtp-hdrext:sdes:mid"),
                RTCRtpHeaderExtensionParameters(id=2, uri="http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
                RTCRtpHeaderExtensionParameters(id=number_id, uri=EXTENSION_URI),
            ]
        )
    )
    packet = RtpPacket(payload_type=96, sequence_number=321, timestamp=1, ssrc=77, payload=b"picture")
    packet.extensions.mid = mid
    packet.extensions.abs_send_time = 5
    packet.extensions.transport_sequence_number = 0
    return packet.serialize(names), names


@given(st.text("abc", min_size=1, max_size=20), st.sampled_from([1, 3, 14, 15, 200]), st.integers(0, 0xFFFF))
def test_the_number_is_written_and_nothing_else_changes(mid: str, number_id: int, number: int) -> None:
    data, names = laid_out(mid, number_id)
    written = bytearray(data)
    assert rtp_header.write(written, number_id, number)
    assert rtp_header.write(written, 2, 0xABCDEF)
    assert rtp_header.read_number(bytes(written), number_id) == number
    packet = RtpPacket.parse(bytes(written), names)
    assert packet.extensions.transport_sequence_number == number
    assert packet.extensions.abs_send_time == 0xABCDEF
    assert packet.extensions.mid == mid
    assert packet.payload == b"picture"
    assert (rtp_header.ssrc(data), rtp_header.sequence_number(data)) == (77, 321)


def test_what_is_not_there_is_not_written() -> None:
    data, _ = laid_out("a", 3)
    assert not rtp_header.write(bytearray(data), 9, 1)
    assert rtp_header.read_number(data, 2) is None, "three bytes are no number"
    bare = RtpPacket(payload=b"x").serialize()
    assert rtp_header.extension(bare, 3) is None


@given(st.binary(max_size=60), st.integers(1, 14))
def test_noise_is_never_read_beyond_its_end(noise: bytes, identity: int) -> None:
    for data in (noise, b"\x90" + noise, b"\x90\x60" + bytes(10) + b"\xbe\xde\x00\x04" + noise):
        place = rtp_header.extension(data, identity)
        assert place is None or sum(place) <= len(data)


def test_the_payload_is_found_after_all_headers() -> None:
    data, _ = laid_out("abc", 3)
    assert data[rtp_header.payload_at(data) :] == b"picture"
    mixed = RtpPacket(payload_type=96, payload=b"picture")
    mixed.csrc = [1, 2]
    plain = mixed.serialize(HeaderExtensionsMap())
    assert plain[rtp_header.payload_at(plain) :] == b"picture"


@given(st.binary(max_size=40))
def test_no_packet_is_read_beyond_its_end(data: bytes) -> None:
    assert rtp_header.payload_at(data) <= len(data)
