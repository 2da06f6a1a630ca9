"""Writes of one turn of the loop leave together, in order, and none is lost at the end."""

import asyncio
from typing import Any

from hub.protocol import CallAccepted, CallRinging, CallTransferred
from hub.server.calm_writes import CalmTransport
from tests.fakes.running_hub import RunningHub


class Pipe:
    """The server's transport: keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.said: list[str] = []
        self.is_closed = False

    def write(self, data: bytes) -> None:
        assert not self.is_closed
        self.written.append(data)

    def is_closing(self) -> bool:
        return self.is_closed

    def close(self) -> None:
        self.is_closed = True

    def pause_reading(self) -> None:
        self.said.append("pause")

    def resume_reading(self) -> None:
        self.said.append("resume")

    def get_extra_info(self, name: str) -> str:
        return f"info {name}"


def calm(pipe: Pipe) -> Any:
    return CalmTransport(pipe, asyncio.get_running_loop())  # type: ignore[arg-type]


async def test_what_is_written_in_one_turn_leaves_in_one_piece() -> None:
    pipe = Pipe()
    transport = calm(pipe)
    for piece in (b"1", b"2", b"3"):
        transport.write(piece)
    assert pipe.written == []
    await asyncio.sleep(0)
    transport.write(b"4")
    await asyncio.sleep(0)
    assert pipe.written == [b"123", b"4"]


async def test_what_was_written_before_the_end_leaves_before_it() -> None:
    pipe = Pipe()
    transport = calm(pipe)
    transport.write(b"goodbye")
    transport.close()
    assert pipe.written == [b"goodbye"]
    await asyncio.sleep(0)
    assert pipe.written == [b"goodbye"]


async def test_to_who_is_gone_nothing_is_written() -> None:
    pipe = Pipe()
    transport = calm(pipe)
    transport.write(b"news")
    pipe.is_closed = True
    await asyncio.sleep(0)
    assert pipe.written == []


async def test_much_does_not_wait() -> None:
    pipe = Pipe()
    transport = calm(pipe)
    transport.write(b"first")
    transport.write(bytes(CalmTransport.LARGE_BYTES))
    assert [len(piece) for piece in pipe.written] == [5 + CalmTransport.LARGE_BYTES]
    await asyncio.sleep(0)
    assert len(pipe.written) == 1


async def test_the_rest_is_the_transports_own() -> None:
    pipe = Pipe()
    transport = calm(pipe)
    transport.pause_reading()
    transport.resume_reading()
    assert pipe.said == ["pause", "resume"]
    assert transport.get_extra_info("peername") == "info peername"
    assert not transport.is_closing()


async def test_the_hub_speaks_through_it(hub: RunningHub) -> None:
    """If the server stops making its protocol of this class, or calls its transport otherwise, this is seen here."""
    station, kiosk = await hub.available(), await hub.joined()
    await kiosk.place_call("caf")
    await station.accept()
    await kiosk.expect(CallAccepted)
    assert [type(m) for m in kiosk.inbox if isinstance(m, CallRinging | CallTransferred)] == [CallRinging]
    protocols = list(hub.server.server_state.connections)
    sockets = [each for each in protocols if type(each).__name__ == "CalmWebSockets"]
    assert len(sockets) == 2
    assert all(isinstance(each.transport, CalmTransport) for each in sockets)  # type: ignore[union-attr]
