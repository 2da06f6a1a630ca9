"""Why did this call wait? From the event log to French sentences, with local times.

The story of the call and of its legs, one after the other; then, for the time that somebody waited, what each station
of the partner was doing meanwhile, and which calls went before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from hub.core.call_queue import CLASS_HEAD_START_S, rank
from hub.core.events import EventName
from hub.core.network import Partner, Station
from hub.core.rows import Call
from hub.core.story_words import (
    RESOLUTIONS,
    Happened,
    Names,
    cause_words,
    clock,
    duration,
    state_words,
)

E = EventName
_ROUNDING_S = 1.0
"""What lasted less is not worth a line."""
_NOT_YET = "disponible, mais pas encore ouvert à cet appel"


@dataclass(frozen=True)
class Leg:
    """One call, as it is told: a caller who was passed on has several."""

    call: Call
    partner: Partner
    stations: tuple[Station, ...]
    """Of the partner, as they are in the directory today."""
    events: tuple[Happened, ...]
    """Of this call, in order."""
    around: tuple[Happened, ...] = ()
    """Of the partner's stations and other calls, from some hours before the call to its answer, in order."""
    others: Mapping[str, Call] = field(default_factory=dict)
    """The calls that `around` names."""


def explain(legs: Iterable[Leg], names: Names, zone: ZoneInfo) -> list[str]:
    """The whole story, leg after leg, in lines for a terminal."""
    lines: list[str] = []
    for leg in legs:
        if lines:
            lines.append("")
        lines += [_title(leg, names, zone), ""]
        lines += [
            f"  {clock_s(event.at, zone)}  {said}" for event in leg.events if (said := _of_call(event, leg, names))
        ]
        lines += _why(leg, names, zone)
    return lines


def clock_s(at: float, zone: ZoneInfo) -> str:
    """Local time to the second, for a story in which seconds count."""

    return datetime.fromtimestamp(at, zone).strftime("%H:%M:%S")


def _title(leg: Leg, names: Names, zone: ZoneInfo) -> str:

    call = leg.call
    day = datetime.fromtimestamp(call.queued_at, zone).strftime("%d/%m/%Y")
    motif = leg.partner.motif(call.motif_id)
    asked = f", motif « {motif.label} »" if motif is not None else ""
    if call.priority:
        asked += f" (priorité {call.priority})"
    return f"Appel {call.id}, {day} : « {names.kiosk(call.kiosk_id)} » vers {leg.partner.name}{asked}"


# ---- the story -------------------------------------------------------------------------------------------------


def _of_call(event: Happened, leg: Leg, names: Names) -> str | None:
    at = names.station(event.station_id)
    match event.name:
        case E.CALL_PLACED:
            if leg.call.ahead == 0:
                return "Appel passé. Un poste était libre."
            before = leg.call.ahead - 1
            if before == 0:
                return "Appel passé. Personne n’attendait, mais aucun poste n’était libre."
            return f"Appel passé. {before} {'appels attendaient' if before > 1 else 'appel attendait'} déjà."
        case E.CALL_RECEIVED:
            how = "annoncé par un agent" if event.detail == "announced" else "transmis par un agent"
            return f"Appel {how} ; l’usager garde son heure d’arrivée. Avant cela : appel {leg.call.origin_call_id}."
        case E.CALL_OFFERED:
            return f"Sonne à {at}."
        case E.OFFER_ACCEPTED:
            return f"{at} répond."
        case E.OFFER_DECLINED:
            return f"{at} passe l’appel à un autre ; l’usager garde sa place."
        case E.OFFER_EXPIRED:
            return f"{at} n’a pas répondu ; l’usager garde sa place."
        case E.OFFER_WITHDRAWN:
            return f"Ne sonne plus à {at}."
        case E.CALL_REQUEUED:
            return f"{at} ne répondait plus : l’appel retourne à sa place."
        case E.REACH_WIDENED if event.station_id is None:
            return "Le destinataire du transfert n’a pas pris l’appel : tous les postes peuvent y répondre."
        case E.REACH_WIDENED:
            pool = names.pools.get(event.detail or "", event.detail or "")
            return f"L’attente ouvre l’appel au groupe {pool}."
        case E.PLACE_KEPT:
            return f"L’usager garde sa place sous le numéro {event.detail} et laisse la borne."
        case E.NUMBER_CALLED:
            return f"Le numéro {event.detail} est appelé à la borne."
        case E.NUMBER_MISSED:
            return "Personne n’est venu à l’appel du numéro."
        case E.PLACE_CLAIMED:
            return f"L’usager du numéro {event.detail} est revenu : il reprend sa place."
        case E.CALL_REFUSED:
            return "Le numéro n’a pas pu être repris à ce moment."
        case E.KIOSK_LOST:
            return "La borne ne répond plus."
        case E.KIOSK_BACK:
            return "La borne est de retour."
        case E.CALL_CONNECTED:
            return f"En communication avec {at}."
        case E.PEER_RENEWED:
            return "L’image et le son sont rétablis à neuf."
        case E.TRANSFER_ASKED:
            what = "annonce l’appel" if (event.detail or "").startswith("announced") else "transmet l’appel"
            return f"{at} {what} à {_target(leg.call, names)}."
        case E.TRANSFER_TAKEN:
            return "L’appel annoncé est pris."
        case E.TRANSFER_REFUSED:
            return f"Personne ne prend l’appel annoncé : l’usager reste avec {at}."
        case E.TRANSFER_CANCELLED:
            return f"{at} garde finalement l’appel."
        case E.CALL_TRANSFERRED:
            return f"L’usager est passé à un autre agent. Ensuite : appel {leg.call.transfer_call_id}."
        case E.CALL_ENDED:
            return f"Fin : {cause_words(event.detail)}."
        case E.CALL_CLOSED if event.detail:
            return f"Clos par l’agent : {RESOLUTIONS.get(event.detail, event.detail)}."
        case _:
            return None


