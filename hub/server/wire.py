"""From rows and notices to messages: what each party is told, in the words of `hub.protocol`."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from hub.core.board import Board
from hub.core.network import KioskIdentity, Network, Partner
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import (
    CallCard,
    CallSnapshot,
    IceServer,
    MotifCard,
    Offer,
    PartnerCard,
    PartnerTile,
    QueueChanged,
    StationCall,
    StationChanged,
    Ticket,
    TransferChanged,
    TransferTarget,
    WaitRange,
    WelcomeKiosk,
    WelcomeStation,
)

ServersFor = Callable[[str, float], list[IceServer]]
"""(identity, UTC seconds) -> ICE servers with fresh credentials."""

Because: TypeAlias = Literal["agent_lost", "not_answered"]
Names: TypeAlias = Mapping[str, str]
"""By agent: the name as usagers read it."""

_SNAPSHOT_STATES = {
    CallState.QUEUED: "queued",
    CallState.OFFERED: "offered",
    CallState.CONNECTING: "connecting",
    CallState.IN_CALL: "in_call",
    CallState.WRAP_UP: "wrap_up",
}


def partner_card(partner: Partner) -> PartnerCard:
    motifs = [MotifCard(id=each.id, label=each.label, papers=list(each.papers)) for each in partner.motifs]
    return PartnerCard(
        id=partner.id, name=partner.name, full_name=partner.full_name, tagline=partner.tagline, motifs=motifs
    )


def call_card(network: Network, names: Names, board: Board, call: Call, now: float) -> CallCard:
    """What the agent may know of a call: where from, what for, how long, who passes it on; never who is there."""
    kiosk = network.kiosks.get(call.kiosk_id)
    partner = network.partners.get(call.partner_id)
    motif = partner.motif(call.motif_id) if partner is not None else None
    passed_on = call.origin_agent_id is not None
    origin = network.partners.get(call.origin_partner_id or call.partner_id) if passed_on else None
    return CallCard(
        call_id=call.id,
        site_name=kiosk.site_name if kiosk is not None else "",
        kiosk_name=kiosk.name if kiosk is not None else "",
        motif=MotifCard(id=motif.id, label=motif.label, papers=list(motif.papers)) if motif is not None else None,
        accompanied=call.accompanied,
        language=call.language,
        waited_s=max(0.0, (call.accepted_at or now) - call.queued_at),
        is_priority=call.priority > 0,
        from_elsewhere=_is_from_elsewhere(board, call),
        transferred_by=names.get(call.origin_agent_id or "", ""),
        transferred_from=origin.name if origin is not None else "",
        is_announced=call.is_announced,
    )


def _is_from_elsewhere(board: Board, call: Call) -> bool:
    """Whether the pools that the caller reaches first were passed over."""
    reach = board.partner.reach(call.site_id)
    station = board.stations.get(call.station_id or "")
    if not reach or station is None:
        return False
    return station.pool_id not in {step.pool_id for step in reach if step.after_s == reach[0].after_s}


def offer(network: Network, names: Names, board: Board, call: Call, now: float) -> Offer:
    return Offer(
        offer_no=call.offer_no,
        expires_in_s=_left(call.offer_expires_at, now) or 0.0,
        card=call_card(network, names, board, call, now),
    )


def target_label(network: Network, partner: Partner, target: TransferTarget) -> str:
    """Where a call is passed on to, in the words of the directory; empty when it is not there any more."""
    if target.kind == "station":
        station = network.stations.get(target.id)
        return station.name if station is not None else ""
    if target.kind == "pool":
        pool = partner.pool(target.id)
        return pool.name if pool is not None else ""
    other = network.partners.get(target.id)
    return other.name if other is not None else ""


def ticket(call: Call, wait: WaitRange | None, now: float) -> Ticket:
    """A number as its kiosk shows it. `wait`: the honest wait of the partner."""
    is_called = call.state is CallState.SUMMONED
    return Ticket(
        call_id=call.id,
        number=call.ticket_no or 1,
        partner_id=call.partner_id,
        state="called" if is_called else "kept",
        wait=None if is_called else wait,
        expires_in_s=_left(call.summon_expires_at, now) if is_called else None,
    )


def station_changed(board: Board, station: LiveStation, now: float) -> StationChanged:
    call = board.call_of_station(station.id)
    in_wrap_up = call is not None and call.state is CallState.WRAP_UP
    return StationChanged(
        state=station.state,
        away_reason=station.away_reason,
        next_state=station.next_state,
        next_away_reason=station.next_away_reason,
        wrap_up_call_id=call.id if call is not None and in_wrap_up else None,
        expires_in_s=_expiry(call, now),
    )


def partner_cards(network: Network) -> list[PartnerCard]:
    """The partners that may be called, in the order of the screen."""
    return [partner_card(partner) for partner in network.partners.values() if partner.is_enabled]


def welcome_kiosk(
    kiosk: KioskIdentity,
    cards: list[PartnerCard],
    tiles: list[PartnerTile],
    snapshot: CallSnapshot | None,
    tickets: list[Ticket],
) -> WelcomeKiosk:
    return WelcomeKiosk(
        kiosk_id=kiosk.kiosk_id,
        kiosk_name=kiosk.name,
        site_name=kiosk.site_name,
        partners=cards,
        tiles=tiles,
        call=snapshot,
        tickets=tickets,
    )


def call_snapshot(
    call: Call,
    *,
    agent_name: str,
    position: int | None,
    wait: WaitRange | None,
    may_keep_place: bool,
    ice_servers: list[IceServer],
    origin_call_id: str | None,
) -> CallSnapshot:
    return CallSnapshot(
        call_id=call.id,
        state=_SNAPSHOT_STATES[call.state],
        peer_no=call.peer_no,
        partner_id=call.partner_id,
        agent_name=agent_name if call.has_media else "",
        position=position if call.is_waiting else None,
        wait=wait if call.is_waiting else None,
        may_keep_place=may_keep_place and call.is_waiting,
        ice_servers=ice_servers if call.has_media else [],
        origin_call_id=origin_call_id,
    )


def welcome_station(
    network: Network,
    names: Names,
    board: Board,
    station: LiveStation,
    agent_name: str,
    queue: QueueChanged,
    now: float,
) -> WelcomeStation:
    call = board.call_of_station(station.id)
    return WelcomeStation(
        station_id=station.id,
        station_name=network.stations[station.id].name,
        agent_name=agent_name,
        partner=partner_card(board.partner),
        state=station.state,
        away_reason=station.away_reason,
        waiting=queue.waiting,
        longest_wait_s=queue.longest_wait_s,
        next_state=station.next_state,
        next_away_reason=station.next_away_reason,
        call=_station_call(network, names, board, call, now) if call is not None else None,
        transfer=_open_transfer(network, board, call) if call is not None else None,
    )


def _station_call(network: Network, names: Names, board: Board, call: Call, now: float) -> StationCall:
    return StationCall(
        card=call_card(network, names, board, call, now),
        state=_SNAPSHOT_STATES[call.state],
        offer_no=call.offer_no,
        peer_no=call.peer_no,
        expires_in_s=_expiry(call, now),
    )


def _open_transfer(network: Network, board: Board, call: Call) -> TransferChanged | None:
    target = call.transfer_target
    if call.transfer_state is None or target is None:
        return None
    label = target_label(network, board.partner, target)
    return TransferChanged(call_id=call.id, state=call.transfer_state, to=label)


def _expiry(call: Call | None, now: float) -> float | None:
    if call is None:
        return None
    if call.state is CallState.OFFERED:
        return _left(call.offer_expires_at, now)
    return _left(call.wrap_up_expires_at, now) if call.state is CallState.WRAP_UP else None


def _left(until: float | None, now: float) -> float | None:
    return None if until is None else round(max(0.0, until - now), 3)
