"""Pages, static files and the shield around every answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from hub.server import shield
from hub.server.http import MEDIA_TYPES, new_app
from tests.hub.access_world import World, close_world, open_world


@pytest.fixture
def web(tmp_path: Path) -> Path:
    root = tmp_path / "web"
    (root / "station").mkdir(parents=True)
    (root / "station" / "index.html").write_text("<!doctype html><title>é</title>", encoding="utf-8")
    for ending in MEDIA_TYPES:
        (root / "station" / f"file{ending}").write_bytes(b"content")
    (root / "station" / "notes.py").write_text("secret")
    (root / "station" / ".hidden.js").write_text("secret")
    (tmp_path / "outside.js").write_text("secret")
    return root


@pytest.fixture
def world(tmp_path: Path, web: Path) -> Iterator[World]:
    world = open_world(tmp_path, web_root=web)
    yield world
    close_world(world)


async def test_every_answer_has_the_strict_headers(world: World) -> None:
    requests = [
        ("GET", "/station"),
        ("GET", "/web/station/file.js"),
        ("GET", "/livez"),
        ("GET", "/api/me"),
        ("GET", "/nowhere"),
        ("GET", "/"),
        ("POST", "/api/login"),
        ("DELETE", "/livez"),
    ]
    async with world.client() as client:
        for method, path in requests:
            headers = (await client.request(method, path)).headers
            policy = headers["content-security-policy"].split("; ")
            assert "default-src 'none'" in policy, path
            assert "script-src 'self'" in policy
            assert "connect-src 'self' ws://hub.test" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cross-origin-opener-policy"] == "same-origin"
            assert headers["permissions-policy"].startswith("camera=(self), microphone=(self)")
            assert headers["cache-control"] in ("no-store", "no-cache")
            assert "strict-transport-security" not in headers


def test_behind_tls_sockets_are_wss_and_http_is_over() -> None:
    headers = shield.security_headers("https://visio.example:8443")
    assert "connect-src 'self' wss://visio.example:8443;" in headers["content-security-policy"]
    assert "max-age" in headers["strict-transport-security"]


async def test_the_station_page_is_served_and_the_front_door_leads_to_it(world: World) -> None:
    async with world.client() as client:
        page = await client.get("/station")
        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "é" in page.text
        home = await client.get("/")
        assert (home.status_code, home.headers["location"]) == (307, "/station")


async def test_static_files_have_their_type_and_are_revalidated(world: World) -> None:
    async with world.client() as client:
        for ending, media_type in MEDIA_TYPES.items():
            answer = await client.get(f"/web/station/file{ending}")
            assert answer.status_code == 200
            assert answer.headers["content-type"] == media_type
            assert answer.headers["cache-control"] == "no-cache"
        again = await client.get("/web/station/file.js", headers={"If-None-Match": answer.headers["etag"] + "x"})
        assert again.status_code == 200
        same = await client.get("/web/station/file.js", headers={"If-None-Match": again.headers["etag"]})
        assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/web/station/notes.py",
        "/web/station/.hidden.js",
        "/web/station/",
        "/web/station/absent.js",
        "/web/..%2foutside.js",
        "/web/%2e%2e/outside.js",
        "/web/station/..%2f..%2f..%2foutside.js",
        "/web",
        "/station/",
        "/api/me/",
        "/docs",
        "/redoc",
        "/openapi.json",
    ],
)
async def test_nothing_else_is_served(world: World, path: str) -> None:
    async with world.client() as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "secret" not in answer.text


async def test_a_body_is_bounded_whether_its_size_is_told_or_not(world: World) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(shield.MAX_BODY_BYTES // 1024 + 2):
            yield b" " * 1024

    async with world.client() as client:
        headers = {"content-type": "application/json"}
        for body in (b" " * (shield.MAX_BODY_BYTES + 1), endless()):
            answer = await client.post("/api/login", content=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (413, "too_large")
        answer = await client.post("/api/login", content=b"", headers={"content-length": "minus one"})
        assert answer.status_code == 413


async def test_a_body_that_does_not_come_is_given_up(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shield, "BODY_TIMEOUT_S", 0.05)
    never = asyncio.Event()
    sent = []

    async def receive() -> dict[str, object]:
        await never.wait()
        return {"type": "http.request"}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    headers = [(b"origin", b"http://hub.test"), (b"content-type", b"application/json"), (b"content-length", b"10")]
    scope = {"type": "http", "method": "POST", "path": "/api/login", "raw_path": b"/api/login", "headers": headers}
    scope |= {"query_string": b"", "client": ("192.0.2.1", 1), "server": ("hub.test", 80), "scheme": "http"}
    scope |= {"http_version": "1.1", "asgi": {"version": "3.0"}, "root_path": ""}
    await world.app(scope, receive, send)  # type: ignore[arg-type]
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b'"x"', b'{"email": 1}', b"\xff\xfe", b'{"email": "a"}'])
async def test_a_malformed_body_is_refused_without_being_repeated(world: World, body: bytes) -> None:
    async with world.client() as client:
        answer = await client.post("/api/login", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert set(answer.json()) == {"code", "message"}


async def test_an_error_inside_is_a_sentence_and_the_log_names_only_its_type(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(_request: Request) -> Response:
        raise RuntimeError("canary: what somebody typed")

    world.app.router.add_route("/broken", broken)
    async with world.client() as client:
        answer = await client.get("/broken")
        assert (answer.status_code, answer.json()["code"]) == (500, "failed")
        assert (await client.get("/livez")).status_code == 200
    assert "RuntimeError" in caplog.text
    assert "canary" not in caplog.text + answer.text


async def test_a_wrong_method_is_said_so(world: World) -> None:
    async with world.client() as client:
        answer = await client.get("/api/login")
    assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")


async def test_a_socket_is_served_past_the_layers_made_for_pages_and_no_other_is_opened() -> None:
    app = new_app()
    served: list[Scope] = []
    sent: list[Message] = []

    async def serve(scope: Scope, _receive: Receive, _send: Send) -> None:
        served.append(scope)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    app.sockets["/ws/known"] = serve
    known = {"type": "websocket", "path": "/ws/known", "headers": []}
    await app(known, receive, send)
    assert served == [known]
    await app({"type": "websocket", "path": "/ws/other", "headers": []}, receive, send)
    assert served == [known]
    assert [message["type"] for message in sent] == ["websocket.close"]
