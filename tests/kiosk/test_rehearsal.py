"""The script of a rehearsal, played on a session of its own: each screen, each way of failing, each touch."""

from dataclasses import replace

import pytest

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    CallTransferred,
    DeviceState,
    EndCause,
    MediaState,
    MotifCard,
    Outcome,
    PartnerCard,
    PartnerTile,
    RefusalReason,
    TileState,
    WelcomeKiosk,
)
from kiosk.core import events as e
from kiosk.core.conversation import MediaMuted, OfferPrint, RequestScan
from kiosk.core.ports import DeviceName
from kiosk.core.presentation import present
from kiosk.core.session import Rules, start
from kiosk.core.stay import step
from kiosk.core.view import EndReason, Screen, Touch, TouchName
from kiosk.rehearsal import (
    BEFORE_CALL_S,
    LEAVE_WITHIN_S,
    ON,
    Failure,
    Observed,
    Plan,
    begin,
    interrupt,
    judge,
    react,
)

CAF = PartnerCard(
    id="caf", name="CAF", full_name="Caisse", tagline="", motifs=[MotifCard(id="rsa", label="RSA", papers=[])]
)
MSA = PartnerCard(id="msa", name="MSA", full_name="Mutualité", tagline="", motifs=[])
TILES = [PartnerTile(partner_id=each, state=TileState.FREE, waiting=0) for each in ("caf", "msa")]
WELCOME = WelcomeKiosk(kiosk_id="k1", kiosk_name="Borne", site_name="Ici", partners=[CAF, MSA], tiles=TILES)
WITHIN_S = Plan("caf").link_within_s
SEEN = Observed(pictures=10, sounded=True, camera_pictures=10, microphone_blocks=10)


class Play:
    """A real session whose only usager is the script; the test plays hub, agent and clock."""

    def __init__(self, plan: Plan) -> None:
        self.now = 100.0
        self.session = start(Rules(), self.now)
        self.script = begin(plan, self.now)
        self.touches: list[Touch] = []
        self._ids = 0

    def happen(self, event: e.Event) -> None:
        self._ids += 1
        self.session, _ = step(self.session, event, self.now, f"{self._ids:032x}")

    def look(self, pause_s: float = 0.0) -> None:
        """Ask the script, and do what it says, until it has nothing to touch."""
        self.now += pause_s
        for _ in range(20):
            self.script, touch = react(self.script, present(self.session, self.now, "10:00"), self.now)
            if touch is None:
                return
            self.touches.append(touch)
            self.happen(e.Touched(touch))
        raise AssertionError(f"the script never rests: {self.touches[-3:]}")

    def hub(self, message: object) -> None:
        self.happen(e.HubSaid(message))
        self.look()

    @property
    def request_id(self) -> str:
        assert self.session.call is not None
        return self.session.call.request.request_id

    def place(self) -> None:
        self.hub(WELCOME)
        self.look(BEFORE_CALL_S)

    def queue(self) -> None:
        self.place()
        self.hub(CallQueued(request_id=self.request_id, call_id="c1", position=1))

    def connect(self) -> None:
        self.queue()
        self.hub(CallRinging(call_id="c1", attempt=1))
        self.hub(CallAccepted(call_id="c1", peer_no=1, agent_name="A", ice_servers=[]))
        self.happen(e.PeerMoved(1, MediaState.CONNECTED))
        self.look()


def test_every_screen_has_its_line() -> None:
    assert set(ON) == set(Screen)


def test_a_call_from_the_first_touch_to_the_erasure() -> None:
    play = Play(Plan("CAF", "rsa", seconds=30))
    play.connect()
    assert play.session.screen is Screen.IN_CALL
    assert play.session.motif_id == "rsa"
    play.look(29.9)
    assert play.session.screen is Screen.IN_CALL
    play.look(0.1)
    assert play.session.screen is Screen.ERASED
    assert play.script.over
    assert play.script.ended is EndReason.USAGER
    assert judge(play.script, SEEN) is None
    assert [each.name for each in play.touches] == [
        TouchName.START,
        TouchName.CHOOSE_PARTNER,
        TouchName.CHOOSE_MOTIF,
        TouchName.PLACE_CALL,
        TouchName.HANG_UP,
        TouchName.CONFIRM_HANG_UP,
        TouchName.ERASE,
    ]


