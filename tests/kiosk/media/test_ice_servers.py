"""Only servers that the hub named; one of each way to a relay, the best first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.protocol import IceServer
from kiosk.media.ice_servers import WAYS, ServersToAsk, StunServer, TurnServer, servers_for_attempt

TLS = "turns:turn.example.org:443?transport=tcp"
TCP = "turn:turn.example.org:3478?transport=tcp"
UDP = "turn:turn.example.org"
STUN = "stun:turn.example.org:3478"


def server(*urls: str) -> IceServer:
    return IceServer(urls=list(urls), username="1700000000:borne", credential="secret")


def relay(host: str, port: int, way: str) -> TurnServer:
    return TurnServer(host, port, way, "1700000000:borne", "secret")


def test_no_server_means_no_server() -> None:
    assert servers_for_attempt([], 1) == ServersToAsk()


@pytest.mark.parametrize("attempt", [1, 2, 3, 50])
def test_every_attempt_has_every_way(attempt: int) -> None:
    asked = servers_for_attempt([server(TLS, TCP), server(STUN, UDP)], attempt)
    assert asked.stun == StunServer("turn.example.org", 3478)
    assert asked.relays == (
        relay("turn.example.org", 3478, "udp"),
        relay("turn.example.org", 3478, "tcp"),
        relay("turn.example.org", 443, "tls"),
    )


def test_several_servers_are_taken_in_turn() -> None:
    servers = [server("turn:one.example.org", TLS), server("turn:two.example.org")]
    hosts = [[each.host for each in servers_for_attempt(servers, attempt).relays] for attempt in (1, 2, 3)]
    assert hosts == [[f"{name}.example.org", "turn.example.org"] for name in ("one", "two", "one")]


@pytest.mark.parametrize(
    "url",
    [
        "stuns:turn.example.org",
        "stun:turn.example.org?transport=tcp",
        "http://turn.example.org",
        "turn:",
        "turn:host:0",
        "turn:host:70000",
        "turn:host?transport=sctp",
        "turns:host?transport=udp",
        "turn:a b",
        "",
    ],
)
def test_what_cannot_be_used_is_left_out(url: str) -> None:
    assert servers_for_attempt([server(url)], 1) == ServersToAsk()


def test_addresses_and_default_ports() -> None:
    asked = servers_for_attempt([server("turn:[2001:db8::1]:3479", "turns:192.0.2.7")], 1)
    assert asked.relays == (relay("2001:db8::1", 3479, "udp"), relay("192.0.2.7", 5349, "tls"))


def test_turn_without_credentials_is_left_out() -> None:
    assert servers_for_attempt([IceServer(urls=[UDP])], 1) == ServersToAsk()


def test_the_credential_is_not_shown() -> None:
    assert "secret" not in repr(servers_for_attempt([server(UDP)], 1))


@given(
    st.lists(
        st.lists(st.sampled_from([TLS, TCP, UDP, STUN, "stun:other", "junk"]), min_size=1, max_size=4), max_size=5
    ),
    st.integers(1, 50),
)
def test_each_way_at_most_once_and_never_missing(groups: list[list[str]], attempt: int) -> None:
    asked = servers_for_attempt([server(*group) for group in groups], attempt)
    named = {url for group in groups for url in group}
    assert [each.way for each in asked.relays] == [
        way for way, url in zip(WAYS, (UDP, TCP, TLS), strict=True) if url in named
    ]
    assert (asked.stun is not None) == any(url.startswith("stun") for url in named)
