"""Enrolling against a real hub on the loopback, and against what is not one."""

import base64
import socket
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import uvicorn
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from sqlalchemy import select, update

from hub.protocol import Hello, signed_challenge
from hub.server.enrolment import code_hash, make_code
from hub.store import tables as t
from hub.store.accounts import add_code
from provisioning import enrol as enrol_module
from provisioning.__main__ import main
from tests.hub.access_world import World, close_world, open_world


class RunningHub:
    """The hub's pages on a real server, in a thread."""

    def __init__(self, world: World, port: int) -> None:
        self.world = world
        self.url = f"http://127.0.0.1:{port}"

    def code(self, kiosk_id: str = "hambye-1", life_s: float = 900) -> str:
        made = make_code()
        now = self.world.now
        self.world.database.write_now(lambda c: add_code(c, code_hash(made), kiosk_id, now, now + life_s))
        return made

    def stored_key(self, kiosk_id: str = "hambye-1") -> bytes | None:
        query = select(t.kiosk.c.public_key).where(t.kiosk.c.id == kiosk_id)
        key: bytes | None = self.world.database.read_now(lambda c: c.execute(query).scalar_one())
        return key


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[RunningHub]:
    (tmp_path / "hub").mkdir()
    world = open_world(tmp_path / "hub")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = uvicorn.Server(uvicorn.Config(world.app, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield RunningHub(world, listener.getsockname()[1])
        server.should_exit = True
        thread.join(20)
    close_world(world)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return tmp_path / "kiosk" / "kiosk.key"


def run(hub_url: str, code: str, key_file: Path, *more: str) -> int:
    return main(["enrol", "--hub", hub_url, "--code", code, "--key", str(key_file), *more])


def public_half(key_file: Path) -> bytes:
    key = load_pem_private_key(key_file.read_bytes(), password=None)
    assert isinstance(key, Ed25519PrivateKey)
    return key.public_key().public_bytes_raw()


async def test_an_enrolled_kiosk_is_known_by_its_signature(
    hub: RunningHub, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(hub.url, hub.code(), key_file) == 0
    said = capsys.readouterr()
    assert "Borne de la mairie" in said.out
    assert "Mairie de Hambye" in said.out
    assert f'url = "{hub.url.replace("http", "ws")}"' in said.out
    assert said.err == ""
    assert key_file.with_name("kiosk.key.id").read_text() == "hambye-1\n"
    assert hub.stored_key() == public_half(key_file)
    private = load_pem_private_key(key_file.read_bytes(), password=None)
    assert isinstance(private, Ed25519PrivateKey)
    signature = base64.b64encode(private.sign(signed_challenge("nonce", "hambye-1"))).decode()
    hello = Hello(protocol=1, kiosk_id="hambye-1", signature=signature, software="test")
    credential = await hub.world.keys.verify(hello, "nonce")
    assert credential is not None
    assert credential.identity.site_name == "Mairie de Hambye"


def test_files_are_for_their_owner_alone_and_nothing_else_is_left(hub: RunningHub, key_file: Path) -> None:
    assert run(hub.url, hub.code(), key_file) == 0
    assert sorted(path.name for path in key_file.parent.iterdir()) == ["kiosk.key", "kiosk.key.id"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in key_file.parent.iterdir()} == {0o600}


def test_an_enrolled_key_is_not_overwritten_unless_asked(
    hub: RunningHub, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(hub.url, hub.code(), key_file)
    before = key_file.read_bytes()
    code = hub.code()
    assert run(hub.url, code, key_file) == enrol_module.Exit.KEY
    assert "--replace" in capsys.readouterr().err
    assert key_file.read_bytes() == before
    assert run(hub.url, code, key_file, "--replace") == 0
    assert key_file.read_bytes() != before
    assert hub.stored_key() == public_half(key_file)
    assert not key_file.with_name("kiosk.key.new").exists()


def test_a_refused_code_keeps_the_key_that_works_and_the_one_that_waits(
    hub: RunningHub, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(hub.url, hub.code(), key_file)
    before = key_file.read_bytes()
    assert run(hub.url, make_code(), key_file, "--replace") == enrol_module.Exit.CODE
    assert key_file.read_bytes() == before
    waiting = public_half(key_file.with_name("kiosk.key.new"))
    assert run(hub.url, hub.code(), key_file, "--replace") == 0
    assert public_half(key_file) == waiting == hub.stored_key()


def test_each_refusal_says_what_is_wrong_and_keeps_the_key(
    hub: RunningHub, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(hub.url, "XXXX-XXXX-XXXX", key_file) == enrol_module.Exit.CODE
    assert "n’existe pas" in capsys.readouterr().err
    kept = key_file.read_bytes()

    expired = hub.code(life_s=10)
    hub.world.now += 10
    assert run(hub.url, expired, key_file) == enrol_module.Exit.CODE
    assert "expiré" in capsys.readouterr().err

    used = hub.code("hambye-2")
    assert run(hub.url, used, key_file.with_name("other.key")) == 0
    assert run(hub.url, used, key_file) == enrol_module.Exit.CODE
    assert "déjà servi" in capsys.readouterr().err

    code = hub.code()
    hub.world.database.write_now(lambda c: c.execute(update(t.kiosk).values(is_enabled=False)))
    assert run(hub.url, code, key_file) == enrol_module.Exit.CODE
    assert "désactivée" in capsys.readouterr().err
    hub.world.database.write_now(lambda c: c.execute(update(t.kiosk).values(is_enabled=True)))

    assert key_file.read_bytes() == kept
    assert not key_file.with_name("kiosk.key.id").exists()
    assert run(hub.url, code, key_file) == 0
    assert hub.stored_key() == public_half(key_file)


def test_too_many_attempts_tell_how_long_to_wait(
    hub: RunningHub, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(10):
        run(hub.url, make_code(), key_file)
    capsys.readouterr()
    assert run(hub.url, hub.code(), key_file) == enrol_module.Exit.CODE
    assert "attendez" in capsys.readouterr().err


def test_an_answer_lost_on_the_way_costs_nothing(
    hub: RunningHub, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = hub.code()

    def lose(*_arguments: object) -> enrol_module.Enrolled:
        raise enrol_module.EnrolFailed(enrol_module.Exit.HUB, "the answer is lost")

    with monkeypatch.context() as patch:
        patch.setattr(enrol_module, "_read_answer", lose)
        assert run(hub.url, code, key_file) == enrol_module.Exit.HUB
    assert hub.stored_key() == public_half(key_file)
    assert run(hub.url, code, key_file) == 0
    assert key_file.with_name("kiosk.key.id").exists()


def test_a_hub_out_of_reach_is_said_so_and_the_key_is_kept(key_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        assert run(url, make_code(), key_file) == enrol_module.Exit.HUB
    said = capsys.readouterr().err
    assert "n’est pas joignable" in said
    assert "gardée" in said
    assert "Traceback" not in said
    public_half(key_file)


def test_a_hub_that_does_not_answer_is_given_up(
    key_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(enrol_module, "TIMEOUT_S", (1.0, 0.2))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert run(url, make_code(), key_file) == enrol_module.Exit.HUB
    assert "à temps" in capsys.readouterr().err


@contextmanager
def something_else(status: int, body: bytes) -> Iterator[str]:
    """A web server that is not a hub."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            if status == 301:
                self.send_header("Location", "http://192.0.2.1/")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>hello</html>"),
        (200, b'{"kiosk_id": "../../etc", "kiosk_name": "x", "site_name": "y"}'),
        (200, b'{"kiosk_id": 3, "kiosk_name": "x", "site_name": "y"}'),
        (200, b"[1, 2]"),
        (301, b""),
        (404, b"no"),
        (500, b'{"code": ["x"], "message": 7}'),
    ],
)
def test_what_does_not_answer_like_a_hub_changes_nothing(
    key_file: Path, capsys: pytest.CaptureFixture[str], status: int, body: bytes
) -> None:
    with something_else(status, body) as url:
        assert run(url, make_code(), key_file) == enrol_module.Exit.HUB
    assert str(status) in capsys.readouterr().err
    assert not key_file.with_name("kiosk.key.id").exists()
    public_half(key_file)


@pytest.mark.parametrize("url", ["visio.example", "ftp://visio.example", "https://", "https://h/path", "http://h:port"])
def test_a_wrong_address_is_refused_before_anything_is_made(
    key_file: Path, capsys: pytest.CaptureFixture[str], url: str
) -> None:
    assert run(url, make_code(), key_file) == enrol_module.Exit.HUB
    assert "https://visio.exemple.fr" in capsys.readouterr().err
    assert not key_file.parent.exists()


def test_the_address_of_the_socket_is_as_good(hub: RunningHub, key_file: Path) -> None:
    assert run(hub.url.replace("http", "ws") + "/", hub.code(), key_file) == 0


def test_a_file_that_is_not_a_key_is_left_alone(
    hub: RunningHub, key_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    key_file.parent.mkdir()
    other = X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    for content in (b"my shopping list", other, b""):
        key_file.write_bytes(content)
        assert run(hub.url, hub.code(), key_file) == enrol_module.Exit.KEY
        assert "n’est pas une clé" in capsys.readouterr().err
        assert key_file.read_bytes() == content


def test_a_folder_that_cannot_be_used_is_said_so(
    hub: RunningHub, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run(hub.url, hub.code(), tmp_path / "file" / "kiosk.key") == enrol_module.Exit.KEY
    (tmp_path / "folder").mkdir()
    assert run(hub.url, hub.code(), tmp_path / "folder") == enrol_module.Exit.KEY
    assert "Traceback" not in capsys.readouterr().err


def test_the_private_key_is_never_sent_nor_shown(
    key_file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    original = enrol_module.requests.Session.post

    def spy(self: object, url: str, **options: object) -> object:
        sent.append(repr(options).encode())
        return original(self, url, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(enrol_module.requests.Session, "post", spy)
    with something_else(200, b'{"kiosk_id": "k", "kiosk_name": "K\\u001b[2J", "site_name": "S"}') as url:
        assert run(url, make_code(), key_file) == 0
    said = capsys.readouterr().out
    private = load_pem_private_key(key_file.read_bytes(), password=None)
    assert isinstance(private, Ed25519PrivateKey)
    secret = base64.b64encode(private.private_bytes_raw())
    assert secret not in b"".join(sent) + said.encode()
    assert base64.b64encode(public_half(key_file)) in sent[0]
    assert "\x1b" not in said


def test_the_command_line_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(["enrol", "--hub", "https://h"])
    assert stop.value.code == 2
    with pytest.raises(SystemExit) as stop:
        main(["--help"])
    assert stop.value.code == 0
    assert "enrol" in capsys.readouterr().out
