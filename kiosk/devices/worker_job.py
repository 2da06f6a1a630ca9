"""One job in one worker process: started, listened to, timed, cancelled, killed. The kiosk's side."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from hub.logbook import record
from kiosk.devices.frames import Frame, pack_frame, read_frame
from kiosk.errors import GarbledStream
from kiosk.journal import Event

_log = logging.getLogger(__name__)
_LINE_LIMIT = 64 * 1024

EventT = TypeVar("EventT")


class WorkerEnd(StrEnum):
    """How a worker ended that did not say the last word itself."""

    DIED = "died"
    GARBLED = "garbled"
    TIMED_OUT = "timed_out"
    CANCELLED = "cancelled"


_END_EVENTS = {
    WorkerEnd.DIED: Event.WORKER_DIED,
    WorkerEnd.GARBLED: Event.WORKER_GARBLED,
    WorkerEnd.TIMED_OUT: Event.WORKER_TIMED_OUT,
}


@dataclass(frozen=True)
class Launch:
    """How to start the worker. `env` is its whole environment: nothing is inherited."""

    command: Sequence[str]
    env: Mapping[str, str]
    name: str = "worker"
    """What the log calls it."""


def bare_environment(**more: str) -> dict[str, str]:
    """The few variables a worker needs; `more` overrides."""
    kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "TZ") if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **more}


class WorkerJob(Generic[EventT]):
    """Events of one worker, ending with exactly one last event whatever happens to the process.

    Args:
        launch: how to start the worker.
        request: first frame it reads, with `blobs`.
        translate: frame -> event, or None for a frame of no interest. May raise GarbledStream.
        is_last: tells the last event.
        ended: makes the last event when the worker ended otherwise.
        timeout_s: silence allowed between two events for which `restarts_clock` is true.
        cancel_grace_s: time given to the worker to obey `cancel` before it is killed.
    """

    def __init__(
        self,
        launch: Launch,
        request: Mapping[str, Any],
        *blobs: bytes,
        translate: Callable[[Frame], EventT | None],
        is_last: Callable[[EventT], bool],
        ended: Callable[[WorkerEnd], EventT],
        timeout_s: float,
        restarts_clock: Callable[[EventT], bool],
        cancel_grace_s: float = 3.0,
    ) -> None:
        self._launch = launch
        self._request: bytes | None = pack_frame(request, blobs)
        self._translate = translate
        self._is_last = is_last
        self._ended = ended
        self._timeout_s = timeout_s
        self._restarts_clock = restarts_clock
        self._cancel_grace_s = cancel_grace_s
        self._events: asyncio.Queue[EventT] = asyncio.Queue()
        self._process: asyncio.subprocess.Process | None = None
        self._timer: asyncio.Timeout | None = None
        self._cancelled = asyncio.Event()
        self._pump = asyncio.create_task(self._run())

    async def events(self) -> AsyncIterator[EventT]:
        """Every event, the last one last; leaving early kills the worker."""
        try:
            while True:
                event = await self._events.get()
                if self._is_last(event):
                    # The worker is gone (or going) before the caller hears the end: a new job may start at once.
                    await self.gone()
                    yield event
                    return
                yield event
        finally:
            await self.kill()

    async def cancel(self) -> None:
        """Ask the worker to stop, kill it when it does not; returns when it is gone."""
        if not self._pump.done():
            self._cancelled.set()
            if self._process is not None:
                await _tell(self._process, pack_frame({"cancel": True}))
            await asyncio.wait([self._pump], timeout=self._cancel_grace_s)
        await self.kill()

    async def kill(self) -> None:
        """End the worker without asking. Nothing remains of it when this returns."""
        if self._process is not None:
            _kill_group(self._process)
        if not self._pump.done():
            self._cancelled.set()
            await asyncio.wait([self._pump])

    def allow(self, seconds: float) -> None:
        """From now on the worker has so long: for `translate`, when it knows that little is left to do."""
        if self._timer is not None:
            self._timer.reschedule(asyncio.get_running_loop().time() + seconds)

    async def gone(self) -> None:
        """Wait until the worker has ended and its last event is queued."""
        await asyncio.wait([self._pump])

    async def _run(self) -> None:
        end: WorkerEnd | None = WorkerEnd.DIED
        try:
            end = await self._listen()
        except GarbledStream:
            end = WorkerEnd.GARBLED
        except TimeoutError:
            end = WorkerEnd.TIMED_OUT
        except OSError:  # the interpreter itself could not be started
            end = WorkerEnd.DIED
        finally:
            if self._process is not None:
                await _reap(self._process)
            if end is not None:
                if self._cancelled.is_set():
                    end = WorkerEnd.CANCELLED
                self._events.put_nowait(self._ended(end))
                if end is not WorkerEnd.CANCELLED:
                    record(_log, _END_EVENTS[end], logging.WARNING, worker=self._launch.name)

    async def _listen(self) -> WorkerEnd | None:
        """Queue events until the last; None when the worker said it itself."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._timeout_s
        # Outside the time limit: a process that asyncio is made to give up before its pipes are open is killed without
        # its children, and waited for until they end too.
        self._process = process = await start_worker(self._launch)
        async with asyncio.timeout_at(deadline) as self._timer:
            assert self._request is not None
            await _tell(process, self._request)
            self._request = None
            if self._cancelled.is_set():
                await _tell(process, pack_frame({"cancel": True}))
            assert process.stdout is not None
            while (frame := await read_frame(process.stdout)) is not None:
                event = self._translate(frame)
                if event is None:
                    continue
                self._events.put_nowait(event)
                if self._is_last(event):
                    return None
                if self._restarts_clock(event):
                    self.allow(self._timeout_s)
        return WorkerEnd.DIED


async def start_worker(launch: Launch) -> asyncio.subprocess.Process:
    """Start the process in a group of its own, so that what it forks dies with it. Raises OSError."""
    return await asyncio.create_subprocess_exec(
        *launch.command,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        # Driver texts may name files or addresses: they go nowhere.
        stderr=asyncio.subprocess.DEVNULL,
        env=dict(launch.env),
        start_new_session=True,
        limit=_LINE_LIMIT,
    )


async def ask_worker(launch: Launch, request: Mapping[str, Any], *blobs: bytes, timeout_s: float) -> Frame | None:
    """Start a worker for one question; its first frame, or None when it gave none in time."""
    try:
        process = await start_worker(launch)
    except OSError:
        return None
    try:
        async with asyncio.timeout(timeout_s):
            await _tell(process, pack_frame(request, blobs))
            assert process.stdout is not None
            return await read_frame(process.stdout)
    except (TimeoutError, GarbledStream):
        return None
    finally:
        await _reap(process)


async def _tell(process: asyncio.subprocess.Process, message: bytes) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError):  # the worker is gone: its end is seen on its output
        process.stdin.write(message)
        await process.stdin.drain()


async def _reap(process: asyncio.subprocess.Process) -> None:
    """Kill what is left and wait for it, even when this task is being cancelled."""
    _kill_group(process)
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()


def _kill_group(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
