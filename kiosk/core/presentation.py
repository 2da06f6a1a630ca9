"""The session as the screen may show it: `present` makes a `View` of facts, without a sentence in it."""

import math

from hub.protocol import DeviceState, PartnerCard, TileState, WaitRange
from kiosk.core import numbers
from kiosk.core.numbers import Number
from kiosk.core.ports import DeviceName
from kiosk.core.printing import Print
from kiosk.core.scan import Scan
from kiosk.core.session import KEPT_AFTER_CUT_S, Call, Session
from kiosk.core.timers import SOMEBODY_CALLS
from kiosk.core.view import (
    AGAIN_MAY_HELP,
    BeforeCallScreen,
    CalledView,
    CallingScreen,
    CallingStep,
    EndedScreen,
    EndReason,
    InCallScreen,
    LinkQuality,
    MotifScreen,
    MotifView,
    PlaceKeptScreen,
    PrintStepView,
    PrintView,
    RefusedScreen,
    ScanStepView,
    ScanView,
    Screen,
    StillThere,
    TileView,
    View,
    WaitView,
)


def present(session: Session, now: float, clock: str) -> View:
    """What to show at monotonic time `now`, when the clock on the wall says `clock` (HH:MM)."""
    partner = session.partner(session.partner_id)
    tile = _tile(session, partner) if partner is not None else _tile_of_nobody(session)
    return View(
        screen=session.screen,
        site_name=session.site_name,
        clock=clock,
        tiles=tuple(_tile(session, each) for each in session.partners),
        printer=session.devices.get(DeviceName.PRINTER, DeviceState.READY),
        scanner=session.devices.get(DeviceName.SCANNER, DeviceState.READY),
        motif=_motif(session, partner, tile),
        called=_called(session, now),
        numbers_kept=tuple(each.number for each in session.numbers if not each.called),
        before_call=_before_call(session, partner, tile, now),
        refused=_refused(session, tile),
        calling=_calling(session, tile, now),
        place_kept=_place_kept(session, tile, now),
        in_call=_in_call(session, tile, now),
        ended=_ended(session, tile, now),
        still_there=_still_there(session, now),
        out_of_order=tuple(name.value for name in session.out_of_order),
    )


def _wait(wait: WaitRange | None) -> WaitView | None:
    if wait is None:
        return None
    return WaitView(max(1, math.ceil(wait.min_s / 60)), max(1, math.ceil(wait.max_s / 60)))


def _tile(session: Session, partner: PartnerCard) -> TileView:
    live = session.tiles.get(partner.id)
    return TileView(
        partner_id=partner.id,
        name=partner.name,
        full_name=partner.full_name,
        tagline=partner.tagline,
        state=live.state if live else TileState.ABSENT,
        waiting=live.waiting if live else 0,
        wait=_wait(live.wait) if live else None,
        opens_at=(live.opens_at or "") if live else "",
    )


def _tile_of_nobody(session: Session) -> TileView | None:
    """The call is with a service that this kiosk does not list: passed on to it, or taken off the list meanwhile."""
    if session.partner_id is None:
        return None
    return TileView(session.partner_id, "", "", "", TileState.ABSENT, 0, None, "")


def _called_view(session: Session, number: Number, now: float) -> CalledView:
    partner = session.partner(number.partner_id)
    name, left = partner.name if partner else "", number.minutes_left(now)
    return CalledView(number.call_id, number.number, name, left, number.is_called(now))


def _called(session: Session, now: float) -> tuple[CalledView, ...]:
    if session.screen in SOMEBODY_CALLS:
        return ()
    ringing = numbers.called(session.numbers, now)
    return tuple(_called_view(session, each, now) for each in ringing if each.call_id != session.claim)


def _motif_view(partner: PartnerCard, motif_id: str | None) -> MotifView | None:
    motif = next((each for each in partner.motifs if each.id == motif_id), None)
    return MotifView(motif.id, motif.label, tuple(motif.papers)) if motif else None


def _motif(session: Session, partner: PartnerCard | None, tile: TileView | None) -> MotifScreen | None:
    if session.screen is not Screen.MOTIF or partner is None or tile is None:
        return None
    motifs = (MotifView(each.id, each.label, tuple(each.papers)) for each in partner.motifs)
    return MotifScreen(tile, tuple(motifs))


def _before_call(
    session: Session, partner: PartnerCard | None, tile: TileView | None, now: float
) -> BeforeCallScreen | None:
    if session.screen is not Screen.BEFORE_CALL or tile is None:
        return None
    claimed = numbers.of_call(session.numbers, session.claim)
    return BeforeCallScreen(
        partner=tile,
        motif=_motif_view(partner, session.motif_id) if partner is not None else None,
        camera=session.devices.get(DeviceName.CAMERA, DeviceState.READY),
        microphone=session.devices.get(DeviceName.MICROPHONE, DeviceState.READY),
        self_view_shown=session.self_view_shown,
        accompanied=session.accompanied,
        claimed=_called_view(session, claimed, now) if claimed is not None else None,
    )


