"""What a partner's tile says before the touch, and what its stations see of the queue."""

from hub.core.board import Board
from hub.core.call_queue import waiting
from hub.core.routing import available
from hub.protocol import PartnerTile, QueueChanged, TileState, WaitRange


def tile(board: Board, wait: WaitRange | None) -> PartnerTile:
    """The live tile. `wait` is only shown to somebody who would have to wait."""
    waiters = len(waiting(board))
    if not board.opening.is_open:
        return PartnerTile(
            partner_id=board.partner.id, state=TileState.CLOSED, waiting=waiters, opens_at=board.opening.opens_at
        )
    if not any(station.is_on_post and station.is_enabled for station in board.stations.values()):
        return PartnerTile(partner_id=board.partner.id, state=TileState.ABSENT, waiting=waiters)
    if available(board) and not waiters:
        return PartnerTile(partner_id=board.partner.id, state=TileState.FREE, waiting=0)
    return PartnerTile(partner_id=board.partner.id, state=TileState.BUSY, waiting=waiters, wait=wait)


def queue_news(board: Board, now: float) -> QueueChanged:
    """The queue as the partner's stations see it."""
    queue = waiting(board)
    longest = max((now - call.queued_at for call in queue), default=0.0)
    return QueueChanged(waiting=len(queue), longest_wait_s=max(0.0, longest), available_stations=len(available(board)))
