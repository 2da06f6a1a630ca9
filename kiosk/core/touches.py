"""What a touch means on each screen: the table `TOUCHES`."""

from collections.abc import Callable
from dataclasses import replace

from hub.protocol import ClaimPlace, KeepPlace, PlaceCall
from kiosk.core import numbers
from kiosk.core.commands import CloseDevices, Erase, PlayChime, RetryHub, SendToHub, SetVolume
from kiosk.core.papers import print_touched, scan_touched
from kiosk.core.session import (
    STAY_OUTSIDE_CALL,
    Call,
    Result,
    Session,
    before_call,
    end_call,
    erase,
    forget,
    leave_call,
    muted,
    show,
    with_call,
)
from kiosk.core.view import CallingStep, EndReason, Screen, Touch, TouchName

MAX_VOLUME = 10


def touched(session: Session, touch: Touch, now: float, fresh_id: str) -> Result:
    session = replace(session, last_touch_at=now, warned_at=None)
    name = touch.name
    if name is TouchName.STILL_HERE:
        return session, []
    if name.value.startswith("scan_"):
        return scan_touched(session, name, now)
    if name.value.startswith("print_"):
        return print_touched(session, name, touch.argument, now)
    handler = TOUCHES.get((session.screen, name))
    return handler(session, touch, now, fresh_id) if handler else (session, [])


def _open_partners(session: Session, _touch: Touch, now: float, _fresh: str) -> Result:
    forgotten = replace(session, partner_id=None, motif_id=None, accompanied=None, claim=None, refused=None)
    return show(forgotten, Screen.PARTNERS, now), []


def _choose_partner(session: Session, touch: Touch, now: float, _fresh: str) -> Result:
    partner = session.partner(touch.argument)
    if partner is None:
        return session, []
    chosen = replace(session, partner_id=partner.id, motif_id=None, claim=None, refused=None)
    if partner.motifs:
        return show(chosen, Screen.MOTIF, now), []
    return before_call(chosen, now)


def _choose_motif(session: Session, touch: Touch, now: float, _fresh: str) -> Result:
    partner = session.partner(session.partner_id)
    known = {motif.id for motif in partner.motifs} if partner else set()
    return before_call(replace(session, motif_id=touch.argument if touch.argument in known else None), now)


def _claim_place(session: Session, touch: Touch, now: float, _fresh: str) -> Result:
    """« C'est moi »: nothing is asked but what is asked before each call."""
    number = numbers.of_call(session.numbers, touch.argument)
    if number is None or not number.is_called(now):
        return session, []
    back = replace(forget(session), partner_id=number.partner_id, claim=number.call_id)
    return before_call(back, now)


def _back_to_choice(session: Session, touch: Touch, now: float, fresh: str) -> Result:
    partner = session.partner(session.partner_id)
    if partner is not None and partner.motifs and session.claim is None:
        return show(session, Screen.MOTIF, now), [CloseDevices()]
    return _back_to_partners(session, touch, now, fresh)


def _back_to_partners(session: Session, touch: Touch, now: float, fresh: str) -> Result:
    moved, _ = _open_partners(session, touch, now, fresh)
    return moved, [CloseDevices()]


def _say_company(session: Session, touch: Touch, _now: float, _fresh: str) -> Result:
    return replace(session, accompanied=touch.name is TouchName.ACCOMPANIED), []


def _toggle_self_view(session: Session, _touch: Touch, _now: float, _fresh: str) -> Result:
    return replace(session, self_view_shown=not session.self_view_shown), []


def _place_call(session: Session, _touch: Touch, now: float, fresh: str) -> Result:
    if session.partner_id is None or not session.hub_up:
        return session, [RetryHub()]
    request: PlaceCall | ClaimPlace
    if session.claim is not None:
        request = ClaimPlace(call_id=session.claim, request_id=fresh)
    else:
        request = PlaceCall(
            request_id=fresh,
            partner_id=session.partner_id,
            motif_id=session.motif_id,
            accompanied=bool(session.accompanied),
            language=session.rules.language,
        )
    call = Call(request, started_at=now, step_at=now)
    return show(replace(session, call=call, refused=None), Screen.CALLING, now), [SendToHub(request)]


def _cancel_calling(session: Session, _touch: Touch, now: float, _fresh: str) -> Result:
    left, commands = leave_call(session, now)
    ended, more = end_call(left, EndReason.LEFT_QUEUE, now)
    return ended, commands + [each for each in more if not isinstance(each, PlayChime)]


def _ask_keep_place(session: Session, _touch: Touch, _now: float, _fresh: str) -> Result:
    call = session.call
    offered = call is not None and call.step is CallingStep.QUEUED and call.may_keep_place and session.hub_up
    return replace(session, confirming_keep=offered), []


def _keep_place(session: Session, _touch: Touch, _now: float, _fresh: str) -> Result:
    call = session.call
    if not session.confirming_keep or call is None or call.call_id is None or call.step is not CallingStep.QUEUED:
        return replace(session, confirming_keep=False), []
    asked = with_call(replace(session, confirming_keep=False), keeping=True)
    return asked, [SendToHub(KeepPlace(call_id=call.call_id))]


def _wait_here(session: Session, _touch: Touch, _now: float, _fresh: str) -> Result:
    return replace(session, confirming_keep=False), []


def _try_again(session: Session, _touch: Touch, now: float, _fresh: str) -> Result:
    return before_call(session, now)


def _ask_hang_up(session: Session, _touch: Touch, _now: float, _fresh: str) -> Result:
    return replace(session, confirming_hang_up=True), []


