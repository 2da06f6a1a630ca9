"""What the parties believe, from what they heard: nobody is in two calls, and no two agents are in one. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.chaos.history import Entry, What
from tests.chaos.verdict import DELIVERY_S, Row, Verdict, is_kiosk


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
        begun, ended = (self._as_kiosk if is_kiosk(self.who) else self._as_station)(entry)
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


def check_beliefs(verdict: Verdict, history: Iterable[Entry]) -> None:
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
        if not is_kiosk(mind.who):
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


_CUT_OFF = frozenset({"kiosk_lost", "station_lost", "media_lost"})


def count_survivors(verdict: Verdict, history: Iterable[Entry], rows: Mapping[str, Row]) -> None:
    """Conversations that a hub died under, and how many of them a party ended in peace afterwards.

    A figure, not a fault: parties are unplugged as well, and some agents say « media lost » on purpose.
    """
    talking: dict[str, str] = {}
    shot: set[str] = set()
    for entry in history:
        facts = entry.facts
        if facts.get("deed") == "kill":
            shot |= set(talking.values())
        elif entry.what is What.HEARD and is_kiosk(entry.who):
            if entry.kind == "call_accepted":
                talking[entry.who] = facts["call_id"]
            elif entry.kind in ("call_ended", "call_transferred", "queue_moved") or (
                entry.kind == "welcome_kiosk" and facts.get("call.state") != "in_call"
            ):
                talking.pop(entry.who, None)
    verdict.count("conversations under fire", len(shot))
    verdict.count("of which cut off", sum(rows[call]["cause"] in _CUT_OFF for call in shot if call in rows))
