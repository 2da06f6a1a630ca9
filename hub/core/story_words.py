"""The event log in French sentences: what each line means to a station, and to a call.

The words are those of the station's page; an identifier without a name any more stands for itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.core.events import EventName

E = EventName


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of the event log, as it was written."""

    at: float
    name: str
    call_id: str | None = None
    station_id: str | None = None
    kiosk_id: str | None = None
    detail: str | None = None


@dataclass(frozen=True)
class Names:
    """How people call what the log only numbers."""

    stations: Mapping[str, str] = field(default_factory=dict)
    kiosks: Mapping[str, str] = field(default_factory=dict)
    partners: Mapping[str, str] = field(default_factory=dict)
    pools: Mapping[str, str] = field(default_factory=dict)

    def station(self, station_id: str | None) -> str:
        return self.stations.get(station_id or "", station_id or "un poste")

    def kiosk(self, kiosk_id: str | None) -> str:
        return self.kiosks.get(kiosk_id or "", kiosk_id or "une borne")


STATES = {
    "offline": "hors ligne",
    "away": "absent",
    "available": "disponible",
    "offered": "un autre appel sonnait",
    "in_call": "en appel",
    "wrap_up": "en clôture d’appel",
}
REASONS = {
    "break": "pause",
    "lunch": "déjeuner",
    "meeting": "réunion",
    "front_desk": "accueil sur place",
    "case_work": "traitement de dossiers",
    "training": "formation",
    "just_arrived": "prise de poste",
    "missed_offers": "appels manqués",
    "technical": "problème technique",
}
CAUSES = {
    "usager_hung_up": "l’usager a raccroché",
    "agent_hung_up": "l’agent a raccroché",
    "usager_left_queue": "l’usager est parti avant la réponse",
    "no_answer": "personne n’a répondu à temps",
    "service_closed": "le service a fermé",
    "kiosk_lost": "la borne ne répondait plus",
    "station_lost": "le poste ne répondait plus",
    "media_lost": "l’image et le son ont été perdus",
    "idle": "il n’y avait plus personne devant la borne",
    "hub_stopped": "le hub s’est arrêté",
    "transferred": "l’appel a été transmis",
    "transfer_refused": "personne n’a pris l’appel annoncé",
    "nobody_left": "il n’y avait plus aucun agent pour y répondre",
    "not_back": "le numéro a été appelé, personne n’est venu",
}
RESOLUTIONS = {
    "resolved": "réglé",
    "to_follow_up": "à suivre",
    "appointment_made": "rendez-vous pris",
    "wrong_service": "mauvais service",
    "cut_off": "coupé",
    "nobody_there": "personne",
}
_TARGETS = {"station": "un collègue", "pool": "un groupe", "partner": "un autre partenaire"}


def clock(at: float, zone: ZoneInfo) -> str:
    """The local time, as people say it in French."""
    return datetime.fromtimestamp(at, zone).strftime("%H:%M")


def duration(seconds: float) -> str:
    """A duration in words, to the second below ten minutes."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 600:
        return f"{whole // 60} min {whole % 60:02} s" if whole % 60 else f"{whole // 60} min"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60:02}"


def state_words(detail: str | None) -> str:
    """`away:lunch`, as the log has it, in words."""
    state, _, reason = (detail or "").partition(":")
    words = STATES.get(state, state)
    return f"{words} ({REASONS.get(reason, reason)})" if reason else words


def cause_words(detail: str | None) -> str:
    """Why a call ended, from `outcome:cause`."""
    cause = (detail or "").partition(":")[2]
    return CAUSES.get(cause, cause)


# ---- at a station ----------------------------------------------------------------------------------------------


def station_history(events: Iterable[Happened], names: Names, zone: ZoneInfo) -> list[tuple[str, str]]:
    """What happened at one station, as (local time, sentence), in the order of the events."""
    told, state = [], ""
    for event in events:
        sentence = _at_station(event, names)
        if event.name == E.STATION_CHANGED:
            if (state, event.detail) == ("offered", "available"):
                # What became of the call that rang is a line of its own.
                sentence = None
            state = event.detail or ""
        if sentence is not None:
            told.append((clock(event.at, zone), sentence))
    return told


def _at_station(event: Happened, names: Names) -> str | None:
    kiosk = f"« {names.kiosk(event.kiosk_id)} »"
    match event.name:
        case E.STATION_TAKEN:
            return "Poste ouvert."
        case E.STATION_LOST:
            return "Liaison du poste perdue."
        case E.STATION_FORGOTTEN:
            return "Le poste n’est pas revenu : il est fermé."
        case E.STATION_CHANGED:
            return _rest(event.detail)
        case E.CALL_OFFERED:
            return f"Un appel de {kiosk} a sonné."
        case E.OFFER_ACCEPTED:
            return f"Appel de {kiosk} pris."
        case E.OFFER_DECLINED:
            return f"Appel de {kiosk} passé à un autre poste."
        case E.OFFER_EXPIRED:
            return f"Appel de {kiosk} manqué."
        case E.OFFER_WITHDRAWN:
            return f"L’usager de {kiosk} est parti avant la réponse."
        case E.CALL_REQUEUED:
            return f"Appel de {kiosk} remis en attente : le poste ne répondait plus."
        case E.CALL_CONNECTED:
            return f"En communication avec {kiosk}."
        case E.PEER_RENEWED:
            return f"Image et son rétablis avec {kiosk}."
        case E.TRANSFER_ASKED:
            how, _, kind = (event.detail or "").partition(":")
            to = _TARGETS.get(kind, kind)
            return f"Appel annoncé à {to}." if how == "announced" else f"Appel transmis à {to}."
        case E.TRANSFER_TAKEN:
            return "L’appel annoncé a été pris."
        case E.TRANSFER_REFUSED:
            return "Personne n’a pris l’appel annoncé : l’usager est resté ici."
        case E.TRANSFER_CANCELLED:
            return "Annonce de l’appel annulée."
        case E.CALL_ENDED:
            return f"Fin de l’appel de {kiosk} : {cause_words(event.detail)}."
        case E.WRAP_UP_EXTENDED:
            return "Temps de clôture prolongé."
        case E.CALL_CLOSED:
            said = f" : {RESOLUTIONS.get(event.detail, event.detail)}" if event.detail else ", sans suite notée"
            return f"Appel de {kiosk} clos{said}."
        case _:
            return None


def _rest(detail: str | None) -> str | None:
    """Only what the agent chose, or the hub chose for them: the rest is told by the calls."""
    state, _, reason = (detail or "").partition(":")
    if state == "away" and reason == "just_arrived":
        return None
    if state == "away" and reason == "missed_offers":
        return "Mis absent après des appels manqués."
    if state == "away":
        return f"Absent : {REASONS.get(reason, reason or 'pause')}."
    return {"available": "Disponible.", "offline": "Poste fermé."}.get(state)
