"""Every closed word that reaches a screen has its sentence, short and without technical words."""

import json
import re
from collections.abc import Callable
from enum import StrEnum

import pytest
from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtQml import QQmlComponent, QQmlExpression, qmlContext

from hub.protocol import DeviceState, RefusalReason, TileState
from kiosk.core.ports import DeviceName
from kiosk.core.view import CallingStep, EndReason, LateNumber, LinkQuality, Setback
from kiosk.ui.window import QML_DIR, KioskWindow

Ask = Callable[..., str]

WORDS: list[tuple[str, type[StrEnum]]] = [
    ("refusedTitle", LateNumber),
    ("refusedIcon", LateNumber),
    ("refusedTitle", RefusalReason),
    ("refusedIcon", RefusalReason),
    ("tileIcon", TileState),
    ("callingTitle", CallingStep),
    ("callingAdvice", CallingStep),
    ("quality", LinkQuality),
    ("scannerProblem", DeviceState),
    ("printerProblem", DeviceState),
    ("cameraNotice", DeviceState),
    ("microphoneNotice", DeviceState),
    ("device", DeviceName),
    ("endTitle", EndReason),
    ("endAdvice", EndReason),
]
BANNED = ("erreur", "échec", "invalide", "serveur", "timeout", "webrtc", "périphérique", "null", "connexion", "réseau")
MOST_WORDS = 12


@pytest.fixture(scope="module")
def ask(window: KioskWindow) -> Ask:
    """Call a function of Sentences.qml with plain arguments."""
    component = QQmlComponent(window.quick_view.engine())
    component.setData(b"import QtQml\nQtObject {}", QUrl.fromLocalFile(str(QML_DIR / "probe.qml")))
    probe: QObject | None = component.create()
    assert probe is not None, component.errorString()

    def call(function: str, *arguments: object) -> str:
        assert component.isReady()  # the probe lives as long as its component
        text = ", ".join(json.dumps(argument) for argument in arguments)
        expression = QQmlExpression(qmlContext(probe), probe, f"Sentences.{function}({text})")
        value = expression.evaluate()
        assert not expression.hasError(), expression.error().toString()
        return str(value[0] if isinstance(value, tuple) else value)

    return call


@pytest.mark.parametrize(("function", "words"), WORDS, ids=[f"{name}-{words.__name__}" for name, words in WORDS])
def test_every_word_has_a_sentence(ask: Ask, function: str, words: type[StrEnum]) -> None:
    said = {word.value: ask(function, word.value) for word in words}
    assert [word for word, sentence in said.items() if sentence in ("", "undefined")] == []


def test_an_unknown_word_has_none(ask: Ask) -> None:
    """So that a word added to the wire without its sentence fails the test above."""
    assert {function: ask(function, "no such word") for function, _ in WORDS} == {function: "" for function, _ in WORDS}


def tile(state: str, **more: object) -> dict[str, object]:
    opens = {"day": "today", "weekday": 1, "dayOfMonth": 3, "month": 1, "hour": 14, "minute": 0}
    return {"state": state, "waiting": 0, "wait": {"present": False}, "opens": opens} | more


def test_every_tile_says_its_state(ask: Ask) -> None:
    assert ask("tileState", tile("free")) == "Libre maintenant"
    assert ask("tileState", tile("busy", waiting=1)) == "1 personne attend"
    assert ask("tileState", tile("busy", waiting=2)) == "2 personnes attendent"
    assert ask("tileState", tile("busy")) == "Occupé pour le moment"
    assert ask("tileState", tile("absent")) == "Personne pour le moment"
    assert ask("tileState", tile("closed")) == "Ouvre à 14 h"
    assert ask("tileState", tile("appointment_only")) == "Sur rendez-vous"
    assert all(ask("tileAdvice", tile(state.value)) for state in TileState)
    wait = {"present": True, "minMinutes": 10, "maxMinutes": 15}
    assert ask("tileAdvice", tile("busy", wait=wait)).endswith("Attente : environ 10 à 15 minutes.")
    assert ask("tileAdvice", tile("closed")) == "Ce service est fermé. Revenez aujourd'hui à partir de 14 h."


@pytest.mark.parametrize(
    ("day", "minute", "said"),
    [
        ("today", 30, "Ouvre à 9 h 30"),
        ("tomorrow", 0, "Ouvre demain à 9 h"),
        ("this_week", 5, "Ouvre mardi à 9 h 05"),
        ("later", 0, "Ouvre le 3 janvier"),
        ("unknown", 0, "Fermé"),
    ],
)
def test_openings(ask: Ask, day: str, minute: int, said: str) -> None:
    opens = {"day": day, "weekday": 2, "dayOfMonth": 3, "month": 1, "hour": 9, "minute": minute}
    assert ask("opening", opens) == said


def test_waits_are_honest(ask: Ask) -> None:
    assert ask("wait", {"present": True, "minMinutes": 10, "maxMinutes": 15}) == "environ 10 à 15 minutes"
    assert ask("wait", {"present": True, "minMinutes": 1, "maxMinutes": 1}) == "environ 1 minute"
    assert ask("wait", {"present": False}) == ""
    assert "pas connue" in ask("queueWait", {"present": False})
    assert ask("position", 1) == "Vous êtes la prochaine personne."
    assert ask("position", 3) == "Il y a 2 personnes avant vous."
    assert ask("position", 0) == ""


