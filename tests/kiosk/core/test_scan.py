"""A request for a paper at every step: what each touch and each fault does, what the agent is told."""

import pytest

from hub.protocol import DeviceState
from kiosk.core.commands import CancelScanJob, DiscardPage, ReleasePage, SealPage, StartScan
from kiosk.core.conversation import CancelScan, PageReceived, RequestScan, ScanMoved, ScanStep
from kiosk.core.events import PageTravelled, ScanReported
from kiosk.core.ports import PageScanned, ScanProgress, ScanStopped
from kiosk.core.presentation import present
from kiosk.core.view import ScanStepView, ScanView, TouchName
from tests.kiosk.core.driver import Driver

FAULTS = [state for state in DeviceState if state not in (DeviceState.READY, DeviceState.BUSY)]


def page(number: int = 1) -> PageScanned:
    return PageScanned(number, b"page", b"preview%d" % number, 1654, 2339, 200)


@pytest.fixture
def driver() -> Driver:
    return Driver().in_call()


def ask(driver: Driver, pages: int = 1, scan_id: str = "s1") -> Driver:
    return driver.peer(RequestScan(scan_id=scan_id, title="Avis d'imposition", pages=pages, colour=True))


def read_page(driver: Driver, *, more_to_come: bool = False) -> str:
    """The scanner reads one page; gives its transfer id."""
    assert driver.session.scan is not None
    job_no = driver.session.scan.job_no
    driver.happen(ScanReported(job_no, page(driver.session.scan.page_no)))
    (sealed,) = driver.found(SealPage)
    if not more_to_come:
        driver.happen(ScanReported(job_no, ScanStopped(DeviceState.READY, 1)))
    return sealed.transfer_id


def view(driver: Driver) -> ScanView:
    shown = present(driver.session, driver.now, "").in_call
    assert shown is not None
    assert shown.scan is not None
    return shown.scan


def steps_told(driver: Driver) -> list[ScanStep]:
    return [each.step for each in driver.to_peer() if isinstance(each, ScanMoved)]


def test_one_page_with_consent(driver: Driver) -> None:
    ask(driver)
    assert steps_told(driver) == [ScanStep.SEEN]
    driver.touch(TouchName.SCAN_START)
    (job,) = driver.found(StartScan)
    assert job.settings.colour
    driver.happen(ScanReported(job.job_no, ScanProgress(1, 0.5)))
    assert view(driver).progress == 0.5
    transfer = read_page(driver)
    assert view(driver).preview == b"preview1"
    assert not driver.found(ReleasePage, driver.all_said), "nothing is readable before SEND"
    driver.touch(TouchName.SCAN_SEND)
    assert driver.found(ReleasePage) == [ReleasePage(transfer)]
    assert view(driver).step is ScanStepView.SENDING
    driver.happen(PageTravelled(transfer, 0.7))
    assert view(driver).progress == 0.7
    driver.peer(PageReceived(transfer_id=transfer, ok=True))
    assert view(driver).step is ScanStepView.SENT
    assert steps_told(driver) == [ScanStep.DONE]
    assert driver.session.pages_sent == 1
    driver.wait(6)
    assert driver.session.scan is None
    assert driver.session.pages_sent == 1


def test_two_pages_on_the_glass(driver: Driver) -> None:
    ask(driver, pages=2).touch(TouchName.SCAN_START)
    first = read_page(driver)
    driver.touch(TouchName.SCAN_SEND).peer(PageReceived(transfer_id=first, ok=True))
    assert view(driver).step is ScanStepView.ASKED
    assert view(driver).page_no == 2
    driver.touch(TouchName.SCAN_START)
    second = read_page(driver)
    driver.touch(TouchName.SCAN_SEND).peer(PageReceived(transfer_id=second, ok=True))
    assert view(driver).step is ScanStepView.SENT
    assert driver.session.pages_sent == 2


def test_a_feeder_shows_its_pages_one_after_the_other(driver: Driver) -> None:
    ask(driver, pages=3).touch(TouchName.SCAN_START)
    first = read_page(driver, more_to_come=True)
    second = read_page(driver, more_to_come=True)
    driver.touch(TouchName.SCAN_SEND)
    assert driver.found(ReleasePage) == [ReleasePage(first)]
    assert view(driver).step is ScanStepView.PREVIEW
    driver.touch(TouchName.SCAN_SEND)
    assert driver.found(ReleasePage) == [ReleasePage(second)]
    assert view(driver).step is ScanStepView.SCANNING
    third = read_page(driver)
    driver.touch(TouchName.SCAN_SEND)
    for transfer in (first, second, third):
        driver.peer(PageReceived(transfer_id=transfer, ok=True))
    assert view(driver).step is ScanStepView.SENT


