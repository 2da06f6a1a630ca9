"""Tiles and queue: pushed soon, not too often, and never behind what a welcome said."""

import asyncio
import time
from datetime import datetime

import pytest
from pydantic import BaseModel
from sqlalchemy import text

from hub.errors import UnavailableError
from hub.protocol import PartnersChanged, QueueChanged, StationChanged, StationState, TileState, encode
from hub.server import digests
from tests.fakes.running_hub import RunningHub


async def test_only_the_partner_that_changed_is_pushed_and_to_every_kiosk(hub: RunningHub) -> None:
    kiosks = [await hub.joined(number) for number in (1, 2)]
    await hub.available("msa-1")
    for kiosk in kiosks:
        changed = await kiosk.expect(PartnersChanged)
        assert [(tile.partner_id, tile.state) for tile in changed.tiles] == [("msa", TileState.FREE)]


async def test_the_queue_is_told_to_the_stations_of_its_partner_only(hub: RunningHub) -> None:
    caf, msa, kiosk = await hub.available("caf-1"), await hub.available("msa-1"), await hub.joined()
    await kiosk.place_call("caf")
    news = await caf.expect(QueueChanged, lambda m: m.waiting == 1)
    assert news.available_stations == 0
    assert all(m.waiting == 0 for m in msa.seen(QueueChanged))


async def test_a_second_change_waits_its_second_and_the_last_word_wins(hub: RunningHub) -> None:
    kiosk, station = await hub.joined(), await hub.available("caf-1")
    await kiosk.expect(PartnersChanged, lambda m: m.tiles[0].state is TileState.FREE)
    pushed_at = asyncio.get_running_loop().time()
    await station.set_away()
    await station.set_available()
    await station.set_away()
    changed = await kiosk.expect(PartnersChanged)
    assert changed.tiles[0].state is TileState.ABSENT
    assert asyncio.get_running_loop().time() - pushed_at > 0.8


async def test_who_was_welcomed_ahead_of_the_others_is_told_when_a_tile_goes_back(hub: RunningHub) -> None:
    """The welcome says `absent` before it is pushed; back to `free`, the push must not be saved as no news."""
    first, station = await hub.joined(1), await hub.available("caf-1")
    await first.expect(PartnersChanged, lambda m: m.tiles[0].state is TileState.FREE)
    await station.set_away()
    await station.expect(StationChanged, lambda m: m.state is StationState.AWAY)
    late = hub.kiosk(2)
    assert (await late.join()).tiles[0].state is TileState.ABSENT
    await station.set_available()
    changed = await late.expect(PartnersChanged)
    assert changed.tiles[0].state is TileState.FREE


async def test_a_disabled_partner_is_silent_and_tells_what_was_missed_when_it_is_back(hub: RunningHub) -> None:
    database, switchboard = hub.hub.database, hub.hub.switchboard
    first, station = await hub.joined(1), await hub.available("msa-1")
    await first.expect(PartnersChanged, lambda m: m.tiles[0].state is TileState.FREE)
    await database.write(lambda c: c.execute(text("UPDATE partner SET is_enabled = false WHERE id = 'msa'")))
    await switchboard.refresh()
    changed = await first.expect(PartnersChanged, lambda m: m.partners is not None)
    assert [card.id for card in changed.partners or []] == ["caf"]
    assert [tile.partner_id for tile in changed.tiles] == ["caf"]
    assert [tile.partner_id for tile in (await hub.kiosk(2).join()).tiles] == ["caf"]
    await station.set_away()
    await station.expect(QueueChanged, lambda m: m.available_stations == 0)
    await hub.available("caf-1")
    assert [tile.partner_id for tile in (await first.expect(PartnersChanged)).tiles] == ["caf"]
    await database.write(lambda c: c.execute(text("UPDATE partner SET is_enabled = true WHERE id = 'msa'")))
    await switchboard.refresh()
    changed = await first.expect(PartnersChanged, lambda m: m.partners is not None)
    assert [card.id for card in changed.partners or []] == ["caf", "msa"]
    assert {tile.partner_id: tile.state for tile in changed.tiles}["msa"] is TileState.ABSENT


