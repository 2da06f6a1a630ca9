"""One line for each packet that came to the emulator: when, who to whom, and what became of it. Pure, but for the files."""

import csv
import math
import socket
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from tests.links.filters import NUMBERS
from tests.links.impairment import Dropped

RECORD = struct.Struct("<dddBBBH4s4sHH")
"""offered, departed, arrived (NaN: never), way, fate (0: arrived), protocol, size, source, destination, their ports."""
COLUMNS = (
    *("offered_s", "departed_s", "arrived_s", "way", "dropped", "protocol", "bytes"),
    *("source", "source_port", "destination", "destination_port"),
)
_NAMES = {number: name for name, number in NUMBERS.items()}


class Way(IntEnum):
    """Which way a packet goes, seen from the kiosk."""

    UP = 0
    DOWN = 1


@dataclass(frozen=True, slots=True)
class Packet:
    """Instants are seconds of `time.monotonic`, which all processes of a machine share. Sizes are those of IP."""

    offered_at: float
    departed_at: float | None
    """When its last bit left the queue; None: it never entered it."""
    arrived_at: float | None
    way: Way
    dropped: Dropped | None
    protocol: str
    size: int
    source: str
    destination: str
    source_port: int
    destination_port: int

    @property
    def delay_s(self) -> float | None:
        """From one end to the other."""
        return None if self.arrived_at is None else self.arrived_at - self.offered_at

    @property
    def queued_s(self) -> float | None:
        """Time in the bottleneck: waiting and being serialised."""
        return None if self.departed_at is None else self.departed_at - self.offered_at


def read_packets(data: bytes) -> list[Packet]:
    """The packets of a whole log, in the order in which they arrived or were dropped.

    Raises:
        ValueError: it ends in the middle of a record.
    """
    if len(data) % RECORD.size:
        raise ValueError("the log of packets ends in the middle of one")
    return list(_packets(data))


def _packets(data: bytes) -> Iterator[Packet]:
    for (
        offered,
        departed,
        arrived,
        way,
        fate,
        protocol,
        size,
        source,
        destination,
        from_port,
        to_port,
    ) in RECORD.iter_unpack(data):
        yield Packet(
            offered,
            None if math.isnan(departed) else departed,
            None if math.isnan(arrived) else arrived,
            Way(way),
            Dropped(fate) if fate else None,
            _NAMES.get(protocol, str(protocol)),
            size,
            socket.inet_ntoa(source),
            socket.inet_ntoa(destination),
            from_port,
            to_port,
        )


def write_csv(packets: Iterable[Packet], path: Path, *, zero_at: float) -> None:
    """Write the packets with times in seconds from `zero_at`, one line each under a line of names."""
    with path.open("w", newline="", encoding="ascii") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        for packet in packets:
            times = (packet.offered_at, packet.departed_at, packet.arrived_at)
            lines.writerow(
                (
                    *("" if at is None else f"{at - zero_at:.6f}" for at in times),
                    packet.way.name.lower(),
                    "" if packet.dropped is None else packet.dropped.name.lower(),
                    packet.protocol,
                    packet.size,
                    packet.source,
                    packet.source_port,
                    packet.destination,
                    packet.destination_port,
                )
            )


def read_csv(path: Path) -> list[Packet]:
    """What `write_csv` wrote; instants are seconds from the start of the clock."""
    with path.open(encoding="ascii") as file:
        return [_packet(line) for line in csv.DictReader(file)]


def _packet(line: dict[str, str]) -> Packet:
    offered, departed, arrived = (float(line[name]) if line[name] else None for name in COLUMNS[:3])
    assert offered is not None
    return Packet(
        offered,
        departed,
        arrived,
        Way[line["way"].upper()],
        Dropped[line["dropped"].upper()] if line["dropped"] else None,
        line["protocol"],
        int(line["bytes"]),
        line["source"],
        line["destination"],
        int(line["source_port"]),
        int(line["destination_port"]),
    )