@pytest.mark.parametrize("motif", ["", "rsa"])
def test_without_a_motif_the_other_one_is_chosen(motif: str) -> None:
    play = Play(Plan("caf", motif))
    play.place()
    assert play.session.motif_id == (motif or None)
    assert play.session.screen is Screen.CALLING


def test_a_partner_without_motifs_is_called_at_once() -> None:
    play = Play(Plan("msa"))
    play.place()
    assert play.session.screen is Screen.CALLING


@pytest.mark.parametrize(
    ("plan", "failure"),
    [
        (Plan("cpam"), Failure.UNKNOWN_PARTNER),
        (Plan("caf", "logement"), Failure.UNKNOWN_MOTIF),
        (Plan("msa", "rsa"), Failure.UNKNOWN_MOTIF),
    ],
)
def test_what_is_not_known_ends_it_with_everything_erased(plan: Plan, failure: Failure) -> None:
    play = Play(plan)
    play.hub(WELCOME)
    play.look(BEFORE_CALL_S)
    assert play.script.over
    assert judge(play.script, SEEN) is failure
    assert play.session.screen in (Screen.ATTRACT, Screen.ERASED)


def test_a_hub_that_never_answers_is_given_up() -> None:
    play = Play(Plan("caf"))
    play.look()
    play.happen(e.Ticked())
    play.look(WITHIN_S - 1)
    assert not play.script.over
    play.happen(e.Ticked())
    play.look(1)
    assert play.script.over
    assert judge(play.script, SEEN) is Failure.HUB_UNREACHABLE
    assert play.touches == []


def test_a_hub_that_comes_late_is_used() -> None:
    play = Play(Plan("caf"))
    play.happen(e.Ticked())
    play.look(WITHIN_S - 1)
    play.place()
    assert play.session.screen is Screen.CALLING


def test_a_kiosk_that_the_hub_refuses_is_told_at_once() -> None:
    play = Play(Plan("caf"))
    play.happen(e.HubRefused())
    play.look()
    assert judge(play.script, SEEN) is Failure.HUB_REFUSED
    assert play.script.over


def test_a_kiosk_without_microphone_is_told() -> None:
    play = Play(Plan("caf"))
    play.happen(e.DeviceChanged(DeviceName.MICROPHONE, DeviceState.UNPLUGGED))
    play.happen(e.HubSaid(WELCOME))
    play.look()
    assert not play.script.over, "it may be plugged in at once"
    play.look(WITHIN_S)
    assert judge(play.script, SEEN) is Failure.OUT_OF_ORDER


@pytest.mark.parametrize(
    ("reason", "failure"),
    [(RefusalReason.NOBODY_ON_POST, Failure.NOBODY_FREE), (RefusalReason.CLOSED, Failure.REFUSED)],
)
def test_a_refusal_is_kept_with_its_word(reason: RefusalReason, failure: Failure) -> None:
    play = Play(Plan("caf"))
    play.place()
    play.hub(CallRefused(request_id=play.request_id, reason=reason))
    assert play.script.over
    assert play.script.refusal is reason
    assert judge(play.script, SEEN) is failure
    assert play.session.screen is Screen.ERASED


@pytest.mark.parametrize(("rings", "failure"), [(False, Failure.NOBODY_FREE), (True, Failure.NO_ANSWER)])
def test_patience_ends(rings: bool, failure: Failure) -> None:
    play = Play(Plan("caf", patience_s=60))
    play.queue()
    if rings:
        play.hub(CallRinging(call_id="c1", attempt=1))
    play.look(59)
    assert play.session.screen is Screen.CALLING
    play.look(1)
    assert play.script.over
    assert judge(play.script, SEEN) is failure
    assert play.session.screen is Screen.ERASED


def test_an_agent_who_answered_is_waited_for_beyond_the_patience() -> None:
    play = Play(Plan("caf", patience_s=10))
    play.queue()
    play.hub(CallAccepted(call_id="c1", peer_no=1, agent_name="A", ice_servers=[]))
    play.look(30)
    assert play.session.screen is Screen.CALLING


def test_a_call_passed_on_is_waited_for_anew() -> None:
    play = Play(Plan("caf", seconds=500, patience_s=60))
    play.connect()
    play.look(100)
    play.hub(CallTransferred(call_id="c1", new_call_id="c2", partner_id="msa", position=1))
    assert play.session.screen is Screen.CALLING
    play.look(59)
    assert not play.script.over
    play.look(1)
    assert play.script.over
    assert judge(play.script, SEEN) is Failure.NO_ANSWER


