"""The web side of the hub: API routes, pages, static files, and the shield around them."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.server.api.agents import agents_router
from hub.server.api.health import health_router
from hub.server.api.kiosks import kiosks_router
from hub.server.api.stations import stations_router
from hub.server.doors import Doors
from hub.server.problems import Problem, ProblemCode, problem_of_status
from hub.server.shield import Shield

MEDIA_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".wav": "audio/wav",
    ".ogg": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".txt": "text/plain; charset=utf-8",
}
"""Everything the pages are made of; a file with another ending is not served. Not left to the machine's own table."""

PAGES = ("station",)
_REVALIDATE = {"cache-control": "no-cache"}


class HubApp(FastAPI):
    """An application whose WebSockets do not go through the layers made for pages.

    Each layer is a frame kept for as long as the socket lives and a step of each message that is sent: at thousands of
    sockets they weigh more than all the rest.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.sockets: dict[str, ASGIApp] = {}
        """By path."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        serve = self.sockets.get(scope["path"]) if scope["type"] == "websocket" else None
        await (serve or super().__call__)(scope, receive, send)


def new_app(lifespan: Any = None) -> HubApp:
    """An application without the framework's documentation pages, which load from third parties."""
    return HubApp(
        title="visio-hub",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # such a redirect would repeat whatever Host the client named
        lifespan=lifespan,
    )


def add_pages(app: FastAPI, doors: Doors) -> None:
    """Put the routes, the pages and the shield on `app`. Sockets are added by who owns them."""
    app.add_middleware(Shield, public_url=doors.config.server.public_url, metrics=doors.metrics)
    app.add_exception_handler(Problem, _answer_problem)
    app.add_exception_handler(HTTPException, _answer_status)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    for router in (agents_router(doors), kiosks_router(doors), health_router(doors)):
        app.include_router(router)
    if doors.switchboard is not None and doors.past is not None:
        app.include_router(stations_router(doors, doors.switchboard, doors.past))
    files = WebFiles(directory=doors.web_root, check_dir=False)
    for name in PAGES:
        app.add_route(f"/{name}", _page(files, name), methods=["GET"])
    app.add_route("/", _home, methods=["GET"])
    app.mount("/web", files, name="web")


class WebFiles(StaticFiles):
    """Static files of the pages: known endings only, always revalidated by ETag (no stale page after an update)."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        media_type = MEDIA_TYPES.get(Path(path).suffix)
        hidden = any(part.startswith((".", "_")) for part in Path(path).parts if part != ".")
        if media_type is None or hidden:
            raise HTTPException(404)
        response = await super().get_response(path, scope)
        response.headers["content-type"] = media_type
        response.headers.update(_REVALIDATE)
        return response


def _page(files: WebFiles, name: str) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        return await files.get_response(f"{name}/index.html", request.scope)

    return page


async def _home(_request: Request) -> Response:
    return RedirectResponse("/station")


async def _answer_problem(_request: Request, problem: Exception) -> Response:
    assert isinstance(problem, Problem)
    return problem.response()


async def _answer_status(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem_of_status(error.status_code).response()


async def _answer_invalid(_request: Request, _error: Exception) -> Response:
    # The framework's own answer repeats what was typed, passwords included.
    return Problem(ProblemCode.INVALID).response()
