"""What is mended in aioice 0.13.0: consent to go on sending, candidates that come late, several relays, their channels."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aioice import Candidate, stun
from aioice import ice as aioice_ice
from aioice import turn as aioice_turn
from aioice.candidate import candidate_foundation, candidate_priority
from aiortc import RTCDtlsTransport

from kiosk.media.hardening.names import require

CONSENT_RETRANSMISSIONS = 2
"""Consent requests sent again after 0.5 s and 1 s; answers are taken for 3.5 s."""

CHANNEL_REFRESH_S = 240.0
"""Before a permission ends (300 s, RFC 8656 section 9), which a channel outlives (600 s)."""
CHANNEL_RETRY_S = 10.0

STREAM_BACKLOG_BYTES = 16 * 1024
"""What may wait in this process for a relay over TCP or TLS; with about as much unsent in the kernel."""

_COMPONENT = 1
_HIGHEST_PREFERENCE = 65_535


def patient_consent() -> None:
    """Send consent requests (RFC 7675) again instead of counting each silence of 0.5 s as a failure.

    Upstream sends each request once with a time-out of 0.5 s: a link with a longer round trip is closed
    after 33 s. Only consent asks for `retransmissions=0`. Removed by: aioice issue 58 (retransmission of
    consent requests). Applying it twice changes nothing.
    """
    require(aioice_ice, "StunProtocol", "CONSENT_FAILURES")
    protocol = aioice_ice.StunProtocol
    require(protocol, "request")
    if getattr(protocol.request, "patient", False):
        return
    original = protocol.request

    async def request(self: Any, message: Any, addr: Any, **options: Any) -> Any:
        if options.get("retransmissions") == 0:
            options["retransmissions"] = CONSENT_RETRANSMISSIONS
        return await original(self, message, addr, **options)

    request.patient = True  # type: ignore[attr-defined]
    protocol.request = request


def connection_of(transport: RTCDtlsTransport) -> Any:
    """The aioice connection under a transport.

    Upstream hides it, and gathers once, before the answer, for up to 5 s. Removed by: trickled local candidates in
    aiortc (issue 691) and an attribute for the selected pair (W3C RTCIceTransport.getSelectedCandidatePair).
    """
    require(transport.transport, "_connection")
    return transport.transport._connection


async def reflexive_candidates(connection: Any, server: tuple[str, int]) -> list[Candidate]:
    """Our addresses as the STUN server sees them (RFC 8445 section 5.1.1.2), one per IPv4 socket that got an answer.

    Args:
        connection: from `connection_of`, gathered.
        server: numeric address and port: upstream resolves names in the executor that encodes sound and picture.
    """
    require(connection, "_protocols", "_local_candidates")
    hosts = [each for each in connection._protocols if each.local_candidate.type == "host"]
    asked = [
        aioice_ice.server_reflexive_candidate(each, server) for each in hosts if ":" not in each.local_candidate.host
    ]
    answers = await asyncio.gather(*asked, return_exceptions=True)
    found = [answer[0] for answer in answers if not isinstance(answer, BaseException)]
    known = {(each.host, each.port) for each in connection._local_candidates}
    found = [each for each in found if (each.host, each.port) not in known]
    connection._local_candidates += found
    return found


@dataclass(frozen=True)
class Relay:
    """An allocation on a TURN server, in use by a connection as one of its local candidates."""

    candidate: Candidate
    _inner: Any

    async def keep_bound(self) -> None:
        """Bind the channels again before their permissions end, for as long as the relay lives.

        Upstream binds them again every 500 s of wall clock, while packets wait for the answer; permissions end after 300 s.
        """
        while not self._inner.transport.is_closing():
            await asyncio.sleep(CHANNEL_REFRESH_S)
            for channel, address in list(self._inner.channel_to_peer.items()):
                while not self._inner.transport.is_closing():
                    try:
                        await self._inner.channel_bind(channel, address)
                        break
                    except (ConnectionError, stun.TransactionError):
                        await asyncio.sleep(CHANNEL_RETRY_S)


async def open_relay(
    connection: Any,
    server: tuple[str, int],
    transport: str,
    credentials: tuple[str, str],
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context,
) -> Relay:
    """Get an address on a TURN server and use it in `connection` as one more local candidate, even while it connects.

    Upstream takes one TURN server per connection, and only before the answer. Removed by: aioice taking a list of servers,
    and local candidates after `connect` (RFC 8838).

    Args:
        connection: from `connection_of`, gathered; it closes the relay with its other sockets.
        server: name (checked against the certificate over TLS) or address, and port.
        transport: "udp", "tcp" or "tls".
        credentials: user name and password.
        tls: makes the context that the server's certificate is checked with; the system's authorities.

    Raises:
        OSError: no connection, or a certificate that is not the server's.
        aioice.stun.TransactionError: no answer, or refused.
        ConnectionError: the connection was closed meanwhile.
    """
    require(connection, "_protocols", "_local_candidates", "_closing")
    endpoint, protocol = await aioice_turn.create_turn_endpoint(
        lambda: aioice_ice.StunProtocol(connection),
        server_addr=server,
        username=credentials[0],
        password=credentials[1],
        channel_refresh_time=float("inf"),  # `Relay.keep_bound` does it
        ssl=tls() if transport == "tls" else None,
        transport="udp" if transport == "udp" else "tcp",
    )
    require(endpoint, "_TurnTransport__inner_protocol")
    inner = endpoint._TurnTransport__inner_protocol
    require(inner, "peer_to_channel", "channel_to_peer", "channel_bind", "_send", "transport")
    if transport != "udp":
        _drop_when_full(inner)
    _send_without_tasks(endpoint, inner)
    _leave_at_once(inner, is_stream=transport != "udp")
    host, port = endpoint.get_extra_info("sockname")
    related = endpoint.get_extra_info("related_address")
    rank = ("udp", "tcp", "tls").index(transport)
    protocol.local_candidate = Candidate(
        # Relays over different transports have different foundations (RFC 8445 section 5.1.1.3).
        foundation=candidate_foundation("relay", transport, host),
        component=_COMPONENT,
        transport="udp",
        priority=candidate_priority(_COMPONENT, "relay", _HIGHEST_PREFERENCE - rank),
        host=host,
        port=port,
        type="relay",
        related_address=related[0],
        related_port=related[1],
    )
    protocol.relay_transport = transport
    protocol.relay_inner = inner
    if connection._closing:
        await protocol.close()
        raise ConnectionError("closed meanwhile")
    connection._protocols.append(protocol)
    connection._local_candidates.append(protocol.local_candidate)
    _pair(connection)
    return Relay(protocol.local_candidate, inner)


def _pair(connection: Any) -> None:
    """Check the new candidate against what is known of the other side; `connect` goes through the pairs itself."""
    require(connection, "_check_list_done", "_remote_candidates", "_pair_remote_candidate", "sort_check_list")
    if not connection._check_list_done:
        for remote in list(connection._remote_candidates):
            connection._pair_remote_candidate(remote)
        connection.sort_check_list()


def _drop_when_full(inner: Any) -> None:
    """Over TCP, drop media instead of queueing it: what waits a second in a buffer is worth nothing when it arrives.

    Upstream writes all into the stream's buffer, which has no limit. Removed by: a limit in aioice. libwebrtc drops too.
    """
    original = inner._send
    stream = inner.transport.get_extra_info("socket")
    with contextlib.suppress(OSError, AttributeError):
        stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, STREAM_BACKLOG_BYTES)

    def send(data: bytes) -> None:
        if aioice_turn.is_channel_data(data) and inner.transport.get_write_buffer_size() > STREAM_BACKLOG_BYTES:
            return
        original(data)

    inner._send = send


def _send_without_tasks(endpoint: Any, inner: Any) -> None:
    """Write to a bound channel at once. Upstream makes a task for each packet; removed by: the same short cut there."""
    original = endpoint.sendto

    def sendto(data: bytes, address: tuple[str, int]) -> None:
        channel = inner.peer_to_channel.get(address)
        if channel is None or inner.transport.is_closing():
            original(data, address)
        else:
            inner._send(struct.pack("!HH", channel, len(data)) + data)

    endpoint.sendto = sendto


def _leave_at_once(inner: Any, *, is_stream: bool) -> None:
    """Give the allocation back with one packet, or by ending the stream, and close without waiting for an answer.

    Upstream asks for up to a minute when the path is dead, and what replaces the connection waits for it. Removed by: a
    time limit there. An allocation whose goodbye is lost ends by itself (RFC 8656 section 8).
    """

    async def delete() -> None:
        if inner.refresh_task is not None:
            inner.refresh_task.cancel()
            inner.refresh_task = None
        if inner.transport.is_closing():
            return
        if is_stream:
            inner.transport.abort()
            return
        request = stun.Message(message_method=stun.Method.REFRESH, message_class=stun.Class.REQUEST)
        request.attributes["LIFETIME"] = 0
        inner._TurnClientMixin__add_authentication(request)
        inner._send(bytes(request))
        inner.transport.close()

    inner.delete = delete


@dataclass(frozen=True)
class Path:
    """The two candidates in use."""

    local_kind: str
    """host or relay: a reflexive address is used from its host socket."""
    remote_kind: str
    transport: str
    """udp, tcp or tls: how packets leave this machine."""
    local_address: str
    """Of this machine."""

    def __str__(self) -> str:
        return f"{self.local_kind}-{self.remote_kind} {self.transport}"


def path(connection: Any) -> Path | None:
    """What the connection uses now; None while it has not connected. No public statistic has it."""
    require(connection, "_nominated")
    pair = connection._nominated.get(_COMPONENT)
    if pair is None:
        return None
    local, remote = pair.local_candidate, pair.remote_candidate
    if local.type == "relay":
        socket_name = pair.protocol.relay_inner.transport.get_extra_info("sockname")
        return Path(local.type, remote.type, pair.protocol.relay_transport, socket_name[0])
    return Path(local.type, remote.type, "udp", local.host)


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aioice_ice, "StunProtocol", "CONSENT_FAILURES", "server_reflexive_candidate")
    require(aioice_ice.StunProtocol, "request")
    require(aioice_turn, "create_turn_endpoint", "is_channel_data")
    require(aioice_turn.TurnTransport, "sendto", "get_extra_info")
    require(aioice_turn.TurnClientMixin, "channel_bind", "delete", "_TurnClientMixin__add_authentication")
    require(aioice_ice.Connection, "_pair_remote_candidate", "sort_check_list")
