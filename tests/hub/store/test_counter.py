"""What is asked at once is decided together, in order, and nobody pays for another one's failure."""

import asyncio
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, event, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from hub.core.board import Board, Rejected, Rules
from hub.core.notices import Ringing
from hub.core.requests import Accept, AtStation, HangUp, Kiosk, Look, LoseNodes, Place, SetRest, TakeStation
from hub.core.rows import CallState
from hub.errors import FencedError, MovedError, UnavailableError
from hub.protocol import StationState
from hub.store import calls, decider, desk, nodes
from hub.store import tables as t
from hub.store.counter import Counter
from hub.store.database import Database
from hub.store.decider import Clocks
from hub.store.statements import run
from tests.fakes.hub_network import SmallNetwork

NewCounter = Callable[[], Counter]


@pytest.fixture
async def new_counter(small_network: SmallNetwork) -> AsyncIterator[NewCounter]:
    """Makes counters, each with its own links to the same database, as hubs do."""
    made: list[tuple[Counter, Database]] = []

    def make() -> Counter:
        database = Database(small_network.url)
        counter = Counter(database, Rules(), ZoneInfo("Europe/Paris"), Clocks(lambda: 1000.0, lambda: 1000.0))
        made.append((counter, database))
        return counter

    yield make
    for counter, database in made:
        await counter.close()
        database.close()


@pytest.fixture
async def counter(new_counter: NewCounter) -> Counter:
    counter = new_counter()
    await counter.refresh()
    return counter


async def _on_post(counter: Counter, number: int = 1) -> None:
    station_id = f"caf-{number}"
    (board,) = await counter.decide(TakeStation(station_id, f"a-{station_id}", True, counter.node_id))
    await counter.decide(SetRest(AtStation(station_id, board.stations[station_id].epoch), "available"))


def _place(number: int, partner_id: str = "caf", request_id: str = "r") -> Place:
    return Place(Kiosk(f"k-{number}"), partner_id, f"{request_id}{number}", f"c-{request_id}{number}-{partner_id}")


async def test_what_is_asked_at_once_shares_a_transaction_and_is_decided_in_order(
    counter: Counter, small_network: SmallNetwork
) -> None:
    await _on_post(counter)
    commits: list[Any] = []
    event.listen(counter._database.engine, "commit", commits.append)
    answers = await asyncio.gather(*(counter.decide(_place(number)) for number in range(1, 5)))
    assert len(commits) <= 2  # whoever comes first does not wait for the others
    boards = [boards[0] for boards in answers]
    assert [len(board.calls) for board in boards] == [1, 2, 3, 4]
    assert boards[0].calls["c-r1-caf"].state is CallState.OFFERED
    assert len(await _stored_calls(small_network)) == 4


async def _stored_calls(network: SmallNetwork) -> dict[str, Any]:
    other = Database(network.url)
    try:
        return await other.read(lambda c: calls.live_calls(c, "caf"))
    finally:
        other.close()


