"""Whatever happens, in whatever order: what must always be true of a stay (hypothesis)."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    Description,
    DeviceState,
    EndCause,
    MediaState,
    Outcome,
    PeerRenewed,
    QueueMoved,
    RefusalReason,
    RelayDescription,
)
from kiosk.core import commands as c
from kiosk.core import printing, scan
from kiosk.core.conversation import (
    CancelPrint,
    CancelScan,
    HangUpPeer,
    MediaMuted,
    OfferPrint,
    PageReceived,
    PicturePaused,
    RequestScan,
)
from kiosk.core.events import (
    AgentSeen,
    DeviceChanged,
    Event,
    FileArrived,
    FileRendered,
    HeadsetUnplugged,
    HubLost,
    HubRefused,
    HubSaid,
    OwnPicturePaused,
    PeerMoved,
    PeerSaid,
    PrintReported,
    ScanReported,
    Ticked,
    Touched,
)
from kiosk.core.ports import DeviceName, PageScanned, PrintProgress, PrintStopped, ScanStopped
from kiosk.core.presentation import present
from kiosk.core.session import Session, forget
from kiosk.core.touches import TOUCHES
from kiosk.core.view import Screen, Touch, TouchName
from tests.kiosk.core.driver import Driver

ids = st.sampled_from(["c1", "c2"])
touches = st.builds(
    lambda name, argument: Touched(Touch(name, argument)),
    st.sampled_from(list(TouchName)),
    st.sampled_from(["caf", "msa", "logement", "", "0", "1", "-1", "nonsense"]),
)
scan_events = st.one_of(
    st.builds(lambda: PageScanned(1, b"jpeg", b"preview", 100, 100, 200)),
    st.builds(ScanStopped, st.sampled_from(list(DeviceState)), st.integers(0, 2), st.booleans()),
)
print_events = st.one_of(
    st.builds(PrintProgress, st.sampled_from(list(DeviceState)), st.integers(0, 2), st.just(2)),
    st.builds(PrintStopped, st.booleans(), st.sampled_from(list(DeviceState)), st.integers(0, 2), st.booleans()),
)
offers = st.builds(
    lambda name: OfferPrint(
        print_id=name, transfer_id="ab" * 16, title="t", mime="image/png", size=9, chunks=1, sha256="0" * 64
    ),
    st.sampled_from(["p1", "p2"]),
)
hub_messages = st.one_of(
    st.builds(CallRinging, call_id=ids, attempt=st.integers(1, 3)),
    st.builds(QueueMoved, call_id=ids, position=st.integers(1, 3)),
    st.builds(CallAccepted, call_id=ids, peer_no=st.integers(1, 3), ice_servers=st.just([])),
    st.builds(PeerRenewed, call_id=ids, peer_no=st.integers(1, 4), ice_servers=st.just([])),
    st.builds(
        RelayDescription,
        call_id=ids,
        peer_no=st.integers(1, 3),
        description=st.just(Description(type="offer", sdp="v=0")),
    ),
    st.builds(CallEnded, call_id=ids, outcome=st.sampled_from(list(Outcome)), cause=st.sampled_from(list(EndCause))),
)
peer_messages = st.one_of(
    st.builds(RequestScan, scan_id=st.sampled_from(["s1", "s2"]), title=st.just("t"), pages=st.integers(1, 3)),
    st.builds(CancelScan, scan_id=st.sampled_from(["s1", "s2"])),
    st.builds(PageReceived, transfer_id=st.integers(1, 40).map("{:032x}".format), ok=st.booleans()),
    offers,
    st.builds(CancelPrint, print_id=st.sampled_from(["p1", "p2"])),
    st.builds(MediaMuted, camera=st.booleans(), microphone=st.booleans()),
    st.builds(PicturePaused, paused=st.booleans()),
    st.just(HangUpPeer()),
)


class Sensible:
    """A touch that means something on the screen that happens to be shown: the n-th of those."""

    def __init__(self, number: int) -> None:
        self.number = number

    def __repr__(self) -> str:
        return f"Sensible({self.number})"

    def touch(self, session: Session) -> Touch:
        names = [name for (screen, name) in TOUCHES if screen is session.screen]
        names += [name for (step, name) in scan.TOUCHES if session.scan and step is session.scan.step] * 2
        names += [name for (step, name) in printing.TOUCHES if session.prints and step is session.prints[0].step] * 2
        name = names[self.number % len(names)] if names else TouchName.START
        argument = {TouchName.CHOOSE_PARTNER: "caf", TouchName.CHOOSE_MOTIF: "logement"}.get(name, "")
        return Touch(name, argument)


class ScanNews:
    """News of the job that really runs."""

    def __init__(self, event: Any) -> None:
        self.event = event

    def __repr__(self) -> str:
        return f"ScanNews({self.event})"


events: st.SearchStrategy[Any] = st.one_of(
    touches,
    st.builds(Sensible, st.integers(0, 11)),
    st.builds(Sensible, st.integers(0, 11)),
    st.builds(Sensible, st.integers(0, 11)),
    st.builds(ScanNews, scan_events),
    st.sampled_from(["welcome", "queued", "refused", "long wait"]),
    st.builds(HubSaid, hub_messages),
    st.builds(PeerSaid, peer_messages),
    st.builds(PeerMoved, st.integers(1, 3), st.sampled_from(list(MediaState))),
    st.builds(OwnPicturePaused, st.integers(1, 3), st.booleans()),
    st.builds(ScanReported, st.integers(1, 3), scan_events),
    st.builds(PrintReported, st.sampled_from(["p1", "p2"]), print_events),
    st.builds(FileArrived, st.sampled_from(["p1", "p2"])),
    st.builds(FileRendered, st.sampled_from(["p1", "p2"]), st.just((b"a", b"b"))),
    st.just(HeadsetUnplugged()),
    st.builds(DeviceChanged, st.sampled_from(list(DeviceName)), st.sampled_from(list(DeviceState))),
    st.sampled_from([Ticked(), HubLost(), HubRefused(), AgentSeen()]),
)


def apply(driver: Driver, event: Event | Sensible | ScanNews | str) -> None:
    request = driver.session.call.request if driver.session.call else None
    match event:
        case "welcome":
            driver.welcomed()
        case "queued" if request:
            driver.hear(CallQueued(request_id=request.request_id, call_id="c1", position=1))
        case "refused" if request:
            driver.hear(CallRefused(request_id=request.request_id, reason=RefusalReason.CLOSED))
        case "long wait":
            driver.wait(50)
        case str():
            pass
        case Sensible():
            driver.now += 0.3
            driver.happen(Touched(event.touch(driver.session)))
        case ScanNews():
            if driver.session.scan is not None and driver.session.scan.job_no:
                driver.happen(ScanReported(driver.session.scan.job_no, event.event))
        case _:
            driver.now += 0.3
            driver.happen(event)


class Watch:
    """What the commands said so far add up to."""

    def __init__(self) -> None:
        self.devices_open = False
        self.sealed: set[str] = set()
        self.released: set[str] = set()
        self.discarded: set[str] = set()

    def take(self, said: list[c.Command]) -> None:
        for command in said:
            match command:
                case c.OpenDevices():
                    self.devices_open = True
                case c.CloseDevices():
                    self.devices_open = False
                case c.SealPage(_, transfer_id):
                    assert transfer_id not in self.sealed, "a page is sealed once"
                    self.sealed.add(transfer_id)
                case c.ReleasePage(transfer_id):
                    assert transfer_id in self.sealed - self.discarded
                    self.released.add(transfer_id)
                case c.DiscardPage(transfer_id):
                    self.discarded.add(transfer_id)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), st.lists(events, min_size=5, max_size=60))
def test_what_is_always_true_of_a_stay(in_call: bool, happenings: list[Any]) -> None:
    driver, watch = Driver(), Watch()
    if in_call:
        driver.in_call()
        watch.take(driver.all_said)
    for event in happenings:
        seen = len(driver.all_said)
        touch = event.touch(driver.session) if isinstance(event, Sensible) else getattr(event, "touch", None)
        sending = touch is not None and touch.name in (TouchName.SCAN_SEND, TouchName.SCAN_ADD_PAGE)
        accepting = touch is not None and touch.name is TouchName.PRINT_ACCEPT
        apply(driver, event)
        said = driver.all_said[seen:]
        watch.take(said)
        session = driver.session
        # Consent: a page is readable, and a paper is printed, by the usager's own touch and nothing else.
        assert sending or not any(isinstance(each, c.ReleasePage) for each in said)
        assert accepting or not any(isinstance(each, c.PrintFile) for each in said)
        # Camera and microphone are closed outside a stay.
        if session.screen in (
            Screen.ATTRACT,
            Screen.ERASED,
            Screen.ENDED,
            Screen.OUT_OF_ORDER,
            Screen.PARTNERS,
            Screen.MOTIF,
        ):
            assert not watch.devices_open
        if session.screen in (Screen.BEFORE_CALL, Screen.IN_CALL, Screen.CALLING):
            assert watch.devices_open
        # Papers live in calls only; the call screens have a call.
        assert session.scan is None or session.call is not None
        assert (session.screen in (Screen.CALLING, Screen.IN_CALL)) == (session.call is not None)
        # Erased means: as if nobody had been here.
        if session.screen in (Screen.ERASED, Screen.ATTRACT):
            assert session == forget(session)
        # A page no longer waiting for the usager, nor sent, was destroyed.
        held = {each.transfer_id for each in session.scan.held} if session.scan else set()
        assert watch.sealed - watch.released - watch.discarded == held
        # Whatever the state, there is something to show.
        view = present(session, driver.now, "10:42")
        assert view.screen is session.screen