def _target(call: Call, names: Names) -> str:
    kind, _, target = (call.transfer_to or "").partition(":")
    known = {"station": names.stations, "pool": names.pools, "partner": names.partners}.get(kind, {})
    return known.get(target, target or "un autre agent")


# ---- why -------------------------------------------------------------------------------------------------------


def _why(leg: Leg, names: Names, zone: ZoneInfo) -> list[str]:
    call = leg.call
    begins = call.waiting_since if call.origin_call_id is not None and call.waiting_since else call.queued_at
    answered = next((e.at for e in reversed(leg.events) if e.name == E.OFFER_ACCEPTED), None)
    ended = next((e.at for e in leg.events if e.name == E.CALL_ENDED), None)
    ends = answered if answered is not None else ended
    if ends is None:
        ends = max([begins, *(event.at for event in (*leg.events, *leg.around))])
    waited = ends - begins
    if waited < _ROUNDING_S:
        return []
    what = "Attente avant la réponse" if answered is not None else "Attente sans réponse"
    if answered is None and ended is None:
        what = "Attente jusqu’ici"
    lines = ["", f"  {what} : {duration(waited)}. Pendant ce temps :"]
    lines += [f"    {names.station(s.id)} : {_station_during(leg, s, begins, ends)}" for s in leg.stations]
    if not leg.stations:
        lines.append("    ce partenaire n’a aucun poste.")
    before = list(_went_before(leg, begins, ends, names, zone))
    if before:
        lines += ["", "  Servis pendant ce temps :", *(f"    {line}" for line in before)]
    return lines


def _station_during(leg: Leg, station: Station, begins: float, ends: float) -> str:
    """What kept one station from the call: for good, or minute by minute."""
    motif = leg.partner.motif(leg.call.motif_id)
    lacking = sorted(motif.skills - station.skills) if motif is not None else []
    if not station.is_enabled:
        return "désactivé."
    if lacking:
        return f"n’a pas la compétence demandée ({', '.join(lacking)})."
    opens_after_s = _opens_after_s(leg, station)
    if opens_after_s is None:
        return "les appels de ce site ne l’atteignent pas."
    spent: dict[str, float] = {}
    for state, first, last in _states(leg, station.id, begins, ends):
        words = state_words(state)
        reached_at = leg.call.queued_at + opens_after_s
        if state == "available" and first < reached_at:
            closed = min(last, reached_at) - first
            spent[_NOT_YET] = spent.get(_NOT_YET, 0.0) + closed
            first += closed
        if state.startswith("offered:mine"):
            words = "cet appel y sonnait"
        elif state == "available":
            words = "laissé tranquille après avoir passé ou manqué cet appel"
        if last > first:
            spent[words] = spent.get(words, 0.0) + last - first
    told = [f"{words} {duration(s)}" for words, s in spent.items() if s >= _ROUNDING_S]
    return (", ".join(told) if told else "rien n’est noté de ce poste") + "."


def _opens_after_s(leg: Leg, station: Station) -> float | None:
    steps = leg.partner.reach(leg.call.site_id)
    if not steps:
        return 0.0
    return min((step.after_s for step in steps if step.pool_id == station.pool_id), default=None)


def _states(leg: Leg, station_id: str, begins: float, ends: float) -> Iterator[tuple[str, float, float]]:
    """(state, from, to) of a station while the call waited."""
    state, since = "offline", begins
    mine = [e for e in leg.events if e.station_id == station_id and e.name == E.CALL_OFFERED]
    for event in leg.around:
        if event.name != E.STATION_CHANGED or event.station_id != station_id:
            continue
        if event.at >= ends:
            break
        if event.at > since:
            yield state, since, event.at
            since = event.at
        state = event.detail or ""
        if state == "offered" and any(abs(offer.at - event.at) < _ROUNDING_S for offer in mine):
            state = "offered:mine"
    if ends > since:
        yield state, since, ends


def _went_before(leg: Leg, begins: float, ends: float, names: Names, zone: ZoneInfo) -> Iterator[str]:
    """Other calls that were answered while this one waited, and by what right."""
    for event in leg.around:
        other = leg.others.get(event.call_id or "")
        if event.name != E.OFFER_ACCEPTED or other is None or other.id == leg.call.id:
            continue
        if begins <= event.at < ends:
            who = f"{clock_s(event.at, zone)}  {names.station(event.station_id)} : appel arrivé à"
            yield f"{who} {clock(other.queued_at, zone)}, {_right(leg, other, event.station_id)}."


def _right(leg: Leg, other: Call, station_id: str | None) -> str:
    call = leg.call
    if other.queued_at <= call.queued_at:
        return "donc avant celui-ci"
    if rank(other) < rank(call):
        ahead = duration((other.priority - call.priority) * CLASS_HEAD_START_S)
        return f"plus prioritaire (compté {ahead} plus tôt)"
    station = next((each for each in leg.stations if each.id == station_id), None)
    motif = leg.partner.motif(call.motif_id)
    if station is not None and motif is not None and not motif.skills <= station.skills:
        return "après celui-ci, par un poste sans la compétence demandée"
    if station is not None and _opens_after_s(leg, station) != 0.0:
        return "après celui-ci, par un poste d’un autre groupe"
    return "après celui-ci, par un poste qui avait passé ou manqué celui-ci"
