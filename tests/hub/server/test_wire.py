"""What each party is told, from the rows."""

from dataclasses import replace

import pytest

from hub.core.board import Board
from hub.core.network import KioskIdentity, Motif, Network, Partner, Station
from hub.core.rows import Call, CallState
from hub.protocol import AwayReason, IceServer, MotifCard, PartnerTile, QueueChanged, StationState, TileState, WaitRange
from hub.server import wire
from tests.hub.core.world import queued, station

KIOSK = KioskIdentity("k-1", "Borne 1", "site-1", "Mairie", True)
CAF = Partner("caf", "CAF", "Allocations", "Vos aides", motifs=(Motif("rsa", "RSA", ("RIB",)), Motif("autre", "Autre")))
CLOSED_DOWN = replace(CAF, id="old", is_enabled=False)
NETWORK = Network({"caf": CAF, "old": CLOSED_DOWN}, {"s1": Station("s1", "caf", "Poste 1")}, {"k-1": KIOSK})
ICE = [IceServer(urls=["stun:stun.test"])]
WAIT = WaitRange(min_s=60, max_s=120)
RINGING = queued("c", kiosk_id="k-1", state=CallState.OFFERED, station_id="s1", offer_no=2, offer_expires_at=1025.0)
IN_WRAP_UP = queued("c", kiosk_id="k-1", state=CallState.WRAP_UP, station_id="s1", wrap_up_expires_at=1120.5)


def board_with(call: Call | None, state: StationState) -> Board:
    calls = {call.id: call} if call is not None else {}
    return Board(CAF, 1000.0, calls, {"s1": station("s1", state=state)})


def test_a_partner_is_shown_with_its_motifs_in_order() -> None:
    card = wire.partner_card(CAF)
    assert (card.id, card.name, card.full_name, card.tagline) == ("caf", "CAF", "Allocations", "Vos aides")
    assert card.motifs == [MotifCard(id="rsa", label="RSA", papers=["RIB"]), MotifCard(id="autre", label="Autre")]


def test_an_agent_reads_where_from_what_for_and_how_long() -> None:
    call = queued("c", kiosk_id="k-1", motif_id="rsa", accompanied=True, queued_at=940.0)
    card = wire.call_card(NETWORK, call, 1000.0)
    assert (card.site_name, card.kiosk_name, card.accompanied, card.waited_s) == ("Mairie", "Borne 1", True, 60.0)
    assert card.motif == MotifCard(id="rsa", label="RSA", papers=["RIB"])


def test_the_wait_ends_when_somebody_answered_and_is_never_negative() -> None:
    call = queued("c", kiosk_id="k-1", queued_at=940.0)
    assert wire.call_card(NETWORK, replace(call, accepted_at=950.0), 5000.0).waited_s == 10.0
    assert wire.call_card(NETWORK, call, 900.0).waited_s == 0.0


def test_what_left_the_network_does_not_break_a_call_in_progress() -> None:
    call = queued("c", kiosk_id="gone", partner_id="gone", motif_id="rsa")
    card = wire.call_card(NETWORK, call, 1000.0)
    assert (card.site_name, card.kiosk_name, card.motif) == ("", "", None)
    assert wire.call_card(NETWORK, queued("c", kiosk_id="k-1", motif_id="gone"), 1000.0).motif is None


@pytest.mark.parametrize(("now", "left"), [(1000.0, 25.0), (1024.9996, 0.0), (1030.0, 0.0)])
def test_an_offer_says_how_long_it_rings(now: float, left: float) -> None:
    offer = wire.offer(NETWORK, RINGING, now)
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
    welcome = wire.welcome_kiosk(NETWORK, KIOSK, tiles, None)
    assert (welcome.kiosk_id, welcome.kiosk_name, welcome.site_name) == ("k-1", "Borne 1", "Mairie")
    assert [card.id for card in welcome.partners] == ["caf"]
    assert (welcome.tiles, welcome.call) == (tiles, None)


@pytest.mark.parametrize("state", [CallState.QUEUED, CallState.OFFERED])
def test_who_waits_is_told_a_place_and_no_name_and_no_servers(state: CallState) -> None:
    snapshot = wire.call_snapshot(replace(RINGING, state=state), "Mme Martin", 3, WAIT, ICE)
    assert (snapshot.state, snapshot.position, snapshot.wait) == (state.value, 3, WAIT)
    assert (snapshot.agent_name, snapshot.ice_servers) == ("", [])


@pytest.mark.parametrize("state", [CallState.CONNECTING, CallState.IN_CALL])
def test_who_was_answered_is_told_by_whom_and_no_place(state: CallState) -> None:
    snapshot = wire.call_snapshot(replace(RINGING, state=state, peer_no=2), "Mme Martin", 3, WAIT, ICE)
    assert (snapshot.state, snapshot.agent_name, snapshot.peer_no) == (state.value, "Mme Martin", 2)
    assert (snapshot.position, snapshot.wait, snapshot.ice_servers) == (None, None, ICE)


def test_a_reloaded_page_is_told_its_call_again() -> None:
    queue = QueueChanged(waiting=4, longest_wait_s=30.0, available_stations=0)
    board = board_with(RINGING, StationState.OFFERED)
    welcome = wire.welcome_station(NETWORK, board, board.stations["s1"], "Mme Martin", queue, 1010.0)
    assert (welcome.station_name, welcome.agent_name, welcome.partner.id) == ("Poste 1", "Mme Martin", "caf")
    assert (welcome.waiting, welcome.longest_wait_s) == (4, 30.0)
    assert welcome.call is not None
    assert (welcome.call.state, welcome.call.offer_no, welcome.call.expires_in_s) == ("offered", 2, 15.0)
    idle = board_with(None, StationState.AVAILABLE)
    assert wire.welcome_station(NETWORK, idle, idle.stations["s1"], "Mme Martin", queue, 1010.0).call is None
