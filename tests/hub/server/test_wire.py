"""What each party is told, from the rows."""

from dataclasses import replace

import pytest

from hub.core.board import Board
from hub.core.network import KioskIdentity, Motif, Network, Overflow, OverflowStep, Partner, Policy, Pool, Station
from hub.core.rows import Call, CallState
from hub.protocol import (
    AwayReason,
    CallCard,
    CallSnapshot,
    IceServer,
    MotifCard,
    PartnerTile,
    QueueChanged,
    StationState,
    Ticket,
    TileState,
    TransferTarget,
    WaitRange,
)
from hub.server import wire
from tests.hub.core.world import queued, station

KIOSK = KioskIdentity("k-1", "Borne 1", "site-1", "Mairie", True)
CAF = Partner("caf", "CAF", "Allocations", "Vos aides", motifs=(Motif("rsa", "RSA", ("RIB",)), Motif("autre", "Autre")))
CLOSED_DOWN = replace(CAF, id="old", is_enabled=False)
NETWORK = Network({"caf": CAF, "old": CLOSED_DOWN}, {"s1": Station("s1", "caf", "Poste 1")}, {"k-1": KIOSK})
ICE = [IceServer(urls=["stun:stun.test"])]
WAIT = WaitRange(min_s=60, max_s=120)
RINGING = queued("c", kiosk_id="k-1", state=CallState.OFFERED, station_id="s1", offer_no=2, offer_expires_at=1025.0)
NAMES = {"a-2": "M. Petit"}
IN_WRAP_UP = queued("c", kiosk_id="k-1", state=CallState.WRAP_UP, station_id="s1", wrap_up_expires_at=1120.5)


def board_with(call: Call | None, state: StationState) -> Board:
    calls = {call.id: call} if call is not None else {}
    return Board(CAF, 1000.0, calls, {"s1": station("s1", state=state)})


def card_of(call: Call, now: float) -> CallCard:
    return wire.call_card(NETWORK, NAMES, board_with(call, StationState.OFFERED), call, now)


def snapshot_of(call: Call, position: int | None = 3) -> CallSnapshot:
    return wire.call_snapshot(
        call, agent_name="Mme Martin", position=position, wait=WAIT, may_keep_place=True, ice_servers=ICE, origin_call_id=None
    )  # fmt: skip


def test_a_partner_is_shown_with_its_motifs_in_order() -> None:
    card = wire.partner_card(CAF)
    assert (card.id, card.name, card.full_name, card.tagline) == ("caf", "CAF", "Allocations", "Vos aides")
    assert card.motifs == [MotifCard(id="rsa", label="RSA", papers=["RIB"]), MotifCard(id="autre", label="Autre")]


def test_an_agent_reads_where_from_what_for_and_how_long() -> None:
    call = queued("c", kiosk_id="k-1", motif_id="rsa", accompanied=True, queued_at=940.0)
    card = card_of(call, 1000.0)
    assert (card.site_name, card.kiosk_name, card.accompanied, card.waited_s) == ("Mairie", "Borne 1", True, 60.0)
    assert card.motif == MotifCard(id="rsa", label="RSA", papers=["RIB"])


def test_the_wait_ends_when_somebody_answered_and_is_never_negative() -> None:
    call = queued("c", kiosk_id="k-1", queued_at=940.0)
    assert card_of(replace(call, accepted_at=950.0), 5000.0).waited_s == 10.0
    assert card_of(call, 900.0).waited_s == 0.0


def test_what_left_the_network_does_not_break_a_call_in_progress() -> None:
    call = queued("c", kiosk_id="gone", partner_id="gone", motif_id="rsa")
    card = card_of(call, 1000.0)
    assert (card.site_name, card.kiosk_name, card.motif) == ("", "", None)
    assert card_of(queued("c", kiosk_id="k-1", motif_id="gone"), 1000.0).motif is None


