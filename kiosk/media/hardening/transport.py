"""What is mended in the transports of aiortc 1.16.0: transport-wide feedback, and a door in front of all that leaves."""

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from aiortc import RTCDtlsTransport, RTCPeerConnection, RTCRtpReceiver, RTCRtpSender, RTCSctpTransport
from aiortc import codecs as aiortc_codecs
from aiortc.rtcrtpparameters import RTCRtcpFeedback, RTCRtpHeaderExtensionParameters
from aiortc.rtp import HeaderExtensions, HeaderExtensionsMap

from kiosk.media.hardening.names import require
from kiosk.media.transport_feedback import EXTENSION_URI

SEND_TIME_URI = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
NUMBER_ID = 5
"""Ours in an offer; an answer takes the id of the offer."""
OPUS_PARAMETERS = {"minptime": 10, "useinbandfec": 1}
"""The browser sends redundancy only if we say that we use it."""

DTLS_NAMES = (
    "_send_rtp",
    "_send_data",
    "_handle_rtcp_data",
    "_handle_rtp_data",
    "_state",
    "_RTCDtlsTransport__rx_packets",
)
SCTP_NAMES = ("_srtt", "_cwnd", "_flight_size")


def offer_transport_feedback() -> None:
    """Negotiate transport-wide feedback and Opus redundancy, in the whole process.

    Upstream knows the extension but never negotiates it, and only understands REMB, which current browsers
    answer as a last resort. Removed by: aiortc pull request 1411. Applying it twice changes nothing.
    """
    feedback = RTCRtcpFeedback(type="transport-cc")
    for kind, extensions in aiortc_codecs.HEADER_EXTENSIONS.items():
        if all(extension.uri != EXTENSION_URI for extension in extensions):
            extensions.append(RTCRtpHeaderExtensionParameters(id=NUMBER_ID, uri=EXTENSION_URI))
        for codec in aiortc_codecs.CODECS[kind]:
            if codec.mimeType == "audio/opus":
                codec.parameters.update(OPUS_PARAMETERS)
            if codec.mimeType in ("audio/opus", "video/VP8") and feedback not in codec.rtcpFeedback:
                codec.rtcpFeedback.append(feedback)


def extension_ids(connection: RTCPeerConnection) -> tuple[int | None, int | None]:
    """Negotiated ids of the transport number and of the sending time; None: not negotiated.

    No public attribute of a transceiver tells its header extensions.
    """
    found: dict[str, int] = {}
    for transceiver in connection.getTransceivers():
        require(transceiver, "_headerExtensions")
        for extension in transceiver._headerExtensions:
            found.setdefault(extension.uri, extension.id)
    return found.get(EXTENSION_URI), found.get(SEND_TIME_URI)


class _NumberedMap(HeaderExtensionsMap):
    """Leaves room for the transport number in each packet; the number itself is written when it leaves."""

    def set(self, values: HeaderExtensions) -> tuple[int, bytes]:
        values.transport_sequence_number = 0
        return super().set(values)


def leave_room_for_numbers(sender: RTCRtpSender) -> None:
    """Make `sender` put the transport number's extension in its packets. Call it before the sender starts."""
    require(sender, "_RTCRtpSender__rtp_header_extensions_map")
    sender._RTCRtpSender__rtp_header_extensions_map = _NumberedMap()  # type: ignore[attr-defined]


def silence_receiver_estimate(receivers: Iterable[RTCRtpReceiver]) -> None:
    """Send no REMB: one guess per received stream, it would hold back a browser that knows better."""
    for receiver in receivers:
        require(receiver, "_RTCRtpReceiver__remote_bitrate_estimator")
        receiver._RTCRtpReceiver__remote_bitrate_estimator = None  # type: ignore[attr-defined]


class Traffic(Protocol):
    """Who decides when a packet leaves, and hears of what arrives."""

    async def send_rtp(self, packet: bytes) -> None: ...

    async def send_data(self, packet: bytes) -> None: ...

    def take_rtcp(self, compound: bytes) -> bytes: ...

    def take_rtp(self, packet: bytes) -> None: ...


class Door:
    """The transport below the queue (`kiosk.media.outgoing.Wire`).

    Upstream sends each packet as soon as it is made, all of a frame and all of a document at once, and cuts
    transport feedback into what it takes for lost packets. Removed by: a pacer in aiortc (issue 884).
    """

    def __init__(self, transport: RTCDtlsTransport) -> None:
        require(transport, *DTLS_NAMES)
        self._transport: Any = transport
        self._send_rtp = transport._send_rtp
        self._send_data = transport._send_data

    def open(self, traffic: Traffic, after_rtp: Callable[[bytes], None]) -> None:
        """From now on everything passes by `traffic`; `after_rtp` hears of an RTP packet when its receiver has it."""
        transport = self._transport
        handle_rtcp, handle_rtp = transport._handle_rtcp_data, transport._handle_rtp_data

        async def take_rtcp(data: bytes) -> None:
            rest = traffic.take_rtcp(data)
            if rest:
                await handle_rtcp(rest)

        async def take_rtp(data: bytes, arrival_time_ms: int) -> None:
            traffic.take_rtp(data)
            await handle_rtp(data, arrival_time_ms=arrival_time_ms)
            after_rtp(data)

        transport._send_rtp, transport._send_data = traffic.send_rtp, traffic.send_data
        transport._handle_rtcp_data, transport._handle_rtp_data = take_rtcp, take_rtp

    def check(self) -> None:
        """Raises ConnectionError when nothing can be sent."""
        if self._transport.state != "connected":
            raise ConnectionError

    async def send_rtp(self, packet: bytes) -> None:
        """Protect and send RTP or RTCP."""
        await self._send_rtp(packet)

    async def send_data(self, packet: bytes) -> None:
        """Encrypt and send a packet of the data channels."""
        await self._send_data(packet)


def packets_received(transport: RTCDtlsTransport) -> int:
    """Packets that arrived on a transport so far, of any kind.

    The public statistics hold the same number, but build a dozen objects at each look.
    """
    require(transport, "_RTCDtlsTransport__rx_packets")
    count: int = transport._RTCDtlsTransport__rx_packets  # type: ignore[attr-defined]
    return count


def round_trip_s(transport: RTCSctpTransport | None) -> float | None:
    """The smoothed round trip of the data channels, in seconds; None before the first. No public statistic has it."""
    if transport is None:
        return None
    require(transport, "_srtt")
    value: float | None = transport._srtt
    return value


def set_window(transport: RTCSctpTransport | None, size: int) -> None:
    """Let so many bytes of the data channels be under way.

    Upstream's own window halves at each loss, which a link that always loses some packets does not deserve,
    and grows until the queue of the link is full. Ours comes from the estimate. Removed by: a congestion
    controller of one's own in aiortc.
    """
    if transport is not None:
        require(transport, *SCTP_NAMES)
        transport._cwnd = size


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aiortc_codecs, "HEADER_EXTENSIONS", "CODECS")
    require(HeaderExtensions(), "transport_sequence_number")
    require(RTCDtlsTransport, "_send_rtp", "_send_data", "_handle_rtcp_data", "_handle_rtp_data")
