"""Sign in, sign out, who am I, which ICE servers: the doors of the station page."""

import logging

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from hub.core.access import AuditAction, AuditResult, SessionRecord
from hub.logbook import record
from hub.protocol import IceServer
from hub.server.access_journal import AccessEvent
from hub.server.api.guard import Guard
from hub.server.auth import SESSION_COOKIE, token_hash
from hub.server.doors import Doors
from hub.server.limits import KeyedLimiter, address_key
from hub.server.passwords import MAX_LENGTH, Overloaded
from hub.server.problems import Problem, ProblemCode

_logger = logging.getLogger(__name__)


class SignIn(BaseModel):
    email: str = Field(min_length=1, max_length=200)
    password: str = Field(min_length=1, max_length=MAX_LENGTH, repr=False)


class Person(BaseModel):
    id: str
    name: str


class StationChoice(BaseModel):
    id: str
    name: str
    occupied_by_other: bool


class Me(BaseModel):
    """Who is signed in. `csrf_token` goes in the header X-CSRF-Token of everything that changes something."""

    agent: Person
    partner: Person
    stations: list[StationChoice]
    csrf_token: str


class IceAnswer(BaseModel):
    ice_servers: list[IceServer]


def agents_router(doors: Doors) -> APIRouter:
    """The routes, on these doors."""
    router = APIRouter(prefix="/api")
    guard = Guard(doors)
    per_minute = doors.config.limits.sign_in_per_minute
    by_address = KeyedLimiter(per_minute / 60, per_minute)
    by_account = KeyedLimiter(per_minute / 60, per_minute)
    is_https = doors.config.server.public_url.startswith("https://")

    async def describe(session: SessionRecord) -> Me:
        identity = session.identity
        workplace = await doors.accounts.workplace(identity)
        return Me(
            agent=Person(id=identity.agent_id, name=identity.display_name),
            partner=Person(id=workplace.partner_id, name=workplace.partner_name),
            stations=[
                StationChoice(id=place.station_id, name=place.name, occupied_by_other=place.occupied_by_other)
                for place in workplace.places
            ],
            csrf_token=session.csrf_token,
        )

    def check_limits(request: Request, email: str) -> None:
        now = doors.monotonic()
        address = address_key(request.client.host if request.client else None)
        # The account is known here by a hash: nobody's e-mail stays in memory because it was tried.
        for limiter, key in ((by_address, address), (by_account, token_hash(email.strip().lower()))):
            if not limiter.allow(key, now):
                record(_logger, AccessEvent.SIGN_IN_LIMITED, logging.WARNING)
                doors.metrics.sign_ins.labels("limited").inc()
                raise Problem(ProblemCode.TOO_MANY, limiter.retry_after_s(key, now))

    @router.post("/login")
    async def sign_in(body: SignIn, request: Request, response: Response) -> Me:
        check_limits(request, body.email)
        credential = await doors.accounts.credential_of(body.email)
        stored = credential.password_hash if credential is not None else None
        try:
            matches = await doors.passwords.match(stored, body.password)
        except Overloaded:
            raise Problem(ProblemCode.TOO_MANY, retry_after_s=2) from None
        now = doors.clock()
        if credential is None or not matches or not credential.may_sign_in:
            actor = credential.identity.agent_id if credential is not None else "unknown"
            await doors.accounts.audit(actor, AuditAction.SIGN_IN, AuditResult.REFUSED, now)
            record(_logger, AccessEvent.SIGN_IN_REFUSED, logging.WARNING)
            doors.metrics.sign_ins.labels("refused").inc()
            raise Problem(ProblemCode.WRONG_CREDENTIALS)
        identity = credential.identity
        if stored is not None and doors.passwords.is_outdated(stored):
            await doors.accounts.replace_password(identity.agent_id, await doors.passwords.rehash(body.password))
        before = await doors.sessions.find(request.cookies.get(SESSION_COOKIE), now)
        if before is not None:
            await doors.sessions.close(before, now)
            if before.identity.agent_id != identity.agent_id:
                await doors.on_signed_out(before.identity.agent_id)
        cookie, session = await doors.sessions.open(identity, now)
        response.set_cookie(SESSION_COOKIE, cookie, path="/", secure=is_https, httponly=True, samesite="strict")
        record(_logger, AccessEvent.SIGNED_IN, agent=identity.agent_id, partner=identity.partner_id)
        doors.metrics.sign_ins.labels("ok").inc()
        return await describe(session)

    @router.post("/logout", status_code=204)
    async def sign_out(request: Request, response: Response) -> None:
        session = await guard.session_that_changes(request)
        await doors.sessions.close(session, doors.clock())
        response.delete_cookie(SESSION_COOKIE, path="/", secure=is_https, httponly=True, samesite="strict")
        record(_logger, AccessEvent.SIGNED_OUT, agent=session.identity.agent_id)
        await doors.on_signed_out(session.identity.agent_id)

    @router.get("/me")
    async def me(request: Request) -> Me:
        return await describe(await guard.session_of(request))

    @router.get("/ice", response_model_exclude_none=True)
    async def ice(request: Request) -> IceAnswer:
        session = await guard.session_of(request)
        return IceAnswer(ice_servers=doors.ice.servers_for(session.identity.agent_id, doors.clock()))

    return router