@pytest.mark.parametrize(("now", "left"), [(1000.0, 25.0), (1024.9996, 0.0), (1030.0, 0.0)])
def test_an_offer_says_how_long_it_rings(now: float, left: float) -> None:
    offer = wire.offer(NETWORK, NAMES, board_with(RINGING, StationState.OFFERED), RINGING, now)
    assert (offer.offer_no, offer.expires_in_s, offer.card.call_id) == (2, left, "c")


def test_a_station_is_told_its_state_and_what_runs_out() -> None:
    ringing = wire.station_changed(board_with(RINGING, StationState.OFFERED), station("s1"), 1000.0)
    assert (ringing.wrap_up_call_id, ringing.expires_in_s) == (None, 25.0)
    wrap_up = wire.station_changed(board_with(IN_WRAP_UP, StationState.WRAP_UP), station("s1"), 1000.0)
    assert (wrap_up.wrap_up_call_id, wrap_up.expires_in_s) == ("c", 120.5)
    talking = board_with(replace(RINGING, state=CallState.IN_CALL), StationState.IN_CALL)
    assert wire.station_changed(talking, station("s1"), 1000.0).expires_in_s is None
    away = station("s1", state=StationState.AWAY, away_reason=AwayReason.BREAK, next_state="available")
    said = wire.station_changed(board_with(None, StationState.AWAY), away, 1000.0)
    assert (said.state, said.away_reason, said.next_state) == (StationState.AWAY, AwayReason.BREAK, "available")
    assert (said.wrap_up_call_id, said.expires_in_s) == (None, None)


def test_a_kiosk_is_welcomed_with_the_partners_that_may_be_called() -> None:
    tiles = [PartnerTile(partner_id="caf", state=TileState.FREE, waiting=0)]
    ticket = Ticket(call_id="c", number=7, partner_id="caf", state="kept")
    welcome = wire.welcome_kiosk(KIOSK, wire.partner_cards(NETWORK), tiles, None, [ticket])
    assert (welcome.kiosk_id, welcome.kiosk_name, welcome.site_name) == ("k-1", "Borne 1", "Mairie")
    assert [card.id for card in welcome.partners] == ["caf"]
    assert (welcome.tiles, welcome.call, welcome.tickets) == (tiles, None, [ticket])


@pytest.mark.parametrize("state", [CallState.QUEUED, CallState.OFFERED])
def test_who_waits_is_told_a_place_and_no_name_and_no_servers(state: CallState) -> None:
    snapshot = snapshot_of(replace(RINGING, state=state))
    assert (snapshot.state, snapshot.position, snapshot.wait) == (state.value, 3, WAIT)
    assert snapshot.may_keep_place
    assert (snapshot.agent_name, snapshot.ice_servers) == ("", [])


@pytest.mark.parametrize("state", [CallState.CONNECTING, CallState.IN_CALL])
def test_who_was_answered_is_told_by_whom_and_no_place(state: CallState) -> None:
    snapshot = snapshot_of(replace(RINGING, state=state, peer_no=2))
    assert (snapshot.state, snapshot.agent_name, snapshot.peer_no) == (state.value, "Mme Martin", 2)
    assert (snapshot.position, snapshot.wait, snapshot.ice_servers) == (None, None, ICE)
    assert not snapshot.may_keep_place


def test_a_reloaded_page_is_told_its_call_again() -> None:
    queue = QueueChanged(waiting=4, longest_wait_s=30.0, available_stations=0)
    board = board_with(RINGING, StationState.OFFERED)
    welcome = wire.welcome_station(NETWORK, NAMES, board, board.stations["s1"], "Mme Martin", queue, 1010.0)
    assert (welcome.station_name, welcome.agent_name, welcome.partner.id) == ("Poste 1", "Mme Martin", "caf")
    assert (welcome.waiting, welcome.longest_wait_s) == (4, 30.0)
    assert welcome.call is not None
    assert (welcome.call.state, welcome.call.offer_no, welcome.call.expires_in_s) == ("offered", 2, 15.0)
    idle = board_with(None, StationState.AVAILABLE)
    assert wire.welcome_station(NETWORK, NAMES, idle, idle.stations["s1"], "Mme Martin", queue, 1010.0).call is None
    assert welcome.transfer is None


