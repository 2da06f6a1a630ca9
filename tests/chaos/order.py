"""First come, first served, wherever it can be told from outside. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.chaos.history import Entry, What
from tests.chaos.verdict import DELIVERY_S, Row, Verdict, is_kiosk


@dataclass
class _Wait:
    """A call as its kiosk saw it wait: `quiet` are the instants between which it surely could be proposed."""

    call_id: str
    kiosk: str
    placed: float
    known: float
    quiet: list[tuple[float, float]] = field(default_factory=list)
    offered_at: dict[str, float] = field(default_factory=dict)
    """By station: when it first rang there."""


def check_order(verdict: Verdict, history: Sequence[Entry], rows: Mapping[str, Row], events: Sequence[Row]) -> None:
    """First come, first served inside a (partner, motif, site), wherever it can be told from outside.

    An older call was passed over when it waited, surely linked, around the whole instant at which a younger one first
    rang at a station that had not been asked for the older one before. Only the log knows of offers that nobody
    heard; while links are held back or the hub is harmed, no instant means anything.
    """
    waits = _waits(history, rows)
    proposed = _proposals(events)
    harm = _harm(history)
    by_class: dict[tuple[str, str, str], list[_Wait]] = {}
    for wait in waits.values():
        row = rows[wait.call_id]
        by_class.setdefault((row["partner_id"], row["motif_id"] or "", row["site_id"] or ""), []).append(wait)
    for family in by_class.values():
        family.sort(key=lambda wait: wait.known)
        for younger in family:
            for station, at in younger.offered_at.items():
                if any(low - DELIVERY_S <= at <= high + DELIVERY_S for low, high in harm):
                    continue
                for older in family:
                    if older.known >= younger.placed:
                        break
                    if not any(low <= at - DELIVERY_S and at + DELIVERY_S <= high for low, high in older.quiet):
                        continue
                    verdict.count("orders that could be judged")
                    first = proposed.get((younger.call_id, station), 0)
                    if proposed.get((older.call_id, station), len(events)) > first:
                        verdict.unexpected.append(
                            f"{younger.call_id} rang at {station} before {older.call_id}, which came first"
                        )


def _proposals(events: Sequence[Row]) -> dict[tuple[str, str], int]:
    """By (call, station): where in the log it was first proposed there."""
    found: dict[tuple[str, str], int] = {}
    for place, event in enumerate(events):
        if event["name"] == "call_offered":
            found.setdefault((event["call_id"], event["station_id"]), place)
    return found


def _harm(history: Iterable[Entry]) -> list[tuple[float, float]]:
    """When something was being done to hubs or links."""
    began: dict[str, float] = {}
    found: list[tuple[float, float]] = []
    for entry in history:
        deed = entry.facts.get("deed", "") if entry.who == "nemesis" else ""
        if deed == "ready":
            found.append((began.pop("kill", entry.at), entry.at))
        elif deed.endswith(" over"):
            found.append((began.pop(deed.removesuffix(" over"), entry.at), entry.at))
        elif deed:
            began.setdefault(deed, entry.at)
    return found + [(at, float("inf")) for deed, at in began.items() if deed != "drain"]


def _waits(history: Iterable[Entry], rows: Mapping[str, Row]) -> dict[str, _Wait]:
    """Plain calls only: those that were passed on, kept or given an older arrival have a place of their own."""
    placed: dict[tuple[str, str], float] = {}
    waits: dict[str, _Wait] = {}
    queued_since: dict[str, tuple[str, float]] = {}
    ended_badly: dict[tuple[str, str], float] = {}

    def interrupt(kiosk: str, at: float) -> None:
        call_id, since = queued_since.pop(kiosk, ("", 0.0))
        if call_id in waits:
            waits[call_id].quiet.append((since, at))

    for entry in history:
        facts, at, who = entry.facts, entry.at, entry.who
        if entry.what in (What.UP, What.DOWN):
            interrupt(who, at)
        elif entry.what is What.SENT and entry.kind == "place_call":
            placed.setdefault((who, facts["request_id"]), at)
        elif entry.what is What.HEARD and entry.kind == "call_queued":
            call_id, key = facts["call_id"], (who, facts["request_id"])
            row = rows.get(call_id)
            if row is None or row["origin_call_id"] is not None or row["ticket_no"] is not None:
                continue
            if key in placed and call_id not in waits and (who, row["partner_id"]) not in ended_badly:
                waits[call_id] = _Wait(call_id, who, placed[key], at)
                queued_since[who] = (call_id, at)
        elif entry.what is What.HEARD and entry.kind == "offer":
            wait = waits.get(facts["card.call_id"])
            if wait is not None:
                wait.offered_at.setdefault(who, at)
        elif (
            entry.what is What.HEARD and is_kiosk(who) and entry.kind in ("call_ringing", "call_accepted", "call_ended")
        ):
            interrupt(who, at)
            if entry.kind == "call_ended" and facts["outcome"] == "failed" and facts["call_id"] in rows:
                # The next call of this kiosk may take the place of the one that was cut off.
                ended_badly[(who, rows[facts["call_id"]]["partner_id"])] = at
        elif entry.kind == "queue_moved" and facts["call_id"] in waits and who not in queued_since:
            queued_since[who] = (facts["call_id"], at)
    return waits
