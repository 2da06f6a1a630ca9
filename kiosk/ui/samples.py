"""Sample views: every screen and every step, with fictitious people and services, for the gallery and the tests.

Texts are as long as a hub may send them, on purpose: what fits here fits in a town hall.
"""

from collections.abc import Iterator
from dataclasses import replace

from hub.protocol import DeviceState, RefusalReason, TileState
from kiosk.core.view import (
    AGAIN_MAY_HELP,
    BeforeCallScreen,
    CalledView,
    CallingScreen,
    CallingStep,
    EndedScreen,
    EndReason,
    InCallScreen,
    LateNumber,
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
    Setback,
    StillThere,
    TileView,
    View,
    WaitView,
)

CAF = TileView(
    "caf",
    "CAF",
    "Caisse d'allocations familiales",
    "Allocations, logement, RSA, prime d'activité",
    TileState.FREE,
    0,
    None,
    "",
)
MSA = TileView(
    "msa",
    "MSA",
    "Mutualité sociale agricole",
    "Santé, retraite et famille du monde agricole",
    TileState.CLOSED,
    0,
    None,
    "2026-11-23T14:00:00",
)
TILES = (
    CAF,
    TileView(
        "cpam",
        "Assurance maladie",
        "Caisse primaire d'assurance maladie",
        "Carte Vitale, remboursements, arrêts de travail",
        TileState.BUSY,
        2,
        WaitView(10, 15),
        "",
    ),
    MSA,
    TileView(
        "france-travail",
        "France Travail",
        "France Travail",
        "Inscription, allocations, recherche d'emploi",
        TileState.ABSENT,
        0,
        None,
        "",
    ),
    TileView(
        "carsat",
        "Retraite",
        "Caisse d'assurance retraite",
        "Préparer et demander sa retraite",
        TileState.APPOINTMENT_ONLY,
        0,
        None,
        "",
    ),
    TileView(
        "impots",
        "Impôts",
        "Direction générale des finances publiques",
        "Déclaration, paiement, impôts locaux",
        TileState.BUSY,
        1,
        None,
        "",
    ),
)
MOTIFS = (
    MotifView(
        "logement", "Aide au logement", ("pièce d'identité", "bail ou quittance de loyer", "relevé d'identité bancaire")
    ),
    MotifView("rsa", "RSA", ("pièce d'identité", "trois derniers bulletins de salaire")),
    MotifView("naissance", "Naissance d'un enfant", ("acte de naissance", "livret de famille")),
    MotifView("situation", "Changement de situation familiale ou de logement", ("justificatif",)),
    MotifView("dossier", "Suivre mon dossier", ("numéro d'allocataire",)),
    MotifView("compte", "Mon espace en ligne", ()),
)
CALLED = CalledView("call-12", 12, "CAF", 2)
CALLED_TOO = CalledView("call-7", 7, "Assurance maladie", 0)
BEFORE_CALL = BeforeCallScreen(CAF, MOTIFS[0], DeviceState.READY, DeviceState.READY, True, None, None)
REFUSED = RefusedScreen(CAF, RefusalReason.CLOSED, "2026-11-23T14:00:00", None, False)
CALLING = CallingScreen(CAF, CallingStep.RINGING, 0, None, 1, 8, False, None, False, False, False, False)
PLACE_KEPT = PlaceKeptScreen(CAF, 12, WaitView(25, 40), None, 52)
IN_CALL = InCallScreen(
    CAF, "Mme Martin", 252, LinkQuality.GOOD, True, False, False, True, True, True, 7, False, None, None
)
SCAN = ScanView(ScanStepView.ASKED, "Votre pièce d'identité, recto et verso", 2, 1, 0, -1.0, b"", None, False)
PRINT = PrintView(PrintStepView.RECEIVING, "Demande d'aide au logement", 3, 0, 0.4, b"", None)
ENDED = EndedScreen(CAF, EndReason.AGENT, 2, 1, True, False, 48)


