"""Tiles to the kiosks and the queue to the stations: what changed, at most once a second.

Kiosks that are shown the same tiles share one frame, encoded once. Sending to thousands of kiosks is cut in slices, so
that nobody who asks something meanwhile waits for the last of them.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from hub.core.admission import Audience, audience
from hub.core.network import KioskIdentity, Network, Partner
from hub.core.tiles import queue_news, tile
from hub.protocol import PartnerCard, PartnersChanged, PartnerTile, QueueChanged, encode
from hub.server import wire
from hub.server.connections import KioskLink

if TYPE_CHECKING:
    from hub.server.switchboard import Switchboard

EVERY_S = 1.0
SLICE = 100
"""Frames sent before others get their turn: a few milliseconds."""
_LOOK_AGAIN_S = 60.0
"""A clock on the wall that was set is noticed after so long."""

Kin = tuple[str | None, str | None]
"""(kiosk, site), each only when a rule of the partner names it: kiosks of one kin are shown the same tile."""


class Digests:
    """Pushes what changed soon after it did, and not again before a second has passed."""

    def __init__(self, switchboard: "Switchboard") -> None:
        self._switchboard = switchboard
        self._touched: set[str] = set()
        self._timer: asyncio.TimerHandle | None = None
        self._clock_timer: asyncio.TimerHandle | None = None
        self._push_task: asyncio.Task[None] | None = None
        self._pushed_at = float("-inf")
        self._pushed: dict[tuple[str, Kin], PartnerTile] = {}
        self._fresh: dict[str, dict[Kin, PartnerTile]] = {}
        self._audiences: dict[str, dict[Kin, Audience]] = {}
        self._kin_of: dict[str, Callable[[KioskIdentity], Kin]] = {}
        self._queues: dict[str, tuple[int, int]] = {}
        self._cards: list[PartnerCard] = []
        self._cards_of: Network | None = None
        self._told_cards: list[PartnerCard] | None = None
        self._cards_changed = False

    # ---- when --------------------------------------------------------------------------------------------------

    def touch(self, partner_id: str) -> None:
        """Something was decided for this partner."""
        self._touched.add(partner_id)
        self._fresh.pop(partner_id, None)
        if self._timer is not None or self._push_task is not None or self._switchboard.is_stopping:
            return
        loop = asyncio.get_running_loop()
        wait_s = self._pushed_at + EVERY_S - loop.time()
        if wait_s <= 0:
            self._push()
        else:
            self._timer = loop.call_later(wait_s, self._push)

    def network_changed(self) -> None:
        """The network was read again: linked kiosks are shown the new partners, tiles follow the new rules."""
        network = self._switchboard.decisions.network
        self._audiences.clear()
        self._kin_of.clear()
        self._fresh.clear()
        for link in self._switchboard.connections.kiosks.values():
            link.identity = network.kiosks.get(link.identity.kiosk_id, link.identity)
        told, cards = self._told_cards, self.cards()
        if told is not None and told != cards:
            self._told_cards, self._cards_changed = cards, True
        for partner_id in network.partners:
            self.touch(partner_id)

    async def stop(self) -> None:
        for timer in (self._timer, self._clock_timer):
            if timer is not None:
                timer.cancel()
        if self._push_task is not None:
            self._push_task.cancel()
            await asyncio.gather(self._push_task, return_exceptions=True)

    # ---- what, for a welcome -----------------------------------------------------------------------------------

    def cards(self) -> list[PartnerCard]:
        """The partners that may be called; made once for all kiosks."""
        network = self._switchboard.decisions.network
        if self._cards_of is not network:
            self._cards, self._cards_of = wire.partner_cards(network), network
        if self._told_cards is None:
            self._told_cards = self._cards
        return self._cards

    def tiles(self, kiosk: KioskIdentity) -> list[PartnerTile]:
        """The live tile of every partner at this kiosk, in display order."""
        live = []
        for partner in self._shown_partners():
            kin = self._kin(partner, kiosk)
            fresh = self._tile(partner, kin, kiosk)
            if fresh != self._pushed.get((partner.id, kin)):
                # Who is welcomed now is ahead of the others: even a tile that goes back has to be pushed.
                self._pushed.pop((partner.id, kin), None)
            live.append(fresh)
        return live

    def look_at(self, kiosk: KioskIdentity) -> list[PartnerTile]:
        """The same for somebody who is not told the changes."""
        return [self._tile(partner, self._kin(partner, kiosk), kiosk) for partner in self._shown_partners()]

    def queue(self, partner_id: str) -> QueueChanged:
        return queue_news(self._switchboard.boards[partner_id], self._switchboard.clock())

    def _shown_partners(self) -> list[Partner]:
        # A partner that was just imported has no board yet: its tile is pushed with the first one.
        switchboard = self._switchboard
        partners = switchboard.decisions.network.partners.values()
        return [partner for partner in partners if partner.is_enabled and partner.id in switchboard.boards]

    def _kin(self, partner: Partner, kiosk: KioskIdentity) -> Kin:
        kin_of = self._kin_of.get(partner.id)
        if kin_of is None:
            kin_of = self._kin_of[partner.id] = _kinship(partner)
        return kin_of(kiosk)

    def _tile(self, partner: Partner, kin: Kin, kiosk: KioskIdentity) -> PartnerTile:
        known = self._fresh.setdefault(partner.id, {})
        fresh = known.get(kin)
        if fresh is None:
            switchboard = self._switchboard
            shown_to = self._audience(partner, kin, kiosk)
            fresh = known[kin] = tile(switchboard.boards[partner.id], switchboard.wait_of(partner.id), shown_to)
        return fresh

    def _audience(self, partner: Partner, kin: Kin, kiosk: KioskIdentity) -> Audience:
        known = self._audiences.setdefault(partner.id, {})
        found = known.get(kin)
        if found is None:
            local = datetime.fromtimestamp(self._switchboard.wall(), self._switchboard.zone)
            found = known[kin] = audience(partner, kiosk.kiosk_id, kiosk.site_id, local)
            self._arm_clock()
        return found

    # ---- time: a rule begins or ends at its hour, though nothing is decided ----------------------------------------

    def _arm_clock(self) -> None:
        if self._clock_timer is not None:
            self._clock_timer.cancel()
            self._clock_timer = None
        ends = [
            known.standing.changes_at
            for of_partner in self._audiences.values()
            for known in of_partner.values()
            if known.standing.changes_at is not None
        ]
        if ends and not self._switchboard.is_stopping:
            delay_s = max(0.0, min(ends) - self._switchboard.wall()) + 0.01
            self._clock_timer = asyncio.get_running_loop().call_later(min(delay_s, _LOOK_AGAIN_S), self._hour_has_come)

    def _hour_has_come(self) -> None:
        self._clock_timer = None
        now = self._switchboard.wall()
        for partner_id, of_partner in list(self._audiences.items()):
            if any(
                known.standing.changes_at is not None and known.standing.changes_at <= now
                for known in of_partner.values()
            ):
                del self._audiences[partner_id]
                self.touch(partner_id)
        self._arm_clock()

    # ---- pushing -----------------------------------------------------------------------------------------------

    def _push(self) -> None:
        self._timer = None
        self._pushed_at = asyncio.get_running_loop().time()
        touched, self._touched = self._touched, set()
        for partner_id in touched:
            self._push_queue(partner_id)
        partners = self._shown_partners()
        changed = {partner.id: partner for partner in partners if partner.id in touched}
        cards, self._cards_changed = (self.cards() if self._cards_changed else None), False
        # With new cards everything is told again: a tile without its card, or the contrary, would be shown to nobody.
        told = partners if cards is not None else list(changed.values())
        links = list(self._switchboard.connections.kiosks.values())
        if not told or not links:
            return
        round_ = _Round(told, cards)
        if len(links) <= SLICE:
            self._push_tiles(round_, links)
        else:
            self._push_task = asyncio.create_task(self._push_slices(round_, links))

    def _push_queue(self, partner_id: str) -> None:
        if partner_id not in self._switchboard.boards:
            return
        queue = self.queue(partner_id)
        counts = (queue.waiting, queue.available_stations)
        if counts != self._queues.get(partner_id):
            self._queues[partner_id] = counts
            frame = encode(queue)
            for station in self._switchboard.connections.stations_of_partner(partner_id):
                if not station.connection.is_silent:
                    station.connection.send_frame(frame)

    async def _push_slices(self, round_: "_Round", links: list[KioskLink]) -> None:
        try:
            for start in range(0, len(links), SLICE):
                self._push_tiles(round_, links[start : start + SLICE])
                await asyncio.sleep(0)
        finally:
            self._push_task = None
        if self._touched and not self._switchboard.is_stopping:
            self.touch(next(iter(self._touched)))

    def _push_tiles(self, round_: "_Round", links: list[KioskLink]) -> None:
        for link in links:
            if not link.connection.is_silent:
                frame = self._frame(round_, link.identity)
                if frame is not None:
                    link.connection.send_frame(frame)

    def _frame(self, round_: "_Round", kiosk: KioskIdentity) -> str | None:
        """What this kiosk has to be told in this round; None: nothing is new to it."""
        kins = tuple(self._kin(partner, kiosk) for partner in round_.partners)
        if kins not in round_.frames:
            news = []
            for partner, kin in zip(round_.partners, kins, strict=True):
                fresh = round_.tiles.get((partner.id, kin))
                if fresh is None:
                    fresh = round_.tiles[partner.id, kin] = self._tile(partner, kin, kiosk)
                    if fresh != self._pushed.get((partner.id, kin)):
                        round_.is_news.add((partner.id, kin))
                        self._pushed[partner.id, kin] = fresh
                if round_.cards is not None or (partner.id, kin) in round_.is_news:
                    news.append(fresh)
            has_news = bool(news) or round_.cards is not None
            round_.frames[kins] = encode(PartnersChanged(tiles=news, partners=round_.cards)) if has_news else None
        return round_.frames[kins]


class _Round:
    """One push: everybody is told the same moment, however long the slices take."""

    def __init__(self, partners: list[Partner], cards: list[PartnerCard] | None) -> None:
        self.partners = partners
        self.cards = cards
        self.tiles: dict[tuple[str, Kin], PartnerTile] = {}
        self.is_news: set[tuple[str, Kin]] = set()
        self.frames: dict[tuple[Kin, ...], str | None] = {}


def _kinship(partner: Partner) -> Callable[[KioskIdentity], Kin]:
    """How the partner's rules tell kiosks apart."""
    policy = partner.policy
    kiosks = {kiosk_id for rule in policy.admissions for kiosk_id in rule.kiosks}
    sites = {site_id for rule in policy.admissions for site_id in rule.sites}
    sites |= {site_id for overflow in policy.overflows for site_id in overflow.sites}
    if not kiosks and not sites:
        everybody: Kin = (None, None)
        return lambda _kiosk: everybody
    return lambda kiosk: (
        kiosk.kiosk_id if kiosk.kiosk_id in kiosks else None,
        kiosk.site_id if kiosk.site_id in sites else None,
    )
