"""The usager's stay at the kiosk, from the first touch to the erasure: the kiosk's central state.

Here are its values and the small steps that several causes share. What changes it: `touches` (the usager),
`hub_news` (the hub), `peer_news` (the station and the connection), `papers` (scans and prints), `timers`;
`stay.step` is the one door to all of them. Pure: time (monotonic seconds) and randomness are arguments.
"""

from dataclasses import dataclass, field, replace

from hub.protocol import (
    ClaimPlace,
    DeviceState,
    HangUp,
    IceServer,
    PartnerCard,
    PartnerTile,
    PlaceCall,
    RefusalReason,
    RenewPeer,
    WaitRange,
)
from kiosk.core import scan
from kiosk.core.commands import (
    CloseDevices,
    ClosePeer,
    Command,
    Erase,
    HoldCall,
    Mute,
    OpenDevices,
    PlayChime,
    SendToHub,
    SendToPeer,
    SetVolume,
)
from kiosk.core.conversation import HangUpPeer, MediaMuted
from kiosk.core.numbers import Numbers
from kiosk.core.ports import DeviceName
from kiosk.core.printing import Print
from kiosk.core.scan import Scan
from kiosk.core.view import CallingStep, EndReason, LateNumber, LinkQuality, Screen, Setback

HUB_LOST_SHOWN_S = 3.0

SOUND = (DeviceName.MICROPHONE, DeviceName.LOUDSPEAKER)
UNUSABLE = (DeviceState.UNPLUGGED, DeviceState.FAILED)

KEPT_AFTER_CUT_S = 80.0
"""How long « Rappeler » promises the place: a little less than the hub keeps it, which counts from an earlier moment."""

STAY_OUTSIDE_CALL = (Screen.PARTNERS, Screen.MOTIF, Screen.BEFORE_CALL, Screen.REFUSED)
WITHOUT_HUB = (Screen.STARTING, Screen.ATTRACT, *STAY_OUTSIDE_CALL)


@dataclass(frozen=True)
class Rules:
    """The settings that the session obeys; see `kiosk.config.SessionOptions` for the units."""

    idle_warning_s: float = 120.0
    idle_countdown_s: float = 45.0
    ended_s: float = 60.0
    erased_s: float = 4.0
    volume: int = 7
    scan_dpi: int = 200
    language: str = "fr"


@dataclass(frozen=True)
class Call:
    """The kiosk's side of a call."""

    request: PlaceCall | ClaimPlace
    step: CallingStep = CallingStep.PLACING
    call_id: str | None = None
    position: int = 0
    wait: WaitRange | None = None
    attempt: int = 0
    agent_name: str = ""
    peer_no: int = 0
    ice_servers: tuple[IceServer, ...] = ()
    started_at: float = 0.0
    step_at: float = 0.0
    """When the step began; the last sending of the request while placing."""
    setback: Setback | None = None
    papers_dropped: bool = False
    may_keep_place: bool = False
    keeping: bool = False
    """The usager wants a number; the hub has not answered yet."""
    connected_at: float | None = None
    quality: LinkQuality = LinkQuality.GOOD
    lost_at: float | None = None
    renewed_at: float = 0.0
    agent_seen: bool = False
    agent_camera_off: bool = False
    agent_microphone_off: bool = False
    agent_paused_on: int = 0
    """The connection on which the agent's picture is held back because the link is weak; 0: none."""
    paused_on: int = 0
    """The connection on which ours is."""


@dataclass(frozen=True)
class Refused:
    """Why there is no call, as the hub said it."""

    reason: RefusalReason | LateNumber
    opens_at: str = ""
    wait: WaitRange | None = None


