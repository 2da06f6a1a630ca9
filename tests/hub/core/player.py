"""Every move that a party, a link or the clock can make in a `World`, most of them sensible, some of them not.

What is picked comes from outside: Hypothesis, which shrinks, or a seeded generator, which goes far.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar

from hub.core.board import Board
from hub.core.hours import ALWAYS_OPEN, Opening
from hub.core.network import Motif, Overflow, OverflowStep, Policy, Pool
from hub.core.requests import (
    Accept,
    AtStation,
    CancelTransfer,
    ClaimPlace,
    Decline,
    ExtendWrapUp,
    FinishWrapUp,
    HangUp,
    HearMedia,
    KeepPlace,
    Kiosk,
    LoseKiosk,
    LoseNodes,
    LoseStation,
    Party,
    Place,
    RenewPeer,
    Request,
    SeeKiosk,
    SetRest,
    TakeStation,
    Transfer,
)
from hub.core.rows import Call, CallState, LiveStation
from hub.protocol import AwayReason, MediaState, Resolution, StationState, TransferTarget
from tests.hub.core.invariants import (
    Ledger,
    check_numbers,
    check_offers,
    check_partners,
    check_routing,
    check_rows,
    check_transfers,
)
from tests.hub.core.world import World, partner

T = TypeVar("T")

PARTNERS = ("caf", "msa")
SITES = {"k-1": "near", "k-2": "near", "k-3": "far", "k-4": "far"}
KIOSKS = tuple(SITES)
STATIONS = {
    "caf-1": LiveStation("caf-1", "caf", pool_id="town", skills=frozenset({"rights"})),
    "caf-2": LiveStation("caf-2", "caf", pool_id="county"),
    "msa-1": LiveStation("msa-1", "msa"),
}
AGENTS = {"a-caf-1": "caf", "a-caf-2": "caf", "a-msa-1": "msa"}
NODES = ("n1", "n2")
MOTIFS = (
    Motif("any", "Any"),
    Motif("rights", "Rights", skills=frozenset({"rights"})),
    Motif("urgent", "Urgent", priority=1),
)
POLICY = Policy(
    pools=(Pool("town", "Town"), Pool("county", "County")),
    overflows=(Overflow(("near",), (OverflowStep("town"), OverflowStep("county", 40))),),
)
TARGETS = [
    TransferTarget(kind="station", id="caf-1"),
    TransferTarget(kind="station", id="caf-2"),
    TransferTarget(kind="pool", id="county"),
    TransferTarget(kind="partner", id="msa", motif_id="any"),
    TransferTarget(kind="partner", id="caf", motif_id="rights"),
    TransferTarget(kind="partner", id="none"),
]

# Whatever is sent a second time, as it was, changes nothing (I10).
IDEMPOTENT = (
    Place, HangUp, Accept, Decline, HearMedia, SetRest, FinishWrapUp, LoseStation, LoseKiosk, SeeKiosk, KeepPlace,
    ClaimPlace, Transfer, CancelTransfer,
)  # fmt: skip


class Pick(Protocol):
    def __call__(self, among: Sequence[T], /) -> T: ...


def new_world(wrap_up_s: float, missed_offers_limit: int) -> World:
    facts: dict[str, Any] = {"wrap_up_s": wrap_up_s, "missed_offers_limit": missed_offers_limit, "motifs": MOTIFS}
    partners = {"caf": partner("caf", policy=POLICY, **facts), "msa": partner("msa", **facts)}
    return World(partners, stations=dict(STATIONS))


class Player:
    """Plays on a world, and checks after each move what must always be true."""

    def __init__(self, world: World, pick: Pick) -> None:
        self.world = world
        self.pick = pick
        self.requests = 0
        self.asked: list[tuple[str, Request]] = []
        self.closed: dict[str, Call] = {}
        self.ledger = Ledger()
        for station_id, agent in zip(STATIONS, AGENTS, strict=True):
            self._sit(station_id, agent)

    # ---- how moves are made --------------------------------------------------------------------------------

    def ask(self, partner_id: str, request: Request) -> Board | None:
        board = self.world.try_apply(partner_id, request)
        for each in self.world.decided:
            check_offers(self.world, each)
            check_partners(each)
        self.asked.append((partner_id, request))
        if isinstance(request, IDEMPOTENT):
            calls, stations = dict(self.world.calls), dict(self.world.stations)
            self.world.try_apply(partner_id, request)
            assert calls == self.world.calls, f"I10: {type(request).__name__} twice"
            assert stations == self.world.stations, f"I10: {type(request).__name__} twice"
        return board

    def check(self) -> None:
        check_rows(self.world)
        check_transfers(self.world)
        check_numbers(self.world)
        check_routing(self.world)
        self.ledger.check(self.world)
        for call_id, call in self.closed.items():
            assert self.world.calls[call_id] == call, "I10: a final state changed"
        self.closed = {c.id: c for c in self.world.calls.values() if c.state is CallState.CLOSED}

    def finish(self) -> None:
        """I3: left alone, every call ends in bounded time, with an outcome and a cause."""
        rules = self.world.rules
        self.world.openings.clear()
        for partner_id in PARTNERS:
            self.ask(partner_id, LoseNodes(partner_id))
        limits = rules.queue_limit_s, rules.ticket_limit_s, rules.peer_lost_s, rules.wrap_up_limit_s
        self.world.advance(sum(limits) + 60)
        self.check()
        assert all(call.state is CallState.CLOSED for call in self.world.calls.values()), "I3"

    def calls(self, *states: CallState) -> list[Call]:
        wanted = states or tuple(CallState)
        return sorted((c for c in self.world.calls.values() if c.state in wanted), key=lambda c: c.id)

    def _one_of(self, *states: CallState) -> list[Call]:
        found = self.calls(*states)
        return [self.pick(found)] if found else []

    def _sit(self, station_id: str, agent: str) -> None:
        partner_id = STATIONS[station_id].partner_id
        if self.ask(partner_id, TakeStation(station_id, agent, True, self.pick(NODES))) is not None:
            self.ask(partner_id, SetRest(self._at(station_id), "available"))

    def _at(self, station_id: str) -> AtStation:
        return AtStation(station_id, self.world.stations[station_id].epoch)

    def _of(self, call: Call, from_kiosk: bool) -> Party:
        return Kiosk(call.kiosk_id) if from_kiosk else self._at(call.station_id or "caf-1")

    def _ask_as(self, party: Party, call: Call, request: Request) -> None:
        self.ask(call.partner_id if isinstance(party, Kiosk) else STATIONS[party.id].partner_id, request)

    # ---- what usually happens --------------------------------------------------------------------------------

    def place(self) -> None:
        busy = {call.kiosk_id for call in self.world.calls.values() if call.holds_kiosk}
        free = [kiosk for kiosk in KIOSKS if kiosk not in busy]
        self.requests += 1
        kiosk = self.pick(free or KIOSKS)
        request = Place(
            Kiosk(kiosk),
            self.pick(PARTNERS),
            f"r{self.requests}",
            f"c{self.requests:04}",
            self.pick(MOTIFS).id,
            site_id=SITES[kiosk],
            node=self.pick(NODES),
        )
        self.ask(request.partner_id, request)

    def answer(self) -> None:
        for call in self.calls(CallState.OFFERED)[:1]:
            self.ask(call.partner_id, Accept(self._at(call.station_id or ""), call.id, call.offer_no))

    def connect(self) -> None:
        for call in self.calls(CallState.CONNECTING)[:1]:
            party = self._of(call, self.pick([True, False]))
            self._ask_as(party, call, HearMedia(party, call.id, call.peer_no, MediaState.CONNECTED))

    def hang_up(self) -> None:
        live = (CallState.IN_CALL, CallState.CONNECTING, CallState.QUEUED, CallState.OFFERED, CallState.KEPT)
        for call in self._one_of(*live):
            party = self._of(call, self.pick([True, False]))
            self._ask_as(party, call, HangUp(party, call.id, self.pick(["hung_up", "idle", "media_lost"])))

    def pass_on(self) -> None:
        for call in self.calls(CallState.OFFERED)[:1]:
            self.ask(call.partner_id, Decline(self._at(call.station_id or ""), call.id, call.offer_no))

    def wrap_up(self) -> None:
        for call in self.calls(CallState.WRAP_UP)[:1]:
            rest: Any = self.pick(["available", "away"])
            done = FinishWrapUp(self._at(call.station_id or ""), call.id, Resolution.RESOLVED, None, rest)
            self.ask(call.partner_id, done)

    def sit_and_wait(self) -> None:
        agent = self.pick(list(AGENTS))
        self._sit(self.pick([s.id for s in STATIONS.values() if s.partner_id == AGENTS[agent]]), agent)

    def wait(self) -> None:
        self.world.advance(self.pick([0.1, 1.0, 1.0, 5.0, 5.0, 10.0, 25.0, 31.0, 61.0, 301.0]))

    def wait_for_what_is_due(self) -> None:
        due = self.world.next_at()
        if due is not None:
            self.world.advance(max(0.0, due - self.world.now))

    def keep_place(self) -> None:
        for call in self.calls(CallState.QUEUED, CallState.OFFERED)[-2:]:
            self.ask(call.partner_id, KeepPlace(Kiosk(call.kiosk_id), call.id))

    def claim_place(self) -> None:
        for call in (self.calls(CallState.SUMMONED) or self.calls(CallState.KEPT))[:1]:
            self.requests += 1
            again = ClaimPlace(Kiosk(call.kiosk_id), call.id, f"r{self.requests}", True, self.pick(NODES))
            self.ask(call.partner_id, again)

    def transfer(self) -> None:
        for call in self._one_of(CallState.IN_CALL, CallState.CONNECTING):
            self.requests += 1
            here = self._at(call.station_id or "")
            to, announced = self.pick(TARGETS), self.pick([True, False])
            self.ask(call.partner_id, Transfer(here, call.id, to, f"c{self.requests:04}", announced))

    # ---- what happens too ------------------------------------------------------------------------------------

    def place_again(self) -> None:
        """The same request once more, or one from a kiosk that is in a call."""
        requests = [(p, r) for p, r in self.asked if isinstance(r, Place)]
        if requests:
            partner_id, request = self.pick(requests[-4:])
            self.ask(partner_id, request)

    def set_rest(self) -> None:
        station_id = self.pick(list(STATIONS))
        state: Any = self.pick(["available", "available", "away"])
        reason = None if state == "available" else AwayReason.LUNCH
        self.ask(STATIONS[station_id].partner_id, SetRest(self._at(station_id), state, reason))

    def report(self) -> None:
        for call in self.calls(CallState.CONNECTING, CallState.IN_CALL)[:1]:
            party = self._of(call, self.pick([True, False]))
            self._ask_as(party, call, HearMedia(party, call.id, call.peer_no, self.pick(list(MediaState))))

    def renew(self) -> None:
        for call in self.calls(CallState.CONNECTING, CallState.IN_CALL)[:1]:
            party = self._of(call, self.pick([True, False]))
            self._ask_as(party, call, RenewPeer(party, call.id))

    def extend(self) -> None:
        for call in self.calls(CallState.WRAP_UP)[:1]:
            self.ask(call.partner_id, ExtendWrapUp(self._at(call.station_id or ""), call.id))

    def take(self) -> None:
        agent = self.pick(list(AGENTS))
        station_id = self.pick([s.id for s in STATIONS.values() if s.partner_id == AGENTS[agent]])
        self.ask(AGENTS[agent], TakeStation(station_id, agent, self.pick([True, False]), self.pick(NODES)))

    def lose_station(self) -> None:
        linked = [s.id for s in self.world.stations.values() if s.state is not StationState.OFFLINE] or ["caf-1"]
        station_id = self.pick(sorted(linked))
        self.ask(STATIONS[station_id].partner_id, LoseStation(self._at(station_id)))

    def lose_kiosk(self) -> None:
        for call in self.calls(CallState.QUEUED, CallState.OFFERED, CallState.CONNECTING, CallState.IN_CALL)[:2]:
            self.ask(call.partner_id, LoseKiosk(Kiosk(call.kiosk_id), call.id))

    def see_kiosk(self) -> None:
        for call in self.calls():
            if call.holds_kiosk and call.kiosk_lost_at is not None:
                held = self.pick([call.id, call.id, call.id, None])
                self.ask(call.partner_id, SeeKiosk(Kiosk(call.kiosk_id), call.id, held, self.pick(NODES)))

    def restart(self) -> None:
        for partner_id in PARTNERS:
            self.ask(partner_id, LoseNodes(partner_id))

    def lose_a_hub(self) -> None:
        living = frozenset({self.pick(NODES)})
        for partner_id in PARTNERS:
            self.ask(partner_id, LoseNodes(partner_id, living))

    def close_or_open(self) -> None:
        partner_id = self.pick(PARTNERS)
        self.world.openings[partner_id] = self.pick([ALWAYS_OPEN, ALWAYS_OPEN, Opening(is_open=False)])
        self.world.look()

    def cancel_transfer(self) -> None:
        for call in self.calls(CallState.IN_CALL, CallState.CONNECTING):
            if call.transfer_state is not None:
                self.ask(call.partner_id, CancelTransfer(self._at(call.station_id or ""), call.id))

    def repeat_something_old(self) -> None:
        """A message that took a long way."""
        if self.asked:
            partner_id, request = self.pick(self.asked[-12:])
            # The server gives new identifiers to whatever comes.
            self.requests += 1
            if isinstance(request, Place):
                request = replace(request, call_id=f"c{self.requests:04}")
            elif isinstance(request, Transfer):
                request = replace(request, new_call_id=f"c{self.requests:04}")
            self.world.try_apply(partner_id, request)

    def be_a_stranger(self) -> None:
        """Messages about calls of others, of former offers and of former pages."""
        calls = self.calls()
        if not calls:
            return
        call = self.pick(calls[-6:])
        at = self._at(self.pick(list(STATIONS)))
        older = AtStation(at.id, max(0, at.epoch - self.pick([0, 1])))
        kiosk = Kiosk(self.pick(KIOSKS))
        request: Request = self.pick(
            [
                Accept(older, call.id, max(1, call.offer_no - self.pick([0, 1]))),
                Decline(older, call.id, max(1, call.offer_no - self.pick([0, 1]))),
                HangUp(kiosk, call.id),
                HangUp(older, call.id),
                HearMedia(kiosk, call.id, max(1, call.peer_no - 1), MediaState.CONNECTED),
                FinishWrapUp(older, call.id, Resolution.RESOLVED),
                LoseStation(older),
                RenewPeer(older, call.id),
                KeepPlace(kiosk, call.id),
                ClaimPlace(kiosk, call.id, f"r{self.requests}"),
                Transfer(older, call.id, self.pick(TARGETS), f"x{len(self.asked)}", self.pick([True, False])),
                CancelTransfer(older, call.id),
            ]
        )
        is_kiosks = isinstance(getattr(request, "party", getattr(request, "kiosk", None)), Kiosk)
        self.ask(call.partner_id if is_kiosks else STATIONS[older.id].partner_id, request)


# Some more than once: what keeps a story going is more frequent.
USUAL: list[Callable[[Player], None]] = [
    *[Player.place] * 3,
    *[Player.sit_and_wait] * 4,
    *[Player.answer] * 5,
    *[Player.connect] * 4,
    Player.hang_up,
    Player.pass_on,
    Player.wrap_up,
    Player.wait,
    Player.wait_for_what_is_due,
    Player.see_kiosk,
    Player.keep_place,
    Player.claim_place,
    *[Player.transfer] * 2,
]
OTHER: list[Callable[[Player], None]] = [
    Player.place_again,
    Player.set_rest,
    Player.report,
    Player.renew,
    Player.extend,
    Player.take,
    Player.lose_station,
    Player.lose_kiosk,
    Player.restart,
    Player.lose_a_hub,
    Player.close_or_open,
    Player.cancel_transfer,
    Player.repeat_something_old,
    Player.be_a_stranger,
]
