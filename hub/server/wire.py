"""From rows and notices to messages: what each party is told, in the words of `hub.protocol`."""

from collections.abc import Callable

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
    WaitRange,
    WelcomeKiosk,
    WelcomeStation,
)

ServersFor = Callable[[str, float], list[IceServer]]
"""(identity, UTC seconds) -> ICE servers with fresh credentials."""

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


def call_card(network: Network, call: Call, now: float) -> CallCard:
    """What the agent may know of a call: where from, what for, how long; never who."""
    kiosk = network.kiosks.get(call.kiosk_id)
    partner = network.partners.get(call.partner_id)
    motif = partner.motif(call.motif_id) if partner is not None else None
    return CallCard(
        call_id=call.id,
        site_name=kiosk.site_name if kiosk is not None else "",
        kiosk_name=kiosk.name if kiosk is not None else "",
        motif=MotifCard(id=motif.id, label=motif.label, papers=list(motif.papers)) if motif is not None else None,
        accompanied=call.accompanied,
        language=call.language,
        waited_s=max(0.0, (call.accepted_at or now) - call.queued_at),
    )


def offer(network: Network, call: Call, now: float) -> Offer:
    return Offer(
        offer_no=call.offer_no,
        expires_in_s=_left(call.offer_expires_at, now) or 0.0,
        card=call_card(network, call, now),
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


def welcome_kiosk(
    network: Network, kiosk: KioskIdentity, tiles: list[PartnerTile], snapshot: CallSnapshot | None
) -> WelcomeKiosk:
    cards = [partner_card(partner) for partner in network.partners.values() if partner.is_enabled]
    return WelcomeKiosk(
        kiosk_id=kiosk.kiosk_id,
        kiosk_name=kiosk.name,
        site_name=kiosk.site_name,
        partners=cards,
        tiles=tiles,
        call=snapshot,
    )


def call_snapshot(
    call: Call, agent_name: str, position: int | None, wait: WaitRange | None, ice_servers: list[IceServer]
) -> CallSnapshot:
    return CallSnapshot(
        call_id=call.id,
        state=_SNAPSHOT_STATES[call.state],
        peer_no=call.peer_no,
        partner_id=call.partner_id,
        agent_name=agent_name if call.has_media else "",
        position=position if call.is_waiting else None,
        wait=wait if call.is_waiting else None,
        ice_servers=ice_servers if call.has_media else [],
    )


def welcome_station(
    network: Network, board: Board, station: LiveStation, agent_name: str, queue: QueueChanged, now: float
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
        call=_station_call(network, call, now) if call is not None else None,
    )


def _station_call(network: Network, call: Call, now: float) -> StationCall:
    return StationCall(
        card=call_card(network, call, now),
        state=_SNAPSHOT_STATES[call.state],
        offer_no=call.offer_no,
        peer_no=call.peer_no,
        expires_in_s=_expiry(call, now),
    )


def _expiry(call: Call | None, now: float) -> float | None:
    if call is None:
        return None
    if call.state is CallState.OFFERED:
        return _left(call.offer_expires_at, now)
    return _left(call.wrap_up_expires_at, now) if call.state is CallState.WRAP_UP else None


def _left(until: float | None, now: float) -> float | None:
    return None if until is None else round(max(0.0, until - now), 3)
