"""The checker sees what is wrong: each fault is put into a good story by hand, and nothing else is."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.chaos.checker import check
from tests.chaos.history import Entry, What
from tests.chaos.verdict import Verdict

PARTNER_OF = {"caf-1": "caf", "caf-2": "caf", "msa-1": "msa"}


class Story:
    """One call of k-1, answered at caf-1 and hung up; faults are added to it."""

    def __init__(self) -> None:
        self.history: list[Entry] = []
        self.calls: dict[str, dict[str, Any]] = {}
        self.events: list[dict[str, Any]] = []

    def sent(self, at: float, who: str, kind: str, **facts: Any) -> None:
        self.history.append(Entry(at, who, What.SENT, kind, facts))

    def heard(self, at: float, who: str, kind: str, **facts: Any) -> None:
        self.history.append(Entry(at, who, What.HEARD, kind, facts))

    def link(self, at: float, who: str, what: What) -> None:
        self.history.append(Entry(at, who, what))

    def log(self, name: str, call_id: str, station_id: str | None = None, detail: str | None = None) -> None:
        self.events.append({"name": name, "call_id": call_id, "station_id": station_id, "detail": detail})

    def row(self, call_id: str, **changes: Any) -> None:
        self.calls[call_id] = {
            "id": call_id, "request_id": f"r-{call_id}", "kiosk_id": "k-1", "partner_id": "caf", "motif_id": None,
            "site_id": None, "state": "closed", "outcome": "completed", "cause": "usager_hung_up", "ended_at": 9.0,
            "closed_at": 9.0, "connected_at": 4.0, "origin_call_id": None, "ticket_no": None, **changes,
        }  # fmt: skip

    def verdict(self) -> Verdict:
        self.history.sort(key=lambda entry: entry.at)
        return check(self.history, list(self.calls.values()), self.events, PARTNER_OF)

    def call(
        self, call_id: str = "c1", kiosk: str = "k-1", station: str = "caf-1", at: float = 0.0, wait_s: float = 1.0
    ) -> None:
        """A whole call: placed at `at`, rings `wait_s` later, ends 8 s after that."""
        self.row(call_id, kiosk_id=kiosk)
        self.sent(at, kiosk, "place_call", request_id=f"r-{call_id}")
        self.heard(at + 0.1, kiosk, "call_queued", request_id=f"r-{call_id}", call_id=call_id)
        rings = at + wait_s
        self.heard(rings, station, "offer", offer_no=1, **{"card.call_id": call_id})
        self.heard(rings, kiosk, "call_ringing", call_id=call_id)
        for who in (station, kiosk):
            self.heard(rings + 1, who, "call_accepted", call_id=call_id, peer_no=1)
            self.heard(rings + 8, who, "call_ended", call_id=call_id, outcome="completed", cause="usager_hung_up")
        self.log("call_placed", call_id)
        self.log("call_offered", call_id, station)
        self.log("offer_accepted", call_id, station)
        self.log("call_ended", call_id, detail="completed:usager_hung_up")


@pytest.fixture
def story() -> Story:
    made = Story()
    made.call()
    return made


def test_a_good_story_is_clean(story: Story) -> None:
    verdict = story.verdict()
    assert verdict.faults() == []
    assert (verdict.counts["acknowledged"], verdict.counts["answers"], verdict.counts["maybe"]) == (1, 1, 0)


def test_a_request_without_an_answer_is_a_maybe(story: Story) -> None:
    story.sent(20, "k-2", "place_call", request_id="r-unheard")
    story.sent(21, "k-2", "place_call", request_id="r-stored")
    story.row("stored", kiosk_id="k-2")
    story.log("call_placed", "stored")
    story.log("call_ended", "stored", detail="completed:usager_hung_up")
    verdict = story.verdict()
    assert verdict.faults() == []
    assert verdict.counts["maybe"] == 2


def _forgotten(story: Story) -> None:
    del story.calls["c1"]


def _never_ended(story: Story) -> None:
    story.calls["c1"] |= {"state": "queued", "outcome": None, "cause": None, "ended_at": None}
    story.events.pop()
    story.history = [entry for entry in story.history if entry.kind != "call_ended"]


def _maybe_never_ended(story: Story) -> None:
    story.sent(20, "k-2", "place_call", request_id="r-c2")
    story.row("c2", kiosk_id="k-2", state="kept", outcome=None, cause=None, ended_at=None)
    story.log("call_placed", "c2")


def _ended_without_saying_how(story: Story) -> None:
    story.calls["c1"]["cause"] = None


@pytest.mark.parametrize("fault", [_forgotten, _never_ended, _maybe_never_ended, _ended_without_saying_how])
def test_a_lost_call_is_seen(story: Story, fault: Callable[[Story], None]) -> None:
    fault(story)
    assert story.verdict().lost


def _one_request_two_calls(story: Story) -> None:
    story.call("c2", at=20)
    story.heard(20.5, "k-1", "call_queued", request_id="r-c2", call_id="c1")


def _two_ends(story: Story) -> None:
    story.heard(9.5, "k-1", "call_ended", call_id="c1", outcome="failed", cause="media_lost")


def _two_ends_in_the_log(story: Story) -> None:
    story.log("call_ended", "c1", detail="completed:usager_hung_up")


def _one_offer_two_stations(story: Story) -> None:
    story.heard(1.2, "caf-2", "offer", offer_no=1, **{"card.call_id": "c1"})


def _two_answers(story: Story) -> None:
    story.heard(2.2, "caf-2", "call_accepted", call_id="c1", peer_no=1)


def _two_agents_talk(story: Story) -> None:
    """Another peer connection, but the first agent was not told, and goes on hearing the hub."""
    story.heard(3, "caf-2", "call_accepted", call_id="c1", peer_no=2)
    story.heard(6, "caf-2", "report_media", call_id="c1")
    story.heard(6, "caf-1", "queue_changed")


def _a_station_in_two_calls(story: Story) -> None:
    story.call("c2", kiosk="k-2", at=3)


def _a_kiosk_in_two_calls(story: Story) -> None:
    story.call("c2", station="caf-2", at=3)


def _proposed_twice(story: Story) -> None:
    story.events.insert(2, {"name": "call_offered", "call_id": "c1", "station_id": "caf-2", "detail": "2"})


def _answered_without_being_proposed(story: Story) -> None:
    del story.events[1]


def _two_calls_at_a_station_in_the_log(story: Story) -> None:
    story.row("c2", kiosk_id="k-2")
    story.sent(0, "k-2", "place_call", request_id="r-c2")
    story.events[2:2] = [
        {"name": "call_placed", "call_id": "c2", "station_id": None, "detail": None},
        {"name": "call_offered", "call_id": "c2", "station_id": "caf-1", "detail": "1"},
        {"name": "call_ended", "call_id": "c2", "station_id": None, "detail": "completed:usager_hung_up"},
    ]


@pytest.mark.parametrize(
    "fault",
    [
        _one_request_two_calls,
        _two_ends,
        _one_offer_two_stations,
        _two_answers,
        _two_agents_talk,
        _a_station_in_two_calls,
        _a_kiosk_in_two_calls,
        _proposed_twice,
        _answered_without_being_proposed,
        _two_calls_at_a_station_in_the_log,
    ],
)
def test_a_doubled_call_is_seen(story: Story, fault: Callable[[Story], None]) -> None:
    fault(story)
    assert story.verdict().doubled


def _nobody_asked(story: Story) -> None:
    story.row("c9", kiosk_id="k-9")
    story.log("call_placed", "c9")
    story.log("call_ended", "c9", detail="completed:usager_hung_up")


def _acknowledged_out_of_the_blue(story: Story) -> None:
    story.heard(20, "k-3", "call_queued", request_id="r-none", call_id="c1")


def _another_end_is_kept(story: Story) -> None:
    story.calls["c1"]["outcome"] = "failed"
    story.events[-1]["detail"] = "failed:usager_hung_up"


def _another_partner_hears(story: Story) -> None:
    story.heard(1.2, "msa-1", "offer_withdrawn", call_id="c1", offer_no=1)


def _another_kiosk_hears(story: Story) -> None:
    story.heard(1.2, "k-2", "queue_moved", call_id="c1", position=1)


def _statistics_miss_a_call(story: Story) -> None:
    story.events = [event for event in story.events if event["name"] != "call_placed"]


def _passed_over(story: Story) -> None:
    """k-2 came after k-3, and rang first at a station that nobody had asked for k-3's call."""
    story.call("old", kiosk="k-3", station="caf-2", at=20, wait_s=20)
    story.call("young", kiosk="k-2", station="caf-1", at=25, wait_s=5)


