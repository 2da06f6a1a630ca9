"""The link itself: real packets between real namespaces, and the log that says what became of each."""

import csv
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.child import Child
from tests.links.addresses import HUB, KIOSK, KIOSK_AFTER_SWITCH, OTHER, STATION, TURN
from tests.links.conftest import LinkMaker
from tests.links.emulator import EmulatedLink
from tests.links.filters import Filter
from tests.links.impairment import Dropped, Impairment, Loss
from tests.links.packet_log import Packet, Way
from tests.links.profiles import NO_LIMIT, PROFILES, Cut, Profile, steady

PORT = 9000
DELAYED = steady(Impairment(delay_s=0.04))


@contextmanager
def echoing(link: EmulatedLink, tmp_path: Path, host: str = HUB) -> Iterator[None]:
    """Somebody at `host` who sends datagrams back."""
    command = link.command("net", [sys.executable, "-m", "tests.links.datagrams", "echo", host, str(PORT)])
    with Child("echo", command, log=tmp_path / f"echo-{host}.log") as program:
        program.wait_for_log("ready", within_s=10)
        yield


def from_kiosk(link: EmulatedLink, *words: str) -> Any:
    """What a role of `datagrams`, played at the kiosk's end, printed."""
    command = link.command("kiosk", [sys.executable, "-m", "tests.links.datagrams", *words])
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=30)
    return json.loads(done.stdout) if done.stdout else None


@contextmanager
def kiosk_sends(link: EmulatedLink, tmp_path: Path, *words: str) -> Iterator[Child]:
    """A role of `datagrams` at the kiosk's end, which has begun to send; waited for at the end."""
    command = link.command("kiosk", [sys.executable, "-m", "tests.links.datagrams", *words])
    with Child("kiosk", command, log=tmp_path / f"{words[0]}.log") as program:
        program.wait_until(lambda: bool(sent_up(link.packets())), within_s=20, what="packet")
        yield program
        program.wait(within_s=30)


def ask(link: EmulatedLink, host: str = HUB, count: int = 5, pause_s: float = 0.0) -> list[float]:
    trips: list[float] = from_kiosk(link, "ask", host, str(PORT), str(count), str(pause_s), "200")
    return trips


def sent_up(packets: list[Packet], protocol: str = "udp") -> list[Packet]:
    return [packet for packet in packets if packet.way is Way.UP and packet.protocol == protocol]


def test_delay_is_added_each_way(make_link: LinkMaker, tmp_path: Path) -> None:
    link = make_link(Profile("x", "x", "x", DELAYED, steady(Impairment(delay_s=0.06))))
    with echoing(link, tmp_path):
        trips = ask(link)
    assert min(trips) >= 0.1
    delays = {way: [p.delay_s for p in link.packets() if p.way is way and p.delay_s is not None] for way in Way}
    assert min(delays[Way.UP]) >= 0.04
    assert min(delays[Way.DOWN]) >= 0.06
    assert link.unseen_drops() == 0


def test_the_log_names_both_ends_of_each_packet(make_link: LinkMaker, tmp_path: Path) -> None:
    link = make_link()
    with echoing(link, tmp_path, STATION):
        ask(link, STATION, count=1)
    asked, answered = link.packets()
    assert (asked.way, asked.source, asked.destination, asked.destination_port) == (Way.UP, KIOSK, STATION, PORT)
    assert (asked.protocol, asked.size, asked.dropped) == ("udp", 228, None)
    assert (answered.way, answered.source, answered.destination) == (Way.DOWN, STATION, KIOSK)
    assert answered.source_port == PORT
    assert answered.destination_port == asked.source_port


def test_losses_are_noted(make_link: LinkMaker) -> None:
    link = make_link(Profile("x", "x", "x", steady(Impairment(loss=Loss(0.3))), NO_LIMIT))
    from_kiosk(link, "flood", HUB, str(PORT), "8e5", "1", "100")
    sent = sent_up(link.packets())
    lost = [packet for packet in sent if packet.dropped is Dropped.LOSS]
    assert 0.2 < len(lost) / len(sent) < 0.4
    assert all(packet.arrived_at is None for packet in lost)


