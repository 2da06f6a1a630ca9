"""For machines: is the process alive, can it serve, what does it count."""

import asyncio

from fastapi import APIRouter, Response

from hub.server.doors import Doors
from hub.server.metrics import CONTENT_TYPE
from hub.server.problems import Problem, ProblemCode

READY_WITHIN_S = 2.0


def health_router(doors: Doors) -> APIRouter:
    """The routes, on these doors."""
    router = APIRouter()

    @router.get("/livez")
    async def livez() -> dict[str, str]:
        """The loop turns. Touches nothing else: a slow disk must not get the process killed."""
        return {"status": "ok"}

    @router.get("/readyz")
    async def readyz() -> dict[str, str]:
        """The database answers in a decent time, and this hub is not about to stop."""
        if doors.switchboard is not None and doors.switchboard.is_stopping:
            raise Problem(ProblemCode.NOT_READY)
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                ready = await doors.accounts.is_reachable()
        except TimeoutError:
            ready = False
        if not ready:
            raise Problem(ProblemCode.NOT_READY)
        return {"status": "ok"}

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(doors.metrics.text(), headers={"content-type": CONTENT_TYPE})

    return router