async def test_who_is_rejected_or_stopped_takes_nobody_along(
    counter: Counter, small_network: SmallNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _on_post(counter)
    real = desk.write

    def stopped(connection: Connection, boards: list[Board], before: Any) -> None:
        real(connection, boards, before)
        if any("c-r2-caf" in board.new_calls for board in boards):
            raise IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed"))

    monkeypatch.setattr(desk, "write", stopped)
    found = await asyncio.gather(
        counter.decide(_place(1)),
        counter.decide(_place(2)),
        counter.decide(HangUp(Kiosk("k-9"), "none")),
        counter.decide(_place(3)),
        return_exceptions=True,
    )
    assert [type(each) for each in found] == [list, UnavailableError, Rejected, list]
    assert (await _stored_calls(small_network)).keys() == {"c-r1-caf", "c-r3-caf"}
    (board,) = await counter.look("caf")
    assert board.calls == await _stored_calls(small_network)


async def test_a_lost_race_is_decided_again(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    await _on_post(counter)
    real, tries = desk.write, []

    def overtaken(connection: Connection, boards: list[Board], before: Any) -> None:
        tries.append(boards)
        if len(tries) == 1:
            raise IntegrityError("INSERT", {}, Exception("UNIQUE constraint failed"))
        real(connection, boards, before)

    monkeypatch.setattr(desk, "write", overtaken)
    (board,) = await counter.decide(_place(1))
    assert len(tries) == 2
    assert board.calls["c-r1-caf"].state is CallState.OFFERED


async def test_a_database_that_fails_is_unavailable_and_nothing_is_kept_of_it(
    counter: Counter, small_network: SmallNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _on_post(counter)
    before = (await counter.look("caf"))[0]

    def broken(_connection: Connection) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    event.listen(counter._database.engine, "commit", broken)
    found = await asyncio.gather(counter.decide(_place(1)), counter.decide(_place(2)), return_exceptions=True)
    assert [type(each) for each in found] == [UnavailableError, UnavailableError]
    event.remove(counter._database.engine, "commit", broken)
    after = (await counter.look("caf"))[0]
    assert (after.calls, after.stations) == (before.calls, before.stations) == ({}, before.stations)
    assert await _stored_calls(small_network) == {}


async def test_a_decision_that_nobody_waits_for_any_more_is_told_all_the_same(counter: Counter) -> None:
    await _on_post(counter)
    told: list[Board] = []
    counter.on_news = told.extend
    asking = asyncio.create_task(counter.decide(_place(1)))
    await asyncio.sleep(0)
    asking.cancel()
    await counter.close()
    assert [type(notice) for board in told for notice in board.notices].count(Ringing) == 1


async def test_the_network_is_read_again(counter: Counter, small_network: SmallNetwork) -> None:
    assert not await counter.refresh()
    await _on_post(counter)
    other = Database(small_network.url)
    other.write_now(lambda c: c.execute(update(t.partner).where(t.partner.c.id == "caf").values(offer_timeout_s=7)))
    other.write_now(lambda c: c.execute(update(t.station).where(t.station.c.id == "caf-2").values(is_enabled=False)))
    other.close()
    assert await counter.refresh()
    assert counter.network.partners["caf"].offer_timeout_s == 7.0
    assert counter.agent_names["a-caf-1"] == "Agent de caf-1"
    (board,) = await counter.look("caf")
    assert not board.stations["caf-2"].is_enabled


async def test_rows_are_read_once_and_again_when_somebody_else_has_written(
    counter: Counter, new_counter: NewCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _on_post(counter)
    reads: list[str] = []
    real = desk.read_rows

    def read(connection: Connection, partner_id: str, revision: int) -> desk.LiveRows:
        reads.append(partner_id)
        return real(connection, partner_id, revision)

    monkeypatch.setattr(decider.desk, "read_rows", read)
    await counter.decide(_place(1))
    await counter.look("caf")
    assert reads == []
    other = new_counter()
    await other.refresh()
    await other.decide(_place(2))
    reads.clear()
    (board,) = await counter.look("caf")
    assert reads == ["caf"]
    assert board.calls.keys() == {"c-r1-caf", "c-r2-caf"}


async def test_an_unknown_partner_is_rejected(counter: Counter) -> None:
    with pytest.raises(Rejected):
        await counter.look("none")


async def test_nothing_is_written_when_nothing_changes(counter: Counter, small_network: SmallNetwork) -> None:
    await _on_post(counter)
    first = await _revision(small_network)
    await counter.look("caf")
    assert await _revision(small_network) == first
    await counter.decide(_place(1))
    assert await _revision(small_network) == first + 1


async def _revision(network: SmallNetwork) -> int:
    other = Database(network.url)
    try:
        query = select(t.partner.c.revision).where(t.partner.c.id == "caf")
        return int(await other.read(lambda c: c.execute(query).scalar_one()))
    finally:
        other.close()


# ---- several hubs -----------------------------------------------------------------------------------------------


async def _two(new_counter: NewCounter) -> tuple[Counter, Counter]:
    both = new_counter(), new_counter()
    for counter in both:
        await counter.join()
        await counter.refresh()
        for partner_id in counter.network.partners:
            await counter.decide(LoseNodes(partner_id, counter.living))
    return both


async def test_another_hub_hears_what_was_decided_in_order(new_counter: NewCounter) -> None:
    here, there = await _two(new_counter)
    told: list[Board] = []
    there.on_news = told.extend
    await _on_post(here)
    await here.decide(_place(1))
    await here.decide(Accept(AtStation("caf-1", 1), "c-r1-caf", 1))
    await there.follow()
    (board,) = told
    names = [type(notice).__name__ for notice in board.notices]
    assert names.index("CallStored") < names.index("Ringing") < names.index("Accepted")
    assert board.calls["c-r1-caf"].state is CallState.CONNECTING
    assert board.new_calls == {"c-r1-caf"}
    told.clear()
    await there.follow()
    assert told == []


async def test_a_decision_on_what_another_hub_changed_comes_after_its_news(new_counter: NewCounter) -> None:
    here, there = await _two(new_counter)
    told: list[str] = []
    there.on_news = lambda boards: told.extend(type(n).__name__ for board in boards for n in board.notices)
    await _on_post(here)
    await here.decide(_place(1))
    (board,) = await there.decide(_place(2))
    assert "Ringing" in told
    assert board.calls.keys() == {"c-r1-caf", "c-r2-caf"}
    assert not any(isinstance(notice, Ringing) for notice in board.notices)


async def test_a_call_that_ended_elsewhere_is_told_with_its_end(new_counter: NewCounter) -> None:
    here, there = await _two(new_counter)
    await _on_post(here)
    await here.decide(_place(1))
    await there.look("caf")
    told: list[Board] = []
    there.on_news = told.extend
    await here.decide(HangUp(Kiosk("k-1"), "c-r1-caf"))
    await there.follow()
    (board,) = told
    assert "c-r1-caf" not in board.calls
    assert board.past_calls["c-r1-caf"].state is CallState.CLOSED
    assert "c-r1-caf" in board.changed_calls


async def test_two_hubs_that_answer_at_once_have_one_winner(new_counter: NewCounter) -> None:
    """Both decide on the same partner again and again; whatever the order, rows and revisions agree."""
    here, there = await _two(new_counter)
    await _on_post(here, 1)
    await _on_post(there, 2)
    for _ in range(5):
        found = await asyncio.gather(
            *(counter.decide(_place(number)) for number in (1, 2) for counter in (here, there)), return_exceptions=True
        )
        assert all(isinstance(each, list) for each in found), found
        boards = [await here.look("caf"), await there.look("caf")]
        assert boards[0][0].calls == boards[1][0].calls
        assert len(boards[0][0].calls) == 2
        await asyncio.gather(
            here.decide(HangUp(Kiosk("k-1"), "c-r1-caf")), there.decide(HangUp(Kiosk("k-2"), "c-r2-caf"))
        )
        for counter in (here, there):
            await counter._write(lambda c: c.execute(text("DELETE FROM declined_offer")))
            await counter._write(lambda c: c.execute(text("DELETE FROM call")))


async def test_without_the_check_in_the_core_the_index_alone_prevents_a_double(
    new_counter: NewCounter, small_network: SmallNetwork, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The core is blind to the kiosk's other calls, and two hubs place one each, at different partners, at once."""
    here, there = await _two(new_counter)
    await _on_post(here)
    (board,) = await there.decide(TakeStation("msa-1", "a-msa-1", True))
    await there.decide(SetRest(AtStation("msa-1", board.stations["msa-1"].epoch), "available"))
    monkeypatch.setattr(desk.calls, "calls_of_kiosk", lambda *_a: {})
    found = await asyncio.gather(
        here.decide(_place(1, "caf")), there.decide(_place(1, "msa", "s")), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in found) == ["UnavailableError", "list"]
    query = select(func.count()).select_from(t.call).where(t.call.c.kiosk_id == "k-1", t.call.c.state != "closed")
    assert await here._read(lambda c: c.execute(query).scalar_one()) == 1


async def test_with_neither_lock_nor_revision_the_index_alone_keeps_a_station_in_one_call(
    new_counter: NewCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two writers that believe what they knew before, whatever the other one did: both propose the same station."""
    here, there = await _two(new_counter)
    await _on_post(here)
    await there.look("caf")

    def believe(self: decider.Decider, now: decider.Transaction, partner_ids: set[str]) -> None:
        now.rows.update({partner_id: self._kept[partner_id].rows for partner_id in partner_ids})

    def unchecked(connection: Connection, statement: str, values: tuple[Any, ...] = ()) -> Any:
        if statement.startswith("UPDATE partner"):
            return SimpleNamespace(rowcount=1)
        return run(connection, statement, values)

    monkeypatch.setattr(decider.locks, "hold", lambda *_: None)
    monkeypatch.setattr(decider.Decider, "_bring_up", believe)
    monkeypatch.setattr(decider, "run", unchecked)
    monkeypatch.setattr(decider.outbox, "write", lambda *_: None)
    found = await asyncio.gather(here.decide(_place(1)), there.decide(_place(2)), return_exceptions=True)
    assert sorted(type(each).__name__ for each in found) == ["UnavailableError", "list"]
    query = select(func.count()).select_from(t.call).where(t.call.c.station_id == "caf-1", t.call.c.state == "offered")
    assert await here._read(lambda c: c.execute(query).scalar_one()) == 1


async def test_a_hub_held_for_dead_is_fenced_until_it_starts_over(new_counter: NewCounter) -> None:
    here, there = await _two(new_counter)
    await _on_post(here)
    former = here.node_id
    await there._write(lambda c: nodes.remove(c, former))
    with pytest.raises(FencedError):
        await here.decide(_place(1))
    with pytest.raises(FencedError):
        await here.renew()
    assert there.living != await there.renew()
    (board,) = await there.decide(LoseNodes("caf", there.living))
    assert board.stations["caf-1"].lost_at is not None or board.stations["caf-1"].state is StationState.OFFLINE
    living = await here.join()
    assert here.node_id in living
    assert here.node_id != former
    assert await here.look("caf")


async def test_a_lease_that_has_ended_is_removed_by_whoever_renews(new_counter: NewCounter) -> None:
    here, there = await _two(new_counter)
    assert await here.renew() == {here.node_id, there.node_id}
    await there._write(lambda c: c.execute(update(t.node).where(t.node.c.id == there.node_id).values(lease_until=1)))
    assert await here.renew() == {here.node_id}


async def test_who_starts_at_the_same_place_knows_that_the_former_hub_is_dead(new_counter: NewCounter) -> None:
    here, there = new_counter(), new_counter()
    here._place = there._place = "the same port"
    await here.join()
    assert await there.join() == {there.node_id}
    with pytest.raises(FencedError):
        await here.renew()


async def test_who_leaves_is_gone_at_once(new_counter: NewCounter) -> None:
    here, there = await _two(new_counter)
    await there.leave()
    assert await here.renew() == {here.node_id}


async def test_a_database_that_was_moved_takes_no_hub(new_counter: NewCounter) -> None:
    counter = new_counter()
    await counter._write(lambda c: c.execute(insert(t.installation).values(key=nodes.MOVED, value="elsewhere")))
    with pytest.raises(MovedError):
        await counter.join()


async def test_look_is_a_decision(counter: Counter) -> None:
    assert (await counter.decide(Look("caf")))[0].partner.id == "caf"
