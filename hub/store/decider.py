"""Requests decided together in one transaction: the writer's side of the counter.

The live rows of each partner are kept from one decision to the next, and are good as long as the partner's `revision`
in the database is the one they had: whoever changes live rows raises it. A race that one of them loses takes back the
whole transaction; each is then decided in one of its own (`hub.store.counter`). Runs in the writer's thread, one
transaction at a time.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError

from hub.core.board import Board, Rejected, Rules
from hub.core.hours import Opening, opening
from hub.core.network import Network, Partner
from hub.core.requests import Request, Transfer
from hub.errors import FencedError
from hub.protocol import ErrorCode
from hub.store import calls, desk, locks, nodes, outbox, stations
from hub.store.desk import LiveRows
from hub.store.directory import load_network
from hub.store.statements import run


@dataclass(frozen=True)
class Clocks:
    """`steady` never jumps while the process runs and stamps the rows; `wall` is what a watch shows."""

    steady: Callable[[], float]
    wall: Callable[[], float]


class RaceLost(Exception):
    """Somebody who did not hold the partner's lock changed it meanwhile."""


class _MustHold(Exception):
    """The decision concerns one more partner, which another hub holds now."""

    def __init__(self, partner_id: str) -> None:
        super().__init__(partner_id)
        self.partner_id = partner_id


@dataclass
class Asked:
    """A request, and who waits for its answer. No request: see what the other hubs did."""

    request: Request | None
    answer: "asyncio.Future[list[Board]] | None" = None
    home: str = ""
    """The partner that decides."""
    partners: set[str] = field(default_factory=set)
    """Held before anything is decided: home, and where the decision is known to lead."""
    tries: int = 0
    """Races lost so far."""
    boards: list[Board] | None = None
    error: Exception | None = None
    """The answer, once it is decided; neither: it has to be asked again."""
    failure: Exception | None = None
    """Why."""

    def lost(self, race: Exception) -> None:
        """To be decided again, on what the winner wrote."""
        self.boards, self.failure = None, race
        self.tries += 1


@dataclass(frozen=True)
class _Kept:
    """Live rows that were read, and the network they were read with: it has the directory's side of the stations."""

    rows: LiveRows
    network: Network


@dataclass
class Transaction:
    """What one transaction has come to hold and change."""

    connection: Connection
    network: Network
    node_id: str | None
    held: set[str]
    has_others: bool = False
    """Other hubs live."""
    is_told: bool = False
    """What is decided goes to the outbox."""
    rows: dict[str, LiveRows] = field(default_factory=dict)
    """Read or written here; kept after the commit."""
    news: list[Board] = field(default_factory=list)
    """Boards of partners that other hubs have changed."""
    changed: set[str] = field(default_factory=set)


LOST = (IntegrityError, DataError, RaceLost)
"""What one request may spoil on its own: the others are decided again without it."""


