"""The log in sentences: all of it, and what a station's day looks like."""

from zoneinfo import ZoneInfo

import pytest

from hub.core import explain
from hub.core.events import EventName
from hub.core.network import Partner
from hub.core.rows import Call
from hub.core.story_words import (
    CAUSES,
    REASONS,
    RESOLUTIONS,
    STATES,
    Happened,
    Names,
    duration,
    station_history,
)
from hub.protocol import AwayReason, EndCause, Resolution, StationState

PARIS = ZoneInfo("Europe/Paris")
NAMES = Names(stations={"caf-1": "CAF 1"}, kiosks={"k1": "Mairie de Hambye, borne"})
NINE = 1_795_420_800.0
"""2026-11-23 09:00 in Paris."""
# Told by others: the call itself, its other party, or not worth a line.
NOT_AT_A_STATION = {
    EventName.CALL_PLACED, EventName.CALL_REFUSED, EventName.PLACE_KEPT, EventName.NUMBER_CALLED,
    EventName.NUMBER_MISSED, EventName.PLACE_CLAIMED, EventName.CALL_TRANSFERRED, EventName.CALL_RECEIVED,
    EventName.REACH_WIDENED, EventName.KIOSK_LOST, EventName.KIOSK_BACK,
}  # fmt: skip
NOT_OF_A_CALL = {
    EventName.STATION_TAKEN, EventName.STATION_CHANGED, EventName.STATION_LOST, EventName.STATION_FORGOTTEN,
    EventName.WRAP_UP_EXTENDED,
}  # fmt: skip


def test_every_closed_word_has_its_french() -> None:
    assert set(STATES) == {state.value for state in StationState}
    assert set(REASONS) == {reason.value for reason in AwayReason}
    assert set(CAUSES) == {cause.value for cause in EndCause}
    assert set(RESOLUTIONS) == {resolution.value for resolution in Resolution}


@pytest.mark.parametrize("name", EventName)
def test_every_event_is_told_where_it_matters(name: EventName) -> None:
    details = {
        EventName.STATION_CHANGED: "away:lunch",
        EventName.CALL_CLOSED: "resolved",
        EventName.CALL_ENDED: "completed:agent_hung_up",
    }
    event = Happened(NINE, name.value, "c1", "caf-1", "k1", details.get(name, "announced:station"))
    at_station = station_history([event], NAMES, PARIS)
    assert bool(at_station) == (name not in NOT_AT_A_STATION)
    call = Call("c1", "r", "k1", "caf", NINE, origin_call_id="c0", transfer_call_id="c2", transfer_to="station:caf-1")
    leg = explain.Leg(call, Partner("caf", "CAF", "Caisse"), (), (event,))
    told = [line for line in explain.explain([leg], NAMES, PARIS) if line.startswith("  09:00:00")]
    assert bool(told) == (name not in NOT_OF_A_CALL)
    assert all("None" not in line for line in (*told, *(said for _, said in at_station)))


def test_a_day_at_a_station_reads_like_one() -> None:
    minutes = iter(range(100))

    def line(name: EventName, detail: str | None = None) -> Happened:
        return Happened(NINE + 60 * next(minutes), name.value, "c1", "caf-1", "k1", detail)

    day = [
        line(EventName.STATION_TAKEN),
        line(EventName.STATION_CHANGED, "away:just_arrived"),
        line(EventName.STATION_CHANGED, "available"),
        line(EventName.CALL_OFFERED, "1"),
        line(EventName.STATION_CHANGED, "offered"),
        line(EventName.OFFER_EXPIRED, "1"),
        line(EventName.STATION_CHANGED, "available"),
        line(EventName.STATION_CHANGED, "away:missed_offers"),
        line(EventName.STATION_CHANGED, "available"),
        line(EventName.OFFER_ACCEPTED, "2"),
        line(EventName.STATION_CHANGED, "in_call"),
        line(EventName.CALL_ENDED, "completed:usager_hung_up"),
        line(EventName.CALL_CLOSED, "to_follow_up"),
        line(EventName.STATION_CHANGED, "away:lunch"),
    ]
    assert station_history(day, NAMES, PARIS) == [
        ("09:00", "Poste ouvert."),
        ("09:02", "Disponible."),
        ("09:03", "Un appel de « Mairie de Hambye, borne » a sonné."),
        ("09:05", "Appel de « Mairie de Hambye, borne » manqué."),
        ("09:07", "Mis absent après des appels manqués."),
        ("09:08", "Disponible."),
        ("09:09", "Appel de « Mairie de Hambye, borne » pris."),
        ("09:11", "Fin de l’appel de « Mairie de Hambye, borne » : l’usager a raccroché."),
        ("09:12", "Appel de « Mairie de Hambye, borne » clos : à suivre."),
        ("09:13", "Absent : déjeuner."),
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (65, "1 min 05 s"),
        (599, "9 min 59 s"),
        (754, "12 min"),
        (4000, "1 h 06"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert duration(seconds) == words
