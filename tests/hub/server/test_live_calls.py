"""Where a call is found, whoever committed its board."""

from dataclasses import replace

from hub.core.board import Board
from hub.core.network import Partner
from hub.core.rows import Call, CallState
from hub.protocol import EndCause, Outcome
from hub.server.live_calls import LiveCalls
from tests.hub.core.world import queued

CAF, MSA = Partner("caf", "CAF", "Allocations"), Partner("msa", "MSA", "Mutualité")
TALKING = queued("first", kiosk_id="k-1", state=CallState.IN_CALL, station_id="s1")
LEG = queued("leg", kiosk_id="k-1", partner_id="msa", origin_call_id="first")


def board(partner: Partner, *calls: Call) -> Board:
    """As another hub's news bring it: nothing says what has changed."""
    return Board(partner, 1000.0, {call.id: call for call in calls})


def test_a_call_and_the_call_of_a_kiosk_are_found_until_they_end() -> None:
    live = LiveCalls()
    assert live.commit(board(CAF, queued("c", kiosk_id="k-1"))) == []
    assert live.of_kiosk("k-1") == live.call("c") == queued("c", kiosk_id="k-1")
    assert live.commit(board(CAF)) == ["c"]
    assert live.of_kiosk("k-1") is live.call("c") is None


def test_a_wrap_up_holds_no_kiosk() -> None:
    live = LiveCalls()
    live.commit(board(CAF, TALKING))
    wrapping = replace(TALKING, state=CallState.WRAP_UP, outcome=Outcome.COMPLETED, cause=EndCause.AGENT_HUNG_UP)
    assert live.commit(board(CAF, wrapping)) == ["first"]
    assert live.of_kiosk("k-1") is None
    assert live.call("first") is wrapping


def test_a_call_that_goes_to_another_partner_is_found_there_in_whatever_order_the_boards_come() -> None:
    ended = replace(TALKING, state=CallState.WRAP_UP, cause=EndCause.TRANSFERRED)
    for order in ((board(CAF, ended), board(MSA, LEG)), (board(MSA, LEG), board(CAF, ended))):
        live = LiveCalls()
        live.commit(board(CAF, TALKING))
        for each in order:
            live.commit(each)
        assert live.of_kiosk("k-1") is LEG


def test_a_leg_that_is_only_announced_does_not_hold_the_kiosk() -> None:
    live = LiveCalls()
    live.commit(board(CAF, TALKING))
    live.commit(board(MSA, replace(LEG, is_announced=True)))
    assert live.of_kiosk("k-1") is TALKING
    live.commit(board(MSA))
    assert live.of_kiosk("k-1") is TALKING


def test_numbers_are_found_at_all_partners_oldest_first() -> None:
    live = LiveCalls()
    later = queued("later", kiosk_id="k-1", state=CallState.KEPT, ticket_no=2, queued_at=1001.0)
    older = queued("older", kiosk_id="k-1", partner_id="msa", state=CallState.SUMMONED, ticket_no=1)
    live.commit(board(CAF, later))
    live.commit(board(MSA, older, queued("other", kiosk_id="k-2", partner_id="msa", state=CallState.KEPT, ticket_no=1)))
    assert live.tickets_of("k-1") == [older, later]
    assert live.of_kiosk("k-1") is None
    live.commit(board(MSA, replace(older, state=CallState.QUEUED)))
    assert live.tickets_of("k-1") == [later]
    live.commit(board(CAF))
    assert live.tickets_of("k-1") == []
