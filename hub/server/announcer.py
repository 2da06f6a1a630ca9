"""What was decided, put into messages for those whom it concerns and who are linked to this hub; nobody else's news."""

from collections.abc import Callable
from typing import Protocol

from pydantic import BaseModel

from hub.core.board import Board
from hub.core.call_queue import positions
from hub.core.ladder import may_keep_place
from hub.core.network import Network
from hub.core.notices import (
    Accepted,
    CallStored,
    CallTurnedAway,
    Ended,
    Notice,
    PeerCounted,
    PlaceKept,
    Requeued,
    Ringing,
    StationMoved,
    TicketsMoved,
    TransferMoved,
    Transferred,
    Withdrawn,
)
from hub.core.rows import Call, CallState
from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    CallSnapshot,
    CallTransferred,
    IceServer,
    OfferWithdrawn,
    PeerRenewed,
    QueueMoved,
    Ticket,
    TicketsChanged,
    TransferChanged,
    WaitRange,
)
from hub.protocol import PlaceKept as PlaceKeptMessage
from hub.server import wire
from hub.server.connections import Connections
from hub.server.live_calls import LiveCalls

_NOWHERE = 1 << 30


class Directory(Protocol):
    """What the announcer reads of the network."""

    network: Network
    agent_names: dict[str, str]


