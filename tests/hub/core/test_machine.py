"""Any sequence of requests, losses, restarts and passing time keeps the invariants of the design."""

import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from tests.hub.core.player import OTHER, USUAL, Player, new_world


class Calls(RuleBasedStateMachine):
    """Hypothesis picks the moves, and shrinks what breaks to the shortest story."""

    player: Player

    @initialize(wrap_up_s=st.sampled_from([0.0, 120.0]), limit=st.integers(1, 3), data=st.data())
    def begin(self, wrap_up_s: float, limit: int, data: st.DataObject) -> None:
        self.player = Player(new_world(wrap_up_s, limit), lambda among: data.draw(st.sampled_from(among)))

    @rule(data=st.data(), moves=st.lists(st.sampled_from(USUAL), min_size=1, max_size=6))
    def usual(self, data: st.DataObject, moves: list[Callable[[Player], None]]) -> None:
        for move in moves:
            self._make(data, move)

    @rule(data=st.data(), move=st.sampled_from(OTHER))
    def other(self, data: st.DataObject, move: Callable[[Player], None]) -> None:
        self._make(data, move)

    def _make(self, data: st.DataObject, move: Callable[[Player], None]) -> None:
        self.player.pick = lambda among: data.draw(st.sampled_from(among))
        move(self.player)
        self.player.check()

    def teardown(self) -> None:
        if hasattr(self, "player"):
            self.player.finish()


TestCalls = Calls.TestCase
TestCalls.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def walk(seed: int, steps: int) -> Player:
    """A long random story."""
    rng = random.Random(seed)
    player = Player(new_world(rng.choice([0.0, 120.0]), rng.choice([1, 2, 3])), rng.choice)
    for _ in range(steps):
        move = rng.choice(USUAL if rng.random() < 0.85 else OTHER)
        move(player)
        player.check()
    return player


@pytest.mark.parametrize("seed", range(6))
def test_long_stories(seed: int) -> None:
    walk(seed, 800).finish()


def test_the_stories_go_everywhere() -> None:
    """Guards the tests above: each ending and each state is reached, or they would prove little."""
    endings: Counter[str] = Counter()
    for seed in range(100, 106):
        player = walk(seed, 800)
        endings.update(f"{c.outcome}:{c.cause}" for c in player.world.calls.values() if c.outcome is not None)
        endings["connected"] += sum(c.connected_at is not None for c in player.world.calls.values())
        endings["several offers"] += sum(c.offer_no > 2 for c in player.world.calls.values())
        endings["several peers"] += sum(c.peer_no > 1 for c in player.world.calls.values())
    for expected in (
        "connected",
        "several offers",
        "several peers",
        "completed:usager_hung_up",
        "completed:agent_hung_up",
        "completed:idle",
        "abandoned:usager_left_queue",
        "abandoned:kiosk_lost",
        "abandoned:usager_hung_up",
        "failed:agent_hung_up",
        "failed:kiosk_lost",
        "failed:station_lost",
        "failed:media_lost",
    ):
        assert endings[expected] > 0, (expected, endings)
