"""A station page of the chaos: an agent who answers, declines, misses, passes on, reloads, walks away."""

import asyncio
import random
from collections.abc import Coroutine, Sequence
from typing import Any

from hub.protocol import (
    PROTOCOL_VERSION,
    STATION_SOCKET,
    TO_STATION,
    AcceptOffer,
    AwayReason,
    CallAccepted,
    CallEnded,
    CancelTransfer,
    DeclineOffer,
    Description,
    ErrorReply,
    ExtendWrapUp,
    FinishWrapUp,
    HangUp,
    MediaState,
    Offer,
    PeerRenewed,
    RelayDescription,
    RenewPeer,
    ReportMedia,
    Resolution,
    SetAvailability,
    StationChanged,
    StationState,
    TakeStation,
    TransferCall,
    TransferTarget,
    WelcomeStation,
)
from tests.chaos.history import History
from tests.chaos.party import ANSWER_S, Party

OFFER_S = 1.0
"""How long an offer rings in the chaos; the usual 25 s would be most of a run."""


class ChaosStation(Party):
    """The page at station `name`; `targets` are where its agent may pass a caller on."""

    adapter = TO_STATION
    path = STATION_SOCKET

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        history: History,
        chance: random.Random,
        cookie: str,
        origin: str,
        targets: Sequence[TransferTarget],
    ) -> None:
        super().__init__(name, urls, history, chance)
        self.state = StationState.OFFLINE
        self.call_id: str | None = None
        self._wrap_up_call_id: str | None = None
        self._cookie = cookie
        self._origin = origin
        self._targets = targets
        self._deeds: set[asyncio.Task[None]] = set()

    def options(self) -> dict[str, Any]:
        return {"additional_headers": {"Cookie": f"vr_session={self._cookie}"}, "origin": self._origin}

    async def opened(self) -> None:
        await self._take()

    async def _take(self) -> None:
        # An agent's page says `take_over`: the hub may not have seen yet that the old link is dead.
        await self.send(TakeStation(protocol=PROTOCOL_VERSION, station_id=self.name, take_over=True))

    # ---- what is heard -----------------------------------------------------------------------------------

    async def hear(self, message: Any) -> None:
        match message:
            case WelcomeStation():
                await self._welcomed(message)
            case StationChanged():
                self.state = message.state
                self._wrap_up_call_id = message.wrap_up_call_id
            case Offer():
                self._soon(self._decide(message.card.call_id, message.offer_no))
            case CallAccepted():
                self.call_id = message.call_id
                await self._describe(message.call_id, message.peer_no)
                self._soon(self._talk(message.call_id, message.peer_no))
            case PeerRenewed() if message.call_id == self.call_id:
                await self._describe(message.call_id, message.peer_no)
            case RelayDescription() if message.call_id == self.call_id:
                report = ReportMedia(call_id=message.call_id, peer_no=message.peer_no, state=MediaState.CONNECTED)
                await self.send(report)
            case CallEnded() if message.call_id == self.call_id:
                self.call_id = None
            case ErrorReply() if not self.is_welcome.is_set():
                # Somebody's older page is still there, or the hub is not well: asked again, a little later.
                await asyncio.sleep(0.1)
                await self._take()
            case _:
                pass

    async def _welcomed(self, message: WelcomeStation) -> None:
        self.is_welcome.set()
        self.state = message.state
        held = message.call
        self.call_id = held.card.call_id if held is not None and held.state in ("connecting", "in_call") else None
        self._wrap_up_call_id = None
        if held is None:
            return
        if held.state == "offered":
            self._soon(self._decide(held.card.call_id, held.offer_no))
        elif held.state == "wrap_up":
            self._wrap_up_call_id = held.card.call_id
        else:
            await self.send(RenewPeer(call_id=held.card.call_id))
            self._soon(self._talk(held.card.call_id, held.peer_no))

    async def _describe(self, call_id: str, peer_no: int) -> None:
        offer = Description(type="offer", sdp="v=0\r\n")
        await self.send(RelayDescription(call_id=call_id, peer_no=peer_no, description=offer))

    # ---- what is done ------------------------------------------------------------------------------------

    def _soon(self, deed: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(deed)
        self._deeds.add(task)
        task.add_done_callback(self._deeds.discard)

    async def run(self) -> None:
        try:
            await super().run()
        finally:
            for deed in list(self._deeds):
                deed.cancel()
            await asyncio.gather(*self._deeds, return_exceptions=True)

    async def _decide(self, call_id: str, offer_no: int) -> None:
        """Answer an offer, at once or too late, or not."""
        what = self.chance.random()
        await self.pause(0.0, 0.3)
        if what < 0.75 or self.is_leaving:
            await self.send(AcceptOffer(call_id=call_id, offer_no=offer_no))
        elif what < 0.85:
            await self.send(DeclineOffer(call_id=call_id, offer_no=offer_no))
        elif what < 0.92:
            await asyncio.sleep(OFFER_S)
            await self.send(AcceptOffer(call_id=call_id, offer_no=offer_no))

    async def _talk(self, call_id: str, peer_no: int) -> None:
        """What the agent does in the call; often nothing, and the usager hangs up."""
        await self.pause(0.2, 1.2)
        what = self.chance.random()
        if self.call_id != call_id:
            return
        if what < 0.35 or self.is_leaving:
            await self.send(HangUp(call_id=call_id))
        elif what < 0.55 and self._targets:
            await self._pass_on(call_id)
        elif what < 0.6:
            await self.send(RenewPeer(call_id=call_id))
        elif what < 0.63:
            await self.send(HangUp(call_id=call_id, cause="media_lost"))

    async def _pass_on(self, call_id: str) -> None:
        announced = self.chance.random() < 0.5
        target = self.chance.choice(self._targets)
        await self.send(TransferCall(call_id=call_id, to=target, announced=announced))
        if announced and self.chance.random() < 0.3:
            await self.pause(0.0, 1.0)
            await self.send(CancelTransfer(call_id=call_id))

    async def live(self) -> None:
        """Be there for callers; now and then reload the page, go for a while, or vanish."""
        while True:
            await self.is_welcome.wait()
            await self.pause(0.1, 0.5)
            if self.state is StationState.WRAP_UP and self._wrap_up_call_id is not None:
                await self._wrap_up(self._wrap_up_call_id)
            elif self.state is StationState.AWAY:
                await self.send(SetAvailability(state="available"))
                await self.news(ANSWER_S)
            elif self.is_leaving:
                if self.call_id is not None:
                    await self.send(HangUp(call_id=self.call_id))
                await self.news(0.5)
            else:
                await self._whim()

    async def _whim(self) -> None:
        what = self.chance.random()
        if what < 0.02:
            self.history.did(self.name, "reload")
            self.cut()
        elif what < 0.03:
            self.history.did(self.name, "vanish")
            self.cut(self.chance.uniform(1.0, 8.0))
        elif what < 0.06:
            reason = self.chance.choice((AwayReason.BREAK, AwayReason.LUNCH, AwayReason.MEETING))
            await self.send(SetAvailability(state="away", away_reason=reason))
            await self.pause(0.0, 1.0)

    async def _wrap_up(self, call_id: str) -> None:
        what = self.chance.random()
        if what < 0.1 and not self.is_leaving:
            await self.send(ExtendWrapUp(call_id=call_id))
            await self.news(ANSWER_S)
        elif what < 0.9 or self.is_leaving:
            await self.send(FinishWrapUp(call_id=call_id, resolution=self.chance.choice(list(Resolution))))
            await self.news(ANSWER_S)
        else:
            await self.news(1.0)