@pytest.mark.parametrize(
    "fault",
    [
        _nobody_asked,
        _acknowledged_out_of_the_blue,
        _another_end_is_kept,
        _another_partner_hears,
        _another_kiosk_hears,
        _statistics_miss_a_call,
        _two_ends_in_the_log,
        _passed_over,
    ],
)
def test_what_should_not_have_happened_is_seen(story: Story, fault: Callable[[Story], None]) -> None:
    fault(story)
    assert story.verdict().unexpected


def test_an_agent_who_lost_the_link_may_not_know_that_another_has_the_call() -> None:
    """The first agent vanished while connecting; a colleague answers the same caller."""
    story = Story()
    story.call()
    story.history = [entry for entry in story.history if entry.who != "caf-1" or entry.at < 2.5]
    story.link(2.5, "caf-1", What.DOWN)
    story.heard(6, "caf-2", "offer", offer_no=2, **{"card.call_id": "c1"})
    for who in ("caf-2", "k-1"):
        story.heard(7, who, "call_accepted", call_id="c1", peer_no=2)
    story.heard(9, "caf-2", "call_ended", call_id="c1", outcome="completed", cause="usager_hung_up")
    story.events[3:3] = [
        {"name": "call_requeued", "call_id": "c1", "station_id": "caf-1", "detail": "1"},
        {"name": "call_offered", "call_id": "c1", "station_id": "caf-2", "detail": "2"},
        {"name": "offer_accepted", "call_id": "c1", "station_id": "caf-2", "detail": "2"},
    ]
    assert story.verdict().faults() == []


