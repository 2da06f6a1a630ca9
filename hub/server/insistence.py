"""What is already a fact (a link was lost, a time has passed) is decided again and again while the database fails.

One task whatever the number of facts: a database that is away while thousands of links are lost must find neither
thousands of tasks nor thousands of tries a second when it is back.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from itertools import islice

from hub.core.board import Rejected
from hub.core.requests import Request
from hub.errors import UnavailableError
from hub.journal import Event
from hub.logbook import record

RETRY_S = 1.0
"""After a failure of the database, the same is tried again after so long."""
AT_ONCE = 64
"""Facts handed to the database together."""

_logger = logging.getLogger(__name__)


def _always() -> bool:
    return True


class Insistence:
    """Facts in the order they came, each once.

    Args:
        submit: decides and tells; raises UnavailableError when it has to be tried again.
    """

    def __init__(self, submit: Callable[[Request], Awaitable[object]]) -> None:
        self._submit = submit
        self._facts: dict[Request, Callable[[], bool]] = {}
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        """Facts that are not written yet."""
        return len(self._facts)

    def add(self, request: Request, is_still_so: Callable[[], bool] = _always) -> None:
        """Have `request` decided. It is dropped when `is_still_so` says that it became wrong meanwhile."""
        self._facts.setdefault(request, is_still_so)
        if self._task is None:
            self._task = asyncio.create_task(self._work())

    async def stop(self) -> None:
        """What is not written yet is found out by the next hub: nobody's link survives this one."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        try:
            while self._facts:
                batch = dict(islice(self._facts.items(), AT_ONCE))
                for request in batch:
                    # Out of the list before it is tried: the same fact may come again while it is being written.
                    del self._facts[request]
                done = await asyncio.gather(*(self._try(request, so) for request, so in batch.items()))
                failed = {
                    request: so for (request, so), is_done in zip(batch.items(), done, strict=True) if not is_done
                }
                if failed:
                    self._facts = failed | self._facts
                    await asyncio.sleep(RETRY_S)
        finally:
            self._task = None

    async def _try(self, request: Request, is_still_so: Callable[[], bool]) -> bool:
        """Whether nothing is left to do."""
        if not is_still_so():
            return True
        try:
            await self._submit(request)
        except UnavailableError:
            return False
        except Rejected:
            return True
        except Exception as error:  # noqa: BLE001 - the last door: one defect must not stop what is due to others
            record(_logger, Event.TIMER_FAILED, logging.ERROR, error=type(error).__name__)
        return True