@dataclass(frozen=True)
class Session:
    """Everything the kiosk remembers. What belongs to the usager is dropped by `forget`."""

    rules: Rules
    screen: Screen = Screen.STARTING
    # the network, from the hub
    site_name: str = ""
    partners: tuple[PartnerCard, ...] = ()
    partners_to_come: tuple[PartnerCard, ...] | None = None
    """A new list, for when nobody is choosing."""
    tiles: dict[str, PartnerTile] = field(default_factory=dict)
    numbers: Numbers = ()
    rang_at: float | None = None
    """When a number was last called aloud."""
    hub_up: bool = False
    hub_lost_at: float = 0.0
    hub_refused: bool = False
    unsaid_hang_up: str | None = None
    """A call that the usager ended while the hub was away: said at the next welcome."""
    devices: dict[DeviceName, DeviceState] = field(default_factory=dict)
    # the usager's stay
    last_touch_at: float = 0.0
    warned_at: float | None = None
    partner_id: str | None = None
    motif_id: str | None = None
    accompanied: bool | None = None
    claim: str | None = None
    """The call whose kept place « Appeler » will take up again."""
    refused: Refused | None = None
    kept_call_id: str | None = None
    """The place kept in this stay, while its number is on the screen."""
    self_view_shown: bool = True
    camera_on: bool = True
    microphone_on: bool = True
    volume: int = 7
    call: Call | None = None
    confirming_hang_up: bool = False
    confirming_keep: bool = False
    erase_after_call: bool = False
    scan: Scan | None = None
    last_job_no: int = 0
    """Scan jobs are numbered through the whole life of the kiosk."""
    prints: tuple[Print, ...] = ()
    pages_sent: int = 0
    pages_printed: int = 0
    scanned_anything: bool = False
    end_reason: EndReason = EndReason.USAGER
    place_kept: bool = False
    """The call was cut off, and the hub keeps its place for a moment."""
    screen_at: float = 0.0
    """When the screen was entered."""

    def partner(self, partner_id: str | None) -> PartnerCard | None:
        return next((each for each in self.partners if each.id == partner_id), None)

    @property
    def out_of_order(self) -> tuple[DeviceName, ...]:
        """Devices without which no conversation is possible."""
        return tuple(name for name in SOUND if self.devices.get(name) in UNUSABLE)


Result = tuple[Session, list[Command]]


def start(rules: Rules, now: float) -> Session:
    """A kiosk that has just started."""
    return Session(rules, volume=rules.volume, hub_lost_at=now, screen_at=now, last_touch_at=now)


def show(session: Session, screen: Screen, now: float) -> Session:
    """Enter a screen."""
    if session.screen is screen:
        return session
    return replace(
        session, screen=screen, screen_at=now, warned_at=None, confirming_hang_up=False, confirming_keep=False
    )


def with_call(session: Session, **changes: object) -> Session:
    """The session with its call changed; without a call, as it is."""
    if session.call is None:
        return session
    return replace(session, call=replace(session.call, **changes))  # type: ignore[arg-type]


def renewal(call: Call) -> Command:
    """Ask for another connection in place of this one; the other side may be asking too: it is replaced once."""
    assert call.call_id is not None
    return SendToHub(RenewPeer(call_id=call.call_id, peer_no=call.peer_no or None))


def end_call(session: Session, reason: EndReason, now: float, *, place_kept: bool = False) -> Result:
    """The call is over, whoever ended it: no picture, no sound, nothing unsent survives."""
    commands: list[Command] = []
    if session.scan is not None:
        commands += scan.ended(session.scan)
    # What the hub has not heard yet is said with the call still held: it would otherwise count the kiosk as lost.
    commands += [ClosePeer(), CloseDevices(), HoldCall(session.unsaid_hang_up), PlayChime("end")]
    session = replace(session, call=None, scan=None, end_reason=reason, place_kept=place_kept, last_touch_at=now)
    ended = show(session, Screen.ENDED, now)
    if session.erase_after_call:
        erased, more = erase(ended, now)
        return erased, commands + more
    return ended, commands


