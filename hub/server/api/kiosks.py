"""Enrolment: a new kiosk exchanges a one-time code against a place in the network for its public key."""

import base64
import binascii
import logging

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from hub.core.access import AuditAction, AuditResult, CodeState
from hub.logbook import record
from hub.server.access_journal import AccessEvent
from hub.server.doors import Doors
from hub.server.enrolment import code_hash, read_code
from hub.server.limits import KeyedLimiter, address_key
from hub.server.problems import Problem, ProblemCode

_KEY_BYTES = 32
_PROBLEMS = {
    CodeState.UNKNOWN: ProblemCode.CODE_UNKNOWN,
    CodeState.EXPIRED: ProblemCode.CODE_EXPIRED,
    CodeState.USED: ProblemCode.CODE_USED,
    CodeState.KIOSK_DISABLED: ProblemCode.KIOSK_DISABLED,
}
_logger = logging.getLogger(__name__)


class EnrolRequest(BaseModel):
    """`public_key`: base64 of 32 bytes, Ed25519 (RFC 8032)."""

    code: str = Field(min_length=1, max_length=60)
    public_key: str = Field(min_length=1, max_length=64)


class EnrolAnswer(BaseModel):
    kiosk_id: str
    kiosk_name: str
    site_name: str


def kiosks_router(doors: Doors) -> APIRouter:
    """The routes, on these doors."""
    router = APIRouter(prefix="/api")
    per_minute = doors.config.limits.enrol_per_minute
    by_address = KeyedLimiter(per_minute / 60, per_minute)

    @router.post("/enrol")
    async def enrol(body: EnrolRequest, request: Request) -> EnrolAnswer:
        address, instant = address_key(request.client.host if request.client else None), doors.monotonic()
        if not by_address.allow(address, instant):
            record(_logger, AccessEvent.ENROLMENT_LIMITED, logging.WARNING)
            doors.metrics.enrolments.labels("limited").inc()
            raise Problem(ProblemCode.TOO_MANY, by_address.retry_after_s(address, instant))
        public_key = _public_key(body.public_key)
        now = doors.clock()
        if read_code(body.code) is None:
            await doors.accounts.audit("enrolment", AuditAction.ENROL, AuditResult.REFUSED, now)
            raise _refused(doors, CodeState.UNKNOWN)
        enrolment = await doors.accounts.enrol(code_hash(body.code), public_key, now)
        if enrolment.kiosk is None:
            raise _refused(doors, enrolment.state)
        record(_logger, AccessEvent.KIOSK_ENROLLED, kiosk=enrolment.kiosk.kiosk_id)
        doors.metrics.enrolments.labels("ok").inc()
        return EnrolAnswer(
            kiosk_id=enrolment.kiosk.kiosk_id,
            kiosk_name=enrolment.kiosk.name,
            site_name=enrolment.kiosk.site_name,
        )

    return router


def _refused(doors: Doors, state: CodeState) -> Problem:
    record(_logger, AccessEvent.ENROLMENT_REFUSED, logging.WARNING, reason=state)
    doors.metrics.enrolments.labels("refused").inc()
    return Problem(_PROBLEMS[state])


def _public_key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Problem(ProblemCode.INVALID) from None
    if len(key) != _KEY_BYTES or not any(key):
        raise Problem(ProblemCode.INVALID)
    return key
