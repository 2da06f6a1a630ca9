"""What is read of the transports of aiortc 1.16.0 that no public statistic holds."""

from aiortc import RTCDtlsTransport, RTCSctpTransport

from kiosk.media.hardening.names import require


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