class Decider:
    """Keeps the live rows between transactions."""

    def __init__(self, rules: Rules, zone: ZoneInfo, clocks: Clocks, *, is_shared: bool) -> None:
        self._rules = rules
        self._zone = zone
        self._clocks = clocks
        self._is_shared = is_shared
        self._kept: dict[str, _Kept] = {}
        self._openings: dict[str, tuple[Partner, float, Opening]] = {}

    def is_behind(self, revisions: dict[str, int]) -> bool:
        """Whether somebody else has changed what is kept."""
        return any(revisions.get(partner_id) != kept.rows.revision for partner_id, kept in self._kept.items())

    def committed(self, done: Transaction) -> None:
        """Keep what the transaction read and wrote."""
        for partner_id, rows in done.rows.items():
            self._kept[partner_id] = _Kept(rows, done.network)

    def transact(
        self, connection: Connection, network: Network, node_id: str | None, together: list[Asked]
    ) -> Transaction:
        """Give each request its boards, its error, or neither: it is to be asked again.

        Args:
            node_id: this hub; None: it is not one of several.

        Raises:
            FencedError: the other hubs hold this one for dead.
            IntegrityError, DataError, RaceLost: one of them lost a race; nothing may be committed.
            sqlalchemy.exc.SQLAlchemyError: idem, the database failed.
        """
        for asked in together:
            asked.boards = asked.error = None
            self._find_partners(connection, network, asked)
        held = set().union(*(asked.partners for asked in together))
        locks.hold(connection, held)
        now = Transaction(connection, network, node_id, held)
        now.has_others = _others_live(connection, node_id)
        now.is_told = now.has_others or self._is_shared
        self._bring_up(now, held)
        for asked in together:
            if asked.error is None:
                self._decide(now, asked)
        if now.has_others:
            outbox.ring(connection, sorted(now.changed))
        return now

    def _find_partners(self, connection: Connection, network: Network, asked: Asked) -> None:
        request = asked.request
        if request is None:
            for partner_id, revision in outbox.revisions(connection).items():
                kept = self._kept.get(partner_id)
                if kept is not None and kept.rows.revision != revision:
                    asked.partners.add(partner_id)
            return

        def of_call(call_id: str) -> str | None:
            live = (partner_id for partner_id, kept in self._kept.items() if call_id in kept.rows.calls)
            return next(live, None) or calls.partner_of_call(connection, call_id)

        def of_station(station_id: str) -> str | None:
            known = network.stations.get(station_id)
            return known.partner_id if known is not None else stations.partner_of_station(connection, station_id)

        try:
            asked.home = desk.partner_of(request, of_call, of_station)
        except Rejected as rejected:
            asked.error = rejected
            return
        asked.partners.add(asked.home)
        if isinstance(request, Transfer) and request.to.kind == "partner":
            asked.partners.add(request.to.id)

    def _bring_up(self, now: Transaction, partner_ids: set[str]) -> None:
        """Read the rows of partners that are held, unless those that are kept are still good."""
        for partner_id, revision in outbox.revisions(now.connection, sorted(partner_ids)).items():
            kept = self._kept.get(partner_id)
            if kept is not None and kept.rows.revision == revision and kept.network is now.network:
                now.rows[partner_id] = kept.rows
                continue
            rows = now.rows[partner_id] = desk.read_rows(now.connection, partner_id, revision)
            if kept is not None and kept.rows.revision != revision:
                now.news.append(self._news(now, partner_id, kept.rows, rows))

    def _news(self, now: Transaction, partner_id: str, before: LiveRows, after: LiveRows) -> Board:
        """The board of a partner that another hub has changed, with what that hub had to tell."""
        board = self._board(now, partner_id, after)
        gone = before.calls.keys() - after.calls.keys()
        board.new_calls = set(after.calls.keys() - before.calls.keys())
        board.changed_calls = {i for i, call in before.calls.items() if after.calls.get(i) != call}
        board.changed_stations = {i for i, each in after.stations.items() if before.stations.get(i) != each}
        board.past_calls = calls.some_calls(now.connection, gone)
        board.notices = outbox.read(now.connection, partner_id, before.revision, after.revision)
        return board

    def _decide(self, now: Transaction, asked: Asked) -> None:
        if asked.request is None:
            asked.boards = []
            return
        before: dict[str, LiveRows] = {}

        def board_of(partner_id: str) -> Board:
            if partner_id not in now.held:
                if not locks.try_hold(now.connection, partner_id):
                    raise _MustHold(partner_id)
                now.held.add(partner_id)
                self._bring_up(now, {partner_id})
            if partner_id not in now.rows:
                raise Rejected(ErrorCode.NOT_FOUND, "no such partner")
            before[partner_id] = now.rows[partner_id]
            return self._board(now, partner_id, before[partner_id])

        try:
            boards = desk.decide_all(now.connection, asked.home, asked.request, board_of)
        except Rejected as rejected:
            asked.error = rejected
            return
        except _MustHold as must:
            asked.partners.add(must.partner_id)
            return
        written = self._write(now, boards, before)
        now.rows.update(written)
        now.changed.update(written)
        asked.boards = boards

    def _write(self, now: Transaction, boards: list[Board], before: dict[str, LiveRows]) -> dict[str, LiveRows]:
        """The rows as they are then, of partners whose rows have changed."""
        desk.write(now.connection, boards, before)
        written: dict[str, LiveRows] = {}
        for board in boards:
            if not desk.changes_rows(board):
                continue
            partner_id = board.partner.id
            revision = before[partner_id].revision + 1
            statement = "UPDATE partner SET revision = ? WHERE id = ? AND revision = ?"
            if run(now.connection, statement, (revision, partner_id, revision - 1)).rowcount != 1:
                raise RaceLost
            if now.is_told:
                outbox.write(now.connection, partner_id, revision, now.node_id or "", board.now, board.notices)
            written[partner_id] = before[partner_id].after(board, revision)
        return written

    def _board(self, now: Transaction, partner_id: str, rows: LiveRows) -> Board:
        partner = now.network.partners.get(partner_id) or load_network(now.connection).partners[partner_id]
        wall = self._clocks.wall()
        local = datetime.fromtimestamp(wall, self._zone)
        # The instant is taken inside the transaction: instants in the log are in the order of the commits.
        return rows.board(partner, self._opening(partner, wall), self._rules, self._clocks.steady(), local)

    def _opening(self, partner: Partner, wall: float) -> Opening:
        """Worked out once, until it changes, or somebody sets the clock back."""
        known = self._openings.get(partner.id)
        if known is not None and known[0] is partner and known[1] <= wall:
            changes_at = known[2].changes_at
            if changes_at is None or wall < changes_at:
                return known[2]
        found = opening(partner.hours, wall, self._zone, partner.policy)
        self._openings[partner.id] = (partner, wall, found)
        return found


def _others_live(connection: Connection, node_id: str | None) -> bool:
    """Whether there are other hubs. Raises: FencedError."""
    if node_id is None:
        return False
    living = nodes.living(connection)
    if node_id not in living:
        raise FencedError
    return len(living) > 1