def test_redo_destroys_the_page_and_reads_again(driver: Driver) -> None:
    ask(driver).touch(TouchName.SCAN_START)
    transfer = read_page(driver)
    driver.touch(TouchName.SCAN_REDO)
    assert driver.found(DiscardPage) == [DiscardPage(transfer)]
    assert driver.found(StartScan)
    late = ScanReported(1, page())
    driver.happen(late)
    assert not driver.found(SealPage), "a page of the job before"


def test_add_a_page_sends_this_one_and_reads_another(driver: Driver) -> None:
    ask(driver).touch(TouchName.SCAN_START)
    transfer = read_page(driver)
    driver.touch(TouchName.SCAN_ADD_PAGE)
    assert driver.found(ReleasePage) == [ReleasePage(transfer)]
    assert driver.found(StartScan)
    assert view(driver).page_no == 2


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_shown_told_and_can_be_tried_again(driver: Driver, fault: DeviceState) -> None:
    ask(driver).touch(TouchName.SCAN_START)
    driver.happen(ScanReported(1, ScanStopped(fault, 0)))
    assert view(driver).step is ScanStepView.PROBLEM
    assert view(driver).problem is fault
    assert driver.to_peer()[-1].device is fault
    driver.touch(TouchName.SCAN_RETRY)
    assert driver.found(StartScan)[0].job_no == 2


@pytest.mark.parametrize("step", ["asked", "put_off", "scanning", "preview", "problem", "second_page"])
def test_cancel_at_every_step_leaves_nothing_unsent(driver: Driver, step: str) -> None:
    ask(driver, pages=2)
    held: list[str] = []
    if step == "put_off":
        driver.touch(TouchName.SCAN_LATER)
    elif step != "asked":
        driver.touch(TouchName.SCAN_START)
    if step == "problem":
        driver.happen(ScanReported(1, ScanStopped(DeviceState.JAMMED, 0)))
    if step in ("preview", "second_page"):
        held = [read_page(driver)]
    if step == "second_page":
        driver.touch(TouchName.SCAN_SEND).peer(PageReceived(transfer_id=held[0], ok=True))
        driver.touch(TouchName.SCAN_START)
        held = [read_page(driver)]
    driver.touch(TouchName.SCAN_DECLINE if step == "put_off" else TouchName.SCAN_CANCEL)
    assert [each.transfer_id for each in driver.found(DiscardPage)] == held
    assert bool(driver.found(CancelScanJob)) == (step == "scanning")
    told = steps_told(driver)[-1]
    assert told is (
        ScanStep.DONE if step == "second_page" else ScanStep.DECLINED if step == "put_off" else ScanStep.CANCELLED
    )


def test_the_agent_takes_the_request_back(driver: Driver) -> None:
    ask(driver).touch(TouchName.SCAN_START)
    transfer = read_page(driver)
    driver.peer(CancelScan(scan_id="other"))
    assert driver.session.scan is not None
    driver.peer(CancelScan(scan_id="s1"))
    assert driver.session.scan is None
    assert driver.found(DiscardPage) == [DiscardPage(transfer)]


def test_a_second_request_waits_for_hands_to_be_free(driver: Driver) -> None:
    ask(driver).touch(TouchName.SCAN_START)
    ask(driver, scan_id="s2")
    assert driver.to_peer() == [ScanMoved(scan_id="s2", step=ScanStep.CANCELLED)]
    driver.happen(ScanReported(1, ScanStopped(DeviceState.JAMMED, 0)))
    ask(driver, scan_id="s3")
    assert steps_told(driver) == [ScanStep.CANCELLED, ScanStep.SEEN]
    driver.touch(TouchName.SCAN_START)
    assert driver.found(StartScan)[0].job_no == 2, "numbers of jobs never come twice"


def test_a_page_damaged_on_the_way_can_be_read_again(driver: Driver) -> None:
    ask(driver).touch(TouchName.SCAN_START)
    transfer = read_page(driver)
    driver.touch(TouchName.SCAN_SEND).peer(PageReceived(transfer_id=transfer, ok=False))
    assert view(driver).step is ScanStepView.PROBLEM
    assert driver.found(DiscardPage) == [DiscardPage(transfer)]
    assert driver.session.pages_sent == 0
    driver.touch(TouchName.SCAN_RETRY)
    assert driver.found(StartScan)


def test_putting_off_keeps_the_request(driver: Driver) -> None:
    ask(driver).touch(TouchName.SCAN_LATER)
    assert steps_told(driver) == [ScanStep.LATER]
    driver.touch(TouchName.SCAN_RESUME)
    assert view(driver).step is ScanStepView.ASKED