@pytest.mark.parametrize(
    ("outcome", "cause", "connected", "failure"),
    [
        (Outcome.UNANSWERED, EndCause.NO_ANSWER, False, Failure.NO_ANSWER),
        (Outcome.UNANSWERED, EndCause.NOBODY_LEFT, False, Failure.NOBODY_FREE),
        (Outcome.FAILED, EndCause.MEDIA_LOST, False, Failure.NOT_CONNECTED),
        (Outcome.FAILED, EndCause.MEDIA_LOST, True, Failure.CUT),
        (Outcome.COMPLETED, EndCause.AGENT_HUNG_UP, True, None),
        (Outcome.COMPLETED, EndCause.AGENT_HUNG_UP, False, Failure.NOT_CONNECTED),
    ],
)
def test_how_the_hub_ends_it(outcome: Outcome, cause: EndCause, connected: bool, failure: Failure | None) -> None:
    play = Play(Plan("caf"))
    if connected:
        play.connect()
    else:
        play.queue()
    play.hub(CallEnded(call_id="c1", outcome=outcome, cause=cause))
    assert play.script.over
    assert judge(play.script, SEEN) is failure


def test_papers_are_declined_politely() -> None:
    play = Play(Plan("caf"))
    play.connect()
    play.happen(e.PeerSaid(RequestScan(scan_id="s1", title="Un papier")))
    play.look()
    assert play.touches[-1].name is TouchName.SCAN_DECLINE
    assert play.session.scan is None
    offer = OfferPrint(
        print_id="p1", transfer_id="0" * 32, title="x", mime="application/pdf", size=9, chunks=1, sha256="0" * 64
    )
    play.happen(e.PeerSaid(offer))
    play.look()
    assert TouchName.PRINT_DECLINE in [each.name for each in play.touches]
    assert play.session.screen is Screen.IN_CALL
    play.look(30)
    assert judge(play.script, SEEN) is None


@pytest.mark.parametrize("when", ["starting", "queued", "in_call"])
def test_told_to_stop_it_leaves_in_order(when: str) -> None:
    play = Play(Plan("caf"))
    if when == "queued":
        play.queue()
    elif when == "in_call":
        play.connect()
    play.script = interrupt(play.script, play.now)
    play.look()
    assert play.script.over
    assert judge(play.script, SEEN) is Failure.INTERRUPTED
    assert play.session.call is None


def test_screens_that_do_not_follow_are_given_up() -> None:
    play = Play(Plan("caf"))
    play.place()
    play.script = interrupt(play.script, play.now)
    shown = present(play.session, play.now, "10:00")
    script, touch = react(play.script, shown, play.now + LEAVE_WITHIN_S - 0.1)
    assert touch is not None
    script, touch = react(script, shown, play.now + LEAVE_WITHIN_S)
    assert (script.over, touch) == (True, None)
    assert react(script, shown, play.now + 100) == (script, None)


def test_an_idle_question_is_answered() -> None:
    play = Play(Plan("caf"))
    play.hub(WELCOME)
    view = present(replace(play.session, warned_at=play.now), play.now, "10:00")
    assert react(play.script, view, play.now)[1] == Touch(TouchName.STILL_HERE)


@pytest.mark.parametrize(
    ("observed", "muted", "failure"),
    [
        (SEEN, MediaMuted(camera=False, microphone=False), None),
        (replace(SEEN, camera_pictures=0), MediaMuted(camera=False, microphone=False), Failure.CAMERA_SILENT),
        (replace(SEEN, microphone_blocks=0), MediaMuted(camera=False, microphone=False), Failure.MICROPHONE_SILENT),
        (replace(SEEN, pictures=0), MediaMuted(camera=False, microphone=False), Failure.NO_PICTURE),
        (replace(SEEN, pictures=0), MediaMuted(camera=True, microphone=False), Failure.AGENT_CAMERA_OFF),
        (replace(SEEN, sounded=False), MediaMuted(camera=False, microphone=False), Failure.NO_SOUND),
        (replace(SEEN, sounded=False), MediaMuted(camera=False, microphone=True), Failure.AGENT_MICROPHONE_OFF),
    ],
)
def test_both_ways_must_have_worked(observed: Observed, muted: MediaMuted, failure: Failure | None) -> None:
    play = Play(Plan("caf", seconds=5))
    play.connect()
    play.happen(e.PeerSaid(muted))
    play.look()
    play.look(5)
    assert play.script.over
    assert judge(play.script, observed) is failure
