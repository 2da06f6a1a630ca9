"""The script of a rehearsal: one call, placed by nobody, through the screens that an usager would see.

Pure: what is shown and the time go in, a touch comes out. The table `ON` has one line for each screen. Nothing is
known here of windows, sockets or files; `kiosk.rehearse` plays the script, `kiosk.rehearsal_report` tells its end.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from hub.protocol import RefusalReason
from kiosk.core.view import (
    CallingStep,
    EndReason,
    InCallScreen,
    LateNumber,
    PrintStepView,
    ScanStepView,
    Screen,
    Touch,
    TouchName,
    View,
)

BEFORE_CALL_S = 1.0
"""Nobody calls before seeing themselves: camera and sound have the time to open."""
LEAVE_WITHIN_S = 15.0
"""An order to leave that the screens do not follow is given up."""


class Failure(StrEnum):
    """Why a rehearsal is not a success."""

    HUB_UNREACHABLE = "hub_unreachable"
    HUB_REFUSED = "hub_refused"
    OUT_OF_ORDER = "out_of_order"
    UNKNOWN_PARTNER = "unknown_partner"
    UNKNOWN_MOTIF = "unknown_motif"
    REFUSED = "refused"
    NOBODY_FREE = "nobody_free"
    NO_ANSWER = "no_answer"
    NOT_CONNECTED = "not_connected"
    CUT = "cut"
    CAMERA_SILENT = "camera_silent"
    MICROPHONE_SILENT = "microphone_silent"
    AGENT_CAMERA_OFF = "agent_camera_off"
    AGENT_MICROPHONE_OFF = "agent_microphone_off"
    NO_PICTURE = "no_picture"
    NO_SOUND = "no_sound"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Plan:
    """What the technician asked for. Durations in seconds."""

    partner: str
    """Identifier or name of the partner, in either case."""
    motif: str = ""
    """Identifier of the motif; empty: « autre »."""
    seconds: float = 30.0
    """In the call, once connected."""
    patience_s: float = 60.0
    """From the call placed to an agent who answers."""
    link_within_s: float = 20.0
    """From the start to the hub's welcome, and from a screen out of order to a usable one."""


@dataclass(frozen=True)
class Rehearsal:
    """How far the script is. Instants are monotonic seconds."""

    plan: Plan
    began_at: float
    screen: Screen = Screen.STARTING
    screen_at: float = 0.0
    unusable_at: float | None = None
    """Since when no call can be placed at all."""
    placed_at: float | None = None
    rang: bool = False
    accepted_at: float | None = None
    connected_at: float | None = None
    leaving_at: float | None = None
    agent_camera_off: bool = False
    agent_microphone_off: bool = False
    ended: EndReason | None = None
    refusal: RefusalReason | LateNumber | None = None
    failure: Failure | None = None
    over: bool = False


@dataclass(frozen=True)
class Observed:
    """What a rehearsal saw and heard in the whole call."""

    pictures: int
    """Of the agent, shown."""
    sounded: bool
    """Something of the agent was heard."""
    camera_pictures: int
    microphone_blocks: int
    """Blocks of sound that the microphone gave, however quiet."""


Result = tuple[Rehearsal, Touch | None]


def begin(plan: Plan, now: float) -> Rehearsal:
    """Nothing is shown yet."""
    return Rehearsal(plan, began_at=now, screen_at=now, unusable_at=now)


def react(rehearsal: Rehearsal, view: View, now: float) -> Result:
    """What to touch on this screen, now; to be asked at each change of the view and several times a second."""
    if rehearsal.over:
        return rehearsal, None
    if view.screen is not rehearsal.screen:
        rehearsal = replace(rehearsal, screen=view.screen, screen_at=now)
    if view.still_there is not None:
        return rehearsal, Touch(TouchName.STILL_HERE)
    if rehearsal.leaving_at is not None and now - rehearsal.leaving_at >= LEAVE_WITHIN_S:
        return replace(rehearsal, over=True), None
    return ON[view.screen](rehearsal, view, now)


def interrupt(rehearsal: Rehearsal, now: float) -> Rehearsal:
    """Told to stop: leave in order."""
    return _leave(rehearsal, now, Failure.INTERRUPTED)