def test_a_station_that_passed_the_older_call_may_ring_for_the_younger() -> None:
    story = Story()
    story.call("old", kiosk="k-3", station="caf-2", at=20, wait_s=20)
    story.call("young", kiosk="k-2", station="caf-1", at=25, wait_s=5)
    # The page was not linked, and never heard it ring: only the log knows.
    story.events.insert(0, {"name": "offer_expired", "call_id": "old", "station_id": "caf-1", "detail": "1"})
    story.events.insert(0, {"name": "call_offered", "call_id": "old", "station_id": "caf-1", "detail": "1"})
    assert story.verdict().unexpected == []


def test_nothing_is_said_of_the_order_while_the_hub_is_harmed() -> None:
    story = Story()
    _passed_over(story)
    assert story.verdict().unexpected != []
    for at, deed in ((29, "silence_links"), (31, "silence_links over")):
        story.history.append(Entry(at, "nemesis", What.DID, "", {"deed": deed}))
    assert story.verdict().unexpected == []


def test_a_kiosk_that_was_away_is_told_how_the_last_leg_ended(story: Story) -> None:
    story.call("c2", at=20)
    story.calls["c2"] |= {"origin_call_id": "c1", "outcome": "failed", "cause": "media_lost"}
    story.calls["c1"] |= {"transfer_call_id": "c2", "cause": "transferred"}
    story.events = []
    for call_id, arrival, end in (
        ("c1", "call_placed", "completed:transferred"),
        ("c2", "call_received", "failed:media_lost"),
    ):
        story.log(arrival, call_id)
        story.log("call_ended", call_id, detail=end)
    ends = {"c1": {"k-1": ("failed", "media_lost"), "caf-1": ("completed", "transferred")}}
    story.history = [e for e in story.history if e.facts.get("call_id") != "c2" or e.kind != "call_ended"]
    for place, entry in enumerate(story.history):
        if entry.kind == "call_ended":
            outcome, cause = ends[entry.facts["call_id"]][entry.who]
            facts = {**entry.facts, "outcome": outcome, "cause": cause}
            story.history[place] = Entry(entry.at, entry.who, entry.what, entry.kind, facts)
    assert story.verdict().faults() == []
    story.heard(30, "caf-1", "call_ended", call_id="c1", outcome="failed", cause="media_lost")
    assert story.verdict().faults() != []


def test_conversations_under_fire_are_counted(story: Story) -> None:
    story.call("c2", kiosk="k-2", station="caf-2")
    story.calls["c2"] |= {"outcome": "failed", "cause": "station_lost"}
    story.history.append(Entry(4.0, "nemesis", What.DID, "", {"deed": "kill"}))
    verdict = story.verdict()
    assert (verdict.counts["conversations under fire"], verdict.counts["of which cut off"]) == (2, 1)
