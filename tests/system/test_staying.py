"""A call of the real kiosk that must stay: through a wall that lets only TLS pass, and from one network to another.

And to whom its packets go meanwhile: its ends have no name service, and every packet that leaves the kiosk is noted.
"""

from typing import Any

import pytest

from tests.bench.media import made
from tests.bench.media.ground import TLS_PORT, TURN_PORT
from tests.links.addresses import HUB, STATION, TURN
from tests.links.packet_log import Packet, Way
from tests.system.link_calls import LinkCall, LinkCalls

pytestmark = [pytest.mark.serial, pytest.mark.timeout(240)]

HUB_DOOR = ("tcp", HUB, made.PORT)
TCP_DOORS = {HUB_DOOR, ("tcp", TURN, TURN_PORT), ("tcp", TURN, TLS_PORT)}


def at(held: LinkCall, moment: str) -> list[float]:
    """When it happened, in seconds of `time.monotonic`."""
    return [each["monotonic"] for each in held.rehearsal["moments"] if each["moment"] == moment]


def series(held: LinkCall, name: str) -> set[Any]:
    return {each[name] for each in held.rehearsal["series"] if each.get(name) is not None}


def of_kiosk(held: LinkCall) -> list[Packet]:
    return [each for each in held.packets if each.way is Way.UP]


def doors(packets: list[Packet]) -> set[tuple[str, str, int | None]]:
    return {(each.protocol, each.destination, each.destination_port) for each in packets}


def strangers(held: LinkCall) -> set[tuple[str, str, int | None]]:
    """Whom the kiosk spoke to beside the hub, the relay and the agent's browser.

    UDP to the browser and to the relay, whose lent ports are the browser's too, goes to any port. ICMP is the kernel's
    answer to what these two still send to a socket that is closed.
    """
    return {
        (protocol, host, port)
        for protocol, host, port in doors(of_kiosk(held))
        if not (host in (STATION, TURN) if protocol != "tcp" else (protocol, host, port) in TCP_DOORS)
    }


def test_a_free_link_speaks_to_the_hub_then_to_the_agent_and_to_nobody_else(link_calls: LinkCalls) -> None:
    held = link_calls.on("CLEAN")
    assert held.rehearsal["ok"], held.rehearsal["failure"]
    assert strangers(held) == set()
    (accepted,) = at(held, "accepted")
    assert doors([each for each in of_kiosk(held) if each.offered_at < accepted]) <= {HUB_DOOR}
    assert ("udp", STATION) in {each[:2] for each in doors(of_kiosk(held))}
    assert {each.rpartition(" ")[2] for each in series(held, "path")} == {"udp"}


def test_where_only_tls_passes_the_call_goes_over_tls(link_calls: LinkCalls) -> None:
    held = link_calls.on("UDPBLK-443")
    assert held.rehearsal["ok"], held.rehearsal["failure"]
    assert {each.rpartition(" ")[2] for each in series(held, "path")} == {"tls"}
    assert series(held, "peer_no") == {1}, "the first attempt is the one"
    assert strangers(held) == set()


def test_from_one_network_to_another_it_is_the_same_call(link_calls: LinkCalls) -> None:
    held = link_calls.on("SWITCH")
    assert held.rehearsal["ok"], held.rehearsal["failure"]
    assert held.rehearsal["ended"] == "usager"
    assert series(held, "peer_no") == {1, 2}
    assert len(at(held, "accepted")) == 1, "the same agent"
    (lost,) = at(held, "lost")
    assert max(at(held, "connected")) > lost
    assert not [weak for weak in at(held, "weak") if weak < lost], "an address that is gone is not waited for"
    assert strangers(held) == set()