def _ask_hang_up_and_erase(session: Session, _touch: Touch, _now: float, _fresh: str) -> Result:
    return replace(session, confirming_hang_up=True, erase_after_call=True), []


def _keep_talking(session: Session, _touch: Touch, _now: float, _fresh: str) -> Result:
    return replace(session, confirming_hang_up=False, erase_after_call=False), []


def _hang_up(session: Session, _touch: Touch, now: float, _fresh: str) -> Result:
    if not session.confirming_hang_up:
        return session, []
    left, commands = leave_call(session, now)
    ended, more = end_call(left, EndReason.USAGER, now)
    return ended, commands + more


def _toggle_media(session: Session, touch: Touch, _now: float, _fresh: str) -> Result:
    if touch.name is TouchName.TOGGLE_CAMERA:
        session = replace(session, camera_on=not session.camera_on)
    else:
        session = replace(session, microphone_on=not session.microphone_on)
    return session, muted(session)


def _change_volume(session: Session, touch: Touch, _now: float, _fresh: str) -> Result:
    change = 1 if touch.name is TouchName.VOLUME_UP else -1
    volume = max(0, min(MAX_VOLUME, session.volume + change))
    return replace(session, volume=volume), [SetVolume(volume)]


def _call_again(session: Session, _touch: Touch, now: float, _fresh: str) -> Result:
    """Same service, same motif; the documents of the last call are forgotten."""
    partner_id, motif_id = session.partner_id, session.motif_id
    kept = replace(forget(session), partner_id=partner_id, motif_id=motif_id, volume=session.volume)
    again, commands = before_call(kept, now)
    return again, [Erase(), *commands]


def _choose_other(session: Session, touch: Touch, now: float, fresh: str) -> Result:
    moved, _ = _open_partners(replace(forget(session), volume=session.volume), touch, now, fresh)
    return moved, [Erase()]


def _erase(session: Session, _touch: Touch, now: float, _fresh: str) -> Result:
    return erase(session, now)


def _retry_hub(session: Session, _touch: Touch, _now: float, _fresh: str) -> Result:
    return session, [RetryHub()]


Handler = Callable[[Session, Touch, float, str], Result]
TOUCHES: dict[tuple[Screen, TouchName], Handler] = {
    (Screen.ATTRACT, TouchName.START): _open_partners,
    (Screen.ATTRACT, TouchName.CLAIM_PLACE): _claim_place,
    (Screen.PARTNERS, TouchName.CLAIM_PLACE): _claim_place,
    (Screen.PARTNERS, TouchName.CHOOSE_PARTNER): _choose_partner,
    (Screen.PARTNERS, TouchName.BACK): _erase,
    (Screen.MOTIF, TouchName.CHOOSE_MOTIF): _choose_motif,
    (Screen.MOTIF, TouchName.BACK): _open_partners,
    (Screen.BEFORE_CALL, TouchName.ALONE): _say_company,
    (Screen.BEFORE_CALL, TouchName.ACCOMPANIED): _say_company,
    (Screen.BEFORE_CALL, TouchName.TOGGLE_SELF_VIEW): _toggle_self_view,
    (Screen.BEFORE_CALL, TouchName.PLACE_CALL): _place_call,
    (Screen.BEFORE_CALL, TouchName.BACK): _back_to_choice,
    (Screen.BEFORE_CALL, TouchName.CHOOSE_OTHER): _back_to_partners,
    (Screen.REFUSED, TouchName.TRY_AGAIN): _try_again,
    (Screen.REFUSED, TouchName.CHOOSE_OTHER): _open_partners,
    (Screen.CALLING, TouchName.KEEP_PLACE): _ask_keep_place,
    (Screen.CALLING, TouchName.CONFIRM_KEEP_PLACE): _keep_place,
    (Screen.CALLING, TouchName.WAIT_HERE): _wait_here,
    (Screen.PLACE_KEPT, TouchName.NUMBER_NOTED): _erase,
    (Screen.PLACE_KEPT, TouchName.CLAIM_PLACE): _claim_place,
    (Screen.CALLING, TouchName.HANG_UP): _cancel_calling,
    (Screen.CALLING, TouchName.TOGGLE_SELF_VIEW): _toggle_self_view,
    (Screen.IN_CALL, TouchName.HANG_UP): _ask_hang_up,
    (Screen.IN_CALL, TouchName.CONFIRM_HANG_UP): _hang_up,
    (Screen.IN_CALL, TouchName.KEEP_TALKING): _keep_talking,
    (Screen.IN_CALL, TouchName.ERASE): _ask_hang_up_and_erase,
    (Screen.IN_CALL, TouchName.TOGGLE_CAMERA): _toggle_media,
    (Screen.IN_CALL, TouchName.TOGGLE_MICROPHONE): _toggle_media,
    (Screen.IN_CALL, TouchName.TOGGLE_SELF_VIEW): _toggle_self_view,
    (Screen.IN_CALL, TouchName.VOLUME_UP): _change_volume,
    (Screen.IN_CALL, TouchName.VOLUME_DOWN): _change_volume,
    (Screen.ENDED, TouchName.CALL_AGAIN): _call_again,
    (Screen.ENDED, TouchName.CHOOSE_OTHER): _choose_other,
    (Screen.HUB_UNREACHABLE, TouchName.RETRY_HUB): _retry_hub,
    **{
        (screen, TouchName.ERASE): _erase
        for screen in (*STAY_OUTSIDE_CALL, Screen.CALLING, Screen.PLACE_KEPT, Screen.ENDED, Screen.HUB_UNREACHABLE)
    },
}