def _refused(session: Session, tile: TileView | None) -> RefusedScreen | None:
    refused = session.refused
    if session.screen is not Screen.REFUSED or refused is None or tile is None:
        return None
    again = refused.reason in AGAIN_MAY_HELP
    return RefusedScreen(tile, refused.reason, refused.opens_at, _wait(refused.wait), again)


def _calling(session: Session, tile: TileView | None, now: float) -> CallingScreen | None:
    call = session.call
    if session.screen is not Screen.CALLING or call is None or tile is None:
        return None
    return CallingScreen(
        partner=tile,
        step=call.step,
        position=call.position,
        wait=_wait(call.wait),
        attempt=call.attempt,
        elapsed_s=_seconds(now - call.started_at),
        link_lost=not session.hub_up,
        setback=call.setback,
        papers_dropped=call.papers_dropped,
        may_keep_place=call.may_keep_place and call.step is CallingStep.QUEUED and session.hub_up,
        confirming_keep=session.confirming_keep,
        keeping=call.keeping,
    )


def _place_kept(session: Session, tile: TileView | None, now: float) -> PlaceKeptScreen | None:
    number = numbers.of_call(session.numbers, session.kept_call_id)
    if session.screen is not Screen.PLACE_KEPT or number is None or tile is None:
        return None
    return PlaceKeptScreen(
        partner=tile,
        number=number.number,
        wait=_wait(number.wait),
        called=_called_view(session, number, now) if number.is_called(now) else None,
        closes_in_s=max(0, math.ceil(session.rules.ended_s - (now - session.last_touch_at))),
    )


def _in_call(session: Session, tile: TileView | None, now: float) -> InCallScreen | None:
    call = session.call
    if session.screen is not Screen.IN_CALL or call is None or tile is None:
        return None
    return InCallScreen(
        partner=tile,
        agent_name=call.agent_name,
        elapsed_s=_seconds(now - _begun(call)),
        quality=_quality(call, session),
        agent_picture=call.agent_seen and not call.agent_camera_off,
        agent_camera_off=call.agent_camera_off,
        agent_microphone_off=call.agent_microphone_off,
        camera_on=session.camera_on,
        microphone_on=session.microphone_on,
        self_view_shown=session.self_view_shown,
        volume=session.volume,
        confirming_hang_up=session.confirming_hang_up,
        scan=_scan(session.scan),
        print=_print(session.prints[0]) if session.prints else None,
        agent_picture_paused=_agent_paused(call),
        picture_paused=_own_paused(call, session),
    )


def _agent_paused(call: Call) -> bool:
    """A camera switched off by choice, and a lost connection, are said with their own words."""
    lost = call.quality is LinkQuality.LOST
    return call.agent_paused_on == call.peer_no and not call.agent_camera_off and not lost


def _own_paused(call: Call, session: Session) -> bool:
    lost = call.quality is LinkQuality.LOST
    return call.paused_on == call.peer_no and session.camera_on and not lost


def _quality(call: Call, session: Session) -> LinkQuality:
    """A link that carries no picture is not a good one, however well the sound goes."""
    if call.quality is LinkQuality.GOOD and (_agent_paused(call) or _own_paused(call, session)):
        return LinkQuality.WEAK
    return call.quality


def _begun(call: Call) -> float:
    return call.connected_at if call.connected_at is not None else call.step_at


def _scan(scan: Scan | None) -> ScanView | None:
    if scan is None:
        return None
    return ScanView(
        step=scan.step,
        title=scan.request.title,
        pages_asked=scan.request.pages,
        page_no=scan.page_no,
        pages_sent=scan.pages_sent,
        progress=scan.progress,
        preview=scan.held[0].preview if scan.step is ScanStepView.PREVIEW and scan.held else b"",
        problem=scan.problem,
        can_add_page=scan.can_add_page and len(scan.held) <= 1 and not scan.job_no,
    )


def _print(job: Print) -> PrintView:
    in_preview = job.step is PrintStepView.PREVIEW
    return PrintView(
        step=job.step,
        title=job.offer.title,
        pages=len(job.previews),
        page=job.shown_page if in_preview else job.pages_out,
        progress=job.progress,
        preview=job.previews[job.shown_page] if in_preview and job.previews else b"",
        problem=job.problem,
    )


def _ended(session: Session, tile: TileView | None, now: float) -> EndedScreen | None:
    if session.screen is not Screen.ENDED or tile is None:
        return None
    left = session.rules.ended_s - (now - session.last_touch_at)
    return EndedScreen(
        partner=tile,
        reason=session.end_reason,
        pages_sent=session.pages_sent,
        pages_printed=session.pages_printed,
        paper_on_scanner=session.scanned_anything,
        place_kept=session.place_kept
        and session.end_reason is EndReason.CUT
        and now - session.screen_at < KEPT_AFTER_CUT_S,
        erase_in_s=max(0, math.ceil(left)),
    )


def _still_there(session: Session, now: float) -> StillThere | None:
    if session.warned_at is None:
        return None
    return StillThere(max(0, math.ceil(session.rules.idle_countdown_s - (now - session.warned_at))))


def _seconds(duration: float) -> int:
    return max(0, int(duration))
