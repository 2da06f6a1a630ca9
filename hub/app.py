"""Composition root of the hub: the only module that knows every part."""

import asyncio
import hashlib
import logging
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from hub.config import HubConfig, ServerOptions
from hub.core.board import Rules
from hub.errors import MovedError, UnavailableError
from hub.journal import Event
from hub.logbook import record, start_logging
from hub.protocol import (
    KIOSK_SOCKET,
    MAX_MESSAGE_BYTES,
    PING_INTERVAL_S,
    PING_TIMEOUT_S,
    STATION_SOCKET,
    CloseCode,
)
from hub.server.auth import AgentSessions, KioskKeys
from hub.server.calm_writes import CalmWebSockets
from hub.server.cluster import Cluster
from hub.server.connections import Connections
from hub.server.doors import Doors
from hub.server.http import add_pages, new_app
from hub.server.ice import IceIssuer
from hub.server.metrics import Metrics
from hub.server.passwords import Passwords
from hub.server.sockets import KioskSocket, SocketRules, StationSocket
from hub.server.switchboard import Switchboard
from hub.server.upkeep import send_away_who_may_not_stay
from hub.store.accounts import Accounts
from hub.store.bell import Bell
from hub.store.counter import Counter
from hub.store.database import Database
from hub.store.decider import Clocks
from hub.store.history import History
from hub.store.migrations import upgrade
from hub.store.nodes import refuse_moved

REFRESH_S = 10.0
"""`visio-hub import` and the directory commands are seen after at most so long."""
SIGN_INS_S = 60.0
SWITCH_INTERVAL_S = 0.0005
"""How long a busy thread may keep the interpreter from another one that asks for it."""
PURGE_S = 6 * 3600.0

_logger = logging.getLogger(__name__)


def steady_clock() -> Callable[[], float]:
    """UTC seconds that never jump: the wall clock once, then the monotonic one (I12)."""
    offset = time.time() - time.monotonic()
    return lambda: time.monotonic() + offset


@dataclass(frozen=True)
class Hub:
    """The parts of a running hub, for who serves, measures or tests it (`app.state.hub`)."""

    config: HubConfig
    database: Database
    connections: Connections
    switchboard: Switchboard
    doors: Doors
    keys: KioskKeys
    counter: Counter
    cluster: Cluster


def build_app(config: HubConfig, passwords: Passwords | None = None) -> FastAPI:
    """The whole application. Opens nothing before its lifespan starts.

    Args:
        passwords: how passwords are checked, when not as strongly as by default (tests).

    Raises:
        hub.options.OptionsError: wrong ICE servers.
        zoneinfo.ZoneInfoNotFoundError: an unknown time zone.
    """
    metrics, connections = Metrics(), Connections()
    ice = IceIssuer(config.ice)
    database = Database(config.database.url)
    accounts = Accounts(database)
    sessions = AgentSessions(accounts, config.accounts)
    routing = config.routing
    rules = Rules(
        offline_grace_s=routing.offline_grace_s,
        peer_lost_s=routing.peer_lost_s,
        queue_limit_s=routing.queue_limit_s,
        kept_place_s=routing.kept_place_s,
    )
    clocks = Clocks(steady_clock(), time.time)
    zone = ZoneInfo(routing.timezone)
    counter = Counter(database, rules, zone, clocks, _place(config.server))
    switchboard = Switchboard(counter, connections, ice.servers_for, metrics, clocks.steady, clocks.wall, zone)

    async def send_away(agent_id: str) -> None:
        for link in list(connections.stations_of_agent(agent_id)):
            link.connection.close(CloseCode.FORBIDDEN)

    doors = Doors(
        config=config,
        accounts=accounts,
        sessions=sessions,
        passwords=passwords if passwords is not None else Passwords(),
        ice=ice,
        metrics=metrics,
        switchboard=switchboard,
        past=History(database),
        on_signed_out=send_away,
    )
    keys = KioskKeys(accounts)
    cluster = Cluster(counter, switchboard, connections, Bell(database))
    hub = Hub(config, database, connections, switchboard, doors, keys, counter, cluster)
    app = new_app(lifespan=_lifespan(hub))
    app.state.hub = hub
    rules_of_sockets = SocketRules(
        config.server.public_url, config.limits.messages_per_s, config.limits.messages_burst, clocks.wall
    )
    kiosks = KioskSocket(switchboard, rules_of_sockets, keys)
    stations = StationSocket(switchboard, rules_of_sockets, sessions)
    app.sockets.update({KIOSK_SOCKET: kiosks, STATION_SOCKET: stations})
    add_pages(app, doors)
    return app


def _place(options: ServerOptions) -> str | None:
    """The port that only one living process can listen on, as a digest: who starts there knows that the former is dead.

    A port belongs to a network namespace, which belongs to one start of a machine.
    """
    if options.port == 0:
        return None
    try:
        machine = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = Path("/proc/self/ns/net").stat().st_ino
    except OSError:
        return None
    return hashlib.sha256(f"{machine} {namespace} {options.host} {options.port}".encode()).hexdigest()


