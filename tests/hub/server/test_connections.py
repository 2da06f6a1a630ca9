"""One socket: order, patience and its limits."""

import asyncio
from typing import Any

import pytest

from hub.core.access import KioskCredential
from hub.core.network import AgentIdentity, KioskIdentity
from hub.protocol import CloseCode, QueueMoved
from hub.server.connections import MAX_PENDING, Connection, Connections, KioskLink, StationLink

MOVED = QueueMoved(call_id="c1", position=1)


class Wire:
    """The server's side of a socket: keeps what is sent, may stall, may be gone."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.may_send = asyncio.Event()
        self.may_send.set()
        self.is_gone = False

    async def send(self, message: Any) -> None:
        await self.may_send.wait()
        if self.is_gone:
            raise RuntimeError("the socket is closed")
        self.sent.append(message)


async def test_frames_leave_in_order_then_the_close() -> None:
    wire = Wire()
    connection = Connection(wire.send)
    for number in range(3):
        connection.send_frame(str(number))
    connection.close(CloseCode.REPLACED)
    connection.send_frame("too late")
    await connection.flushed()
    assert [message.get("text") or message["code"] for message in wire.sent] == ["0", "1", "2", 4001]
    assert not connection.is_open


async def test_who_reads_is_sent_to_at_once_without_a_task() -> None:
    wire = Wire()
    connection = Connection(wire.send)
    before = asyncio.all_tasks()
    connection.send_frame("1")
    assert wire.sent == [{"type": "websocket.send", "text": "1"}]
    assert asyncio.all_tasks() == before


async def test_what_waited_for_a_slow_reader_leaves_in_order_and_the_next_is_sent_at_once_again() -> None:
    wire = Wire()
    wire.may_send.clear()
    connection = Connection(wire.send)
    for number in range(3):
        connection.send_frame(str(number))
    assert wire.sent == []
    wire.may_send.set()
    await connection.flushed()
    connection.send_frame("3")
    assert [message["text"] for message in wire.sent] == ["0", "1", "2", "3"]


async def test_who_does_not_read_and_is_then_gone_is_no_error() -> None:
    wire = Wire()
    wire.may_send.clear()
    connection = Connection(wire.send)
    connection.send_frame("1")
    connection.send_frame("2")
    wire.is_gone = True
    wire.may_send.set()
    await connection.flushed()
    assert not connection.is_open
    assert wire.sent == []


async def test_a_stop_reaches_a_send_that_waits() -> None:
    """The task that ends a send begun without it can be cancelled like any other."""
    wire = Wire()
    wire.may_send.clear()
    connection = Connection(wire.send)
    connection.send_frame("1")
    assert connection._sender is not None
    connection._sender.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.flushed()
    assert wire.sent == []


async def test_who_does_not_read_is_cut_is_cut_off_and_costs_a_bounded_memory() -> None:
    wire = Wire()
    wire.may_send.clear()
    connection = Connection(wire.send)
    for _ in range(MAX_PENDING + 2):
        connection.send(MOVED)
        await asyncio.sleep(0)
    assert not connection.is_open
    wire.may_send.set()
    await connection.flushed()
    assert wire.sent[-1] == {"type": "websocket.close", "code": 4008}
    assert len(wire.sent) < 5


async def test_who_is_gone_is_no_error() -> None:
    wire = Wire()
    wire.is_gone = True
    connection = Connection(wire.send)
    connection.send(MOVED)
    await connection.flushed()
    connection.send(MOVED)
    connection.close(CloseCode.REPLACED)
    await connection.flushed()
    assert wire.sent == []


async def test_before_the_welcome_news_is_dropped() -> None:
    wire = Wire()
    connection = Connection(wire.send)
    connection.is_silent = True
    connection.news(MOVED)
    connection.send_frame("welcome")
    connection.is_silent = False
    connection.news(MOVED)
    await connection.flushed()
    assert len(wire.sent) == 2
    assert wire.sent[0]["text"] == "welcome"


async def test_a_replaced_link_leaves_nothing_behind() -> None:
    kiosk = KioskCredential(KioskIdentity("k-1", "Borne", "s", "Site", is_enabled=True), bytes(32))
    agent = AgentIdentity("a-1", "caf", "Mme Martin")
    connections = Connections()
    wires = [Wire() for _ in range(4)]
    first, second = (KioskLink(Connection(wire.send), kiosk) for wire in wires[:2])
    connections.join_kiosk(first)
    connections.join_kiosk(second)
    assert not connections.leave_kiosk(first)
    assert connections.kiosks["k-1"] is second
    assert connections.leave_kiosk(second)
    old, new = (StationLink(Connection(w.send), agent, "s1", n, None) for n, w in enumerate(wires[2:]))
    connections.join_station(old)
    connections.join_station(new)
    assert not connections.leave_station(old)
    assert list(connections.stations_of_partner("msa")) == []
    assert list(connections.stations_of_partner("caf")) == [new] == list(connections.stations_of_agent("a-1"))
    await first.connection.flushed()
    await old.connection.flushed()
    assert wires[0].sent == wires[2].sent == [{"type": "websocket.close", "code": 4001}]


async def test_everybody_is_sent_away_in_time_even_who_does_not_read() -> None:
    connections = Connections()
    wires = [Wire() for _ in range(5)]
    wires[0].may_send.clear()
    for wire in wires:
        connections.opened(Connection(wire.send))
    async with asyncio.timeout(5):
        await connections.close_all(CloseCode.RESTARTING, within_s=0.5)
    assert all(wire.sent == [{"type": "websocket.close", "code": 1012}] for wire in wires[1:])
    wires[0].may_send.set()
    await asyncio.sleep(0)
