"""The last committed board of each partner, and where a call is to be found among them. Rebuilt from any commit."""

from hub.core.board import Board
from hub.core.rows import Call


class LiveCalls:
    """Of all partners, as last committed, by this hub or by another one."""

    def __init__(self) -> None:
        self.boards: dict[str, Board] = {}
        self._calls: dict[str, dict[str, Call]] = {}
        self._partner_of_call: dict[str, str] = {}
        self._call_of_kiosk: dict[str, str] = {}
        self._tickets_of_kiosk: dict[str, set[str]] = {}

    def commit(self, board: Board) -> list[str]:
        """Take a board as the partner's; the calls that do not wait (any more)."""
        partner_id = board.partner.id
        before = self._calls.get(partner_id, {})
        self.boards[partner_id], self._calls[partner_id] = board, dict(board.calls)
        gone = [call_id for call_id in before if call_id not in board.calls]
        for call_id in gone:
            if self._partner_of_call.get(call_id) == partner_id:
                del self._partner_of_call[call_id]
            self._leave(before[call_id])
        settled = gone
        for call in board.calls.values():
            if before.get(call.id) is call:
                continue
            self._partner_of_call[call.id] = partner_id
            self._enter(call)
            if not call.is_waiting:
                settled.append(call.id)
        return settled

    def _enter(self, call: Call) -> None:
        if call.holds_kiosk:
            self._call_of_kiosk[call.kiosk_id] = call.id
        elif self._call_of_kiosk.get(call.kiosk_id) == call.id:
            del self._call_of_kiosk[call.kiosk_id]
        if call.is_ticket:
            self._tickets_of_kiosk.setdefault(call.kiosk_id, set()).add(call.id)
        else:
            self._drop_ticket(call)

    def _leave(self, call: Call) -> None:
        if self._call_of_kiosk.get(call.kiosk_id) == call.id:
            del self._call_of_kiosk[call.kiosk_id]
        self._drop_ticket(call)

    def _drop_ticket(self, call: Call) -> None:
        tickets = self._tickets_of_kiosk.get(call.kiosk_id)
        if tickets is not None:
            tickets.discard(call.id)
            if not tickets:
                del self._tickets_of_kiosk[call.kiosk_id]

    def call(self, call_id: str) -> Call | None:
        """A live call."""
        partner_id = self._partner_of_call.get(call_id)
        return self.boards[partner_id].calls.get(call_id) if partner_id is not None else None

    def of_kiosk(self, kiosk_id: str) -> Call | None:
        """The call that the kiosk is in."""
        call_id = self._call_of_kiosk.get(kiosk_id)
        return self.call(call_id) if call_id is not None else None

    def tickets_of(self, kiosk_id: str) -> list[Call]:
        """The places kept for who stood at this kiosk, at any partner, oldest first."""
        found = (self.call(call_id) for call_id in self._tickets_of_kiosk.get(kiosk_id, ()))
        return sorted((call for call in found if call is not None), key=lambda call: (call.queued_at, call.id))