def _lifespan(hub: Hub) -> Callable[[FastAPI], "AsyncIterator[None]"]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        switchboard = hub.switchboard
        work: list[asyncio.Task[None]] = []
        try:
            await hub.database.write(upgrade)
            hub.database.guard = refuse_moved
            await switchboard.start(await hub.cluster.join())
            hub.cluster.start()
            work = [
                asyncio.create_task(hub.doors.metrics.watch_loop()),
                asyncio.create_task(_every(REFRESH_S, switchboard.refresh)),
                asyncio.create_task(_every(SIGN_INS_S, lambda: _check_sign_ins(hub), at_once=True)),
                asyncio.create_task(_every(PURGE_S, lambda: _purge(hub), at_once=True)),
            ]
            yield
        except Exception as error:
            record(_logger, Event.START_FAILED, logging.ERROR, error=type(error).__name__)
            raise
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)
            await switchboard.stop()
            await hub.cluster.stop()
            await hub.counter.close()
            hub.doors.passwords.close()
            hub.database.close()
            record(_logger, Event.STOPPED)

    return lifespan  # type: ignore[return-value]


async def _every(seconds: float, work: Callable[[], Awaitable[None]], *, at_once: bool = False) -> None:
    """Do `work` again and again; a failure is logged and tried again at the next turn."""
    if not at_once:
        await asyncio.sleep(seconds)
    while True:
        try:
            await work()
        except (UnavailableError, SQLAlchemyError):
            record(_logger, Event.DATABASE_FAILED, logging.ERROR)
        except Exception as error:  # noqa: BLE001 - a defect in one task must not end the others
            record(_logger, Event.TIMER_FAILED, logging.ERROR, error=type(error).__name__)
        await asyncio.sleep(seconds)


async def _check_sign_ins(hub: Hub) -> None:
    await send_away_who_may_not_stay(hub.connections, hub.doors.sessions, hub.keys, time.time())


async def _purge(hub: Hub) -> None:
    """Events and calls, then sign-ins, codes and the audit: a hub that nobody signs in to keeps none of them longer."""
    rows = await hub.switchboard.decisions.purge()
    await hub.doors.accounts.purge(hub.doors.clock())
    record(_logger, Event.PURGED, rows=rows)


class HubServer(uvicorn.Server):
    """uvicorn, which tells its port, and sends clients away gently before it stops."""

    def __init__(self, app: FastAPI) -> None:
        self._hub: Hub = app.state.hub
        self._hub.cluster.on_moved = self._stop_for_good
        self.has_moved = False
        """It stopped because the installation is in another database now."""
        self.has_stopped = False
        options = self._hub.config.server
        super().__init__(
            uvicorn.Config(
                app,
                host=options.host,
                port=options.port,
                loop="uvloop",
                http="httptools",
                ws=CalmWebSockets,
                # A frame somewhat too large is answered by a typed error; a huge one is not even read.
                ws_max_size=4 * MAX_MESSAGE_BYTES,
                ws_ping_interval=PING_INTERVAL_S,
                ws_ping_timeout=PING_TIMEOUT_S,
                ws_per_message_deflate=False,
                proxy_headers=bool(options.trusted_proxies),
                forwarded_allow_ips=options.trusted_proxies,
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=max(1, round(options.drain_s)),
            )
        )

    @property
    def port(self) -> int:
        """The port that was really taken; 0 before that."""
        for server in getattr(self, "servers", []):
            for listening in server.sockets:
                return int(listening.getsockname()[1])
        return 0

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            record(_logger, Event.STARTED, port=self.port)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        record(_logger, Event.STOPPING)
        self._hub.switchboard.is_stopping = True
        for server in self.servers:
            server.close()
        drain_s = self._hub.config.server.drain_s
        started = time.monotonic()
        await self._hub.connections.close_all(CloseCode.RESTARTING, drain_s * 0.8)
        # Who has not gone by then is cut off: the whole lasts no longer than promised.
        left = max(0.2, started + drain_s - time.monotonic())
        self.config.timeout_graceful_shutdown = left  # type: ignore[assignment] # seconds, whole or not
        await super().shutdown(sockets)
        self.has_stopped = True

    def _stop_for_good(self) -> None:
        self.has_moved = self.should_exit = True


def run(config: HubConfig) -> bool:
    """Serve until SIGTERM or SIGINT; False when it could not even start (the log says why).

    Raises:
        hub.errors.MovedError: it stopped because the installation was moved to another database.
    """
    start_logging(config.log_level)
    for chatty in ("alembic", "uvicorn.error"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_not_told_twice)
    # The database's threads need the interpreter for a moment after each statement: they must not wait 5 ms for it.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    server = HubServer(build_app(config))
    with suppress(SystemExit):  # uvicorn's way to say that it could not start
        server.run()
    if server.has_moved:
        raise MovedError
    return server.started


def _not_told_twice(line: logging.LogRecord) -> bool:
    """uvicorn tells a failed start with the whole traceback; the log has said it in one line (START_FAILED)."""
    return not line.getMessage().startswith(("Traceback", "Application startup failed"))
