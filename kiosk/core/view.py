"""What the screen may show: one frozen dataclass per screen, made from the session by `kiosk.core.session`.

QML shows, Python decides: these hold facts (states, numbers, names given by the hub), never sentences.
The sentences are in `kiosk/ui/qml/`, in French, keyed by these closed words. The bridge turns a View into
a map with camelCase keys (`screen_name` -> `screenName`), enumerations into their values, bytes into
`data:` URLs. `Touch` is everything the usager can do; the session decides whether it means something now.
"""

from dataclasses import dataclass
from enum import StrEnum

from hub.protocol import DeviceState, RefusalReason, TileState


class Screen(StrEnum):
    """Exactly one is shown."""

    STARTING = "starting"
    ATTRACT = "attract"
    PARTNERS = "partners"
    MOTIF = "motif"
    BEFORE_CALL = "before_call"
    CALLING = "calling"
    IN_CALL = "in_call"
    REFUSED = "refused"
    PLACE_KEPT = "place_kept"
    ENDED = "ended"
    ERASED = "erased"
    HUB_UNREACHABLE = "hub_unreachable"
    OUT_OF_ORDER = "out_of_order"


class TouchName(StrEnum):
    """Everything that can be touched. `argument` (in `Touch`) is given where the comment says."""

    START = "start"  # attract, anywhere
    CHOOSE_PARTNER = "choose_partner"  # partner id
    CHOOSE_MOTIF = "choose_motif"  # motif id, or "" for « autre »
    BACK = "back"
    ALONE = "alone"
    ACCOMPANIED = "accompanied"
    TOGGLE_SELF_VIEW = "toggle_self_view"
    PLACE_CALL = "place_call"
    CLAIM_PLACE = "claim_place"  # « C'est moi », wherever a number is called: its call id
    KEEP_PLACE = "keep_place"  # calling: « Garder ma place et revenir »
    CONFIRM_KEEP_PLACE = "confirm_keep_place"
    WAIT_HERE = "wait_here"  # the way back from the question « Garder votre place ? »
    NUMBER_NOTED = "number_noted"  # place kept: the usager knows the number
    TRY_AGAIN = "try_again"  # refused: the same service once more
    HANG_UP = "hang_up"  # cancel while calling, end while in call
    CONFIRM_HANG_UP = "confirm_hang_up"
    KEEP_TALKING = "keep_talking"  # the way back from the question « Terminer l'appel ? »
    TOGGLE_MICROPHONE = "toggle_microphone"
    TOGGLE_CAMERA = "toggle_camera"
    VOLUME_UP = "volume_up"
    VOLUME_DOWN = "volume_down"
    SCAN_START = "scan_start"
    SCAN_DECLINE = "scan_decline"
    SCAN_LATER = "scan_later"
    SCAN_RESUME = "scan_resume"  # come back to a request put off
    SCAN_CANCEL = "scan_cancel"
    SCAN_SEND = "scan_send"
    SCAN_REDO = "scan_redo"
    SCAN_ADD_PAGE = "scan_add_page"  # send this page and read another
    SCAN_RETRY = "scan_retry"  # after a problem
    PRINT_ACCEPT = "print_accept"
    PRINT_DECLINE = "print_decline"
    PRINT_CANCEL = "print_cancel"
    PRINT_PAGE = "print_page"  # preview page index, "0".."n"
    PRINT_DISMISS = "print_dismiss"  # printed or refused: close the card
    CALL_AGAIN = "call_again"  # ended: same partner
    CHOOSE_OTHER = "choose_other"  # ended, refused, closed: another service
    ERASE = "erase"  # « Effacer et quitter », everywhere
    STILL_HERE = "still_here"
    RETRY_HUB = "retry_hub"


@dataclass(frozen=True)
class Touch:
    """One touch, on release inside the target."""

    name: TouchName
    argument: str = ""


@dataclass(frozen=True)
class WaitView:
    """An honest range in whole minutes, rounded up; None where nothing honest can be said."""

    min_minutes: int
    max_minutes: int


@dataclass(frozen=True)
class TileView:
    """A partner on the attract and partners screens."""

    partner_id: str
    name: str
    full_name: str
    tagline: str
    state: TileState
    waiting: int
    wait: WaitView | None
    opens_at: str
    """ISO 8601 local time or empty."""


@dataclass(frozen=True)
class MotifView:
    motif_id: str
    label: str
    papers: tuple[str, ...]


@dataclass(frozen=True)
class MotifScreen:
    partner: TileView
    motifs: tuple[MotifView, ...]


@dataclass(frozen=True)
class CalledView:
    """A number that the kiosk calls now: whoever kept a place under it may take it up."""

    call_id: str
    number: int
    partner_name: str
    minutes_left: int
    """Rounded up: « moins de n minutes »; 0 in the last seconds."""
    in_time: bool = True
    """False: no longer called, but the place is still kept for whoever already touched « C'est moi »."""


@dataclass(frozen=True)
class BeforeCallScreen:
    partner: TileView
    motif: MotifView | None
    camera: DeviceState
    microphone: DeviceState
    self_view_shown: bool
    accompanied: bool | None
    """None until the usager has said."""
    claimed: CalledView | None
    """The place that « Appeler » takes up again; None: a new call."""


class LateNumber(StrEnum):
    """« C'est moi » came too late."""

    GONE = "gone"


AGAIN_MAY_HELP = (
    RefusalReason.NOBODY_ON_POST,
    RefusalReason.CALL_IN_PROGRESS,
    RefusalReason.HUB_DEGRADED,
    RefusalReason.WAIT_TOO_LONG,
    LateNumber.GONE,
)