def test_a_reloaded_page_is_told_its_open_transfer_and_what_comes_after_the_call() -> None:
    passing = replace(RINGING, state=CallState.IN_CALL, transfer_to="partner:old", transfer_state="ringing")
    board = board_with(passing, StationState.IN_CALL)
    board.stations["s1"] = replace(board.stations["s1"], next_state="away", next_away_reason=AwayReason.LUNCH)
    queue = QueueChanged(waiting=0, longest_wait_s=0.0, available_stations=0)
    welcome = wire.welcome_station(NETWORK, NAMES, board, board.stations["s1"], "Mme Martin", queue, 1010.0)
    assert (welcome.next_state, welcome.next_away_reason) == ("away", AwayReason.LUNCH)
    assert welcome.transfer is not None
    assert (welcome.transfer.call_id, welcome.transfer.state, welcome.transfer.to) == ("c", "ringing", "CAF")


def test_who_takes_a_call_over_is_told_who_passes_it_on() -> None:
    call = replace(RINGING, priority=1, is_announced=True, origin_agent_id="a-2", origin_partner_id="old")
    card = card_of(call, 1000.0)
    assert (card.is_priority, card.is_announced) == (True, True)
    assert (card.transferred_by, card.transferred_from) == ("M. Petit", "CAF")
    plain = card_of(RINGING, 1000.0)
    assert (plain.is_priority, plain.is_announced, plain.transferred_by, plain.transferred_from) == (
        False,
        False,
        "",
        "",
    )
    assert card_of(replace(call, origin_agent_id="gone", origin_partner_id="gone"), 1000.0).transferred_from == ""


@pytest.mark.parametrize(
    ("pool_id", "is_from_elsewhere"), [("near", False), ("also_near", False), ("far", True), (None, True)]
)
def test_an_agent_is_told_that_the_callers_own_pools_could_not_answer(
    pool_id: str | None, is_from_elsewhere: bool
) -> None:
    steps = (OverflowStep("near"), OverflowStep("also_near"), OverflowStep("far", 120.0))
    partner = replace(CAF, policy=Policy(overflows=(Overflow(("hambye",), steps),)))
    board = Board(partner, 1000.0, {}, {"s1": station("s1", pool_id=pool_id)})
    call = replace(RINGING, site_id="hambye")
    assert wire.call_card(NETWORK, NAMES, board, call, 1000.0).from_elsewhere is is_from_elsewhere
    anywhere = replace(RINGING, site_id="other")
    assert not wire.call_card(NETWORK, NAMES, board, anywhere, 1000.0).from_elsewhere


def test_a_target_is_named_by_the_directory() -> None:
    partner = replace(CAF, policy=Policy(pools=(Pool("manche", "Caf de la Manche"),)))
    targets = [
        ("station", "s1"),
        ("pool", "manche"),
        ("partner", "caf"),
        ("station", "x"),
        ("pool", "x"),
        ("partner", "x"),
    ]
    labels = [wire.target_label(NETWORK, partner, TransferTarget(kind=kind, id=each)) for kind, each in targets]  # type: ignore[arg-type]
    assert labels == ["Poste 1", "Caf de la Manche", "CAF", "", "", ""]


def test_a_number_says_the_wait_until_it_is_called_and_then_the_time_to_come_back() -> None:
    kept = queued("c", state=CallState.KEPT, ticket_no=12, summon_expires_at=None)
    assert wire.ticket(kept, WAIT, 1000.0) == Ticket(call_id="c", number=12, partner_id="caf", state="kept", wait=WAIT)
    called = replace(kept, state=CallState.SUMMONED, summon_expires_at=1090.0)
    assert wire.ticket(called, WAIT, 1000.0) == Ticket(
        call_id="c", number=12, partner_id="caf", state="called", expires_in_s=90.0
    )
