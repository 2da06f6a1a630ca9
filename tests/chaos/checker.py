"""Judges a history: was any caller lost, any call doubled, anything heard that should not have been?

Pure. Three witnesses are compared: what the parties sent and heard, the rows of the database after the drain, and the
event log. What was sent and never answered is a *maybe*: it may have happened or not, but if it did, it must have ended.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.history import Entry, What

DELIVERY_S = 1.0
"""A party may believe in a call for so long after the hub gave it to another: its news was on the way."""

LIVE = frozenset({"queued", "kept", "summoned", "offered", "connecting", "in_call", "wrap_up"})
Row = Mapping[str, Any]


@dataclass
class Verdict:
    """Each fault is one sentence for who has to find its cause."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.unexpected)

    def faults(self) -> list[str]:
        return [
            f"{kind}: {fault}"
            for kind, faults in (("lost", self.lost), ("doubled", self.doubled), ("unexpected", self.unexpected))
            for fault in faults
        ]

    def count(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by


def check(
    history: Sequence[Entry], calls: Sequence[Row], events: Sequence[Row], partner_of_station: Mapping[str, str]
) -> Verdict:
    """The verdict on a run that was drained: nothing may be live any more.

    Args:
        calls: rows of the table `call`.
        events: rows of the table `event`, in the order of their identifiers.
    """
    verdict = Verdict()
    rows = {row["id"]: row for row in calls}
    _check_requests(verdict, history, rows)
    _check_endings(verdict, history, rows)
    _check_parties(verdict, history, rows, partner_of_station)
    _check_offers(verdict, history)
    _check_beliefs(verdict, history)
    _check_order(verdict, history, rows)
    _check_log(verdict, rows, events)
    return verdict


# ---- requests -----------------------------------------------------------------------------------------------


def _check_requests(verdict: Verdict, history: Iterable[Entry], rows: Mapping[str, Row]) -> None:
    """What was acknowledged is in the database, once, and over; what is there was asked for."""
    asked: set[tuple[str, str]] = set()
    acknowledged: dict[tuple[str, str], set[str]] = {}
    refused: set[tuple[str, str]] = set()
    for entry in history:
        key = (entry.who, str(entry.facts.get("request_id", "")))
        if entry.what is What.SENT and entry.kind in ("place_call", "claim_place"):
            asked.add(key)
        elif entry.what is What.HEARD and entry.kind == "call_queued":
            acknowledged.setdefault(key, set()).add(entry.facts["call_id"])
            if key not in asked:
                verdict.unexpected.append(f"{key} was acknowledged and never asked for")
        elif entry.what is What.HEARD and entry.kind == "call_refused":
            refused.add(key)
    for key, call_ids in acknowledged.items():
        if len(call_ids) > 1:
            verdict.doubled.append(f"request {key} became {len(call_ids)} calls")
        for call_id in call_ids:
            row = rows.get(call_id)
            if row is None:
                verdict.lost.append(f"call {call_id} of {key} was acknowledged and is not in the database")
            elif row["kiosk_id"] != key[0]:
                verdict.unexpected.append(f"call {call_id} was told to {key[0]}, who did not ask for it")
    for row in rows.values():
        key = (row["kiosk_id"], row["request_id"])
        if row["origin_call_id"] is None and key not in asked:
            verdict.unexpected.append(f"call {row['id']} is in the database and nobody asked for it")
        if row["state"] in LIVE:
            verdict.lost.append(f"call {row['id']} is still {row['state']} after the drain")
        elif not row["outcome"] or not row["cause"] or row["ended_at"] is None:
            verdict.lost.append(f"call {row['id']} is closed without saying how it ended")
    verdict.count("requests", len(asked))
    verdict.count("acknowledged", len(acknowledged))
    verdict.count("refused", len(refused - set(acknowledged)))
    verdict.count("maybe", len(asked - set(acknowledged) - refused))
    for row in rows.values():
        verdict.count(f"ended {row['outcome']}")
        verdict.count("legs of transfers", int(row["origin_call_id"] is not None))


def _check_endings(verdict: Verdict, history: Iterable[Entry], rows: Mapping[str, Row]) -> None:
    """Everybody is told the same end as the database has."""
    told: dict[str, set[tuple[str, str]]] = {}
    for entry in history:
        if entry.what is What.HEARD and entry.kind == "call_ended":
            told.setdefault(entry.facts["call_id"], set()).add((entry.facts["outcome"], entry.facts["cause"]))
    for call_id, ends in told.items():
        if len(ends) > 1:
            verdict.doubled.append(f"call {call_id} was told to end in {len(ends)} ways: {sorted(ends)}")
        row = rows.get(call_id)
        if row is None:
            verdict.unexpected.append(f"call {call_id} was told to be over and is not in the database")
        elif (row["outcome"], row["cause"]) not in ends:
            verdict.unexpected.append(f"call {call_id} was told {sorted(ends)}; kept: {row['outcome']}:{row['cause']}")
    verdict.count("endings heard", len(told))


def _check_parties(
    verdict: Verdict, history: Iterable[Entry], rows: Mapping[str, Row], partner_of_station: Mapping[str, str]
) -> None:
    """Nobody hears of somebody else's call."""
    for entry in history:
        if entry.what is not What.HEARD or entry.kind == "error":
            continue
        for name in ("call_id", "call.call_id", "card.call_id", "call.card.call_id", "new_call_id"):
            row = rows.get(entry.facts.get(name, ""))
            if row is None:
                continue
            if entry.who in partner_of_station:
                if row["partner_id"] != partner_of_station[entry.who]:
                    verdict.unexpected.append(
                        f"{entry.who} heard {entry.kind} of {row['partner_id']}'s call {row['id']}"
                    )
            elif row["kiosk_id"] != entry.who:
                verdict.unexpected.append(f"{entry.who} heard {entry.kind} of {row['kiosk_id']}'s call {row['id']}")


# ---- offers and answers -------------------------------------------------------------------------------------


def _check_offers(verdict: Verdict, history: Iterable[Entry]) -> None:
    """An offer is for one station, and a peer connection has one agent: no clock is needed to see it."""
    offers: dict[tuple[str, int], str] = {}
    answers: dict[tuple[str, int], str] = {}
    for entry in history:
        if entry.what is not What.HEARD:
            continue
        if entry.kind == "offer":
            key = (entry.facts["card.call_id"], entry.facts["offer_no"])
            if offers.setdefault(key, entry.who) != entry.who:
                verdict.doubled.append(f"offer {key} rang at {offers[key]} and at {entry.who}")
        elif entry.kind == "call_accepted" and not _is_kiosk(entry.who):
            key = (entry.facts["call_id"], entry.facts["peer_no"])
            if answers.setdefault(key, entry.who) != entry.who:
                verdict.doubled.append(f"call {key} was answered by {answers[key]} and by {entry.who}")
    verdict.count("offers", len(offers))
    verdict.count("answers", len(answers))


def _is_kiosk(who: str) -> bool:
    return who.startswith("k-")


# ---- what the parties believe -------------------------------------------------------------------------------


@dataclass
class Belief:
    """`who` was in `call_id` from `since`; `last` is when it last heard anything while it believed so."""

    who: str
    call_id: str
    since: float
    last: float


class _Mind:
    """What one party believes, from what it heard; nothing is believed while the link is down."""

    def __init__(self, who: str) -> None:
        self.who = who
        self.now: Belief | None = None
        self.past: list[Belief] = []
        self.clashes: list[tuple[str, str]] = []

    def hear(self, entry: Entry) -> None:
        if self.now is not None:
            self.now.last = entry.at
        begun, ended = (self._as_kiosk if _is_kiosk(self.who) else self._as_station)(entry)
        if ended is not None and self.now is not None and ended in ("", self.now.call_id):
            self.forget()
        if begun and (self.now is None or self.now.call_id != begun):
            if self.now is not None:
                self.clashes.append((self.now.call_id, begun))
                self.forget()
            self.now = Belief(self.who, begun, entry.at, entry.at)

    def forget(self) -> None:
        if self.now is not None:
            self.past.append(self.now)
            self.now = None

    @staticmethod
    def _as_kiosk(entry: Entry) -> tuple[str, str | None]:
        """(the call that begins, the one that is over; "" is whichever there is, None is none)."""
        facts = entry.facts
        match entry.kind:
            case "welcome_kiosk":
                return facts.get("call.call_id", ""), ""
            case "call_queued":
                return facts["call_id"], None
            case "call_transferred":
                return facts["new_call_id"], facts["call_id"]
            case "call_ended":
                return "", facts["call_id"]
            case "place_kept":
                return "", facts["ticket.call_id"]
        return "", None

    @staticmethod
    def _as_station(entry: Entry) -> tuple[str, str | None]:
        facts = entry.facts
        match entry.kind:
            case "welcome_station":
                talks = facts.get("call.state") in ("connecting", "in_call")
                return (facts["call.card.call_id"] if talks else ""), ""
            case "call_accepted":
                return facts["call_id"], None
            case "call_ended":
                return "", facts["call_id"]
            case "station_changed":
                return "", (None if facts["state"] == "in_call" else "")
        return "", None


def _check_beliefs(verdict: Verdict, history: Iterable[Entry]) -> None:
    """Nobody is in two calls, and no two agents are in one."""
    minds: dict[str, _Mind] = {}
    for entry in history:
        if entry.what is What.HEARD:
            minds.setdefault(entry.who, _Mind(entry.who)).hear(entry)
        elif entry.what in (What.UP, What.DOWN) and entry.who in minds:
            minds[entry.who].forget()
    held: dict[str, list[Belief]] = {}
    for mind in minds.values():
        mind.forget()
        for old, new in mind.clashes:
            if not _is_known_end(history, mind.who, old):
                verdict.doubled.append(f"{mind.who} was in {old} and in {new} at once")
        if not _is_kiosk(mind.who):
            for belief in mind.past:
                held.setdefault(belief.call_id, []).append(belief)
    for call_id, beliefs in held.items():
        for number, one in enumerate(beliefs):
            for other in beliefs[number + 1 :]:
                both_s = min(one.last, other.last) - max(one.since, other.since)
                if one.who != other.who and both_s > DELIVERY_S:
                    verdict.doubled.append(f"{one.who} and {other.who} were both in {call_id} for {both_s:.1f} s")
    verdict.count("conversations seen by agents", sum(len(beliefs) for beliefs in held.values()))


def _is_known_end(history: Iterable[Entry], who: str, call_id: str) -> bool:
    """Whether the party was told the end of a call before its acknowledgement came a second time (a doubled frame)."""
    acknowledged = ended = None
    for entry in history:
        if entry.who == who and entry.what is What.HEARD and entry.facts.get("call_id") == call_id:
            if entry.kind == "call_ended":
                ended = entry.at if ended is None else ended
            elif entry.kind == "call_queued":
                acknowledged = entry.at
    return ended is not None and acknowledged is not None and ended <= acknowledged


# ---- order --------------------------------------------------------------------------------------------------


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


def _check_order(verdict: Verdict, history: Sequence[Entry], rows: Mapping[str, Row]) -> None:
    """First come, first served inside a (partner, motif), wherever it can be told from outside.

    An older call was passed over when it waited, surely linked, around the whole instant at which a younger one first
    rang at a station that had never been asked for the older one.
    """
    waits = _waits(history, rows)
    by_class: dict[tuple[str, str, str], list[_Wait]] = {}
    for wait in waits.values():
        row = rows[wait.call_id]
        by_class.setdefault((row["partner_id"], row["motif_id"] or "", row["site_id"] or ""), []).append(wait)
    for family in by_class.values():
        family.sort(key=lambda wait: wait.known)
        for younger in family:
            for station, at in younger.offered_at.items():
                for older in family:
                    if older.known >= younger.placed:
                        break
                    if not any(low <= at - DELIVERY_S and at + DELIVERY_S <= high for low, high in older.quiet):
                        continue
                    verdict.count("orders that could be judged")
                    if station not in older.offered_at or older.offered_at[station] > at:
                        verdict.unexpected.append(
                            f"{younger.call_id} rang at {station} before {older.call_id}, which came first"
                        )


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
            entry.what is What.HEARD
            and _is_kiosk(who)
            and entry.kind in ("call_ringing", "call_accepted", "call_ended")
        ):
            interrupt(who, at)
            if entry.kind == "call_ended" and facts["outcome"] == "failed" and facts["call_id"] in rows:
                # The next call of this kiosk may take the place of the one that was cut off.
                ended_badly[(who, rows[facts["call_id"]]["partner_id"])] = at
        elif entry.kind == "queue_moved" and facts["call_id"] in waits and who not in queued_since:
            queued_since[who] = (facts["call_id"], at)
    return waits