def sample_views(page: bytes) -> Iterator[tuple[str, View]]:
    """Every view by name, in the order of a visit. `page` is the JPEG shown wherever a page is previewed."""
    base = View(Screen.STARTING, site_name="Mairie de Saint-Hilaire", clock="10:42", tiles=TILES)
    yield "starting", replace(base, tiles=())
    yield "attract", replace(base, screen=Screen.ATTRACT)
    yield "attract-no-tiles", replace(base, screen=Screen.ATTRACT, tiles=())
    yield "partners", replace(base, screen=Screen.PARTNERS)
    yield "partners-printer-out", replace(base, screen=Screen.PARTNERS, printer=DeviceState.NO_PAPER, tiles=TILES[:4])
    yield "partners-none", replace(base, screen=Screen.PARTNERS, tiles=())
    many = TILES + tuple(replace(tile, partner_id=f"{tile.partner_id}-2") for tile in TILES[:3])
    yield "partners-many", replace(base, screen=Screen.PARTNERS, tiles=many)
    yield "motif", replace(base, screen=Screen.MOTIF, motif=MotifScreen(CAF, MOTIFS))
    yield "motif-few", replace(base, screen=Screen.MOTIF, motif=MotifScreen(TILES[1], MOTIFS[:2]))
    yield from _before_call(base)
    yield from _calling(base)
    yield from _refused(base)
    yield from _numbers(base)
    yield from _in_call(base)
    yield from _scan(base, page)
    yield from _print(base, page)
    for reason in EndReason:
        facts = replace(ENDED, reason=reason)
        if reason not in (EndReason.AGENT, EndReason.USAGER, EndReason.CUT):
            facts = replace(facts, pages_sent=0, pages_printed=0, paper_on_scanner=False)
        yield f"ended-{reason.value}", replace(base, screen=Screen.ENDED, ended=facts)
    cut = replace(ENDED, reason=EndReason.CUT, place_kept=True)
    yield "ended-cut-place-kept", replace(base, screen=Screen.ENDED, ended=cut)
    yield "erased", replace(base, screen=Screen.ERASED)
    yield "hub-unreachable", replace(base, screen=Screen.HUB_UNREACHABLE, tiles=())
    yield "out-of-order", replace(base, screen=Screen.OUT_OF_ORDER, out_of_order=("camera", "microphone"))
    yield "still-there", replace(base, screen=Screen.PARTNERS, still_there=StillThere(38))


def _before_call(base: View) -> Iterator[tuple[str, View]]:
    base = replace(base, screen=Screen.BEFORE_CALL)
    yield "before-call", replace(base, before_call=BEFORE_CALL)
    yield "before-call-alone", replace(base, before_call=replace(BEFORE_CALL, accompanied=False))
    hidden = replace(BEFORE_CALL, accompanied=True, self_view_shown=False, partner=TILES[1])
    yield "before-call-hidden", replace(base, before_call=hidden)
    claimed = replace(BEFORE_CALL, partner=TILES[1], motif=None, claimed=CALLED)
    yield "before-call-claimed", replace(base, before_call=claimed)
    nobody = replace(CAF, partner_id="x", name="", full_name="", tagline="", state=TileState.ABSENT)
    yield "before-call-unlisted", replace(base, before_call=replace(claimed, partner=nobody))
    late = replace(claimed, claimed=replace(CALLED, minutes_left=0, in_time=False))
    yield "before-call-claimed-late", replace(base, before_call=late)
    yield "before-call-number-called", replace(base, before_call=BEFORE_CALL, called=(CALLED, CALLED_TOO))
    for partner in TILES[2:5]:
        facts = replace(BEFORE_CALL, partner=partner, motif=None)
        yield f"before-call-{partner.state.value}", replace(base, before_call=facts)
    broken = replace(BEFORE_CALL, camera=DeviceState.UNPLUGGED, microphone=DeviceState.FAILED)
    yield "before-call-no-camera", replace(base, before_call=broken, scanner=DeviceState.UNPLUGGED)