def judge(rehearsal: Rehearsal, observed: Observed) -> Failure | None:
    """Whether the call worked both ways; None: it did."""
    if rehearsal.failure is not None:
        return rehearsal.failure
    if rehearsal.connected_at is None:
        return Failure.NOT_CONNECTED
    if not observed.camera_pictures:
        return Failure.CAMERA_SILENT
    if not observed.microphone_blocks:
        return Failure.MICROPHONE_SILENT
    if not observed.pictures:
        return Failure.AGENT_CAMERA_OFF if rehearsal.agent_camera_off else Failure.NO_PICTURE
    if not observed.sounded:
        return Failure.AGENT_MICROPHONE_OFF if rehearsal.agent_microphone_off else Failure.NO_SOUND
    return None


def _leave(rehearsal: Rehearsal, now: float, failure: Failure | None) -> Rehearsal:
    return replace(rehearsal, failure=rehearsal.failure or failure, leaving_at=rehearsal.leaving_at or now)


def _give_up(rehearsal: Rehearsal, now: float, failure: Failure | None) -> Result:
    """Outside a call: « Effacer et quitter »."""
    return _leave(rehearsal, now, failure), Touch(TouchName.ERASE)


def _unusable(rehearsal: Rehearsal, view: View, now: float) -> Result:
    """No call can be placed: wait for the hub, or for a device, but not for ever."""
    since = rehearsal.unusable_at if rehearsal.unusable_at is not None else now
    rehearsal = replace(rehearsal, unusable_at=since)
    failure = Failure.HUB_UNREACHABLE
    if view.screen is Screen.OUT_OF_ORDER:
        failure = Failure.OUT_OF_ORDER if view.out_of_order else Failure.HUB_REFUSED
    if (
        failure is Failure.HUB_REFUSED
        or rehearsal.leaving_at is not None
        or now - since >= rehearsal.plan.link_within_s
    ):
        # Nobody stays at the kiosk: there is nothing to erase.
        return replace(_leave(rehearsal, now, failure), over=True), None
    return rehearsal, None


def _attract(rehearsal: Rehearsal, _view: View, _now: float) -> Result:
    if rehearsal.leaving_at is not None:
        return replace(rehearsal, over=True), None
    return replace(rehearsal, unusable_at=None), Touch(TouchName.START)


def _partners(rehearsal: Rehearsal, view: View, now: float) -> Result:
    if rehearsal.leaving_at is not None:
        return rehearsal, Touch(TouchName.ERASE)
    wanted = rehearsal.plan.partner.casefold()
    tile = next((each for each in view.tiles if wanted in (each.partner_id.casefold(), each.name.casefold())), None)
    if tile is None:
        return _give_up(rehearsal, now, Failure.UNKNOWN_PARTNER)
    return rehearsal, Touch(TouchName.CHOOSE_PARTNER, tile.partner_id)


def _motif(rehearsal: Rehearsal, view: View, now: float) -> Result:
    known = {each.motif_id for each in view.motif.motifs} if view.motif is not None else set()
    wanted = rehearsal.plan.motif
    if wanted and wanted not in known:
        return _give_up(rehearsal, now, Failure.UNKNOWN_MOTIF)
    if rehearsal.leaving_at is not None:
        return rehearsal, Touch(TouchName.ERASE)
    return rehearsal, Touch(TouchName.CHOOSE_MOTIF, wanted)


def _before_call(rehearsal: Rehearsal, view: View, now: float) -> Result:
    if rehearsal.leaving_at is not None:
        return rehearsal, Touch(TouchName.ERASE)
    if rehearsal.plan.motif and view.before_call is not None and view.before_call.motif is None:
        # A partner without motifs, asked for one.
        return _give_up(rehearsal, now, Failure.UNKNOWN_MOTIF)
    if now - rehearsal.screen_at < BEFORE_CALL_S:
        return rehearsal, None
    return replace(rehearsal, placed_at=now), Touch(TouchName.PLACE_CALL)


def _calling(rehearsal: Rehearsal, view: View, now: float) -> Result:
    calling = view.calling
    if calling is None:
        return rehearsal, None
    if calling.step is CallingStep.RINGING:
        rehearsal = replace(rehearsal, rang=True)
    if calling.step is CallingStep.CONNECTING:
        rehearsal = replace(rehearsal, accepted_at=rehearsal.accepted_at or now)
    if rehearsal.leaving_at is not None:
        return rehearsal, Touch(TouchName.HANG_UP)
    # Passed on by the agent, the call waits anew.
    passed_on = rehearsal.connected_at is not None or rehearsal.placed_at is None
    since = rehearsal.screen_at if passed_on else rehearsal.placed_at
    assert since is not None
    if calling.step is not CallingStep.CONNECTING and now - since >= rehearsal.plan.patience_s:
        late = Failure.NO_ANSWER if rehearsal.rang else Failure.NOBODY_FREE
        return _leave(rehearsal, now, late), Touch(TouchName.HANG_UP)
    return rehearsal, None


