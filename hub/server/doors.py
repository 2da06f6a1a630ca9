"""What the routes need, in one value that `hub.app` fills."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hub.config import HubConfig
from hub.core.network import Network
from hub.core.story_words import Happened, Names
from hub.server.auth import AccountStore, AgentSessions
from hub.server.ice import IceIssuer
from hub.server.metrics import Metrics
from hub.server.passwords import Passwords
from hub.server.switchboard import Switchboard

WEB_ROOT = Path(__file__).resolve().parents[1] / "web"


async def _nobody_listens(_agent_id: str) -> None:
    """Before the engine is wired there is no socket to close."""


class StationPast(Protocol):
    """What the page of a station may read of its log; `hub.store.history.History` is the real one."""

    async def of_station(self, network: Network, station_id: str, since: float) -> tuple[list[Happened], Names]: ...


@dataclass(frozen=True)
class Doors:
    """`on_signed_out(agent_id)` is awaited after a sign-out, to close what the agent left open.

    `clock` gives UTC seconds, `monotonic` the seconds that limits count in.
    """

    config: HubConfig
    accounts: AccountStore
    sessions: AgentSessions
    passwords: Passwords
    ice: IceIssuer
    metrics: Metrics
    switchboard: Switchboard | None = None
    past: StationPast | None = None
    """The engine and its log; without them there are no routes about calls."""
    on_signed_out: Callable[[str], Awaitable[None]] = _nobody_listens
    clock: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    web_root: Path = field(default=WEB_ROOT)
