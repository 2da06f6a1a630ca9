"""The sums that the end screen tells: pages sent and printed, whatever cards came and went."""

from hub.protocol import CallAccepted, CallTransferred, DeviceState, MediaState
from kiosk.core import printing, scan
from kiosk.core.commands import CancelPrintJob, CancelScanJob, DiscardPage, DropFile, ForgetAgent, SealPage
from kiosk.core.conversation import (
    OfferPrint,
    PageReceived,
    PrintMoved,
    PrintStep,
    RequestScan,
    ScanMoved,
    ScanStep,
)
from kiosk.core.events import FileArrived, FileRendered, PeerMoved, PeerOpened, PrintReported, ScanReported
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


class TestLeavingAnAgent:
    """A call that is passed on: what the agent has stays with the agent, nothing of it goes to the next."""

    PASSED_ON = CallTransferred(call_id="c1", new_call_id="c2", partner_id="caf", position=1)

    def offered(self, driver: Driver, print_id: str = "p1") -> Driver:
        offer = OfferPrint(
            print_id=print_id, transfer_id="ab" * 16, title="t", mime="image/png", size=9, chunks=1, sha256="0" * 64
        )
        return driver.peer(offer).happen(FileArrived(print_id), FileRendered(print_id, (b"p", b"q")))

    def test_a_page_in_preview_and_a_job_that_reads_are_destroyed(self) -> None:
        driver = Driver().in_call().peer(RequestScan(scan_id="s1", title="RIB", pages=2)).touch(TouchName.SCAN_START)
        driver.happen(ScanReported(1, PageScanned(1, b"jpeg", b"preview", 10, 10, 200)))
        (sealed,) = driver.found(SealPage)
        driver.hear(self.PASSED_ON)
        assert driver.found(DiscardPage) == [DiscardPage(sealed.transfer_id)]
        assert driver.found(CancelScanJob)
        assert driver.found(ForgetAgent)
        driver.happen(ScanReported(1, PageScanned(2, b"jpeg", b"preview", 10, 10, 200)))
        assert driver.said == [], "a page that the scanner still gave is for nobody"

    def test_a_file_nobody_agreed_to_is_dropped(self) -> None:
        driver = self.offered(Driver().in_call()).hear(self.PASSED_ON)
        assert driver.found(DropFile) == [DropFile("p1")]
        assert driver.session.prints == ()
        assert driver.session.call is not None
        assert driver.session.call.papers_dropped

    def test_what_prints_comes_out_and_is_told_to_nobody(self) -> None:
        driver = self.offered(Driver().in_call()).touch(TouchName.PRINT_ACCEPT).hear(self.PASSED_ON)
        assert driver.found(DropFile) == []
        assert driver.found(CancelPrintJob) == []
        assert driver.session.call is not None
        assert not driver.session.call.papers_dropped
        driver.hear(CallAccepted(call_id="c2", peer_no=1, ice_servers=[])).happen(PeerMoved(1, MediaState.CONNECTED))
        driver.happen(PeerOpened(1))
        assert driver.to_peer() == []
        driver.happen(PrintReported("p1", PrintProgress(DeviceState.BUSY, 1, 2)))
        assert driver.to_peer() == []
        driver.happen(PrintReported("p1", PrintStopped(True, DeviceState.READY, 2)))
        assert driver.to_peer() == []
        assert driver.found(DropFile) == [DropFile("p1")]
        assert driver.session.pages_printed == 2

    def test_pages_already_sent_stay_sent(self) -> None:
        driver = Driver().in_call()
        send_page(driver, "s1")
        driver.hear(self.PASSED_ON)
        assert driver.session.pages_sent == 1
        assert driver.session.scanned_anything
        assert driver.session.call is not None
        assert not driver.session.call.papers_dropped


def test_every_step_has_a_word_for_the_agent() -> None:
    assert set(scan._TOLD) == set(ScanStepView)
    assert set(printing._TOLD) == set(PrintStepView) - {PrintStepView.REFUSED}
