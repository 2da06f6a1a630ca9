"""Around every HTTP answer: strict headers, a bounded body, no foreign origin, no traceback.

Plain ASGI, so that sockets pass untouched. Sockets check their Origin with `hub.server.auth.origin_allowed`.
"""

import asyncio
import logging
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.logbook import record
from hub.server.access_journal import AccessEvent
from hub.server.auth import origin_allowed
from hub.server.metrics import Metrics
from hub.server.problems import Problem, ProblemCode

MAX_BODY_BYTES = 16 * 1024
BODY_TIMEOUT_S = 10.0
PROGRAM_PATHS = frozenset({"/api/enrol"})
"""Asked for by programs too, which send no Origin; they carry no cookie that could be abused."""

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_logger = logging.getLogger(__name__)


def security_headers(public_url: str) -> dict[str, str]:
    """The headers of every answer. No third party is named in any of them."""
    parts = urlsplit(public_url)
    socket_origin = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}"
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob: mediastream:",
        # Older browsers do not take 'self' for the sockets of the same host.
        f"connect-src 'self' {socket_origin}",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
    headers = {
        "content-security-policy": "; ".join(policy),
        "permissions-policy": "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()",
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    if parts.scheme == "https":
        headers["strict-transport-security"] = "max-age=31536000"
    return headers


class Shield:
    """ASGI middleware; see the module."""

    def __init__(self, app: ASGIApp, public_url: str, metrics: Metrics) -> None:
        self._app = app
        self._public_url = public_url
        self._metrics = metrics
        self._headers = security_headers(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def send_shielded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault("cache-control", "no-store")
                self._metrics.http_requests.labels(f"{message['status'] // 100}xx").inc()
            await send(message)

        try:
            self._check_origin(scope)
            await self._app(scope, _bounded(scope, receive), send_shielded)
        except Problem as problem:
            if not started:
                await problem.response()(scope, receive, send_shielded)
        except Exception as error:  # noqa: BLE001 - the last door: what escapes here would be a traceback
            # The text of an exception may hold what was typed; its type does not.
            record(_logger, AccessEvent.REQUEST_FAILED, logging.ERROR, error=type(error).__name__)
            if not started:
                await Problem(ProblemCode.FAILED).response()(scope, receive, send_shielded)

    def _check_origin(self, scope: Scope) -> None:
        if scope["method"] in _SAFE_METHODS:
            return
        origin = Headers(scope=scope).get("origin")
        if origin is None and scope["path"] in PROGRAM_PATHS:
            return
        if not origin_allowed(origin, self._public_url):
            record(_logger, AccessEvent.FOREIGN_ORIGIN, logging.WARNING)
            raise Problem(ProblemCode.FOREIGN_ORIGIN)


def _bounded(scope: Scope, receive: Receive) -> Receive:
    """`receive`, which refuses a body that is too large, told or not, or too slow to come."""
    told = Headers(scope=scope).get("content-length", "0")
    if not told.isascii() or not told.isdigit() or int(told[:12]) > MAX_BODY_BYTES:
        raise Problem(ProblemCode.TOO_LARGE)
    received = 0
    complete = False

    async def receive_bounded() -> Message:
        nonlocal received, complete
        if complete:
            return await receive()
        try:
            async with asyncio.timeout(BODY_TIMEOUT_S):
                message = await receive()
        except TimeoutError:
            raise Problem(ProblemCode.TOO_SLOW) from None
        if message["type"] == "http.request":
            received += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if received > MAX_BODY_BYTES:
                raise Problem(ProblemCode.TOO_LARGE)
        return message

    return receive_bounded
