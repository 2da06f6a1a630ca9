"""What a firewall stops, and how it refuses."""

import socket
import struct

import pytest

from tests.links.filters import TCP, UDP, Filter, checksum, reset_for

HOST, OTHER = socket.inet_aton("10.99.0.3"), socket.inet_aton("10.99.0.1")
ICMP = 1


@pytest.mark.parametrize(
    ("rule", "protocol", "host", "port", "stopped"),
    [
        (Filter(), ICMP, HOST, None, True),
        (Filter(protocol="udp"), UDP, HOST, 3478, True),
        (Filter(protocol="udp"), TCP, HOST, 3478, False),
        (Filter(protocol="udp"), ICMP, HOST, None, False),
        (Filter(host="10.99.0.3"), TCP, HOST, 1, True),
        (Filter(host="10.99.0.3"), TCP, OTHER, 1, False),
        (Filter(protocol="tcp", port=443), TCP, HOST, 443, True),
        (Filter(protocol="tcp", port=443), TCP, HOST, 80, False),
        (Filter(protocol="tcp", but_port=443), TCP, HOST, 443, False),
        (Filter(protocol="tcp", but_port=443), TCP, HOST, 80, True),
    ],
)
def test_what_is_in_the_way(rule: Filter, protocol: int, host: bytes, port: int | None, stopped: bool) -> None:
    assert rule.stops(protocol, host, port) is stopped


def test_an_unknown_protocol_is_refused() -> None:
    with pytest.raises(ValueError, match="no such protocol"):
        Filter(protocol="sctp")


def tcp_packet(flags: int, *, sequence: int = 1000, acknowledged: int = 0, data: bytes = b"") -> bytes:
    source, destination = socket.inet_aton("10.98.0.2"), HOST
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 40 + len(data), 0, 0, 64, TCP, 0, source, destination)
    return header + struct.pack("!HHIIHHHH", 40000, 3478, sequence, acknowledged, 5 << 12 | flags, 0, 0, 0) + data


def test_a_request_to_connect_is_answered_with_a_reset() -> None:
    answer = reset_for(tcp_packet(0x02, sequence=0xFFFFFFFF))
    assert answer is not None
    assert (answer[12:16], answer[16:20]) == (HOST, socket.inet_aton("10.98.0.2"))
    source_port, destination_port, sequence, acknowledged, flags, *_ = struct.unpack_from("!HHIIH", answer, 20)
    assert (source_port, destination_port) == (3478, 40000)
    assert (sequence, acknowledged, flags & 0x3F) == (0, 0, 0x14), "the SYN counts as one byte, and numbers wrap"
    assert checksum(answer[:20]) == b"\0\0"
    assert checksum(answer[12:20] + struct.pack("!BBH", 0, TCP, 20) + answer[20:]) == b"\0\0"


def test_what_belongs_to_a_connection_is_answered_with_the_number_it_expects() -> None:
    answer = reset_for(tcp_packet(0x18, acknowledged=5555, data=b"hello"))
    assert answer is not None
    assert struct.unpack_from("!I", answer, 24) == (5555,)
    assert struct.unpack_from("!H", answer, 32)[0] & 0x3F == 0x04


def test_a_reset_is_not_answered() -> None:
    assert reset_for(tcp_packet(0x04)) is None
