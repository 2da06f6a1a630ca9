"""Only servers that the hub named, one TURN address per attempt, UDP before TCP before TLS."""

import pytest
from aiortc import RTCConfiguration, RTCPeerConnection
from aiortc.rtcicetransport import connection_kwargs
from hypothesis import given
from hypothesis import strategies as st

from hub.protocol import IceServer
from kiosk.media.ice_servers import servers_for_attempt

TLS = "turns:turn.example.org:443?transport=tcp"
TCP = "turn:turn.example.org:3478?transport=tcp"
UDP = "turn:turn.example.org:3478?transport=udp"
STUN = "stun:turn.example.org:3478"


def server(*urls: str) -> IceServer:
    return IceServer(urls=list(urls), username="1700000000:borne", credential="secret")


def chosen(servers: list[IceServer], attempt: int) -> list[str]:
    return [url for each in servers_for_attempt(servers, attempt) for url in each.urls]


def test_no_server_means_no_server() -> None:
    assert servers_for_attempt([], 1) == []
    connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
    assert connection_kwargs([]) == {}
    transceiver = connection.addTransceiver("audio")
    ice = transceiver.receiver.transport.transport.iceGatherer._connection
    assert (ice.stun_server, ice.turn_server) == (None, None)


@pytest.mark.parametrize(
    ("attempt", "expected"), [(1, UDP), (2, TCP), (3, TLS), (4, UDP), (5, TCP), (6, TLS), (100, UDP)]
)
def test_attempts_go_through_the_addresses(attempt: int, expected: str) -> None:
    assert chosen([server(TLS, TCP), server(STUN, UDP)], attempt) == [STUN, expected]


@pytest.mark.parametrize(
    "url",
    [
        "stuns:turn.example.org",
        "http://turn.example.org",
        "turn:",
        "turn:host?transport=sctp",
        "turns:host?transport=udp",
        "turn:[2001:db8::1]:3478",
        "turn:a b",
        "",
    ],
)
def test_what_cannot_be_used_is_left_out(url: str) -> None:
    assert servers_for_attempt([server(url)], 1) == []


def test_turn_without_credentials_is_left_out() -> None:
    assert servers_for_attempt([IceServer(urls=[UDP])], 1) == []


@given(
    st.lists(
        st.lists(st.sampled_from([TLS, TCP, UDP, STUN, "stun:other", "junk"]), min_size=1, max_size=4), max_size=5
    ),
    st.integers(1, 50),
)
def test_aiortc_takes_all_that_is_chosen_and_nothing_else(groups: list[list[str]], attempt: int) -> None:
    urls = chosen([server(*group) for group in groups], attempt)
    assert len([url for url in urls if url.startswith("turn")]) <= 1
    assert len([url for url in urls if url.startswith("stun")]) <= 1
    assert set(urls) <= {url for group in groups for url in group}
    assert any(url.startswith("turn") for url in urls) == any(url.startswith("turn") for g in groups for url in g)
