"""Which servers a peer connection may talk to: those the hub named, and no other. Pure.

aiortc uses a third party's STUN server when told nothing, and only the first TURN address when told
several. So each attempt gets an explicit list with at most one STUN and one TURN address, and successive
attempts go through the TURN addresses: UDP, then TCP, then TLS.
"""

import re
from collections.abc import Sequence

from hub.protocol import IceServer

# RFC 7064 and RFC 7065; `stuns` is left out, aiortc cannot speak it.
_ADDRESS = re.compile(
    r"(?P<scheme>stun|turn|turns):(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s?:\[\]]+)(:[0-9]{1,5})?"
    r"(\?transport=(?P<transport>udp|tcp))?"
)


def servers_for_attempt(servers: Sequence[IceServer], attempt: int) -> list[IceServer]:
    """At most one STUN and one TURN address for attempt number `attempt` (from 1). Unusable ones are left out."""
    stun: IceServer | None = None
    turn: list[tuple[int, IceServer]] = []
    for server in servers:
        for url in server.urls:
            match = _ADDRESS.fullmatch(url)
            if match is None or match["host"].startswith("["):
                continue  # aiortc's own parser takes no IPv6 literal
            single = IceServer(urls=[url], username=server.username, credential=server.credential)
            if match["scheme"] == "stun":
                if match["transport"] is None:
                    stun = stun or single
            elif server.username is not None and server.credential is not None:
                rank = _rank(match["scheme"], match["transport"])
                if rank is not None:
                    turn.append((rank, single))
    turn.sort(key=lambda ranked: ranked[0])
    chosen = [stun] if stun is not None else []
    if turn:
        chosen.append(turn[(attempt - 1) % len(turn)][1])
    return chosen


def _rank(scheme: str, transport: str | None) -> int | None:
    if scheme == "turns":
        return None if transport == "udp" else 2
    return 1 if transport == "tcp" else 0
