"""One thing after the other: coroutines that concern one device run in the order they were asked for."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from hub.logbook import record
from kiosk.journal import Event

_log = logging.getLogger(__name__)

Work = Callable[[], Awaitable[object]]


class Lane:
    """A queue with one worker on the running loop. A failure is logged by kind, and the next work goes on."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queue: asyncio.Queue[Work] = asyncio.Queue()
        self._worker: asyncio.Task[None] | None = None

    def add(self, work: Work) -> None:
        """Run `work` after all that was added before."""
        self._queue.put_nowait(work)
        if self._worker is None:
            self._worker = asyncio.get_running_loop().create_task(self._run(), name=f"lane {self._name}")

    async def drained(self) -> None:
        """Return when nothing is left to run."""
        await self._queue.join()

    async def stop(self) -> None:
        """Give up what waits and what runs."""
        if self._worker is not None:
            self._worker.cancel()
            await asyncio.gather(self._worker, return_exceptions=True)
            self._worker = None

    async def _run(self) -> None:
        while True:
            work = await self._queue.get()
            try:
                await work()
            except Exception as error:  # noqa: BLE001 - one failed work must not end the kiosk; it is logged
                record(_log, Event.WORK_FAILED, logging.ERROR, lane=self._name, kind=type(error).__name__)
            finally:
                self._queue.task_done()
