"""Kiosks and station pages as the hub sees them: real WebSocket clients that speak `hub.protocol` and nothing else."""

import asyncio
import base64
import itertools
from collections.abc import Callable
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import BaseModel, TypeAdapter
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from hub.protocol import (
    KIOSK_SOCKET,
    PROTOCOL_VERSION,
    STATION_SOCKET,
    TO_KIOSK,
    TO_STATION,
    AcceptOffer,
    AwayReason,
    CallAccepted,
    CallQueued,
    Challenge,
    Description,
    HangUp,
    Hello,
    MediaState,
    Offer,
    PlaceCall,
    RelayDescription,
    ReportMedia,
    SetAvailability,
    StationChanged,
    StationState,
    TakeStation,
    WelcomeKiosk,
    WelcomeStation,
    decode,
    encode,
    signed_challenge,
)

M = TypeVar("M", bound=BaseModel)

WITHIN_S = 8.0
_numbers = itertools.count(1)


class HubClient:
    """One socket. Messages that were received and not yet expected wait in `inbox`, in order."""

    adapter: TypeAdapter[Any]

    def __init__(self, url: str) -> None:
        """`url`: the hub's address, `ws://host:port`."""
        self.url = url
        self.inbox: list[BaseModel] = []
        self.close_code: int | None = None
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()

    async def _open(self, path: str, **options: Any) -> None:
        self.close_code = None
        self._socket = await connect(self.url + path, compression=None, max_size=None, proxy=None, **options)
        self._reader = asyncio.create_task(self._read(self._socket))

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                message = decode(self.adapter, frame)
                async with self._news:
                    self.inbox.append(message)
                    self._news.notify_all()
        except ConnectionClosed:
            pass
        async with self._news:
            self.close_code = socket.close_code
            self._news.notify_all()

    async def send(self, message: BaseModel) -> None:
        await self.send_frame(encode(message))

    async def send_frame(self, frame: str | bytes) -> None:
        assert self._socket is not None
        await self._socket.send(frame)

    async def expect(self, kind: type[M], where: Callable[[M], bool] = lambda _: True) -> M:
        """The first message of this kind that fits, taken out of the inbox; others stay.

        Raises: AssertionError, when it does not come in time or the socket closes first.
        """

        def found() -> M | None:
            return next((m for m in self.inbox if isinstance(m, kind) and where(m)), None)

        try:
            async with asyncio.timeout(WITHIN_S), self._news:
                await self._news.wait_for(lambda: found() is not None or self.close_code is not None)
        except TimeoutError:
            kinds = [type(message).__name__ for message in self.inbox]
            raise AssertionError(f"no {kind.__name__} came; there is {kinds}") from None
        message = found()
        if message is None:
            raise AssertionError(f"closed with {self.close_code} before {kind.__name__} came")
        self.inbox.remove(message)
        return message

    async def closed(self) -> int | None:
        """Wait until the hub closes the socket; the code."""
        async with asyncio.timeout(WITHIN_S), self._news:
            await self._news.wait_for(lambda: self.close_code is not None)
        return self.close_code

    def seen(self, kind: type[M]) -> list[M]:
        """What is in the inbox, of this kind."""
        return [message for message in self.inbox if isinstance(message, kind)]

    async def close(self) -> None:
        """Leave politely."""
        if self._socket is not None:
            await self._socket.close()
        await self._end()

    async def cut(self) -> None:
        """The cable is pulled: no closing handshake."""
        if self._socket is not None:
            self._socket.transport.abort()
        await self._end()

    async def _end(self) -> None:
        if self._reader is not None:
            await self._reader
            self._reader = None


class FakeKiosk(HubClient):
    """A kiosk with its key."""

    adapter = TO_KIOSK

    def __init__(self, url: str, kiosk_id: str, key: Ed25519PrivateKey) -> None:
        super().__init__(url)
        self.kiosk_id = kiosk_id
        self.key = key

    async def open(self) -> str:
        """Connect without saying who it is; the nonce to sign."""
        await self._open(KIOSK_SOCKET)
        return (await self.expect(Challenge)).nonce

    def hello(self, nonce: str, live_call_id: str | None = None) -> Hello:
        signature = self.key.sign(signed_challenge(nonce, self.kiosk_id))
        return Hello(
            protocol=PROTOCOL_VERSION,
            kiosk_id=self.kiosk_id,
            signature=base64.b64encode(signature).decode(),
            software="test",
            live_call_id=live_call_id,
        )

    async def join(self, live_call_id: str | None = None) -> WelcomeKiosk:
        """Connect, prove who it is, be welcomed."""
        nonce = await self.open()
        await self.send(self.hello(nonce, live_call_id))
        return await self.expect(WelcomeKiosk)

    async def place_call(self, partner_id: str, request_id: str | None = None, **more: Any) -> CallQueued:
        """Ask for an agent and be queued."""
        request_id = request_id or f"r{next(_numbers)}"
        await self.send(PlaceCall(request_id=request_id, partner_id=partner_id, **more))
        return await self.expect(CallQueued, lambda m: m.request_id == request_id)

    async def hang_up(self, call_id: str) -> None:
        await self.send(HangUp(call_id=call_id))

    async def report(self, call_id: str, state: MediaState = MediaState.CONNECTED, peer_no: int = 1) -> None:
        await self.send(ReportMedia(call_id=call_id, peer_no=peer_no, state=state))


class FakeStation(HubClient):
    """A station page whose agent is signed in: `cookie` is the value of the sign-in's cookie."""

    adapter = TO_STATION

    def __init__(self, url: str, station_id: str, cookie: str, origin: str) -> None:
        super().__init__(url)
        self.station_id = station_id
        self.cookie = cookie
        self.origin = origin

    async def open(self) -> None:
        """Connect without taking the station."""
        headers = {"Cookie": f"vr_session={self.cookie}"}
        await self._open(STATION_SOCKET, additional_headers=headers, origin=self.origin)

    async def take(self, *, take_over: bool = False) -> WelcomeStation:
        """Connect and sit down."""
        await self.open()
        await self.send(TakeStation(protocol=PROTOCOL_VERSION, station_id=self.station_id, take_over=take_over))
        return await self.expect(WelcomeStation)

    async def set_available(self) -> None:
        await self.send(SetAvailability(state="available"))
        await self.expect(StationChanged, lambda m: m.state in (StationState.AVAILABLE, StationState.OFFERED))

    async def set_away(self, reason: AwayReason = AwayReason.BREAK) -> None:
        await self.send(SetAvailability(state="away", away_reason=reason))

    async def accept(self) -> tuple[Offer, CallAccepted]:
        """Answer the next offer."""
        offer = await self.expect(Offer)
        await self.send(AcceptOffer(call_id=offer.card.call_id, offer_no=offer.offer_no))
        return offer, await self.expect(CallAccepted)

    async def hang_up(self, call_id: str) -> None:
        await self.send(HangUp(call_id=call_id))


async def connect_media(kiosk: FakeKiosk, station: FakeStation, call_id: str, peer_no: int = 1) -> None:
    """Do what the two peers do: the page offers, the kiosk answers, the kiosk reports that media flows."""
    for sender, receiver, kind in ((station, kiosk, "offer"), (kiosk, station, "answer")):
        description = Description(type=kind, sdp="v=0\r\n")  # type: ignore[arg-type]
        await sender.send(RelayDescription(call_id=call_id, peer_no=peer_no, description=description))
        await receiver.expect(RelayDescription, lambda m: m.peer_no == peer_no)
    await kiosk.report(call_id, peer_no=peer_no)
    await station.expect(ReportMedia, lambda m: m.state is MediaState.CONNECTED)
