"""Our other addresses: as a STUN server sees us, and on TURN servers; told to the station one by one as they are found.

The answer leaves at once with the addresses of this machine. The servers are asked meanwhile, all for the same connection:
UDP at once; TCP then TLS shortly after, each with a head start for the better ways, and only while nothing has connected, much
later once a better way to a relay is open. So a site that lets nothing but TLS through waits for half a second and some round trips, and a
good link never opens a relay over TCP.
What arrives later is told by trickle (RFC 8838).
"""

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from aioice import Candidate as FoundCandidate
from aioice.stun import TransactionError

from hub.logbook import record
from kiosk.journal import Event
from kiosk.media.hardening import ice
from kiosk.media.ice_servers import ServersToAsk, StunServer, TurnServer

HEAD_START_S = {"udp": 0.0, "tcp": 0.25, "tls": 0.4}
"""A direct path has connected by then, or a relay over UDP is open, unless the round trip is long: then a socket is opened
in vain. More would be waited for by whoever stands at a site that blocks UDP."""
RELAYED_S = 1.0
"""With a relay open, so much more for the call to connect through it before a worse way is opened."""
GIVE_UP_S = 12.0
"""For one server: names, TLS and two STUN exchanges on a link of 600 ms that loses packets take 5 s."""

logger = logging.getLogger(__name__)


class Gathering:
    """Of one peer connection, which must have its host candidates.

    Args:
        connection: from `hardening.ice.connection_of`.
        servers: what to ask.
        tell: called with each candidate as text (RFC 8839, "candidate:...").
    """

    def __init__(self, connection: Any, servers: ServersToAsk, tell: Callable[[str], None]) -> None:
        self._connection = connection
        self._servers = servers
        self._tell = tell
        self._relayed = False
        """A relay is open, over the best way that passes."""

    async def run(self) -> None:
        """Ask all servers; then keep the relays usable until cancelled."""
        work: list[Awaitable[None]] = [self._relay(server) for server in self._servers.relays]
        if self._servers.stun is not None:
            work.append(self._reflexive(self._servers.stun))
        await asyncio.gather(*work)

    async def _reflexive(self, server: StunServer) -> None:
        try:
            async with asyncio.timeout(GIVE_UP_S):
                address = await _numeric(server)
                found = await ice.reflexive_candidates(self._connection, address)
        except (OSError, TimeoutError):
            record(logger, Event.STUN_SILENT, level=logging.WARNING)
            return
        for each in found:
            self._found(each)

    async def _relay(self, server: TurnServer) -> None:
        await asyncio.sleep(HEAD_START_S[server.way])
        if self._relayed:
            await asyncio.sleep(RELAYED_S)
        if server.way != "udp" and ice.path(self._connection) is not None:
            return
        try:
            async with asyncio.timeout(GIVE_UP_S):
                relay = await ice.open_relay(
                    self._connection, (server.host, server.port), server.way, (server.username, server.credential)
                )
        except (OSError, TimeoutError, TransactionError, ValueError) as error:
            # ValueError: an address in an answer that makes no sense. The class alone: its text may hold addresses.
            record(logger, Event.RELAY_UNUSABLE, level=logging.WARNING, way=server.way, reason=type(error).__name__)
            return
        self._relayed = True
        record(logger, Event.RELAY_READY, way=server.way)
        self._found(relay.candidate)
        await relay.keep_bound()

    def _found(self, candidate: FoundCandidate) -> None:
        self._tell(f"candidate:{candidate.to_sdp()}")


async def _numeric(server: StunServer) -> tuple[str, int]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(server.host, server.port, family=socket.AF_INET, type=socket.SOCK_DGRAM)
    host, port = found[0][4][:2]
    return str(host), int(port)
