"""Tiles and queue: pushed soon, not too often, and never behind what a welcome said."""

import asyncio

import pytest
from sqlalchemy import text

from hub.errors import UnavailableError
from hub.protocol import PartnersChanged, QueueChanged, StationChanged, StationState, TileState
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