def test_a_narrow_link_drops_what_its_queue_cannot_hold(make_link: LinkMaker) -> None:
    link = make_link(Profile("x", "x", "x", steady(Impairment(rate_bps=2e5, queue_s=0.1)), NO_LIMIT))
    from_kiosk(link, "flood", HUB, str(PORT), "8e5", "1", "1000")
    sent = sent_up(link.packets())
    through = [packet for packet in sent if packet.departed_at is not None]
    assert any(packet.dropped is Dropped.QUEUE for packet in sent)
    assert max(packet.queued_s or 0 for packet in through) <= 0.1 + 0.04 + 1e-6
    span = through[-1].departed_at - through[0].departed_at  # type: ignore[operator]
    assert sum(packet.size * 8 for packet in through[1:]) / span <= 2e5 * 1.001


def test_a_packet_to_nobody_is_seen(make_link: LinkMaker) -> None:
    link = make_link()
    for host in ("192.0.2.7", "224.0.0.251", "10.99.0.77"):
        from_kiosk(link, "flood", host, "5353", "1e5", "0.001", "100")
    assert {(p.destination, p.dropped) for p in link.packets()} == {
        ("192.0.2.7", Dropped.NOWHERE),
        ("224.0.0.251", Dropped.NOWHERE),
        ("10.99.0.77", Dropped.NOWHERE),
    }


def test_a_host_of_the_other_end_that_nobody_should_speak_to_is_told_apart(make_link: LinkMaker) -> None:
    link = make_link()
    from_kiosk(link, "flood", OTHER, "19302", "1e5", "0.001", "100")
    assert sent_up(link.packets())[0].destination == OTHER


def test_a_schedule_is_followed_from_the_start_of_the_clock(make_link: LinkMaker, tmp_path: Path) -> None:
    link = make_link(Profile("x", "x", "x", ((0.0, Impairment()), (0.5, Impairment(delay_s=0.5))), NO_LIMIT))
    with kiosk_sends(link, tmp_path, "flood", HUB, str(PORT), "8e5", "2", "1000"):
        started_at = link.start_clock()
    sent = [p for p in sent_up(link.packets()) if p.delay_s is not None]
    before = [p for p in sent if p.offered_at < started_at + 0.5]
    after = [p for p in sent if p.offered_at >= started_at + 0.6]
    assert max(p.delay_s or 0.0 for p in before) < 0.5, "neither before the clock was started nor before its time"
    assert min(p.delay_s or 0.0 for p in after) >= 0.5


def test_what_is_applied_by_hand_ends_the_schedule_of_its_direction(make_link: LinkMaker, tmp_path: Path) -> None:
    later = Impairment(delay_s=0.5)
    link = make_link(Profile("x", "x", "x", ((0.0, Impairment()), (0.3, later)), ((0.0, Impairment()), (0.3, later))))
    with echoing(link, tmp_path):
        link.start_clock()
        link.apply(up=Impairment(delay_s=0.01))
        with kiosk_sends(link, tmp_path, "flood", HUB, str(PORT), "8e5", "1", "1000"):
            pass
    ups, downs = ([p.delay_s for p in link.packets() if p.way is way and p.delay_s is not None] for way in Way)
    assert 0.01 <= min(ups) < max(ups) < 0.5
    assert max(downs) >= 0.5, "the other direction goes on as its schedule says"


def test_nothing_passes_during_a_cut(make_link: LinkMaker, tmp_path: Path) -> None:
    link = make_link(Profile("x", "x", "x", DELAYED, NO_LIMIT, events=(Cut(0.2, 0.6),)))
    with kiosk_sends(link, tmp_path, "flood", HUB, str(PORT), "8e5", "2", "500"):
        zero_at = link.start_clock()
    arrivals = [p.arrived_at - zero_at for p in link.packets() if p.arrived_at is not None]
    assert not [at for at in arrivals if 0.3 < at < 0.8]
    assert any(at < 0.2 for at in arrivals)
    assert any(at >= 0.8 for at in arrivals)
    lost = [p for p in link.packets() if p.dropped is Dropped.CUT]
    assert any(p.departed_at is not None for p in lost), "what was on its way when the link was cut"
    assert any(p.departed_at is None for p in lost)