def _in_call(rehearsal: Rehearsal, view: View, now: float) -> Result:
    shown = view.in_call
    if shown is None:
        return rehearsal, None
    rehearsal = replace(
        rehearsal,
        connected_at=rehearsal.connected_at if rehearsal.connected_at is not None else now,
        agent_camera_off=shown.agent_camera_off,
        agent_microphone_off=shown.agent_microphone_off,
    )
    assert rehearsal.connected_at is not None
    if rehearsal.leaving_at is not None or now - rehearsal.connected_at >= rehearsal.plan.seconds:
        name = TouchName.CONFIRM_HANG_UP if shown.confirming_hang_up else TouchName.HANG_UP
        return _leave(rehearsal, now, None), Touch(name)
    return rehearsal, _declined(shown)


_DISMISSED = (PrintStepView.PRINTED, PrintStepView.REFUSED, PrintStepView.CANCELLED)
_DECLINED = (PrintStepView.RECEIVING, PrintStepView.CHECKING, PrintStepView.PREVIEW, PrintStepView.PROBLEM)
_NO_SCAN = (ScanStepView.ASKED, ScanStepView.PUT_OFF, ScanStepView.PROBLEM)


def _declined(shown: InCallScreen) -> Touch | None:
    """Nobody is there to lay a paper on the glass, nor to take one from the printer."""
    if shown.scan is not None and shown.scan.step in _NO_SCAN:
        return Touch(TouchName.SCAN_DECLINE)
    if shown.print is not None and shown.print.step in _DISMISSED:
        return Touch(TouchName.PRINT_DISMISS)
    if shown.print is not None and shown.print.step in _DECLINED:
        return Touch(TouchName.PRINT_DECLINE)
    return None


def _refused(rehearsal: Rehearsal, view: View, now: float) -> Result:
    reason = view.refused.reason if view.refused is not None else None
    failure = Failure.NOBODY_FREE if reason is RefusalReason.NOBODY_ON_POST else Failure.REFUSED
    return _give_up(replace(rehearsal, refusal=reason), now, failure)


def _place_kept(rehearsal: Rehearsal, _view: View, _now: float) -> Result:
    return rehearsal, Touch(TouchName.NUMBER_NOTED)


_FAILED_END: dict[EndReason, Failure] = {
    EndReason.NO_ANSWER: Failure.NO_ANSWER,
    EndReason.NOBODY_LEFT: Failure.NOBODY_FREE,
    EndReason.CLOSED: Failure.NOBODY_FREE,
    EndReason.LEFT_QUEUE: Failure.NOBODY_FREE,
}


def _ended(rehearsal: Rehearsal, view: View, now: float) -> Result:
    reason = view.ended.reason if view.ended is not None else None
    rehearsal = replace(rehearsal, ended=reason)
    failure = _FAILED_END.get(reason) if reason is not None else None
    if reason is EndReason.CUT:
        failure = Failure.NOT_CONNECTED if rehearsal.connected_at is None else Failure.CUT
    return _give_up(rehearsal, now, failure)


def _erased(rehearsal: Rehearsal, _view: View, _now: float) -> Result:
    return replace(rehearsal, over=True), None


ON: dict[Screen, Callable[[Rehearsal, View, float], Result]] = {
    Screen.STARTING: _unusable,
    Screen.HUB_UNREACHABLE: _unusable,
    Screen.OUT_OF_ORDER: _unusable,
    Screen.ATTRACT: _attract,
    Screen.PARTNERS: _partners,
    Screen.MOTIF: _motif,
    Screen.BEFORE_CALL: _before_call,
    Screen.CALLING: _calling,
    Screen.IN_CALL: _in_call,
    Screen.REFUSED: _refused,
    Screen.PLACE_KEPT: _place_kept,
    Screen.ENDED: _ended,
    Screen.ERASED: _erased,
}
