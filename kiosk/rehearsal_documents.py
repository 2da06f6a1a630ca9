"""What a rehearsal sends on the documents channel: sealed pages of noise, announced as any page, never released.

They show what papers cost the voice, and how fast they travel. Their keys are destroyed once the station holds them:
nobody can open them.
"""

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable

from hub.protocol import encode
from kiosk.core.commands import SealPage
from kiosk.core.conversation import MAX_PAGE_BYTES, ScanMoved, ScanStep
from kiosk.core.ports import PageScanned
from kiosk.papers_held import PagesHeld
from kiosk.rehearsal_record import Moment, Record

AFTER_S = 2.0
"""The voice and the picture first find their place."""
PAGE_BYTES = MAX_PAGE_BYTES // 2

Say = Callable[[str], Awaitable[bool]]
"""A message of the control channel."""


class NoisePages:
    """Pages of noise on their way, on the main loop.

    Args:
        record: notes when they begin to travel, and when the station holds all of them.
        asked_bytes: how much is sent; 0: nothing.
    """

    def __init__(self, record: Record, asked_bytes: int) -> None:
        self.asked_bytes = asked_bytes
        self._record = record
        self._open, self._held = asyncio.Event(), asyncio.Event()
        self._travelling: dict[str, tuple[int, float]] = {}
        """Of each page sent: its size, and the share that the station holds."""

    @property
    def held_bytes(self) -> int:
        """What the station holds of them."""
        return round(sum(size * share for size, share in self._travelling.values()))

    def on_open(self) -> None:
        """The channels are there."""
        self._open.set()

    def on_travelled(self, transfer_id: str, fraction: float) -> None:
        """The station holds this share of a page; those of others are not counted."""
        if transfer_id not in self._travelling:
            return
        self._travelling[transfer_id] = (self._travelling[transfer_id][0], fraction)
        if self.held_bytes >= self.asked_bytes:
            self._record.note_once(Moment.DOCUMENTS_DONE)
            self._held.set()

    async def send(self, pages: PagesHeld, say: Say) -> None:
        """Wait for the channels, send; returns when the station holds everything and was told to forget it."""
        if not self.asked_bytes:
            return
        await self._open.wait()
        await asyncio.sleep(AFTER_S)
        scan_id = secrets.token_hex(16)
        self._record.note(Moment.DOCUMENTS_BEGUN)
        left, page_no = self.asked_bytes, 0
        while left:
            size, page_no = min(left, PAGE_BYTES), page_no + 1
            left -= size
            noise = await asyncio.to_thread(os.urandom, size)
            page = PageScanned(page_no, noise, b"", width_px=1654, height_px=2339, dpi=200)
            transfer_id = secrets.token_hex(16)
            self._travelling[transfer_id] = (size, 0.0)
            await say(encode(pages.seal(SealPage(scan_id, transfer_id, page_no, page))))
        await self._held.wait()
        for transfer_id in self._travelling:
            discarded = pages.discard(transfer_id)
            if discarded is not None:
                await say(encode(discarded))
        await say(encode(ScanMoved(scan_id=scan_id, step=ScanStep.CANCELLED)))