def test_a_switch_takes_the_address_away_and_brings_another(make_link: LinkMaker, tmp_path: Path) -> None:
    link = make_link()
    with echoing(link, tmp_path):
        with kiosk_sends(link, tmp_path, "ask", HUB, str(PORT), "30", "0.05", "100") as program:
            link.switch(after_s=0.3)
        answers = json.loads(program.read_log())
        assert answers[0] >= 0
        assert -1.0 in answers
        assert answers[-1] >= 0
        link.switch(after_s=0.0)
        assert ask(link, count=20)[-1] >= 0
    sources = [packet.source for packet in sent_up(link.packets()) if packet.arrived_at is not None]
    assert (sources[0], sources[-1]) == (KIOSK, KIOSK)
    assert KIOSK_AFTER_SWITCH in sources


def test_udp_can_be_blocked_while_tcp_passes(make_link: LinkMaker, tmp_path: Path) -> None:
    link = make_link(PROFILES["UDPBLK"])
    with echoing(link, tmp_path):
        assert ask(link, count=1) == [-1.0]
        assert from_kiosk(link, "connect", HUB, "9")["how"] == "refused", "by the host itself: nobody listens there"
        link.unblock()
        assert ask(link, count=1)[0] >= 0
    assert Dropped.BLOCKED in {packet.dropped for packet in sent_up(link.packets())}


def test_tcp_can_be_refused_or_swallowed(make_link: LinkMaker, tmp_path: Path) -> None:
    link = make_link(PROFILES["UDPBLK-443"])
    serve = (
        f"import socket, time; s = socket.create_server(({TURN!r}, 443)); print('ready', flush=True); time.sleep(60)"
    )
    with Child("tls", link.command("net", [sys.executable, "-c", serve]), log=tmp_path / "tls.log") as program:
        program.wait_for_log("ready", within_s=10)
        assert from_kiosk(link, "connect", TURN, "3478")["how"] == "refused"
        assert from_kiosk(link, "connect", TURN, "443")["how"] == "open"
        link.block(Filter(protocol="tcp", host=TURN))
        assert from_kiosk(link, "connect", TURN, "443")["how"] == "no answer"


def test_each_end_has_a_loopback_of_its_own(make_link: LinkMaker) -> None:
    link = make_link()
    assert from_kiosk(link, "connect", "127.0.0.1", "9")["how"] == "refused"
    assert link.packets() == []


def test_the_packets_are_written_down_at_the_end(make_link: LinkMaker, tmp_path: Path) -> None:
    link = make_link(Profile("x", "x", "x", steady(Impairment(delay_s=30)), NO_LIMIT))
    link.start_clock()
    from_kiosk(link, "flood", HUB, str(PORT), "1e5", "0.001", "100")
    link.close()
    with (tmp_path / "link" / "packets.csv").open() as file:
        (line,) = csv.DictReader(file)
    assert (line["way"], line["dropped"], line["protocol"], line["bytes"]) == ("up", "unfinished", "udp", "100")
    assert 0 < float(line["offered_s"]) < 30
    assert line["arrived_s"] == ""


def test_nothing_is_left_when_the_link_is_down(make_link: LinkMaker) -> None:
    link = make_link()
    (word, *_) = [part for part in link.command("kiosk", []) if part.startswith("--net=")]
    namespace = Path(word.removeprefix("--net="))
    assert namespace.exists()
    link.close()
    assert not namespace.exists()


def test_the_namespaces_end_with_whoever_asked_for_them(tmp_path: Path) -> None:
    """A test that is killed leaves nothing behind: the bridge goes when its orders stop."""
    script = (
        "import sys, time; from pathlib import Path; from tests.links.emulator import EmulatedLink\n"
        f"link = EmulatedLink(Path({str(tmp_path)!r})); print(link.command('net', [])[1], flush=True); time.sleep(60)"
    )
    with Child("owner", [sys.executable, "-c", script], log=tmp_path / "owner.log") as owner:
        try:
            owner.wait_for_log("--net=", within_s=20)
        except AssertionError:
            pytest.skip(f"no network namespaces here: {owner.read_log()[-200:]}")
        bridge = Path(owner.read_log().strip().removeprefix("--net=")).parents[1]
        owner.signal(signal.SIGKILL)
        owner.wait(within_s=5)
        gone = Child("watch", ["sh", "-c", f"while [ -d {bridge} ]; do sleep 0.05; done"], log=tmp_path / "watch.log")
        with gone:
            assert gone.wait(within_s=10) == 0
