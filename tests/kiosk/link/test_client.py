"""The link against a socket that speaks as the hub does, on asyncio and on the kiosk's own Qt loop."""

import asyncio
import random
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.protocol import (
    MAX_MESSAGE_BYTES,
    CallEnded,
    CloseCode,
    EndCause,
    HangUp,
    Outcome,
    PartnersChanged,
    WelcomeKiosk,
)
from kiosk.link import client, guard
from kiosk.link.client import MAX_QUEUED, HubLink
from kiosk.link.key import KioskKey
from tests.fakes import qt_program
from tests.fakes.hub_door import HubDoor

HANG_UP = HangUp(call_id="c1")


class Soon(random.Random):
    """Chance that always draws the shortest pause."""

    def uniform(self, a: float, b: float) -> float:
        return a


class News:
    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.lost = 0
        self.refused: list[int] = []
        self.changed = asyncio.Event()
        self.fault: Exception | None = None

    def on_hub_message(self, message: Any) -> None:
        self.messages.append(message)
        self.changed.set()
        if self.fault is not None and isinstance(message, PartnersChanged):
            raise self.fault

    def on_hub_lost(self) -> None:
        self.lost += 1
        self.changed.set()

    def on_hub_refused(self, code: int) -> None:
        self.refused.append(code)
        self.changed.set()

    async def until(self, condition: Any, timeout_s: float = 10.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not condition():
                self.changed.clear()
                await self.changed.wait()


@pytest_asyncio.fixture
async def private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.generate()


@pytest_asyncio.fixture
async def hub(private: Ed25519PrivateKey) -> AsyncIterator[HubDoor]:
    door = HubDoor(private.public_key())
    await door.start()
    yield door
    await door.stop()


@pytest_asyncio.fixture
async def news() -> News:
    return News()


@pytest_asyncio.fixture
async def link(hub: HubDoor, news: News, private: Ed25519PrivateKey) -> AsyncIterator[HubLink]:
    link = HubLink(hub.url, KioskKey("borne-1", private), news, Soon())
    yield link
    await link.stop()


async def test_greets_then_talks_both_ways(hub: HubDoor, link: HubLink, news: News) -> None:
    assert not link.send(HANG_UP), "nothing is kept for later"
    link.set_live_call("call-7")
    link.start()
    link.start()
    await news.until(lambda: news.messages)
    assert isinstance(news.messages[0], WelcomeKiosk)
    hello = hub.hellos[0]
    assert (hello.kiosk_id, hello.live_call_id) == ("borne-1", "call-7")
    assert hello.software.startswith("visio-kiosk-")
    assert link.send(HANG_UP)
    await hub.until(lambda: hub.messages)
    assert hub.messages == [HANG_UP]
    ended = CallEnded(call_id="c1", outcome=Outcome.COMPLETED, cause=EndCause.AGENT_HUNG_UP)
    await hub.send(ended)
    await news.until(lambda: ended in news.messages)
    await link.stop()
    await link.stop()
    assert not link.send(HANG_UP)
    assert news.lost == 0, "a link that was closed on purpose is not lost"
    assert len(hub.hellos) == 1


async def test_comes_back_after_the_hub_and_says_so_once(hub: HubDoor, link: HubLink, news: News) -> None:
    link.start()
    await news.until(lambda: news.messages)
    await hub.stop(CloseCode.RESTARTING)
    await news.until(lambda: news.lost)
    assert not link.send(HANG_UP)
    link.set_live_call("call-8")
    await hub.start()
    link.retry_now()
    await news.until(lambda: len(news.messages) == 2)
    assert news.lost == 1
    assert isinstance(news.messages[1], WelcomeKiosk)
    assert hub.hellos[-1].live_call_id == "call-8"
    assert link.send(HANG_UP)


async def test_a_socket_cut_without_a_word_is_built_again(hub: HubDoor, link: HubLink, news: News) -> None:
    link.start()
    await news.until(lambda: news.messages)
    hub.sockets[-1].transport.abort()
    await news.until(lambda: len(news.messages) == 2)
    assert news.lost == 1
    assert news.refused == []


async def test_a_wrong_key_is_refused_and_retried_slowly(hub: HubDoor, news: News) -> None:
    link = HubLink(hub.url, KioskKey("borne-1", Ed25519PrivateKey.generate()), news, Soon())
    link.start()
    await news.until(lambda: news.refused)
    assert news.refused == [CloseCode.FORBIDDEN]
    assert news.lost == 0, "it was never up"
    assert news.messages == []
    link.retry_now()
    await news.until(lambda: len(news.refused) == 2)
    await link.stop()


async def test_bad_frames_are_dropped_and_counted(hub: HubDoor, link: HubLink, news: News) -> None:
    link.start()
    await news.until(lambda: news.messages)
    for frame in ("", "{", "[]", '{"type":"nonsense"}', '{"type":"call_ended"}', b"\x00\x01", '{"type":"hello"}'):
        await hub.send(frame)
    await hub.send(PartnersChanged(tiles=[]))
    await news.until(lambda: len(news.messages) == 2)
    assert link.dropped_frames == 7
    assert news.lost == 0


async def test_an_oversized_frame_costs_the_connection_not_the_link(hub: HubDoor, link: HubLink, news: News) -> None:
    link.start()
    await news.until(lambda: news.messages)
    await hub.send('{"type":"error","detail":"' + "x" * MAX_MESSAGE_BYTES + '"}')
    await news.until(lambda: len(news.messages) == 2)
    assert news.lost == 1


async def test_a_fault_in_the_listener_does_not_cut_the_link(hub: HubDoor, link: HubLink, news: News) -> None:
    faults: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: faults.append(context["exception"]))
    news.fault = RuntimeError("listener")
    link.start()
    await news.until(lambda: news.messages)
    await hub.send(PartnersChanged(tiles=[]))
    await news.until(lambda: len(news.messages) == 2)
    assert link.send(HANG_UP)
    await hub.until(lambda: hub.messages)
    assert faults == [news.fault]


