"""What arrives per second is measured over what came, documents included."""

from kiosk.media.sent_packets import PacketResult
from kiosk.media.throughput import ENOUGH_PACKETS, Throughput


def test_a_steady_stream_is_measured() -> None:
    throughput = Throughput()
    throughput.update(PacketResult(at / 100, 50 + at / 100, 1_000, 250, None) for at in range(ENOUGH_PACKETS - 1))
    assert throughput.bps is None
    throughput.update(PacketResult(at / 100, 50 + at / 100, 1_000, 250, None) for at in range(20, 200))
    assert throughput.bps is not None
    assert abs(throughput.bps - 1_000_000) < 30_000


def test_what_waited_and_came_in_one_go_is_not_taken_for_speed() -> None:
    throughput = Throughput()
    throughput.update(PacketResult(at / 100, 60 + at / 100_000, 1_000, 0, None) for at in range(50))
    assert throughput.bps is not None
    assert throughput.bps < 1_000_000


def test_a_queue_that_empties_shows_what_the_way_carries() -> None:
    throughput = Throughput()
    throughput.update(PacketResult(at / 10, 50 + at / 100, 1_000, 0, None) for at in range(-40, 0))
    throughput.update(PacketResult(at / 10, 50 + at / 100, 1_000, 0, None) for at in range(100))
    assert throughput.arriving_bps is not None
    assert abs(throughput.arriving_bps - 800_000) < 40_000
    assert throughput.bps is not None
    assert throughput.bps < 100_000


def test_lost_packets_do_not_count() -> None:
    throughput = Throughput()
    throughput.update(PacketResult(at / 100, None if at % 2 else 50 + at / 100, 1_000, 0, None) for at in range(200))
    assert throughput.bps is not None
    assert abs(throughput.bps - 400_000) < 20_000
