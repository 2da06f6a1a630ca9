"""Who was at the hub that died, when they were back, and when their calls rang again."""

from typing import Any

from tests.bench.hub_pair import seen_after
from tests.chaos.history import Entry, What


def heard(at: float, who: str, kind: str, **facts: Any) -> Entry:
    return Entry(at, who, What.HEARD, kind, facts)


def test_only_those_who_were_cut_off_count() -> None:
    entries = [
        heard(8, "caf-1", "offer", offer_no=1, **{"card.call_id": "rang-there"}),
        heard(8, "caf-2", "offer", offer_no=1, **{"card.call_id": "rang-here"}),
        heard(8, "caf-3", "offer", offer_no=1, **{"card.call_id": "answered"}),
        heard(9, "caf-3", "call_accepted", call_id="answered", peer_no=1),
        Entry(10.1, "caf-1", What.DOWN),
        Entry(10.1, "caf-3", What.DOWN),
        Entry(15.0, "k-9", What.DOWN),
        heard(11.5, "caf-1", "welcome_station"),
        heard(12, "caf-4", "offer", offer_no=2, **{"card.call_id": "rang-there"}),
        heard(12, "caf-5", "offer", offer_no=2, **{"card.call_id": "rang-here"}),
        heard(13, "caf-3", "welcome_station"),
        heard(16, "k-9", "welcome_kiosk"),
    ]
    assert seen_after(entries, killed=10.0) == ([1.5, 3.0], [2.0])
