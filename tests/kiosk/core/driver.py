"""A session under test, moved by events and asked for what it wants done."""

from collections.abc import Sequence
from itertools import count
from typing import Any, Literal, TypeVar

from hub.protocol import (
    CallAccepted,
    CallQueued,
    CallRinging,
    Description,
    MediaState,
    MotifCard,
    PartnerCard,
    PartnerTile,
    PlaceCall,
    RelayDescription,
    Ticket,
    TicketsChanged,
    TileState,
    WelcomeKiosk,
)
from kiosk.core.commands import Command, SendToHub, SendToPeer
from kiosk.core.events import Event, HubSaid, PeerMoved, PeerSaid, Ticked, Touched
from kiosk.core.session import Rules, Session, start
from kiosk.core.stay import step
from kiosk.core.view import Screen, Touch, TouchName

C = TypeVar("C")

CAF = PartnerCard(
    id="caf",
    name="CAF",
    full_name="Caisse d'allocations familiales",
    motifs=[MotifCard(id="logement", label="Mon logement", papers=["La carte d'identité"])],
)
MSA = PartnerCard(id="msa", name="MSA", full_name="Mutualité sociale agricole")
TILES = [
    PartnerTile(partner_id="caf", state=TileState.FREE, waiting=0),
    PartnerTile(partner_id="msa", state=TileState.CLOSED, waiting=0, opens_at="2026-11-23T09:00:00+01:00"),
]


def ticket(number: int = 12, *, called_s: float | None = None, partner_id: str = "caf") -> Ticket:
    """A place kept; called, with so many seconds left, when `called_s` is given."""
    state: Literal["kept", "called"] = "kept" if called_s is None else "called"
    return Ticket(call_id=f"k{number}", number=number, partner_id=partner_id, state=state, expires_in_s=called_s)


class Driver:
    """Holds the session and the time; `said` are the commands of the last event, `all_said` of all."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.now = 1000.0
        self.session: Session = start(rules or Rules(), self.now)
        self.said: list[Command] = []
        self.all_said: list[Command] = []
        self._ids = (f"{number:032x}" for number in count(1))

    def happen(self, *events: Event) -> "Driver":
        for event in events:
            self.session, self.said = step(self.session, event, self.now, next(self._ids))
            self.all_said += self.said
        return self

    def touch(self, name: TouchName, argument: str = "") -> "Driver":
        return self.happen(Touched(Touch(name, argument)))

    def hear(self, message: Any) -> "Driver":
        return self.happen(HubSaid(message))

    def peer(self, message: Any) -> "Driver":
        return self.happen(PeerSaid(message))

    def wait(self, seconds: float) -> "Driver":
        """Let time pass, a tick each second."""
        for _ in range(round(seconds)):
            self.now += 1.0
            self.happen(Ticked())
        return self

    def found(self, kind: type[C], among: Sequence[Command] | None = None) -> list[C]:
        return [each for each in (self.said if among is None else among) if isinstance(each, kind)]

    def to_hub(self) -> list[Any]:
        return [each.message for each in self.found(SendToHub)]

    def to_peer(self) -> list[Any]:
        return [each.message for each in self.found(SendToPeer)]

    # ---- ways to get somewhere --------------------------------------------------------------------------

    def welcomed(self, call: Any = None, tickets: Sequence[Ticket] = ()) -> "Driver":
        return self.hear(
            WelcomeKiosk(
                kiosk_id="k1",
                kiosk_name="Borne",
                site_name="Saint-Hilaire",
                partners=[CAF, MSA],
                tiles=TILES,
                call=call,
                tickets=list(tickets),
            )
        )

    def before_call(self) -> "Driver":
        self.welcomed().touch(TouchName.START).touch(TouchName.CHOOSE_PARTNER, "caf")
        return self.touch(TouchName.CHOOSE_MOTIF, "logement")

    def placing(self) -> PlaceCall:
        self.before_call().touch(TouchName.PLACE_CALL)
        (request,) = self.to_hub()
        assert isinstance(request, PlaceCall)
        return request

    def queued(self, position: int = 1) -> "Driver":
        request = self.placing()
        return self.hear(CallQueued(request_id=request.request_id, call_id="c1", position=position))

    def connecting(self) -> "Driver":
        self.queued().hear(CallRinging(call_id="c1", attempt=1))
        self.hear(CallAccepted(call_id="c1", peer_no=1, agent_name="Mme Martin", ice_servers=[]))
        description = Description(type="offer", sdp="v=0")
        return self.hear(RelayDescription(call_id="c1", peer_no=1, description=description))

    def called(self, *, seconds: float = 120.0) -> "Driver":
        """Nobody is at the kiosk, and number 12 of CAF is called."""
        return self.welcomed(tickets=[ticket()]).hear(TicketsChanged(tickets=[ticket(called_s=seconds)]))

    def in_call(self) -> "Driver":
        self.connecting().happen(PeerMoved(1, MediaState.CONNECTED))
        assert self.session.screen is Screen.IN_CALL
        return self
