"""A file that the agent sends, at every step: consent, faults, cancellations, what the agent is told."""

import pytest

from hub.protocol import DeviceState
from kiosk.core.commands import CancelPrintJob, DropFile, PrintFile, ReceiveFile, RenderFile
from kiosk.core.conversation import MAX_PRINT_BYTES, CancelPrint, OfferPrint, PrintMoved, PrintRefusal, PrintStep
from kiosk.core.events import FileArrived, FileRefused, FileRendered, FileTravelled, PrintReported
from kiosk.core.ports import PrintProgress, PrintStopped
from kiosk.core.presentation import present
from kiosk.core.view import PrintStepView, PrintView, TouchName
from tests.kiosk.core.driver import Driver

NEEDS_A_PERSON = [state for state in DeviceState if state not in (DeviceState.READY, DeviceState.BUSY)]
PREVIEWS = (b"one", b"two")


def offer(print_id: str = "p1", size: int = 1000) -> OfferPrint:
    return OfferPrint(
        print_id=print_id,
        transfer_id="ab" * 16,
        title="Formulaire",
        mime="application/pdf",
        size=size,
        chunks=1,
        sha256="0" * 64,
    )


@pytest.fixture
def driver() -> Driver:
    return Driver().in_call()


def view(driver: Driver) -> PrintView:
    shown = present(driver.session, driver.now, "").in_call
    assert shown is not None
    assert shown.print is not None
    return shown.print


def to_preview(driver: Driver) -> Driver:
    driver.peer(offer()).happen(FileTravelled("p1", 0.4))
    return driver.happen(FileArrived("p1"), FileRendered("p1", PREVIEWS))


def to_printing(driver: Driver) -> Driver:
    return to_preview(driver).touch(TouchName.PRINT_ACCEPT)


def told(driver: Driver) -> list[PrintStep]:
    return [each.step for each in driver.to_peer() if isinstance(each, PrintMoved)]


def test_two_pages_with_consent(driver: Driver) -> None:
    driver.peer(offer())
    assert driver.found(ReceiveFile)
    driver.happen(FileTravelled("p1", 0.4))
    assert view(driver).progress == 0.4
    driver.happen(FileArrived("p1"))
    assert driver.found(RenderFile) == [RenderFile("p1", "application/pdf")]
    driver.happen(FileRendered("p1", PREVIEWS))
    assert view(driver).preview == b"one"
    driver.touch(TouchName.PRINT_PAGE, "1")
    assert view(driver).preview == b"two"
    driver.touch(TouchName.PRINT_PAGE, "99").touch(TouchName.PRINT_PAGE, "x")
    assert view(driver).preview == b"two"
    assert not driver.found(PrintFile, driver.all_said), "nothing is printed before PRINT"
    driver.touch(TouchName.PRINT_ACCEPT)
    assert driver.found(PrintFile) == [PrintFile("p1")]
    driver.touch(TouchName.PRINT_ACCEPT)
    assert not driver.found(PrintFile), "one job for one touch too many"
    driver.happen(PrintReported("p1", PrintProgress(DeviceState.BUSY, 1, 2)))
    assert (view(driver).page, view(driver).pages) == (1, 2)
    driver.happen(PrintReported("p1", PrintStopped(True, DeviceState.READY, 2)))
    assert view(driver).step is PrintStepView.PRINTED
    assert told(driver) == [PrintStep.PRINTED]
    assert driver.session.pages_printed == 2
    assert driver.found(DropFile)
    driver.wait(9)
    assert driver.session.prints == ()
    assert driver.session.pages_printed == 2


@pytest.mark.parametrize("state", NEEDS_A_PERSON)
def test_a_printer_that_needs_a_person_is_told_and_goes_on(driver: Driver, state: DeviceState) -> None:
    to_printing(driver).happen(PrintReported("p1", PrintProgress(state, 1, 2)))
    assert view(driver).step is PrintStepView.PROBLEM
    assert view(driver).problem is state
    assert driver.to_peer()[-1].device is state
    driver.happen(PrintReported("p1", PrintProgress(DeviceState.BUSY, 1, 2)))
    assert view(driver).step is PrintStepView.PRINTING
    assert view(driver).problem is None


@pytest.mark.parametrize("state", NEEDS_A_PERSON)
def test_a_job_that_failed_can_be_tried_again(driver: Driver, state: DeviceState) -> None:
    to_printing(driver).happen(PrintReported("p1", PrintStopped(False, state, 0)))
    assert view(driver).step is PrintStepView.PROBLEM
    driver.touch(TouchName.PRINT_ACCEPT)
    assert driver.found(PrintFile) == [PrintFile("p1")]


@pytest.mark.parametrize("step", ["receiving", "checking", "preview"])
def test_declining_before_the_paper(driver: Driver, step: str) -> None:
    driver.peer(offer())
    if step != "receiving":
        driver.happen(FileArrived("p1"))
    if step == "preview":
        driver.happen(FileRendered("p1", PREVIEWS))
    driver.touch(TouchName.PRINT_DECLINE)
    assert driver.session.prints == ()
    assert driver.found(DropFile) == [DropFile("p1")]
    assert told(driver) == [PrintStep.DECLINED]
    driver.happen(FileArrived("p1"), FileRendered("p1", PREVIEWS))
    assert driver.found(DropFile), "what arrives late is dropped"


@pytest.mark.parametrize("who", ["usager", "agent"])
def test_cancelling_a_running_job(driver: Driver, who: str) -> None:
    to_printing(driver)
    if who == "usager":
        driver.touch(TouchName.PRINT_CANCEL)
    else:
        driver.peer(CancelPrint(print_id="p1"))
    assert driver.found(CancelPrintJob) == [CancelPrintJob("p1")]
    driver.happen(PrintReported("p1", PrintStopped(False, DeviceState.READY, 0, cancelled=True)))
    assert view(driver).step is PrintStepView.CANCELLED
    assert told(driver) == [PrintStep.CANCELLED]
    driver.touch(TouchName.PRINT_DISMISS)
    assert driver.session.prints == ()


@pytest.mark.parametrize("refusal", list(PrintRefusal))
def test_a_file_that_cannot_be_printed_says_why(driver: Driver, refusal: PrintRefusal) -> None:
    driver.peer(offer()).happen(FileArrived("p1"), FileRefused("p1", refusal))
    assert view(driver).step is PrintStepView.REFUSED
    (moved,) = driver.to_peer()
    assert moved.refusal is refusal


def test_too_large_or_too_many_is_refused_before_a_byte_comes(driver: Driver) -> None:
    driver.peer(offer(size=MAX_PRINT_BYTES + 1))
    assert driver.to_peer()[0].refusal is PrintRefusal.TOO_LARGE
    assert driver.session.prints == ()
    for number in range(6):
        driver.peer(offer(f"q{number}"))
    assert driver.to_peer()[0].step is PrintStep.REFUSED
    assert len(driver.session.prints) == 5


def test_files_are_shown_one_after_the_other(driver: Driver) -> None:
    to_preview(driver).peer(offer("p2")).happen(FileArrived("p2"), FileRendered("p2", (b"other",)))
    assert view(driver).preview == b"one"
    driver.touch(TouchName.PRINT_DECLINE)
    assert view(driver).preview == b"other"
