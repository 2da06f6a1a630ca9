"""Any sequence of requests, losses, deaths of hubs and passing time keeps the invariants of the design."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from hub.core.rows import CallState
from tests.hub.core.player import OTHER, USUAL, Pick, Player, T, new_world

MOVES = [*USUAL * 3, *OTHER]
DICE = st.integers(0, 59)
"""60 faces: that is divisible by the number of most things to choose from."""

PARTS = 7
"""The stories are told in parts, so that the workers that run the tests share them."""
# Together more than 2 000 stories of 60 moves.
LONG = settings(
    max_examples=305,
    stateful_step_count=62,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


class Calls(RuleBasedStateMachine):
    """Hypothesis picks the moves, and shrinks what breaks to the shortest story."""

    player: Player

    @initialize(wrap_up_s=st.sampled_from([0.0, 120.0]), limit=st.integers(1, 3))
    def begin(self, wrap_up_s: float, limit: int) -> None:
        self.player = Player(new_world(wrap_up_s, limit), _thrown(0))

    # One rule with plain numbers: a draw for each choice would take three times as long.
    @rule(move=st.sampled_from(MOVES), a=DICE, b=DICE, c=DICE)
    def play(self, move: Callable[[Player], None], a: int, b: int, c: int) -> None:
        self.player.pick = _thrown(a, b, c)
        move(self.player)
        self.player.check()

    def teardown(self) -> None:
        if hasattr(self, "player"):
            self.player.finish()


def _thrown(*dice: int) -> Pick:
    """Choices by dice that were thrown before; thrown again in turn when there are not enough."""
    turn = 0

    def pick(among: "list[T] | tuple[T, ...]") -> T:
        nonlocal turn
        turn += 1
        return among[dice[(turn - 1) % len(dice)] % len(among)]

    return pick  # type: ignore[return-value]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("part", range(PARTS))
def test_any_story_keeps_the_invariants(part: int) -> None:
    stories = type("Stories", (Calls,), {})
    run_state_machine_as_test(seed(part)(stories), settings=LONG)


def walk(number: int, steps: int) -> Player:
    """A long random story."""
    rng = random.Random(number)
    player = Player(new_world(rng.choice([0.0, 120.0]), rng.choice([1, 2, 3])), rng.choice)
    for _ in range(steps):
        move = rng.choice(USUAL if rng.random() < 0.85 else OTHER)
        move(player)
        player.check()
    return player


@pytest.mark.parametrize("number", range(6))
def test_long_stories(number: int) -> None:
    walk(number, 400).finish()


def test_the_stories_go_everywhere() -> None:
    """Guards the tests above: each ending and each turn of a story is reached, or they would prove little."""
    seen: Counter[str] = Counter()
    for number in range(100, 116):
        player = walk(number, 400)
        player.finish()
        for call in player.world.calls.values():
            assert call.state is CallState.CLOSED
            seen[f"{call.outcome}:{call.cause}"] += 1
            seen["connected"] += call.connected_at is not None
            seen["several offers"] += call.offer_no > 2
            seen["several peers"] += call.peer_no > 1
            seen["came back with a number"] += call.ticket_no is not None and call.offer_no > 0
            seen["kept the place of a call that failed"] += call.waiting_since is not None and not call.origin_call_id
            is_taken = call.origin_call_id is not None and call.accepted_at is not None
            seen["transfer taken at another partner"] += is_taken and call.partner_id != call.origin_partner_id
            seen["transfer taken at the same partner"] += is_taken and call.partner_id == call.origin_partner_id
        seen.update(event.name.value for event in player.world.events)
    for expected in (
        "connected",
        "several offers",
        "several peers",
        "came back with a number",
        "kept the place of a call that failed",
        "transfer taken at another partner",
        "transfer taken at the same partner",
        "completed:usager_hung_up",
        "completed:agent_hung_up",
        "completed:idle",
        "completed:transferred",
        "declined:transfer_refused",
        "abandoned:usager_left_queue",
        "abandoned:kiosk_lost",
        "abandoned:usager_hung_up",
        "abandoned:not_back",
        "unanswered:no_answer",
        "unanswered:nobody_left",
        "out_of_hours:service_closed",
        "failed:agent_hung_up",
        "failed:kiosk_lost",
        "failed:station_lost",
        "failed:media_lost",
        "number_called",
        "number_missed",
        "transfer_taken",
        "transfer_refused",
        "transfer_cancelled",
        "reach_widened",
    ):
        assert seen[expected] > 0, (expected, seen)
