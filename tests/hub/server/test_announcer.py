"""What a commit leaves to tell, as messages: to those who are linked here, and places never upwards."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from hub.core.access import KioskCredential
from hub.core.board import Board
from hub.core.network import KioskIdentity, Network, Partner, Policy
from hub.core.notices import CallStored, Ended, Requeued, Ringing, TicketsMoved
from hub.core.rows import Call, CallState
from hub.protocol import TO_KIOSK, EndCause, Outcome, WaitRange, decode
from hub.server.announcer import Announcer
from hub.server.connections import Connection, Connections, KioskLink
from hub.server.live_calls import LiveCalls
from tests.hub.core.world import queued

CAF = Partner("caf", "CAF", "Allocations", policy=Policy(keep_place_after_s=300.0))
LONG = WaitRange(min_s=600, max_s=900)


@dataclass
class Hall:
    """An announcer, and one kiosk (k-1) whose frames are kept."""

    announcer: Announcer
    live: LiveCalls
    heard: list[Any]

    def announce(self, *calls: Call, notices: tuple[Any, ...] = ()) -> list[Any]:
        """Commit these live calls with these notices; what the kiosk hears of it."""
        board = Board(CAF, 1000.0, {call.id: call for call in calls})
        board.notices.extend(notices)
        self.heard.clear()
        self.announcer.settled(self.live.commit(board))
        self.announcer.announce(board)
        return list(self.heard)


@pytest.fixture
def hall() -> Hall:
    heard: list[Any] = []

    async def send(message: Any) -> None:
        heard.append(decode(TO_KIOSK, message["text"]))

    live, connections = LiveCalls(), Connections()
    identity = KioskIdentity("k-1", "Borne", "hambye", "Mairie", True)
    connections.join_kiosk(KioskLink(Connection(send), KioskCredential(identity, None)))

    @dataclass
    class Directory:
        network: Network = field(default_factory=lambda: Network({"caf": CAF}))
        agent_names: dict[str, str] = field(default_factory=dict)

    announcer = Announcer(live, connections, Directory(), lambda _partner, _place: LONG, lambda _: [], lambda: 1000.0)
    return Hall(announcer, live, heard)


MINE = queued("mine", kiosk_id="k-1", queued_at=900.0)
FIRST, SECOND = queued("first", queued_at=700.0), queued("second", queued_at=800.0)


async def test_a_place_is_told_when_it_falls_and_never_when_it_rises(hall: Hall) -> None:
    (stored,) = hall.announce(FIRST, MINE, notices=(CallStored(MINE),))
    assert (stored.position, stored.wait, stored.may_keep_place) == (2, LONG, True)
    # Somebody who was cut off came back with an older arrival.
    assert hall.announce(FIRST, SECOND, MINE) == []
    (requeued,) = hall.announce(FIRST, SECOND, MINE, notices=(Requeued(MINE, "not_answered"),))
    assert (requeued.position, requeued.because) == (2, "not_answered")
    (moved,) = hall.announce(MINE)
    assert moved.position == 1


async def test_a_request_that_came_again_is_told_how_far_it_got(hall: Hall) -> None:
    rings = replace(MINE, state=CallState.OFFERED, station_id="s1", offer_no=2)
    stored, ringing = hall.announce(rings, notices=(CallStored(rings),))
    assert (stored.call_id, ringing.attempt) == ("mine", 2)
    kept = replace(MINE, state=CallState.KEPT, ticket_no=7)
    _, place_kept = hall.announce(kept, notices=(CallStored(kept),))
    assert place_kept.ticket.number == 7


async def test_a_leg_that_is_only_announced_rings_in_silence_for_the_kiosk(hall: Hall) -> None:
    leg = replace(MINE, state=CallState.OFFERED, station_id="s1", offer_no=1, is_announced=True)
    assert hall.announce(leg, notices=(Ringing(leg),)) == []


async def test_an_end_is_told_to_the_kiosk_unless_its_call_goes_on_elsewhere(hall: Hall) -> None:
    over = replace(MINE, state=CallState.CLOSED, outcome=Outcome.COMPLETED, cause=EndCause.TRANSFERRED)
    assert hall.announce(notices=(Ended(over, None),)) == []
    (ended,) = hall.announce(notices=(Ended(replace(over, cause=EndCause.AGENT_HUNG_UP), None),))
    assert (ended.outcome, ended.cause) == (Outcome.COMPLETED, EndCause.AGENT_HUNG_UP)


async def test_all_numbers_of_a_kiosk_are_told_each_time(hall: Hall) -> None:
    older = replace(MINE, state=CallState.SUMMONED, ticket_no=3, summon_expires_at=1100.0)
    newer = queued("newer", kiosk_id="k-1", queued_at=950.0, state=CallState.KEPT, ticket_no=4)
    (told,) = hall.announce(newer, older, notices=(TicketsMoved("k-1"),))
    assert [(each.number, each.state, each.expires_in_s) for each in told.tickets] == [
        (3, "called", 100.0),
        (4, "kept", None),
    ]


async def test_who_is_linked_to_another_hub_is_told_there(hall: Hall) -> None:
    elsewhere = queued("elsewhere", kiosk_id="k-9")
    assert hall.announce(elsewhere, notices=(CallStored(elsewhere), TicketsMoved("k-9"))) == []