class Announcer:
    """One per hub. Remembers only the place that each waiting kiosk was told, which is never told upwards.

    Args:
        wait_of: the honest wait at a partner, by its identifier, of who is at this place in its queue.
        ice_for: fresh ICE servers for a party.
        clock: the clock that stamps the rows.
    """

    def __init__(
        self,
        live: LiveCalls,
        connections: Connections,
        directory: Directory,
        wait_of: Callable[[str, int], WaitRange | None],
        ice_for: Callable[[str], list[IceServer]],
        clock: Callable[[], float],
    ) -> None:
        self._live = live
        self._connections = connections
        self._directory = directory
        self._wait_of = wait_of
        self._ice_for = ice_for
        self._clock = clock
        self._told: dict[str, int] = {}
        self._counted: tuple[Board | None, dict[str, int]] = None, {}

    def tell_kiosk(self, kiosk_id: str, message: BaseModel) -> None:
        link = self._connections.kiosks.get(kiosk_id)
        if link is not None:
            link.connection.news(message)

    def tell_station(self, station_id: str | None, message: BaseModel) -> None:
        link = self._connections.stations.get(station_id or "")
        if link is not None:
            link.connection.news(message)

    def settled(self, call_ids: list[str]) -> None:
        """These do not wait any more: should they wait again, their place is told anew."""
        for call_id in call_ids:
            self._told.pop(call_id, None)

    def announce(self, board: Board) -> None:
        """Tell everything that a commit left to tell, in its order, then the places that moved."""
        for notice in board.notices:
            self._announce(board, notice)
        for call_id, place in self._places(board).items():
            call = board.calls[call_id]
            if call.state is CallState.QUEUED and not call.is_announced and place < self._told.get(call_id, _NOWHERE):
                self._announce_place(board, call, place)

    def _announce(self, board: Board, notice: Notice) -> None:
        match notice:
            case CallStored(call):
                self._announce_stored(board, call)
            case CallTurnedAway(kiosk_id, request_id, reason, opens_at, wait):
                refused = CallRefused(request_id=request_id, reason=reason, opens_at=opens_at, wait=wait)
                self.tell_kiosk(kiosk_id, refused)
            case Requeued(call, because):
                self._announce_place(board, call, self._places(board).get(call.id, 1), because)
            case PlaceKept(call):
                self.tell_kiosk(call.kiosk_id, PlaceKeptMessage(ticket=self._ticket(call)))
            case TicketsMoved(kiosk_id):
                self.tell_kiosk(kiosk_id, TicketsChanged(tickets=self.tickets_of(kiosk_id)))
            case Transferred(call_id, new_call):
                self._announce_transferred(board, call_id, new_call)
            case TransferMoved(station_id, call_id, state, to):
                label = wire.target_label(self._directory.network, board.partner, to)
                self.tell_station(station_id, TransferChanged(call_id=call_id, state=state, to=label))
            case Ringing(call):
                if not call.is_announced:
                    self.tell_kiosk(call.kiosk_id, CallRinging(call_id=call.id, attempt=call.offer_no))
                offer = wire.offer(self._directory.network, self._directory.agent_names, board, call, self._clock())
                self.tell_station(call.station_id, offer)
            case Withdrawn(station_id, call_id, offer_no, reason):
                self.tell_station(station_id, OfferWithdrawn(call_id=call_id, offer_no=offer_no, reason=reason))
            case Accepted(call):
                self.tell_kiosk(call.kiosk_id, self._accepted(call, call.kiosk_id))
                self.tell_station(call.station_id, self._accepted(call, call.station_id or ""))
            case PeerCounted(call):
                for tell, identity in ((self.tell_kiosk, call.kiosk_id), (self.tell_station, call.station_id or "")):
                    ice = self._ice_for(identity)
                    tell(identity, PeerRenewed(call_id=call.id, peer_no=call.peer_no, ice_servers=ice))
            case Ended(call, station_id) if call.outcome is not None and call.cause is not None:
                ended = CallEnded(call_id=call.id, outcome=call.outcome, cause=call.cause)
                if notice.is_for_kiosk:
                    self.tell_kiosk(call.kiosk_id, ended)
                self.tell_station(station_id, ended)
            case StationMoved(station):
                self.tell_station(station.id, wire.station_changed(board, station, self._clock()))

    def _accepted(self, call: Call, identity: str) -> CallAccepted:
        return CallAccepted(
            call_id=call.id,
            peer_no=call.peer_no,
            agent_name=self._agent_name(call),
            ice_servers=self._ice_for(identity),
        )

    def _agent_name(self, call: Call) -> str:
        return self._directory.agent_names.get(call.agent_id or "", "")

    # ---- places and numbers ------------------------------------------------------------------------------------

    def _places(self, board: Board) -> dict[str, int]:
        """Positions on a board, counted once: a committed board does not change any more."""
        if self._counted[0] is not board:
            self._counted = board, positions(board)
        return self._counted[1]

    def _place(self, call: Call, place: int) -> int:
        """The place to tell: never higher than the one told before."""
        place = self._told[call.id] = min(place, self._told.get(call.id, place))
        return place

    def _may_keep_place(self, board: Board, call: Call, place: int) -> bool:
        return call.is_waiting and may_keep_place(board.partner, self._wait_of(board.partner.id, place), place)

    def _announce_stored(self, board: Board, call: Call) -> None:
        place = min(self._places(board).get(call.id, 1), self._told.get(call.id, _NOWHERE))
        if call.is_waiting:
            self._told[call.id] = place
        stored = CallQueued(
            request_id=call.request_id,
            call_id=call.id,
            position=place,
            wait=self._wait_of(board.partner.id, place) if call.is_waiting else None,
            may_keep_place=self._may_keep_place(board, call, place),
        )
        self.tell_kiosk(call.kiosk_id, stored)
        # A request that came again is told how far it got.
        if call.state is CallState.OFFERED:
            self.tell_kiosk(call.kiosk_id, CallRinging(call_id=call.id, attempt=call.offer_no))
        elif call.has_media:
            self.tell_kiosk(call.kiosk_id, self._accepted(call, call.kiosk_id))
        elif call.is_ticket:
            self.tell_kiosk(call.kiosk_id, PlaceKeptMessage(ticket=self._ticket(call)))

    def _announce_place(self, board: Board, call: Call, place: int, because: wire.Because | None = None) -> None:
        place = self._place(call, place)
        moved = QueueMoved(
            call_id=call.id,
            position=place,
            wait=self._wait_of(board.partner.id, place),
            may_keep_place=self._may_keep_place(board, call, place),
            because=because,
        )
        self.tell_kiosk(call.kiosk_id, moved)

    def _announce_transferred(self, board: Board, call_id: str, new_call: Call) -> None:
        place = self._places(board).get(new_call.id, 1)
        if new_call.is_waiting:
            place = self._place(new_call, place)
        transferred = CallTransferred(
            call_id=call_id,
            new_call_id=new_call.id,
            partner_id=board.partner.id,
            position=place,
            wait=self._wait_of(board.partner.id, place) if new_call.is_waiting else None,
        )
        self.tell_kiosk(new_call.kiosk_id, transferred)

    def _ticket(self, call: Call) -> Ticket:
        place = self._places(self._live.boards[call.partner_id]).get(call.id, 1)
        return wire.ticket(call, self._wait_of(call.partner_id, place), self._clock())

    def tickets_of(self, kiosk_id: str) -> list[Ticket]:
        """The numbers of a kiosk, oldest first."""
        return [self._ticket(call) for call in self._live.tickets_of(kiosk_id)]

    def snapshot(self, call: Call, held_call_id: str | None = None) -> CallSnapshot:
        """The live call as its kiosk has to know it. `held_call_id`: the leg that the kiosk still believes in."""
        board = self._live.boards[call.partner_id]
        place = self._place(call, self._places(board).get(call.id, 1)) if call.is_waiting else None
        return wire.call_snapshot(
            call,
            agent_name=self._agent_name(call),
            position=place,
            wait=self._wait_of(call.partner_id, place) if place is not None else None,
            may_keep_place=place is not None and self._may_keep_place(board, call, place),
            ice_servers=self._ice_for(call.kiosk_id) if call.has_media else [],
            origin_call_id=held_call_id if held_call_id != call.id else None,
        )
