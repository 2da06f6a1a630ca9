"""Pages of noise that a rehearsal sends: announced, wholly held by the station, never opened, taken back."""

import asyncio

import pytest

from kiosk import rehearsal_documents
from kiosk.core.conversation import (
    CHUNK_BYTES,
    ChunksReceived,
    HelloPeer,
    PageDiscarded,
    PageSealed,
    ScanMoved,
    ScanStep,
)
from kiosk.media.outbox import Outbox
from kiosk.papers_held import PagesHeld
from kiosk.rehearsal_documents import NoisePages
from kiosk.rehearsal_record import Clock, Moment, Record
from tests.fakes.kiosk_parts import KeptPeers

PAGE_BYTES = 3 * CHUNK_BYTES
ASKED = 2 * PAGE_BYTES + 1000


@pytest.fixture(autouse=True)
def _small_and_hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rehearsal_documents, "PAGE_BYTES", PAGE_BYTES)
    monkeypatch.setattr(rehearsal_documents, "AFTER_S", 0.0)


def instants(record: Record) -> list[Moment]:
    return [each.moment for each in record.moments]


async def test_pages_travel_once_the_channels_are_there_and_are_taken_back_when_held() -> None:
    record, peers = Record(Clock(asyncio.get_running_loop().time, 0.0)), KeptPeers()
    noise = NoisePages(record, ASKED)
    pages = PagesHeld(Outbox(peers, noise.on_travelled))
    sending = asyncio.create_task(noise.send(pages, peers.send_control))
    await asyncio.sleep(0)
    assert peers.said == []

    peers.open = True
    noise.on_open()
    pages.resume(HelloPeer(received={}))
    await peers.until(lambda: sum(isinstance(each, PageSealed) for each in peers.said) == 3)
    sealed = [each for each in peers.said if isinstance(each, PageSealed)]
    assert [each.page_no for each in sealed] == [1, 2, 3]
    assert [each.size for each in sealed] == [PAGE_BYTES, PAGE_BYTES, 1000]
    assert instants(record) == [Moment.DOCUMENTS_BEGUN]

    await peers.until(lambda: len(peers.chunks) == sum(each.chunks for each in sealed))
    for page in sealed[:2]:
        pages.acknowledge(ChunksReceived(transfer_id=page.transfer_id, next_chunk=page.chunks))
    assert noise.held_bytes == 2 * PAGE_BYTES
    assert not sending.done()
    pages.acknowledge(ChunksReceived(transfer_id=sealed[2].transfer_id, next_chunk=sealed[2].chunks))
    await sending
    assert noise.held_bytes == ASKED
    assert instants(record) == [Moment.DOCUMENTS_BEGUN, Moment.DOCUMENTS_DONE]
    *_, first, second, third, last = peers.said
    assert [each.transfer_id for each in (first, second, third)] == [each.transfer_id for each in sealed]
    assert all(isinstance(each, PageDiscarded) for each in (first, second, third))
    assert isinstance(last, ScanMoved)
    assert last.step is ScanStep.CANCELLED
    assert len(pages) == 0
    pages.clear()


async def test_pages_of_others_are_not_counted() -> None:
    record = Record(Clock(asyncio.get_running_loop().time, 0.0))
    noise = NoisePages(record, ASKED)
    noise.on_travelled("ab" * 16, 1.0)
    assert noise.held_bytes == 0
    assert record.moments == []


async def test_nothing_asked_nothing_sent() -> None:
    record, peers = Record(Clock(asyncio.get_running_loop().time, 0.0)), KeptPeers()
    noise = NoisePages(record, 0)
    noise.on_open()
    await noise.send(PagesHeld(Outbox(peers, noise.on_travelled)), peers.send_control)
    assert peers.said == []
    assert record.moments == []