# ---- the event log ------------------------------------------------------------------------------------------


def _check_log(verdict: Verdict, rows: Mapping[str, Row], events: Iterable[Row]) -> None:
    """The log, in the order of the commits, tells the same story as the rows (I11), and no impossible one (I1)."""
    placed: dict[str, int] = {}
    ended: dict[str, list[str]] = {}
    rings_at: dict[str, str] = {}
    """By call: the station that it is proposed to."""
    holder: dict[str, str] = {}
    """By call: the station that answered."""
    busy: dict[str, str] = {}
    """By station: its call."""
    for event in events:
        call_id, station_id, name = event["call_id"], event["station_id"], event["name"]
        if call_id is None:
            continue
        if name in ("call_placed", "call_received"):
            placed[call_id] = placed.get(call_id, 0) + 1
        elif name == "call_offered":
            if call_id in rings_at or call_id in holder:
                verdict.doubled.append(f"call {call_id} was proposed to {station_id} while another had it")
            if busy.get(station_id, call_id) != call_id:
                verdict.doubled.append(f"{station_id} was proposed {call_id} while it had {busy[station_id]}")
            rings_at[call_id] = station_id
            busy[station_id] = call_id
        elif name == "offer_accepted":
            if call_id not in rings_at:
                verdict.doubled.append(f"call {call_id} was answered without being proposed")
            holder[call_id] = rings_at.pop(call_id, station_id or "")
        elif name in ("offer_declined", "offer_expired", "offer_withdrawn", "call_requeued"):
            for station in (rings_at.pop(call_id, None), holder.pop(call_id, None)):
                busy.pop(station or "", None)
        elif name == "call_ended":
            ended.setdefault(call_id, []).append(event["detail"])
            if call_id in rows and rows[call_id]["closed_at"] == rows[call_id]["ended_at"]:
                # No wrap-up: the station is free at once.
                _free(busy, rings_at, holder, call_id)
        elif name == "call_closed":
            _free(busy, rings_at, holder, call_id)
    for call_id, row in rows.items():
        if placed.get(call_id, 0) != 1:
            verdict.unexpected.append(f"the log has {placed.get(call_id, 0)} arrivals of call {call_id}")
        wanted = [f"{row['outcome']}:{row['cause']}"] if row["ended_at"] is not None else []
        if ended.get(call_id, []) != wanted:
            verdict.unexpected.append(f"the log says {ended.get(call_id, [])} of call {call_id}, the row {wanted}")
    for call_id in (set(placed) | set(ended)) - set(rows):
        verdict.lost.append(f"call {call_id} is in the log and not among the calls")
    verdict.count("events", sum(placed.values()))


def _free(busy: dict[str, str], rings_at: dict[str, str], holder: dict[str, str], call_id: str) -> None:
    for station in (rings_at.pop(call_id, None), holder.pop(call_id, None)):
        busy.pop(station or "", None)