def _calling(base: View) -> Iterator[tuple[str, View]]:
    base = replace(base, screen=Screen.CALLING)
    for step in CallingStep:
        yield f"calling-{step.value}", replace(base, calling=replace(CALLING, step=step))
    queued = replace(CALLING, step=CallingStep.QUEUED, position=3, wait=WaitView(10, 15), elapsed_s=372)
    yield "calling-queued-third", replace(base, calling=queued)
    yield "calling-queued-next", replace(base, calling=replace(queued, position=1, wait=WaitView(1, 1)))
    yield "calling-link-lost", replace(base, calling=replace(queued, link_lost=True))
    yield "calling-another-agent", replace(base, calling=replace(CALLING, attempt=2, elapsed_s=31))
    long = replace(queued, position=8, wait=WaitView(25, 40), may_keep_place=True, elapsed_s=12)
    yield "calling-may-keep", replace(base, calling=long)
    yield "calling-confirm-keep", replace(base, calling=replace(long, confirming_keep=True))
    yield "calling-keeping", replace(base, calling=replace(long, keeping=True))
    for setback in Setback:
        facts = replace(queued, setback=setback, papers_dropped=setback is not Setback.AGENT_LOST, may_keep_place=True)
        if setback is Setback.OTHER_PARTNER:
            facts = replace(facts, partner=TILES[1])
        yield f"calling-{setback.value}", replace(base, calling=facts)
    nobody = replace(CAF, partner_id="x", name="", full_name="", tagline="")
    unlisted = replace(CALLING, partner=nobody, setback=Setback.OTHER_PARTNER, papers_dropped=True)
    yield "calling-unlisted", replace(base, calling=unlisted)


def _refused(base: View) -> Iterator[tuple[str, View]]:
    base = replace(base, screen=Screen.REFUSED)
    for reason in (*RefusalReason, *LateNumber):
        facts = replace(REFUSED, reason=reason, can_try_again=reason in AGAIN_MAY_HELP)
        if reason is RefusalReason.WAIT_TOO_LONG:
            facts = replace(facts, wait=WaitView(80, 120))
        yield f"refused-{reason.value}", replace(base, refused=facts)
    yield "refused-no-hour", replace(base, refused=replace(REFUSED, opens_at=""))
    tomorrow = replace(REFUSED, reason=RefusalReason.QUOTA_REACHED, opens_at="2026-12-01T09:30:00")
    yield "refused-another-day", replace(base, refused=tomorrow, called=(CALLED,))


def _numbers(base: View) -> Iterator[tuple[str, View]]:
    """Places kept: the number to take away, and the numbers that are called."""
    yield "place-kept", replace(base, screen=Screen.PLACE_KEPT, place_kept=PLACE_KEPT)
    unknown = replace(PLACE_KEPT, number=128, wait=None, partner=TILES[1])
    yield "place-kept-unknown-wait", replace(base, screen=Screen.PLACE_KEPT, place_kept=unknown)
    called = replace(PLACE_KEPT, called=CALLED)
    yield "place-kept-called", replace(base, screen=Screen.PLACE_KEPT, place_kept=called)
    third = replace(CALLED, call_id="call-128", number=128, minutes_left=1)
    for name, numbers in {"one": (CALLED,), "two": (CALLED, CALLED_TOO), "three": (CALLED_TOO, third, CALLED)}.items():
        yield f"attract-called-{name}", replace(base, screen=Screen.ATTRACT, called=numbers, numbers_kept=(15, 21))
        yield f"partners-called-{name}", replace(base, screen=Screen.PARTNERS, called=numbers)
    yield "attract-numbers-kept", replace(base, screen=Screen.ATTRACT, numbers_kept=(12, 15, 128))
    yield (
        "motif-number-called",
        replace(base, screen=Screen.MOTIF, motif=MotifScreen(CAF, MOTIFS), called=(CALLED, CALLED_TOO)),
    )
    yield "erased-number-kept", replace(base, screen=Screen.ERASED, numbers_kept=(12,))
    yield "hub-unreachable-numbers-kept", replace(base, screen=Screen.HUB_UNREACHABLE, tiles=(), numbers_kept=(12,))


