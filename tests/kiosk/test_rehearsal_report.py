"""The report of a rehearsal: a sentence for every failure, numbers that JSON can hold, a summary that people can read."""

import json
from dataclasses import replace
from typing import Any

import pytest

from hub.protocol import RefusalReason
from kiosk.core.view import LateNumber
from kiosk.rehearsal import Failure, Plan, begin
from kiosk.rehearsal_record import Clock, Moment, Noted, Record
from kiosk.rehearsal_report import REFUSALS, SENTENCES, machine, report, sentence, summary, versions

PLAN = Plan("caf")


def told(record: Record, **more: Any) -> dict[str, Any]:
    extras = {"sound": {"microphone_peak": 900}, "cost": {}, **more}
    return report(begin(PLAN, 0.0), None, record, PLAN, extras)


@pytest.fixture
def record() -> Record:
    made = Record(Clock(lambda: 0.0, 1000.0))
    for moment, at_s in (
        (Moment.PLACED, 1.0),
        (Moment.ACCEPTED, 4.0),
        (Moment.CONNECTED, 4.6),
        (Moment.FIRST_SOUND, 4.8),
        (Moment.FIRST_PICTURE, 5.0),
    ):
        made.moments.append(Noted(moment, at_s, 1))
    made.shown += [(5.0 + index / 10, index, 1280, 720) for index in range(11)]
    made.given[4.0] = 12
    return made


def test_every_failure_has_a_sentence_that_says_what_to_do() -> None:
    assert set(SENTENCES) == set(Failure)
    assert set(REFUSALS) == {*RefusalReason, *LateNumber}
    for failure in Failure:
        said = sentence(begin(PLAN, 0.0), failure, ["caf", "msa"], ["rsa"])
        assert said.endswith((".", "?"))
        assert "{" not in said
    assert "caf, msa" in sentence(begin(PLAN, 0.0), Failure.UNKNOWN_PARTNER, ["caf", "msa"], [])
    assert "rsa" in sentence(begin(PLAN, 0.0), Failure.UNKNOWN_MOTIF, [], ["rsa"])
    refused = replace(begin(PLAN, 0.0), refusal=RefusalReason.CLOSED)
    assert "fermé" in sentence(refused, Failure.REFUSED, [], [])


def test_the_report_is_numbers_in_the_order_of_time(record: Record) -> None:
    record.shown.insert(0, (9.0, None, 640, 360))
    made = json.loads(json.dumps(told(record)))
    assert made["ok"] is True
    assert made["moments"][0] == {"moment": "placed", "monotonic": 1.0, "unix": 1001.0, "peer_no": 1}
    assert made["frames"][0] == [1005.0, 0, 1280, 720]
    assert made["frames"][-1] == [1009.0, None, 640, 360]
    assert made["camera"] == [[12, 1004.0]]
    assert made["versions"]["aiortc"] == versions()["aiortc"]
    assert made["machine"]["processors"] == machine()["processors"]
    assert "caf" not in json.dumps(made)


def test_pictures_at_the_same_instant_are_no_problem(record: Record) -> None:
    record.shown += [(9.0, None, 640, 360), (9.0, 3, 640, 360)]
    assert len(told(record)["frames"]) == 13


def test_the_summary_is_for_people(record: Record) -> None:
    record.series += [
        {"target_bps": 1_000_000, "path": "host-srflx udp", "round_trip_s": 0.0244, "sent_height": 720},
        {"target_bps": 1_000_000, "path": None, "round_trip_s": None, "sound_depth_s": 0.06, "sound_concealed_s": 0.1},
        {
            "target_bps": 100_000,
            "round_trip_s": 0.9,
            "sound_depth_s": 0.06,
            "sent_loss": 0.013,
            "sound_concealed_s": 0.5,
        },
    ]
    cost = {"call_s": 10.0, "processor_in_call_s": 4.5, "peak_memory_bytes": 300_000_000}
    lines = "\n".join(summary(told(record, cost=cost)))
    for words in (
        "3,00 s après l'appel",
        "0,60 s après la réponse, directe (host-srflx udp)",
        "1280 x 720, 10,0 images/s, la première 1,00 s après la réponse ; la plus longue pause 0,10 s",
        "le premier 0,80 s après la réponse, en réserve 60 ms, inventé 0,50 s",
        "image de 720 lignes, 1000 kbit/s permis à l'image, perdu 1,3 %",
        "aller-retour 24 ms, aucune coupure",
        "45 % d'un cœur, 300 Mo",
    ):
        assert words in lines
    assert "Micro" not in lines


def test_the_summary_of_a_bad_call(record: Record) -> None:
    record.shown.clear()
    record.moments = [each for each in record.moments if each.moment is not Moment.FIRST_SOUND]
    record.moments += [Noted(Moment.WEAK, 6.0, 1), Noted(Moment.LOST, 8.0, 1)]
    record.series.append({"target_bps": 0, "path": "relay-host tls"})
    lines = "\n".join(summary(told(record, sound={"microphone_peak": 3})))
    for words in (
        "par un relais (relay-host tls)",
        "Image reçue: aucune",
        "Son reçu   : aucun",
        "son seul",
        "coupé 1 fois",
    ):
        assert words in lines
    assert "presque rien entendu" in lines


def test_without_a_call_there_is_nothing_to_sum_up() -> None:
    assert summary(told(Record(Clock(lambda: 0.0, 0.0)))) == []
