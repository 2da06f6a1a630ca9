"""The log of packets: what is packed is read, and written for people."""

import csv
import math
import socket
from pathlib import Path

import pytest

from tests.links.filters import TCP, UDP
from tests.links.impairment import Dropped
from tests.links.packet_log import COLUMNS, RECORD, Way, read_csv, read_packets, write_csv

FROM, TO = socket.inet_aton("10.98.0.2"), socket.inet_aton("10.99.0.1")
ARRIVED = RECORD.pack(10.0, 10.2, 10.25, Way.UP, 0, UDP, 1200, FROM, TO, 5000, 3478)
REFUSED = RECORD.pack(11.0, math.nan, math.nan, Way.DOWN, Dropped.QUEUE.value, TCP, 60, TO, FROM, 80, 5001)
OTHER = RECORD.pack(12.0, 12.0, math.nan, Way.UP, Dropped.NOWHERE.value, 1, 84, FROM, TO, 0, 0)


def test_a_packet_is_read_as_it_was_noted() -> None:
    arrived, refused, other = read_packets(ARRIVED + REFUSED + OTHER)
    assert (arrived.way, arrived.dropped, arrived.protocol, arrived.size) == (Way.UP, None, "udp", 1200)
    assert (arrived.source, arrived.source_port) == ("10.98.0.2", 5000)
    assert (arrived.destination, arrived.destination_port) == ("10.99.0.1", 3478)
    assert arrived.delay_s == pytest.approx(0.25)
    assert arrived.queued_s == pytest.approx(0.2)
    assert (refused.way, refused.dropped, refused.protocol) == (Way.DOWN, Dropped.QUEUE, "tcp")
    assert (refused.delay_s, refused.queued_s) == (None, None)
    assert (other.protocol, other.dropped) == ("1", Dropped.NOWHERE)


def test_a_log_that_ends_in_the_middle_is_refused() -> None:
    with pytest.raises(ValueError, match="middle"):
        read_packets(ARRIVED[:-1])


def test_people_read_times_from_the_start_of_the_clock(tmp_path: Path) -> None:
    write_csv(read_packets(ARRIVED + REFUSED), tmp_path / "packets.csv", zero_at=9.0)
    with (tmp_path / "packets.csv").open() as file:
        names, first, second = csv.reader(file)
    assert tuple(names) == COLUMNS
    assert first[:7] == ["1.000000", "1.200000", "1.250000", "up", "", "udp", "1200"]
    assert first[7:] == ["10.98.0.2", "5000", "10.99.0.1", "3478"]
    assert second[:6] == ["2.000000", "", "", "down", "queue", "tcp"]


def test_what_was_written_for_people_is_read_again(tmp_path: Path) -> None:
    packets = read_packets(ARRIVED + REFUSED + OTHER)
    write_csv(packets, tmp_path / "packets.csv", zero_at=0.0)
    assert read_csv(tmp_path / "packets.csv") == packets