def _in_call(base: View) -> Iterator[tuple[str, View]]:
    base = replace(base, screen=Screen.IN_CALL)
    variants = {
        "": IN_CALL,
        "-waiting-picture": replace(IN_CALL, agent_picture=False, elapsed_s=1),
        "-all-off": replace(
            IN_CALL,
            agent_camera_off=True,
            agent_microphone_off=True,
            camera_on=False,
            microphone_on=False,
            self_view_shown=False,
            volume=0,
        ),
        "-weak": replace(IN_CALL, quality=LinkQuality.WEAK, agent_microphone_off=True),
        "-sound-only": replace(IN_CALL, quality=LinkQuality.WEAK, agent_picture_paused=True, picture_paused=True),
        "-not-sent": replace(IN_CALL, quality=LinkQuality.WEAK, picture_paused=True),
        "-not-sent-nor-shown": replace(IN_CALL, quality=LinkQuality.WEAK, picture_paused=True, self_view_shown=False),
        "-lost": replace(IN_CALL, quality=LinkQuality.LOST),
        "-confirm": replace(IN_CALL, confirming_hang_up=True),
    }
    for suffix, facts in variants.items():
        yield f"in-call{suffix}", replace(base, in_call=facts)


def _scan(base: View, page: bytes) -> Iterator[tuple[str, View]]:
    base = replace(base, screen=Screen.IN_CALL)
    steps = {
        ScanStepView.ASKED: SCAN,
        ScanStepView.PUT_OFF: replace(SCAN, step=ScanStepView.PUT_OFF),
        ScanStepView.SCANNING: replace(SCAN, step=ScanStepView.SCANNING, progress=0.35),
        ScanStepView.PREVIEW: replace(SCAN, step=ScanStepView.PREVIEW, preview=page, can_add_page=True, pages_sent=1),
        ScanStepView.SENDING: replace(SCAN, step=ScanStepView.SENDING, progress=0.8),
        ScanStepView.SENT: replace(SCAN, step=ScanStepView.SENT, pages_sent=2),
    }
    for step, facts in steps.items():
        yield f"scan-{step.value}", replace(base, in_call=replace(IN_CALL, scan=facts))
    last = replace(steps[ScanStepView.PREVIEW], page_no=2, can_add_page=False)
    hidden = replace(IN_CALL, scan=SCAN, quality=LinkQuality.WEAK, agent_picture_paused=True, picture_paused=True)
    yield "scan-asked-sound-only", replace(base, in_call=hidden)
    yield "scan-preview-last", replace(base, in_call=replace(IN_CALL, scan=last))
    unknown = replace(steps[ScanStepView.SCANNING], progress=-1.0)
    yield "scan-scanning-unknown", replace(base, in_call=replace(IN_CALL, scan=unknown))
    for state in DeviceState:
        facts = replace(SCAN, step=ScanStepView.PROBLEM, problem=state, pages_sent=1)
        yield f"scan-problem-{state.value}", replace(base, in_call=replace(IN_CALL, scan=facts))


def _print(base: View, page: bytes) -> Iterator[tuple[str, View]]:
    base = replace(base, screen=Screen.IN_CALL)
    for step in PrintStepView:
        if step is PrintStepView.PROBLEM:
            continue
        preview = page if step is PrintStepView.PREVIEW else b""
        shown = 1 if step in (PrintStepView.PREVIEW, PrintStepView.PRINTING) else 0
        facts = replace(PRINT, step=step, preview=preview, page=shown)
        yield f"print-{step.value}", replace(base, in_call=replace(IN_CALL, print=facts))
    single = replace(PRINT, step=PrintStepView.PREVIEW, preview=page, pages=1)
    yield "print-preview-single", replace(base, in_call=replace(IN_CALL, print=single))
    for state in DeviceState:
        facts = replace(PRINT, step=PrintStepView.PROBLEM, problem=state)
        yield (
            f"print-problem-{state.value}",
            replace(base, in_call=replace(IN_CALL, print=facts, quality=LinkQuality.WEAK)),
        )