async def test_a_hub_that_says_nothing_is_left_and_tried_again(
    hub: HubDoor, link: HubLink, news: News, monkeypatch: Any
) -> None:
    monkeypatch.setattr(client, "GREETING_TIMEOUT_S", 1.0)
    hub.greet = False
    link.start()
    await hub.until(lambda: len(hub.sockets) >= 2)
    hub.greet = True
    await news.until(lambda: news.messages)


async def test_in_a_call_a_hub_that_falls_silent_is_left_and_found_again(
    hub: HubDoor, link: HubLink, news: News, monkeypatch: Any
) -> None:
    for name in ("LOOK_EVERY_S", "PING_EVERY_S", "SILENT_S"):
        monkeypatch.setattr(guard, name, getattr(guard, name) / 20)
    link.set_live_call("call-9")
    link.start()
    await news.until(lambda: news.messages)
    # Nothing is read any more, nothing is answered: as if the packets were lost.
    hub.sockets[-1].transport.pause_reading()
    await news.until(lambda: len(news.messages) == 2)
    assert news.lost == 1
    assert hub.hellos[-1].live_call_id == "call-9"


async def test_a_full_queue_refuses_instead_of_growing(hub: HubDoor, link: HubLink, news: News) -> None:
    link.start()
    await news.until(lambda: news.messages)
    results = [link.send(HANG_UP) for _ in range(MAX_QUEUED + 5)]
    assert results == [True] * MAX_QUEUED + [False] * 5
    await hub.until(lambda: len(hub.messages) == MAX_QUEUED)
    assert link.send(HANG_UP)


async def test_stopping_while_nobody_listens_is_prompt(news: News, private: Ed25519PrivateKey) -> None:
    link = HubLink("ws://127.0.0.1:9", KioskKey("borne-1", private), news, random.Random(1))
    link.start()
    await asyncio.sleep(0)
    async with asyncio.timeout(3):
        await link.stop()
    assert (news.lost, news.refused, news.messages) == (0, [], [])


ON_QT = """
import asyncio, random, sys
import qasync
from PySide6.QtCore import QCoreApplication
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hub.protocol import CloseCode, HangUp
from kiosk.link.client import HubLink
from kiosk.link.key import KioskKey
from tests.fakes.hub_door import HubDoor
from tests.kiosk.link.test_client import News, Soon

async def scenario():
    private = Ed25519PrivateKey.generate()
    hub, news = HubDoor(private.public_key()), News()
    await hub.start()
    link = HubLink(hub.url, KioskKey("borne-1", private), news, Soon())
    link.start()
    for round in range(1, 4):
        await news.until(lambda: len(news.messages) == round)
        assert link.send(HangUp(call_id=f"c{round}"))
        await hub.until(lambda: len(hub.messages) == round)
        await hub.stop(CloseCode.RESTARTING)
        await news.until(lambda: news.lost == round)
        await hub.start()
        link.retry_now()
    await news.until(lambda: len(news.messages) == 4)
    hub.sockets[-1].transport.abort()
    await news.until(lambda: len(news.messages) == 5)
    await link.stop()
    await hub.stop()

application = QCoreApplication(sys.argv)
loop = qasync.QEventLoop(application)
asyncio.set_event_loop(loop)
with loop:
    loop.run_until_complete(asyncio.wait_for(scenario(), 30))
print("done")
"""


def test_the_link_lives_on_the_kiosks_qt_loop() -> None:
    qt_program.run(ON_QT)
