"""Judges a history: was any caller lost, any call doubled, anything heard that should not have been?

Pure. Three witnesses are compared: what the parties sent and heard, the rows of the database after the drain, and the
event log. What was sent and never answered is a *maybe*: it may have happened or not, but if it did, it must have ended.
"""

from collections.abc import Iterable, Mapping, Sequence

from tests.chaos.beliefs import check_beliefs, count_survivors
from tests.chaos.history import Entry, What
from tests.chaos.order import check_order
from tests.chaos.verdict import Row, Verdict, is_kiosk

LIVE = frozenset({"queued", "kept", "summoned", "offered", "connecting", "in_call", "wrap_up"})


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
    check_beliefs(verdict, history)
    check_order(verdict, history, rows, events)
    _check_log(verdict, rows, events)
    count_survivors(verdict, history, rows)
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
        verdict.count("calls passed on", int(row["origin_call_id"] is not None))
        verdict.count("numbers given", int(row["ticket_no"] is not None))


def _check_endings(verdict: Verdict, history: Iterable[Entry], rows: Mapping[str, Row]) -> None:
    """Everybody is told the same end as the database has.

    A kiosk that was away while its call was passed on knows the first leg only, and is told how the last one ended.
    """
    told: dict[tuple[str, bool], set[tuple[str, str]]] = {}
    for entry in history:
        if entry.what is What.HEARD and entry.kind == "call_ended":
            key = (entry.facts["call_id"], is_kiosk(entry.who))
            told.setdefault(key, set()).add((entry.facts["outcome"], entry.facts["cause"]))
    for (call_id, by_kiosk), ends in told.items():
        if len(ends) > 1:
            verdict.doubled.append(f"call {call_id} was told to end in {len(ends)} ways: {sorted(ends)}")
        if call_id not in rows:
            verdict.unexpected.append(f"call {call_id} was told to be over and is not in the database")
            continue
        legs = [rows[call_id], _last_leg(rows, call_id)] if by_kiosk else [rows[call_id]]
        kept = {(leg["outcome"], leg["cause"]) for leg in legs}
        if not ends <= kept:
            verdict.unexpected.append(f"call {call_id} was told {sorted(ends)}; kept: {sorted(kept)}")
    verdict.count("endings heard", len(told))


def _last_leg(rows: Mapping[str, Row], call_id: str) -> Row:
    row = rows[call_id]
    for _ in range(len(rows)):
        following = rows.get(row.get("transfer_call_id") or "")
        if row["cause"] != "transferred" or following is None:
            break
        row = following
    return row


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
        elif entry.kind == "call_accepted" and not is_kiosk(entry.who):
            key = (entry.facts["call_id"], entry.facts["peer_no"])
            if answers.setdefault(key, entry.who) != entry.who:
                verdict.doubled.append(f"call {key} was answered by {answers[key]} and by {entry.who}")
    verdict.count("offers", len(offers))
    verdict.count("answers", len(answers))


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
