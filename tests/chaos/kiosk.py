"""A kiosk of the chaos: usagers one after the other, each with a plan; it behaves as the product does on a bad link."""

import asyncio
import base64
import contextlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel

from hub.protocol import (
    KIOSK_SOCKET,
    PROTOCOL_VERSION,
    TO_KIOSK,
    CallAccepted,
    CallEnded,
    CallQueued,
    CallRefused,
    CallRinging,
    CallTransferred,
    Challenge,
    ClaimPlace,
    Description,
    ErrorReply,
    HangUp,
    Hello,
    KeepPlace,
    MediaState,
    PeerRenewed,
    PlaceCall,
    PlaceKept,
    QueueMoved,
    RelayDescription,
    ReportMedia,
    TicketsChanged,
    WelcomeKiosk,
    signed_challenge,
)
from tests.chaos.history import History
from tests.chaos.party import ANSWER_S, Party
from tests.fakes.wide_network import PLAIN_MOTIF, SPECIAL_MOTIF

VISIT_S = 45.0
"""Nobody stays longer: then the usager hangs up, whatever was planned."""


class Phase(StrEnum):
    ASKED = "asked"
    """Not acknowledged: the same request is sent again after each lost link."""
    WAITING = "waiting"
    TALKING = "talking"
    """From the agent's answer on."""


class Plan(StrEnum):
    """What this usager will do."""

    TALK = "talk"
    LISTEN = "listen"
    """The agent hangs up."""
    GIVE_UP = "give_up"
    KEEP_PLACE = "keep_place"
    POWER_CUT = "power_cut"
    """The kiosk is gone, and comes back without any memory."""
    CUT = "cut"
    """The link is cut in the middle."""


_PLANS = {Plan.TALK: 10, Plan.LISTEN: 6, Plan.GIVE_UP: 3, Plan.KEEP_PLACE: 2, Plan.POWER_CUT: 1, Plan.CUT: 3}


@dataclass
class Visit:
    """One usager's call."""

    request: PlaceCall | ClaimPlace
    plan: Plan
    phase: Phase = Phase.ASKED
    call_id: str | None = None
    peer_no: int = 0
    is_over: bool = False
    is_leaving: bool = False
    """Hung up, and waiting for the hub's word."""


