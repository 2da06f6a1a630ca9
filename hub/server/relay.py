"""Descriptions, candidates and words on the media: carried between the two parties of a call, never read."""

import json

from pydantic import BaseModel

from hub.core.board import Rejected
from hub.core.requests import AtStation, HearMedia, Kiosk, Party
from hub.core.rows import Call
from hub.protocol import ErrorCode, RelayCandidate, RelayDescription, ReportMedia, encode
from hub.server.connections import KioskLink, StationLink
from hub.server.switchboard import Switchboard


def relay(switchboard: Switchboard, party: Party, message: RelayDescription | RelayCandidate) -> None:
    """Pass `message` to the other party; what belongs to a former peer connection is dropped silently (I10).

    Raises: Rejected, when the call is live and somebody else's.
    """
    call = _current(switchboard, party, message.call_id, message.peer_no)
    if call is not None:
        _tell_other(switchboard, party, call, message)


async def hear_media(switchboard: Switchboard, party: Party, message: ReportMedia) -> None:
    """Tell the agent how the kiosk sees the media, and store the word when it is news.

    Raises: Rejected, UnavailableError.
    """
    call = _current(switchboard, party, message.call_id, message.peer_no)
    if call is None:
        return
    if isinstance(party, Kiosk):
        _tell_other(switchboard, party, call, message)
    known = call.kiosk_media if isinstance(party, Kiosk) else call.station_media
    if known is not message.state:
        await switchboard.submit(HearMedia(party, call.id, message.peer_no, message.state))


def _current(switchboard: Switchboard, party: Party, call_id: str, peer_no: int) -> Call | None:
    call = switchboard.live_call(call_id)
    if call is None:
        return None
    if (call.station_id if isinstance(party, AtStation) else call.kiosk_id) != party.id:
        # Its own former offer may be somebody else's by now: only a foreign partner's call is a fault.
        if isinstance(party, AtStation) and _is_of_partner(switchboard, party, call):
            return None
        raise Rejected(ErrorCode.NOT_FOUND, "no such call here")
    return call if call.has_media and call.peer_no == peer_no else None


def _is_of_partner(switchboard: Switchboard, party: AtStation, call: Call) -> bool:
    link = switchboard.connections.stations.get(party.id)
    return link is not None and link.partner_id == call.partner_id


def _tell_other(switchboard: Switchboard, party: Party, call: Call, message: BaseModel) -> None:
    """The other party hears it here, or from the hub that holds its link."""
    for_kiosk = isinstance(party, AtStation)
    link = _link(switchboard, call, for_kiosk=for_kiosk)
    if link is not None:
        link.connection.news(message)
        return
    node_id = call.kiosk_node if for_kiosk else _node_of_station(switchboard, call)
    if node_id is not None and node_id != switchboard.decisions.node_id:
        letter = {"call_id": call.id, "for_kiosk": for_kiosk, "frame": encode(message)}
        switchboard.post(node_id, json.dumps(letter))


def deliver(switchboard: Switchboard, letter: str) -> None:
    """Pass on what a party linked to another hub says to one that is linked here."""
    read = json.loads(letter)
    call = switchboard.live_call(read["call_id"])
    link = _link(switchboard, call, for_kiosk=read["for_kiosk"]) if call is not None else None
    if link is not None and not link.connection.is_silent:
        link.connection.send_frame(read["frame"])


def _link(switchboard: Switchboard, call: Call, *, for_kiosk: bool) -> KioskLink | StationLink | None:
    if for_kiosk:
        return switchboard.connections.kiosks.get(call.kiosk_id)
    return switchboard.connections.stations.get(call.station_id or "")


def _node_of_station(switchboard: Switchboard, call: Call) -> str | None:
    board = switchboard.boards.get(call.partner_id)
    station = board.stations.get(call.station_id or "") if board is not None else None
    return station.node_id if station is not None else None
