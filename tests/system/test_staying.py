"""A call of the real kiosk that must stay: through a wall that lets only TLS pass, and from one network to another.

And to whom its packets go meanwhile: its ends have no name service, and every packet that leaves the kiosk is noted.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.bench.media import made
from tests.bench.media.fitted import fitted
from tests.bench.media.ground import TLS_PORT, TURN_PORT, Ground
from tests.links.addresses import HUB, STATION, TURN
from tests.links.packet_log import Packet, Way
from tests.links.profiles import PROFILES
from tests.repository.tree import ROOT

pytestmark = [pytest.mark.serial, pytest.mark.timeout(240)]

SECONDS = 24.0
HUB_DOOR = ("tcp", HUB, made.PORT)
TCP_DOORS = {HUB_DOOR, ("tcp", TURN, TURN_PORT), ("tcp", TURN, TLS_PORT)}


@dataclass(frozen=True)
class Told:
    """What a call left."""

    rehearsal: dict[str, Any]
    packets: list[Packet]
    """That left the kiosk."""

    def at(self, moment: str) -> list[float]:
        """When it happened, in seconds of `time.monotonic`."""
        return [each["monotonic"] for each in self.rehearsal["moments"] if each["moment"] == moment]

    def series(self, name: str) -> set[Any]:
        return {each[name] for each in self.rehearsal["series"] if each.get(name) is not None}


Call = Callable[[str], Told]


@pytest.fixture(scope="module")
def call() -> Call:
    folder = ROOT / "build" / "bad-links"
    sources = made.sources(folder / "source")
    installation = made.install(folder / "installation")

    def place(name: str) -> Told:
        place = folder / f"staying-{name}"
        with Ground(place, fitted(PROFILES[name], SECONDS), sources, installation, seed=1) as ground:
            held = ground.call(ground.our_kiosk(place / "call", SECONDS), place / "call", SECONDS)
            packets = ground.link.packets()[held.packets[0] :]
        rehearsal = json.loads((place / "call" / "rehearsal.json").read_text("utf-8"))
        return Told(rehearsal, [each for each in packets if each.way is Way.UP])

    return place


def doors(packets: list[Packet]) -> set[tuple[str, str, int | None]]:
    return {(each.protocol, each.destination, each.destination_port) for each in packets}


def strangers(told: Told) -> set[tuple[str, str, int | None]]:
    """Whom the kiosk spoke to beside the hub, the relay and the agent's browser.

    UDP to the browser and to the relay, whose lent ports are the browser's too, goes to any port. ICMP is the kernel's
    answer to what these two still send to a socket that is closed.
    """
    return {
        (protocol, host, port)
        for protocol, host, port in doors(told.packets)
        if not (host in (STATION, TURN) if protocol != "tcp" else (protocol, host, port) in TCP_DOORS)
    }


def test_a_free_link_speaks_to_the_hub_then_to_the_agent_and_to_nobody_else(call: Call) -> None:
    told = call("CLEAN")
    assert told.rehearsal["ok"], told.rehearsal["failure"]
    assert strangers(told) == set()
    (accepted,) = told.at("accepted")
    assert doors([each for each in told.packets if each.offered_at < accepted]) <= {HUB_DOOR}
    assert ("udp", STATION) in {each[:2] for each in doors(told.packets)}
    assert {each.rpartition(" ")[2] for each in told.series("path")} == {"udp"}


def test_where_only_tls_passes_the_call_goes_over_tls(call: Call) -> None:
    told = call("UDPBLK-443")
    assert told.rehearsal["ok"], told.rehearsal["failure"]
    assert {each.rpartition(" ")[2] for each in told.series("path")} == {"tls"}
    assert told.series("peer_no") == {1}, "the first attempt is the one"
    assert strangers(told) == set()


def test_from_one_network_to_another_it_is_the_same_call(call: Call) -> None:
    told = call("SWITCH")
    assert told.rehearsal["ok"], told.rehearsal["failure"]
    assert told.rehearsal["ended"] == "usager"
    assert told.series("peer_no") == {1, 2}
    assert len(told.at("accepted")) == 1, "the same agent"
    (lost,) = told.at("lost")
    assert max(told.at("connected")) > lost
    assert not [weak for weak in told.at("weak") if weak < lost], "an address that is gone is not waited for"
    assert strangers(told) == set()
