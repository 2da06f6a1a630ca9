"""Every notice survives the way through the database to another hub."""

from dataclasses import fields, replace
from typing import get_args

import pytest
from sqlalchemy import Connection

from hub.core import notices
from hub.core.notices import Notice
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import (
    AwayReason,
    EndCause,
    MediaState,
    Outcome,
    RefusalReason,
    StationState,
    TransferTarget,
    WaitRange,
)
from hub.store import locks, outbox
from hub.store.database import Database

CALL = Call(
    "c1", "r1", "k-1", "caf", 1.5, CallState.IN_CALL, "rsa", accompanied=True, station_id="caf-1", offer_no=3,
    kiosk_media=MediaState.WEAK, outcome=Outcome.FAILED, cause=EndCause.MEDIA_LOST,
)  # fmt: skip
STATION = LiveStation(
    "caf-1", "caf", skills=frozenset({"lsf", "en"}), state=StationState.AWAY, away_reason=AwayReason.LUNCH
)
TARGET = TransferTarget.model_validate({"kind": "station", "id": "caf-2"})
VALUES = {
    "call": CALL,
    "new_call": replace(CALL, id="c2"),
    "station": STATION,
    "to": TARGET,
    "because": "agent_lost",
    "reason": "expired",
    "state": "ringing",
    "offer_no": 3,
    "wait": WaitRange(min_s=60, max_s=300),
}
REASONS = {notices.CallTurnedAway: RefusalReason.QUOTA_REACHED}


def _example(kind: type) -> Notice:
    values = {f.name: VALUES.get(f.name, f"{f.name}-1") for f in fields(kind)}
    if kind in REASONS:
        values["reason"] = REASONS[kind]
    found: Notice = kind(**values)
    return found


@pytest.mark.parametrize("kind", get_args(Notice), ids=lambda kind: kind.__name__)
def test_a_notice_survives(kind: type) -> None:
    notice = _example(kind)
    assert outbox.load(outbox.dump([notice, notice])) == [notice, notice]


def test_nothing_to_tell() -> None:
    assert outbox.load(outbox.dump([])) == []


def test_notices_are_read_in_the_order_of_the_revisions_and_erased_later(store: Database) -> None:
    first, second, third = (_example(kind) for kind in get_args(Notice)[:3])

    def work(connection: Connection) -> None:
        for revision, notice in ((3, third), (1, first), (2, second)):
            outbox.write(connection, "caf", revision, "n1", 1000.0, [notice])

    store.write_now(work)
    assert store.read_now(lambda c: outbox.read(c, "caf", 0, 3)) == [first, second, third]
    assert store.read_now(lambda c: outbox.read(c, "caf", 1, 2)) == [second]
    assert store.read_now(lambda c: outbox.read(c, "msa", 0, 3)) == []
    store.write_now(lambda c: outbox.purge(c, 1000.0 + outbox.KEPT_S))
    assert len(store.read_now(lambda c: outbox.read(c, "caf", 0, 3))) == 3
    store.write_now(lambda c: outbox.purge(c, 1001.0 + outbox.KEPT_S))
    assert store.read_now(lambda c: outbox.read(c, "caf", 0, 3)) == []


def test_the_key_of_a_lock_never_changes() -> None:
    """Two versions of the program may serve one database: they must lock the same thing."""
    assert locks.key("partner/caf") == 2851850298087826629
    assert -(2**63) <= locks.key("schema") < 2**63
