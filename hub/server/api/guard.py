"""Who asks: the sign-in behind a request of a page, and the token that proves that the page is ours."""

import secrets

from fastapi import Request

from hub.core.access import SessionRecord
from hub.server.auth import SESSION_COOKIE
from hub.server.doors import Doors
from hub.server.problems import Problem, ProblemCode

CSRF_HEADER = "x-csrf-token"


class Guard:
    """In front of every route that is not for everybody."""

    def __init__(self, doors: Doors) -> None:
        self._doors = doors

    async def session_of(self, request: Request) -> SessionRecord:
        """The live sign-in. Raises: Problem."""
        session = await self._doors.sessions.find(request.cookies.get(SESSION_COOKIE), self._doors.clock())
        if session is None:
            raise Problem(ProblemCode.NOT_SIGNED_IN)
        return session

    async def session_that_changes(self, request: Request) -> SessionRecord:
        """The live sign-in of a request that changes something. Raises: Problem."""
        session = await self.session_of(request)
        given = request.headers.get(CSRF_HEADER, "")
        if not secrets.compare_digest(given.encode("utf-8", "surrogateescape"), session.csrf_token.encode()):
            raise Problem(ProblemCode.WRONG_CSRF_TOKEN)
        return session