async def test_kiosks_are_welcomed_while_a_new_partner_could_not_be_looked_at_yet(hub: RunningHub) -> None:
    """The database fails between reading the network and the new partner's first board."""
    database, switchboard = hub.hub.database, hub.hub.switchboard
    added = text("INSERT INTO partner (id, name, full_name, position) VALUES ('new', 'Neuf', 'Partenaire neuf', 9)")
    await database.write(lambda c: c.execute(added))
    await database.write(lambda c: c.execute(text("ALTER TABLE declined_offer RENAME TO away")))
    with pytest.raises(UnavailableError):
        await switchboard.refresh()
    kiosk = hub.kiosk()
    welcome = await kiosk.join()
    assert [card.id for card in welcome.partners] == ["caf", "msa", "new"]
    assert [tile.partner_id for tile in welcome.tiles] == ["caf", "msa"]
    await database.write(lambda c: c.execute(text("ALTER TABLE away RENAME TO declined_offer")))
    await switchboard.refresh()
    changed = await kiosk.expect(PartnersChanged, lambda m: any(tile.partner_id == "new" for tile in m.tiles))
    assert {tile.partner_id: tile.state for tile in changed.tiles}["new"] is TileState.ABSENT


async def write_policy(hub: RunningHub, partner_id: str, policy: str) -> None:
    update = text("UPDATE partner SET policy = :policy WHERE id = :id")
    await hub.hub.database.write(lambda c: c.execute(update, {"policy": policy, "id": partner_id}))
    await hub.hub.switchboard.refresh()


def tiles_of(changed: PartnersChanged) -> dict[str, TileState]:
    return {tile.partner_id: tile.state for tile in changed.tiles}


async def test_a_partner_that_is_closed_to_one_kiosk_is_free_to_the_other(hub: RunningHub) -> None:
    await write_policy(hub, "msa", '{"admissions": [{"mode": "closed", "kiosks": ["k-2"]}]}')
    one, two = hub.kiosk(1), hub.kiosk(2)
    assert {t.partner_id: t.state for t in (await one.join()).tiles}["msa"] is TileState.ABSENT
    assert {t.partner_id: t.state for t in (await two.join()).tiles}["msa"] is TileState.CLOSED
    await hub.available("msa-1")
    await one.expect(PartnersChanged, lambda m: tiles_of(m).get("msa") is TileState.FREE)
    await hub.available("caf-1")
    await two.expect(PartnersChanged, lambda m: tiles_of(m).get("caf") is TileState.FREE)
    assert {tiles_of(m).get("msa", TileState.CLOSED) for m in two.seen(PartnersChanged)} <= {TileState.CLOSED}


async def test_a_rule_that_begins_is_told_though_nothing_is_decided(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The partner stops taking calls of this kiosk at noon; the clock on the wall is set just before it."""
    switchboard = hub.hub.switchboard
    await hub.available("msa-1")
    kiosk = await hub.joined(1)
    await write_policy(
        hub, "msa", '{"admissions": [{"mode": "closed", "kiosks": ["k-1"], "intervals": [[720, 1440]]}]}'
    )
    noon = datetime.now(switchboard.zone).replace(hour=12, minute=0, second=0, microsecond=0)
    began = time.monotonic()
    monkeypatch.setattr(switchboard, "wall", lambda: noon.timestamp() - 1.0 + time.monotonic() - began)
    switchboard.digests.network_changed()
    identity = hub.hub.connections.kiosks["k-1"].identity
    assert {tile.partner_id: tile.state for tile in switchboard.digests.look_at(identity)}["msa"] is TileState.FREE
    await kiosk.expect(PartnersChanged, lambda m: tiles_of(m).get("msa") is TileState.CLOSED)
    assert time.monotonic() - began >= 1.0


async def test_the_same_frame_goes_to_all_and_in_slices_when_there_are_many(
    hub: RunningHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digests, "SLICE", 1)
    kiosks = [await hub.joined(number) for number in (1, 2, 3, 4)]
    encoded: list[object] = []

    def counting(message: BaseModel) -> str:
        encoded.append(message)
        return encode(message)

    monkeypatch.setattr(digests, "encode", counting)
    station = await hub.available("caf-1")
    await station.set_away()  # while the slices are on their way: told in the next round
    for kiosk in kiosks:
        await kiosk.expect(PartnersChanged, lambda m: m.tiles[0].state is TileState.ABSENT)
    tiles = [message for message in encoded if isinstance(message, PartnersChanged)]
    assert 1 <= len(tiles) <= 2