def test_long_waits_are_told_in_hours(ask: Ask) -> None:
    assert ask("wait", {"present": True, "minMinutes": 50, "maxMinutes": 80}) == "environ 50 minutes à 1 h 20"
    assert ask("wait", {"present": True, "minMinutes": 60, "maxMinutes": 120}) == "environ 1 heure à 2 heures"
    assert ask("wait", {"present": True, "minMinutes": 60, "maxMinutes": 60}) == "environ 1 heure"


@pytest.mark.parametrize("reason", [*RefusalReason, *LateNumber])
def test_every_refusal_says_what_to_do(ask: Ask, reason: StrEnum) -> None:
    tomorrow = {"day": "tomorrow", "weekday": 2, "dayOfMonth": 3, "month": 1, "hour": 9, "minute": 0}
    unknown = {**tomorrow, "day": "unknown"}
    assert ask("refusedAdvice", reason.value, unknown)
    said = ask("refusedAdvice", reason.value, tomorrow)
    timed = ("closed", "nobody_on_post", "wait_too_long", "not_from_here", "quota_reached")
    assert (said == "Revenez demain à partir de 9 h.") is (reason.value in timed)


def test_a_wait_too_long_is_told_when_it_is_known(ask: Ask) -> None:
    known = {"present": True, "minMinutes": 80, "maxMinutes": 120}
    assert ask("refusedCause", "wait_too_long", known) == "Il faudrait attendre environ 1 h 20 à 2 heures."
    assert ask("refusedCause", "wait_too_long", {"present": False}) == "Beaucoup de personnes attendent déjà."


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("today", "Revenez aujourd'hui à partir de 14 h."),
        ("tomorrow", "Revenez demain à partir de 14 h."),
        ("this_week", "Revenez mardi à partir de 14 h."),
        ("later", "Revenez le 3 janvier."),
        ("unknown", ""),
    ],
)
def test_when_to_come_back(ask: Ask, day: str, said: str) -> None:
    opens = {"day": day, "weekday": 2, "dayOfMonth": 3, "month": 1, "hour": 14, "minute": 0}
    assert ask("comeBack", opens) == said


def test_the_first_of_a_month_is_said_as_people_say_it(ask: Ask) -> None:
    opens = {"day": "later", "weekday": 2, "dayOfMonth": 1, "month": 12, "hour": 14, "minute": 0}
    assert ask("comeBack", opens) == "Revenez le 1er décembre."
    assert ask("opening", opens) == "Ouvre le 1er décembre"


def test_numbers(ask: Ask) -> None:
    assert ask("turnOf", 12) == "C'est au tour du n° 12"
    assert [ask("timeLeft", minutes) for minutes in (2, 1, 0)] == [
        "Il reste moins de 2 minutes.",
        "Il reste moins d'une minute.",
        "Il reste quelques secondes.",
    ]
    assert ask("claimed", {"inTime": True, "minutesLeft": 2}) == "C'est votre tour. Il reste moins de 2 minutes."
    assert ask("claimed", {"inTime": False, "minutesLeft": 0}).startswith("Votre place est encore gardée.")
    assert ask("calledNotice", []) == ""
    assert ask("calledNotice", [{"number": 12}, {"number": 7}]) == "La borne appelle : n° 12, n° 7."


def test_setbacks_promise_the_place(ask: Ask) -> None:
    for setback in Setback:
        assert ask("setback", setback.value, "MSA").endswith("Vous gardez votre place.")
    assert "MSA" in ask("setback", "other_partner", "MSA")
    assert ask("setback", "other_partner", "") == (
        "Votre appel est transmis à un autre service. Vous gardez votre place."
    )
    assert ask("setback", "", "MSA") == ""


def test_elapsed(ask: Ask) -> None:
    assert [ask("elapsed", seconds) for seconds in (0, 9, 61, 3600)] == ["0:00", "0:09", "1:01", "60:00"]


def test_all_sentences_are_short_and_plain() -> None:
    faults = []
    for file in QML_DIR.rglob("*.qml"):
        for text in re.findall(r'qsTr\("((?:[^"\\]|\\.)*)"', file.read_text(encoding="utf-8")):
            for sentence in re.split(r"(?<=[.?!])\s+", text):
                # « : » and « ! » stand apart in French: they are not words.
                words = [word for word in re.split(r"\s+", sentence) if re.search(r"\w", word)]
                if len(words) > MOST_WORDS:
                    faults.append(f"{file.name}: {len(words)} words: {sentence}")
            faults += [f"{file.name}: « {word} »: {text}" for word in BANNED if word in text.lower()]
    assert faults == []


def test_every_text_on_a_screen_is_translatable() -> None:
    """A `text:` or `title:` that is a bare string would stay French for ever."""
    bare = [
        f"{file.name}: {found}"
        for file in QML_DIR.rglob("*.qml")
        for found in re.findall(r'\b(?:text|title|subtitle|notice|absence): "[^"]+"', file.read_text(encoding="utf-8"))
    ]
    assert bare == []


def test_the_application_exists(application: QGuiApplication) -> None:
    assert application.applicationDisplayName() == "Visio-relais"


def test_another_language_at_once_and_back(window: KioskWindow, ask: Ask) -> None:
    window.set_language("en")
    assert ask("tileState", tile("busy", waiting=2)) == "2 people waiting"
    assert ask("endTitle", "agent") == "The adviser ended the call"
    window.set_language("fr")
    assert ask("tileState", tile("busy", waiting=2)) == "2 personnes attendent"
