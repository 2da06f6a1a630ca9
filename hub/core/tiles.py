"""What a partner's tile says before the touch, and what its stations see of the queue."""

from hub.core.admission import Audience, Standing
from hub.core.board import Board
from hub.core.call_queue import positions, waiting
from hub.core.network import OverflowStep
from hub.core.routing import available, takers
from hub.core.rows import LiveStation
from hub.protocol import PartnerTile, QueueChanged, TileState, WaitRange


def tile(board: Board, wait: WaitRange | None, audience: Audience | None = None) -> PartnerTile:
    """The live tile, as kiosks of this audience show it; without one, nothing but the partner's hours counts.

    Args:
        wait: of who would come now; only shown to somebody who would have to wait.
    """
    standing = audience.standing if audience is not None else _by_hours(board)
    reach = audience.reach if audience is not None else ()
    waiters = len(positions(board))
    if standing.state != "open":
        state = TileState.CLOSED if standing.state == "closed" else TileState.APPOINTMENT_ONLY
        return PartnerTile(partner_id=board.partner.id, state=state, waiting=waiters, opens_at=standing.opens_at)
    on_post = [s for s in board.stations.values() if s.is_on_post and s.is_enabled and _is_reached(s, reach)]
    if not on_post:
        return PartnerTile(partner_id=board.partner.id, state=TileState.ABSENT, waiting=waiters)
    if is_free(board, reach):
        return PartnerTile(partner_id=board.partner.id, state=TileState.FREE, waiting=0)
    return PartnerTile(partner_id=board.partner.id, state=TileState.BUSY, waiting=waiters, wait=wait)


def is_free(board: Board, reach: tuple[OverflowStep, ...] = ()) -> bool:
    """Whether somebody who reaches these pools, and comes now, finds a free station that nobody waits for."""
    at_once = {step.pool_id for step in reach if step.after_s <= 0}
    free = [station for station in available(board) if not reach or station.pool_id in at_once]
    queue = waiting(board)
    return any(not any(takers(board, call, [station]) for call in queue) for station in free)


def _is_reached(station: LiveStation, reach: tuple[OverflowStep, ...]) -> bool:
    return not reach or any(step.pool_id == station.pool_id for step in reach)


def _by_hours(board: Board) -> Standing:
    return Standing() if board.opening.is_open else Standing("closed", board.opening.opens_at)


def queue_news(board: Board, now: float) -> QueueChanged:
    """The queue as the partner's stations see it."""
    queue = waiting(board)
    longest = max((now - call.queued_at for call in queue), default=0.0)
    return QueueChanged(waiting=len(queue), longest_wait_s=max(0.0, longest), available_stations=len(available(board)))