class ChaosKiosk(Party):
    """Kiosk `name`, which calls the partners in turn."""

    adapter = TO_KIOSK
    path = KIOSK_SOCKET

    def __init__(
        self,
        name: str,
        urls: Sequence[str],
        history: History,
        chance: random.Random,
        key: Ed25519PrivateKey,
        partners: Sequence[str],
    ) -> None:
        super().__init__(name, urls, history, chance)
        self.visit: Visit | None = None
        self.tickets: set[str] = set()
        self._called: set[str] = set()
        self._key = key
        self._partners = partners
        self._requests = 0

    @property
    def is_idle(self) -> bool:
        """Nobody is there, and nobody is expected back."""
        return self.visit is None and not self.tickets

    # ---- what is heard -----------------------------------------------------------------------------------

    async def hear(self, message: Any) -> None:
        visit = self.visit
        match message:
            case Challenge():
                await self._greet(message.nonce)
            case WelcomeKiosk():
                await self._welcomed(message)
            case CallQueued():
                await self._queued(message)
            case CallRefused() | ErrorReply():
                self._refused(message)
            case CallRinging() | QueueMoved() if visit is not None and visit.call_id == message.call_id:
                visit.phase, visit.peer_no = Phase.WAITING, 0
            case CallAccepted() | PeerRenewed() if visit is not None and visit.call_id == message.call_id:
                if message.peer_no >= visit.peer_no:
                    visit.phase, visit.peer_no = Phase.TALKING, message.peer_no
            case RelayDescription() if visit is not None and visit.call_id == message.call_id:
                await self._answer(message)
            case CallEnded() if visit is not None and visit.call_id == message.call_id:
                visit.is_over = True
            case CallTransferred() if visit is not None and visit.call_id == message.call_id:
                visit.call_id, visit.phase, visit.peer_no = message.new_call_id, Phase.WAITING, 0
            case PlaceKept():
                self._keep(message.ticket.call_id)
            case TicketsChanged():
                self._ticket_news(message.tickets)
            case _:
                pass

    async def _greet(self, nonce: str) -> None:
        signature = self._key.sign(signed_challenge(nonce, self.name))
        await self.send(
            Hello(
                protocol=PROTOCOL_VERSION,
                kiosk_id=self.name,
                signature=base64.b64encode(signature).decode(),
                software="chaos",
                live_call_id=self.visit.call_id if self.visit is not None else None,
            )
        )

    async def _welcomed(self, message: WelcomeKiosk) -> None:
        self.is_welcome.set()
        self._ticket_news(message.tickets)
        visit, call = self.visit, message.call
        if visit is not None and call is not None and call.origin_call_id == visit.call_id is not None:
            # Passed on while nobody heard each other.
            visit.call_id = call.call_id
        if visit is not None and visit.phase is Phase.ASKED:
            # Perhaps it was stored: the same request tells, and is not counted twice.
            await self.send(visit.request)
        elif call is not None and (visit is None or visit.call_id != call.call_id):
            await self.send(HangUp(call_id=call.call_id))
        elif visit is not None and visit.is_leaving and visit.call_id is not None:
            await self.send(HangUp(call_id=visit.call_id))
        elif visit is not None and call is not None:
            visit.phase = Phase.TALKING if call.state in ("connecting", "in_call") else Phase.WAITING
            visit.peer_no = call.peer_no
            if visit.phase is Phase.TALKING:
                await self._report(call.call_id, call.peer_no)

    async def _queued(self, message: CallQueued) -> None:
        visit = self.visit
        if visit is not None and visit.request.request_id == message.request_id:
            visit.call_id = message.call_id
            if visit.phase is Phase.ASKED:
                visit.phase = Phase.WAITING
        elif visit is None or visit.call_id != message.call_id:
            # The answer to a request that was given up: nobody is there for it.
            await self.send(HangUp(call_id=message.call_id))

    def _refused(self, message: CallRefused | ErrorReply) -> None:
        visit = self.visit
        if visit is None or visit.phase is not Phase.ASKED:
            return
        asked = message.request_id if isinstance(message, CallRefused) else message.in_reply_to
        if asked == visit.request.request_id or (
            isinstance(visit.request, ClaimPlace) and asked == visit.request.call_id
        ):
            visit.is_over = True

    async def _answer(self, message: RelayDescription) -> None:
        answer = Description(type="answer", sdp="v=0\r\n")
        await self.send(RelayDescription(call_id=message.call_id, peer_no=message.peer_no, description=answer))
        await self._report(message.call_id, message.peer_no)

    async def _report(self, call_id: str, peer_no: int) -> None:
        await self.send(ReportMedia(call_id=call_id, peer_no=peer_no, state=MediaState.CONNECTED))

    def _keep(self, call_id: str) -> None:
        self.tickets.add(call_id)
        if self.visit is not None and self.visit.call_id == call_id:
            self.visit.is_over = True

    def _ticket_news(self, tickets: Sequence[Any]) -> None:
        self.tickets = {ticket.call_id for ticket in tickets}
        self._called = {ticket.call_id for ticket in tickets if ticket.state == "called"}
        if self.visit is not None and self.visit.call_id in self.tickets and self.visit.phase is not Phase.ASKED:
            self.visit.is_over = True

    # ---- what is done ------------------------------------------------------------------------------------

    async def live(self) -> None:
        while True:
            await self.is_welcome.wait()
            await self.pause(0.0, 0.6)
            if self.is_leaving:
                await self._give_up_tickets()
                await self.news(0.5)
            elif not await self._see_to_tickets():
                partner_id = self.chance.choice(self._partners)
                motif_id = self.chance.choice((None, PLAIN_MOTIF, PLAIN_MOTIF, SPECIAL_MOTIF))
                await self._receive(
                    PlaceCall(request_id=self._next_request(), partner_id=partner_id, motif_id=motif_id)
                )

    def _next_request(self) -> str:
        self._requests += 1
        return f"{self.name}-{self._requests}"

    async def _see_to_tickets(self) -> bool:
        """Somebody whose number is called comes back, or gives it up, or never hears of it."""
        for call_id in sorted(self._called):
            what = self.chance.random()
            if what < 0.7:
                await self._receive(ClaimPlace(call_id=call_id, request_id=self._next_request()))
                return True
            if what < 0.9:
                await self.send(HangUp(call_id=call_id))
        return False

    async def _give_up_tickets(self) -> None:
        for call_id in sorted(self.tickets):
            await self.send(HangUp(call_id=call_id))

    async def _receive(self, request: PlaceCall | ClaimPlace) -> None:
        """One usager, from the touch to the end."""
        plan = self.chance.choices(list(_PLANS), list(_PLANS.values()))[0]
        visit = self.visit = Visit(request, plan)
        if isinstance(request, ClaimPlace):
            visit.call_id = None
        await self.send(request)
        if plan is Plan.POWER_CUT and self.chance.random() < 0.5:
            # Before the answer: nobody will ever know from here whether it was stored.
            self._lose_power(visit)
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(VISIT_S):
                    await self._play(visit)
            while not visit.is_over:
                await self._leave(visit)
        finally:
            self.visit = None

    async def _play(self, visit: Visit) -> None:
        """Follow the plan until the call is over, or until the usager wants it to be."""
        while not visit.is_over and not self.is_leaving:
            if visit.phase is Phase.ASKED:
                # Sent again on the same link too: the answer may have been lost with a frame.
                if not await self.news(ANSWER_S) and self.is_welcome.is_set():
                    await self.send(visit.request)
                continue
            if visit.phase is Phase.WAITING and visit.plan in (Plan.GIVE_UP, Plan.KEEP_PLACE, Plan.POWER_CUT):
                await self.pause(0.0, 1.5)
                if visit.is_over or visit.phase is not Phase.WAITING:
                    continue
                if visit.plan is Plan.POWER_CUT:
                    self._lose_power(visit)
                elif visit.plan is Plan.KEEP_PLACE and visit.call_id is not None:
                    await self.send(KeepPlace(call_id=visit.call_id))
                    visit.plan = Plan.TALK
                    continue
                return
            if visit.phase is Phase.TALKING:
                await self.pause(0.1, 0.8)
                if visit.plan is Plan.CUT and not visit.is_over:
                    self.cut(self.chance.uniform(0.0, 1.0))
                    visit.plan = Plan.TALK
                elif visit.plan is not Plan.LISTEN and visit.phase is Phase.TALKING:
                    return
            await self.news(1.0)

    def _lose_power(self, visit: Visit) -> None:
        self.history.did(self.name, "power_cut")
        visit.is_over = True
        self.visit = None
        self.cut(self.chance.uniform(0.5, 8.0))

    async def _leave(self, visit: Visit) -> None:
        """Hang up, until the hub says that it is over."""
        if visit.is_over:
            return
        visit.is_leaving = True
        if visit.call_id is not None:
            await self._say(HangUp(call_id=visit.call_id))
        else:
            # Nobody knows whether it was stored: ask again, to be able to leave.
            await self._say(visit.request)

    async def _say(self, message: BaseModel) -> None:
        if self.is_welcome.is_set():
            await self.send(message)
        until = asyncio.get_running_loop().time() + ANSWER_S
        while self.visit is not None and not self.visit.is_over and asyncio.get_running_loop().time() < until:
            was = self.visit.call_id
            await self.news(0.3)
            if self.visit is not None and self.visit.call_id != was:
                return