def erase(session: Session, now: float) -> Result:
    """Forget the usager: every screen of a stay can come here."""
    commands: list[Command] = []
    if session.call is not None:
        session, commands = leave_call(session, now)
    if session.scan is not None:
        commands += scan.ended(session.scan)
    commands += [ClosePeer(), CloseDevices(), Erase(), SetVolume(session.rules.volume)]
    return show(forget(session), Screen.ERASED, now), commands


def settle(session: Session, now: float) -> Result:
    """Between stays the screen tells whether a call is possible at all, and takes up what the hub changed."""
    session = _with_new_partners(session)
    if session.screen in (*WITHOUT_HUB, Screen.HUB_UNREACHABLE, Screen.OUT_OF_ORDER):
        if session.hub_refused or (session.out_of_order and session.screen not in STAY_OUTSIDE_CALL):
            left: list[Command] = [CloseDevices(), Erase()] if session.screen in STAY_OUTSIDE_CALL else []
            return show(forget(session), Screen.OUT_OF_ORDER, now), left
        if not session.hub_up and now - session.hub_lost_at >= HUB_LOST_SHOWN_S:
            return show(session, Screen.HUB_UNREACHABLE, now), [CloseDevices()] if session.partner_id else []
        if session.hub_up and session.screen in (Screen.STARTING, Screen.HUB_UNREACHABLE, Screen.OUT_OF_ORDER):
            back = Screen.PARTNERS if session.partner_id else Screen.ATTRACT
            return show(session, back, now), []
    return session, []


def _with_new_partners(session: Session) -> Session:
    # Not under a finger: a tile that changes as it is touched would call somebody else.
    if session.partners_to_come is None or session.partner_id is not None or session.screen is Screen.PARTNERS:
        return session
    return replace(session, partners=session.partners_to_come, partners_to_come=None)


def forget(session: Session) -> Session:
    """A session that remembers the network and the devices, and nothing of the usager."""
    return Session(
        session.rules,
        screen=session.screen,
        site_name=session.site_name,
        partners=session.partners,
        partners_to_come=session.partners_to_come,
        tiles=session.tiles,
        numbers=session.numbers,
        rang_at=session.rang_at,
        hub_up=session.hub_up,
        hub_lost_at=session.hub_lost_at,
        hub_refused=session.hub_refused,
        unsaid_hang_up=session.unsaid_hang_up,
        devices=session.devices,
        last_touch_at=session.last_touch_at,
        volume=session.rules.volume,
        last_job_no=session.last_job_no,
        screen_at=session.screen_at,
    )


def leave_call(session: Session, now: float) -> Result:
    """Tell both sides that the usager goes; whoever cannot hear it now hears it later."""
    call = session.call
    if call is None:
        return session, []
    commands: list[Command] = []
    if call.peer_no:
        commands.append(SendToPeer(HangUpPeer()))
    if call.call_id is None:
        # The request may be on its way: the hub's answer will find no call here and be told so.
        return replace(session, call=None), [*commands, HoldCall(None)]
    unsaid = None if session.hub_up else call.call_id
    commands += [SendToHub(HangUp(call_id=call.call_id)), HoldCall(unsaid)]
    return replace(session, call=None, unsaid_hang_up=unsaid), commands


def before_call(session: Session, now: float) -> Result:
    return show(replace(session, refused=None), Screen.BEFORE_CALL, now), [OpenDevices()]


def refuse(session: Session, refused: Refused, now: float) -> Result:
    """No call now; the screen says why and what else can be done."""
    return show(replace(session, call=None, refused=refused), Screen.REFUSED, now), [CloseDevices()]


def refuse_late(session: Session, now: float) -> Result:
    """The place under a number is no longer kept; a new call may be placed."""
    return refuse(replace(session, claim=None, kept_call_id=None), Refused(LateNumber.GONE), now)


def muted(session: Session) -> list[Command]:
    """What to do and say about camera and microphone as they are now."""
    camera, microphone = not session.camera_on, not session.microphone_on
    return [Mute(camera, microphone), SendToPeer(MediaMuted(camera=camera, microphone=microphone))]