@dataclass(frozen=True)
class RefusedScreen:
    """No call now: why, and what to do instead."""

    partner: TileView
    reason: RefusalReason | LateNumber
    opens_at: str
    """ISO 8601 local time or empty: when to come back."""
    wait: WaitView | None
    can_try_again: bool


class Setback(StrEnum):
    """Why an usager who had an agent waits again; the place is kept."""

    AGENT_LOST = "agent_lost"
    OTHER_AGENT = "other_agent"
    """Passed on to a colleague of the agent."""
    OTHER_PARTNER = "other_partner"


class CallingStep(StrEnum):
    PLACING = "placing"
    QUEUED = "queued"
    RINGING = "ringing"
    CONNECTING = "connecting"


@dataclass(frozen=True)
class CallingScreen:
    partner: TileView
    step: CallingStep
    position: int
    """1 = next; 0 = unknown."""
    wait: WaitView | None
    attempt: int
    """Stations tried; above 1 the screen says that another agent is being tried."""
    elapsed_s: int
    link_lost: bool
    """The hub is out of reach for the moment; the place in the queue is kept."""
    setback: Setback | None
    papers_dropped: bool
    """The agent before had asked for papers, or sent some, that are now cancelled."""
    may_keep_place: bool
    confirming_keep: bool
    keeping: bool
    """The wish to keep the place is on its way."""


@dataclass(frozen=True)
class PlaceKeptScreen:
    """The number to take away; the kiosk serves others meanwhile."""

    partner: TileView
    number: int
    wait: WaitView | None
    called: CalledView | None
    """Set when the number is called while it is still on the screen."""
    closes_in_s: int


class ScanStepView(StrEnum):
    ASKED = "asked"
    PUT_OFF = "put_off"
    SCANNING = "scanning"
    PREVIEW = "preview"
    SENDING = "sending"
    SENT = "sent"
    PROBLEM = "problem"


@dataclass(frozen=True)
class ScanView:
    """« Le conseiller demande un papier »."""

    step: ScanStepView
    title: str
    pages_asked: int
    page_no: int
    pages_sent: int
    progress: float
    """0..1 of the page being read, or of the sending; -1 when unknown."""
    preview: bytes
    """JPEG, empty except in `preview`."""
    problem: DeviceState | None
    can_add_page: bool


class PrintStepView(StrEnum):
    RECEIVING = "receiving"
    CHECKING = "checking"
    PREVIEW = "preview"
    PRINTING = "printing"
    PROBLEM = "problem"
    PRINTED = "printed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class PrintView:
    """« Le conseiller vous envoie un papier »."""

    step: PrintStepView
    title: str
    pages: int
    page: int
    """Pages printed so far, or the page shown (from 0) in `preview`."""
    progress: float
    preview: bytes
    problem: DeviceState | None


class LinkQuality(StrEnum):
    GOOD = "good"
    WEAK = "weak"
    LOST = "lost"


@dataclass(frozen=True)
class InCallScreen:
    partner: TileView
    agent_name: str
    elapsed_s: int
    quality: LinkQuality
    agent_picture: bool
    """False until the agent's first picture, and while the agent's camera is off."""
    agent_camera_off: bool
    agent_microphone_off: bool
    camera_on: bool
    microphone_on: bool
    self_view_shown: bool
    volume: int
    """0..10."""
    confirming_hang_up: bool
    scan: ScanView | None
    print: PrintView | None
    agent_picture_paused: bool = False
    """The link is too weak for the agent's picture: only the sound comes."""
    picture_paused: bool = False
    """The link is too weak for the usager's picture: only the sound leaves."""


class EndReason(StrEnum):
    """Why the call is over, in the usager's terms."""

    USAGER = "usager"
    AGENT = "agent"
    CUT = "cut"
    NO_ANSWER = "no_answer"
    NOBODY_LEFT = "nobody_left"
    CLOSED = "closed"
    LEFT_QUEUE = "left_queue"


@dataclass(frozen=True)
class EndedScreen:
    partner: TileView
    reason: EndReason
    pages_sent: int
    pages_printed: int
    paper_on_scanner: bool
    """Something was scanned: remind of the paper on the glass."""
    place_kept: bool
    """Cut off: calling again soon finds the same place in the queue."""
    erase_in_s: int


@dataclass(frozen=True)
class StillThere:
    """Overlay on any screen of a stay outside a call: « Êtes-vous encore là ? »."""

    seconds_left: int


@dataclass(frozen=True)
class View:
    """All that the window shows. Exactly the field named by `screen` is set (none for screens without facts)."""

    screen: Screen
    site_name: str = ""
    clock: str = ""
    """Local time as HH:MM."""
    tiles: tuple[TileView, ...] = ()
    called: tuple[CalledView, ...] = ()
    """Numbers called now, the most urgent first; none during somebody's call, nor the one being taken up."""
    numbers_kept: tuple[int, ...] = ()
    """Numbers that wait at this kiosk and are not called yet, in the order of the hub."""
    printer: DeviceState = DeviceState.READY
    scanner: DeviceState = DeviceState.READY
    motif: MotifScreen | None = None
    before_call: BeforeCallScreen | None = None
    refused: RefusedScreen | None = None
    calling: CallingScreen | None = None
    place_kept: PlaceKeptScreen | None = None
    in_call: InCallScreen | None = None
    ended: EndedScreen | None = None
    still_there: StillThere | None = None
    out_of_order: tuple[str, ...] = ()
    """Names of the devices that prevent any call (`kiosk.core.ports.DeviceName` values)."""
