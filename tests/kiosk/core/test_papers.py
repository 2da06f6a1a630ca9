"""The sums that the end screen tells: pages sent and printed, whatever cards came and went."""

from hub.protocol import DeviceState
from kiosk.core import printing, scan
from kiosk.core.commands import DropFile, SealPage
from kiosk.core.conversation import (
    OfferPrint,
    PageReceived,
    PrintMoved,
    PrintStep,
    RequestScan,
    ScanMoved,
    ScanStep,
)
from kiosk.core.events import FileArrived, FileRendered, PeerOpened, PrintReported, ScanReported
from kiosk.core.ports import PageScanned, PrintProgress, PrintStopped, ScanStopped
from kiosk.core.view import PrintStepView, ScanStepView, TouchName
from tests.kiosk.core.driver import Driver


def send_page(driver: Driver, scan_id: str) -> None:
    driver.peer(RequestScan(scan_id=scan_id, title="RIB")).touch(TouchName.SCAN_START)
    assert driver.session.scan is not None
    job_no = driver.session.scan.job_no
    driver.happen(ScanReported(job_no, PageScanned(1, b"jpeg", b"preview", 10, 10, 200)))
    (sealed,) = driver.found(SealPage)
    driver.happen(ScanReported(job_no, ScanStopped(DeviceState.READY, 1))).touch(TouchName.SCAN_SEND)
    driver.peer(PageReceived(transfer_id=sealed.transfer_id, ok=True))


def print_file(driver: Driver, print_id: str, pages: int) -> None:
    offer = OfferPrint(
        print_id=print_id, transfer_id="ab" * 16, title="t", mime="image/png", size=9, chunks=1, sha256="0" * 64
    )
    driver.peer(offer).happen(FileArrived(print_id), FileRendered(print_id, (b"p",) * pages))
    driver.touch(TouchName.PRINT_ACCEPT)
    for page in range(1, pages + 1):
        driver.happen(PrintReported(print_id, PrintProgress(DeviceState.BUSY, page, pages)))
    driver.happen(PrintReported(print_id, PrintStopped(True, DeviceState.READY, pages)))


def test_sums_of_several_requests_and_files() -> None:
    driver = Driver().in_call()
    send_page(driver, "s1")
    driver.wait(6)
    send_page(driver, "s2")
    print_file(driver, "p1", 2)
    driver.wait(9)
    print_file(driver, "p2", 1)
    assert (driver.session.pages_sent, driver.session.pages_printed) == (2, 3)
    driver.touch(TouchName.HANG_UP).touch(TouchName.CONFIRM_HANG_UP)
    assert (driver.session.pages_sent, driver.session.pages_printed) == (2, 3)
    assert driver.session.scanned_anything


def test_news_of_a_file_nobody_waits_for_drops_it() -> None:
    driver = Driver().in_call().happen(FileArrived("gone"))
    assert driver.found(DropFile) == [DropFile("gone")]


def test_papers_mean_nothing_outside_a_call() -> None:
    driver = Driver().before_call().peer(RequestScan(scan_id="s1", title="RIB"))
    assert driver.session.scan is None
    driver.touch(TouchName.SCAN_START).touch(TouchName.PRINT_ACCEPT)
    assert driver.said == []


def test_a_new_connection_hears_where_every_paper_stands() -> None:
    driver = Driver().in_call().peer(RequestScan(scan_id="s1", title="RIB", pages=2))
    offer = OfferPrint(
        print_id="p1", transfer_id="ab" * 16, title="t", mime="image/png", size=9, chunks=1, sha256="0" * 64
    )
    driver.peer(offer).happen(FileArrived("p1"), FileRendered("p1", (b"a", b"b")))
    driver.happen(PeerOpened(1))
    assert driver.to_peer() == [
        ScanMoved(scan_id="s1", step=ScanStep.SEEN),
        PrintMoved(print_id="p1", step=PrintStep.PREVIEWING, pages=2),
    ]


def test_a_request_or_an_offer_said_twice_is_one_and_is_answered_again() -> None:
    driver = Driver().in_call().peer(RequestScan(scan_id="s1", title="RIB"))
    driver.touch(TouchName.SCAN_LATER).peer(RequestScan(scan_id="s1", title="RIB"))
    assert driver.to_peer() == [ScanMoved(scan_id="s1", step=ScanStep.LATER)]
    offer = OfferPrint(
        print_id="p1", transfer_id="ab" * 16, title="t", mime="image/png", size=9, chunks=1, sha256="0" * 64
    )
    driver.peer(offer).peer(offer)
    assert driver.to_peer() == [PrintMoved(print_id="p1", step=PrintStep.RECEIVING)]
    assert len(driver.session.prints) == 1


def test_every_step_has_a_word_for_the_agent() -> None:
    assert set(scan._TOLD) == set(ScanStepView)
    assert set(printing._TOLD) == set(PrintStepView) - {PrintStepView.REFUSED}
