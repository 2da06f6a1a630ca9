"""Transport-wide feedback: when each packet of a connection arrived, whichever stream it belongs to. Pure.

The wire format of draft-holmer-rmcat-transport-wide-cc-extensions-01, section 3.1: an RTCP transport-layer
feedback message (type 205, format 15) names a first packet number, a status for each packet since, and the
arrival of those that came, in steps of 250 us after a reference of 64 ms steps.
"""

from dataclasses import dataclass
from itertools import groupby
from struct import pack, unpack_from

EXTENSION_URI = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
RTCP_TYPE = 205
FORMAT = 15
TICK_S = 250e-6
REFERENCE_TICKS = 256
"""A reference step of 64 ms, in ticks."""
CLOCK_TICKS = REFERENCE_TICKS << 24
"""The receiver's clock goes round after so many ticks (twelve days)."""
MAX_STATUSES = 0xFFFF
_MISSING, _SMALL, _LARGE = 0, 1, 2
_MAX_RUN = 0x1FFF


@dataclass(frozen=True)
class TransportFeedback:
    """One feedback message. `arrivals[i]` is that of packet `first + i` (16 bits), None: not received.

    Arrivals are in ticks of 250 us of the receiver's clock, from -2**31 to 2**31.
    """

    first: int
    count: int
    """Number of the message itself, 8 bits."""
    arrivals: tuple[int | None, ...]


def build(feedback: TransportFeedback, sender_ssrc: int, media_ssrc: int) -> bytes:
    """The RTCP packet of `feedback`.

    Raises:
        ValueError: nothing was received, too many packets, or two arrivals more than 8 s apart.
    """
    received = [ticks for ticks in feedback.arrivals if ticks is not None]
    if not received or len(feedback.arrivals) > MAX_STATUSES:
        raise ValueError("no packet, or too many")
    reference = received[0] // REFERENCE_TICKS
    last = reference * REFERENCE_TICKS
    statuses: list[int] = []
    deltas = bytearray()
    for ticks in feedback.arrivals:
        if ticks is None:
            statuses.append(_MISSING)
            continue
        delta, last = ticks - last, ticks
        if 0 <= delta <= 0xFF:
            statuses.append(_SMALL)
            deltas.append(delta)
        elif -0x8000 <= delta <= 0x7FFF:
            statuses.append(_LARGE)
            deltas += pack("!h", delta)
        else:
            raise ValueError("arrivals too far apart")
    head = pack("!LLHHL", sender_ssrc, media_ssrc, feedback.first & 0xFFFF, len(statuses), 0)[:-4]
    head += (reference & 0xFFFFFF).to_bytes(3, "big") + bytes([feedback.count & 0xFF])
    body = head + b"".join(pack("!H", chunk) for chunk in _chunks(statuses)) + bytes(deltas)
    padding = -len(body) % 4
    if padding:
        body += bytes(padding - 1) + bytes([padding])
    return pack("!BBH", 0x80 | (0x20 if padding else 0) | FORMAT, RTCP_TYPE, len(body) // 4) + body


def _chunks(statuses: list[int]) -> list[int]:
    """Run lengths where they pay, else vectors of 14 symbols of one bit, or of 7 of two bits."""
    chunks = []
    at = 0
    runs = [(status, len(list(run))) for status, run in groupby(statuses)]
    ends: list[int] = []
    for _, length in runs:
        ends.append((ends[-1] if ends else 0) + length)
    run_no = 0
    while at < len(statuses):
        while ends[run_no] <= at:
            run_no += 1
        run = min(ends[run_no] - at, _MAX_RUN)
        short = statuses[at : at + 14]
        one_bit = _LARGE not in short
        if run >= (14 if one_bit else 7) or run == len(statuses) - at:
            chunks.append(statuses[at] << 13 | run)
            at += run
        elif one_bit:
            bits = sum(status << (13 - place) for place, status in enumerate(short))
            chunks.append(0x8000 | bits)
            at += len(short)
        else:
            pairs = statuses[at : at + 7]
            bits = sum(status << (12 - 2 * place) for place, status in enumerate(pairs))
            chunks.append(0xC000 | bits)
            at += len(pairs)
    return chunks


def parse(packet: bytes) -> TransportFeedback:
    """The feedback in one RTCP packet.

    Raises:
        ValueError: it is cut short, or is something else.
    """
    if len(packet) < 20 or packet[0] >> 6 != 2 or packet[0] & 0x1F != FORMAT or packet[1] != RTCP_TYPE:
        raise ValueError("not transport feedback")
    first, total = unpack_from("!HH", packet, 12)
    reference = int.from_bytes(packet[16:19], "big", signed=True)
    at = 20
    statuses: list[int] = []
    while len(statuses) < total:
        if at + 2 > len(packet):
            raise ValueError("statuses cut short")
        (chunk,) = unpack_from("!H", packet, at)
        at += 2
        if not chunk & 0x8000:
            statuses += [chunk >> 13] * (chunk & _MAX_RUN)
            if not chunk & _MAX_RUN:
                raise ValueError("an empty run")
        elif not chunk & 0x4000:
            statuses += [chunk >> (13 - place) & 1 for place in range(14)]
        else:
            statuses += [chunk >> (12 - 2 * place) & 3 for place in range(7)]
    ticks = reference * REFERENCE_TICKS
    arrivals: list[int | None] = []
    for status in statuses[:total]:
        if status == _MISSING:
            arrivals.append(None)
            continue
        size = 1 if status == _SMALL else 2
        if status > _LARGE or at + size > len(packet):
            raise ValueError("arrivals cut short")
        ticks += packet[at] if size == 1 else unpack_from("!h", packet, at)[0]
        at += size
        arrivals.append(ticks)
    return TransportFeedback(first, packet[19], tuple(arrivals))


def split(compound: bytes) -> tuple[list[bytes], bytes]:
    """The transport feedback packets of a compound RTCP packet, and the rest of it, in order.

    What is not RTCP is left in the rest.
    """
    found = []
    rest = b""
    at = 0
    while at + 4 <= len(compound):
        end = at + 4 + 4 * int.from_bytes(compound[at + 2 : at + 4], "big")
        packet = compound[at:end]
        if packet[1] == RTCP_TYPE and packet[0] & 0x1F == FORMAT and packet[0] >> 6 == 2:
            found.append(packet)
        else:
            rest += packet
        at = end
    return found, rest + compound[at:]
