"""Which servers a peer connection may talk to: those the hub named, and no other. Pure.

aiortc uses a third party's STUN server when told nothing, and one TURN server at most: it is told that there is none, and
`gathering` asks those named here. One STUN server, and one TURN server per way to it: UDP, TCP, TLS. Where the hub names several
servers for one way, successive attempts take each in turn.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.protocol import IceServer

# RFC 7064 and RFC 7065. `stuns` is left out: our STUN is UDP.
_ADDRESS = re.compile(
    r"(?P<scheme>stun|turn|turns):(\[(?P<ipv6>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s?:\[\]]+))(:(?P<port>[0-9]{1,5}))?"
    r"(\?transport=(?P<transport>udp|tcp))?"
)
_PORT, _TLS_PORT = 3478, 5349
WAYS = ("udp", "tcp", "tls")
"""To a TURN server, the best first."""


@dataclass(frozen=True)
class StunServer:
    """Says which address we have; `host` is a name or an address."""

    host: str
    port: int


@dataclass(frozen=True)
class TurnServer:
    """Relays our packets. `way` is one of `WAYS`."""

    host: str
    port: int
    way: str
    username: str = field(repr=False)
    credential: str = field(repr=False)


@dataclass(frozen=True)
class ServersToAsk:
    """Of one attempt; the relays in the order of `WAYS`, at most one of each."""

    stun: StunServer | None = None
    relays: tuple[TurnServer, ...] = ()


def servers_for_attempt(servers: Sequence[IceServer], attempt: int) -> ServersToAsk:
    """What attempt number `attempt` (from 1) asks. Addresses that cannot be used are left out."""
    stun: list[StunServer] = []
    turn: dict[str, list[TurnServer]] = {way: [] for way in WAYS}
    for server in servers:
        for url in server.urls:
            match = _ADDRESS.fullmatch(url)
            if match is None or not 0 < (port := _port(match)) < 65_536:
                continue
            host = match["ipv6"] or match["host"]
            if match["scheme"] == "stun":
                if match["transport"] is None:
                    stun.append(StunServer(host, port))
            elif server.username is not None and server.credential is not None:
                way = _way(match["scheme"], match["transport"])
                if way is not None:
                    turn[way].append(TurnServer(host, port, way, server.username, server.credential))
    return ServersToAsk(
        stun[(attempt - 1) % len(stun)] if stun else None,
        tuple(turn[way][(attempt - 1) % len(turn[way])] for way in WAYS if turn[way]),
    )


def _port(match: re.Match[str]) -> int:
    if match["port"]:
        return int(match["port"])
    return _TLS_PORT if match["scheme"] == "turns" else _PORT


def _way(scheme: str, transport: str | None) -> str | None:
    if scheme == "turns":
        return None if transport == "udp" else "tls"
    return transport or "udp"
