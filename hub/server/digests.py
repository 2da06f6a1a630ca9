"""Tiles to the kiosks and the queue to the stations: what changed, at most once a second and partner."""

import asyncio
from typing import TYPE_CHECKING

from hub.core.tiles import queue_news, tile
from hub.protocol import PartnersChanged, PartnerTile, QueueChanged, encode

if TYPE_CHECKING:
    from hub.server.switchboard import Switchboard

EVERY_S = 1.0


class Digests:
    """Pushes the digest of a partner soon after it changed, and not again before a second has passed."""

    def __init__(self, switchboard: "Switchboard") -> None:
        self._switchboard = switchboard
        self._pushed_at: dict[str, float] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._tiles: dict[str, PartnerTile] = {}
        self._queues: dict[str, tuple[int, int]] = {}

    def touch(self, partner_id: str) -> None:
        """Something was decided for this partner."""
        if partner_id in self._timers or self._switchboard.is_stopping:
            return
        loop = asyncio.get_running_loop()
        wait_s = self._pushed_at.get(partner_id, -EVERY_S) + EVERY_S - loop.time()
        if wait_s <= 0:
            self._push(partner_id)
        else:
            self._timers[partner_id] = loop.call_later(wait_s, self._push, partner_id)

    def stop(self) -> None:
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def tiles(self) -> list[PartnerTile]:
        """The live tile of every partner, in display order, for a welcome."""
        live = []
        for partner in self._switchboard.decisions.network.partners.values():
            # A partner that was just imported has no board yet: its tile is pushed with the first one.
            if not partner.is_enabled or partner.id not in self._switchboard.boards:
                continue
            fresh = self._tile(partner.id)
            if fresh != self._tiles.get(partner.id):
                # Who is welcomed now is ahead of the others: even a tile that goes back has to be pushed.
                self._tiles.pop(partner.id, None)
            live.append(fresh)
        return live

    def queue(self, partner_id: str) -> QueueChanged:
        return queue_news(self._switchboard.boards[partner_id], self._switchboard.clock())

    def _tile(self, partner_id: str) -> PartnerTile:
        return tile(self._switchboard.boards[partner_id], self._switchboard.wait_of(partner_id))

    def _push(self, partner_id: str) -> None:
        self._timers.pop(partner_id, None)
        switchboard = self._switchboard
        fresh, queue = self._tile(partner_id), self.queue(partner_id)
        counts = (queue.waiting, queue.available_stations)
        if fresh != self._tiles.get(partner_id) and switchboard.boards[partner_id].partner.is_enabled:
            self._tiles[partner_id] = fresh
            self._pushed_at[partner_id] = asyncio.get_running_loop().time()
            # Encoded once: a thousand kiosks are sent the same text.
            frame = encode(PartnersChanged(tiles=[fresh]))
            for link in switchboard.connections.kiosks.values():
                if not link.connection.is_silent:
                    link.connection.send_frame(frame)
        if counts != self._queues.get(partner_id):
            self._queues[partner_id] = counts
            self._pushed_at[partner_id] = asyncio.get_running_loop().time()
            frame = encode(queue)
            for station in switchboard.connections.stations_of_partner(partner_id):
                if not station.connection.is_silent:
                    station.connection.send_frame(frame)
