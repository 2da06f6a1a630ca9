"""Explicit ICE servers; credentials that a real coturn takes."""

import base64
import hashlib
import hmac
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.config import IceOptions
from hub.options import OptionsError
from hub.server.ice import IceIssuer
from tests.fakes.child import Child

SECRET = "canary-turn-secret"
TURN = ["turn:t.example:3478?transport=udp", "turns:t.example:443?transport=tcp"]


@pytest.fixture
def secret_file(tmp_path: Path) -> str:
    file = tmp_path / "turn.secret"
    file.write_text(f"{SECRET}\n")
    return str(file)


def test_without_servers_none_is_named() -> None:
    assert IceIssuer(IceOptions()).servers_for("hambye-1", 0) == []


def test_stun_needs_no_secret() -> None:
    (server,) = IceIssuer(IceOptions(stun_urls=["stun:t.example:3478"])).servers_for("hambye-1", 0)
    assert (server.urls, server.username, server.credential) == (["stun:t.example:3478"], None, None)


def test_credentials_expire_and_are_bound_to_who_asked(secret_file: str) -> None:
    issuer = IceIssuer(IceOptions(turn_urls=TURN, turn_secret_file=secret_file, credential_ttl_s=600))
    (server,) = issuer.servers_for("hambye-1", 1_000.9)
    assert server.urls == TURN  # in the order to try
    assert server.username == "1600:hambye-1"
    digest = hmac.new(SECRET.encode(), b"1600:hambye-1", hashlib.sha1).digest()
    assert server.credential == base64.b64encode(digest).decode()
    (other,) = issuer.servers_for("hambye-2", 1_000.9)
    assert other.credential != server.credential
    assert SECRET not in repr(issuer.servers_for("hambye-1", 0)) + repr(issuer)


def test_more_addresses_than_one_entry_takes_are_all_given(secret_file: str) -> None:
    urls = [f"turn:t{number}.example:3478" for number in range(11)]
    servers = IceIssuer(IceOptions(turn_urls=urls, turn_secret_file=secret_file)).servers_for("k", 0)
    assert [url for server in servers for url in server.urls] == urls
    assert len({server.credential for server in servers}) == 1


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"turn_urls": TURN}, "ice.turn_secret_file"),
        ({"turn_urls": TURN, "turn_secret_file": "absent"}, "cannot be read"),
        ({"turn_urls": TURN, "turn_secret_file": "."}, "cannot be read"),
        ({"turn_urls": ["https://t.example"]}, "ice.turn_urls"),
        ({"turn_urls": ["turn:"]}, "ice.turn_urls"),
        ({"turn_urls": ["turn:t.example?transport=carrier-pigeon"]}, "ice.turn_urls"),
        ({"stun_urls": ["turn:t.example"]}, "ice.stun_urls"),
        ({"stun_urls": ["stun:user@t.example"]}, "ice.stun_urls"),
    ],
)
def test_wrong_settings_are_told_at_the_start(tmp_path: Path, options: dict[str, object], expected: str) -> None:
    if "turn_secret_file" in options:
        options = options | {"turn_secret_file": str(tmp_path / str(options["turn_secret_file"]))}
    with pytest.raises(OptionsError, match=expected):
        IceIssuer(IceOptions(**options))  # type: ignore[arg-type]


def test_an_empty_secret_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(OptionsError, match="is empty"):
        IceIssuer(IceOptions(turn_urls=TURN, turn_secret_file=str(tmp_path / "empty")))


@pytest.mark.parametrize("url", ["turn:192.0.2.1", "turn:[2001:db8::1]:3478", "turns:t.example:443?transport=tcp"])
def test_right_addresses_are_taken(secret_file: str, url: str) -> None:
    IceIssuer(IceOptions(turn_urls=[url], turn_secret_file=secret_file))


@pytest.mark.skipif(not shutil.which("turnserver") or not shutil.which("turnutils_uclient"), reason="no coturn here")
def test_a_real_coturn_takes_them_and_no_others(tmp_path: Path, secret_file: str, free_port: Callable[[], int]) -> None:
    port, relay = free_port(), free_port()
    command = ["turnserver", "-n", "--use-auth-secret", f"--static-auth-secret={SECRET}", "--realm=test.example"]
    command += ["--listening-ip=127.0.0.1", "--relay-ip=127.0.0.1", f"--listening-port={port}", "--no-tls", "--no-dtls"]
    command += ["--allow-loopback-peers", "--no-cli", f"--pidfile={tmp_path / 'pid'}", "--log-file=stdout"]
    command += [f"--userdb={tmp_path / 'turn.db'}", f"--min-port={relay}", f"--max-port={min(relay + 20, 65535)}"]
    issuer = IceIssuer(IceOptions(turn_urls=[f"turn:127.0.0.1:{port}"], turn_secret_file=secret_file))
    (server,) = issuer.servers_for("hambye-1", time.time())
    (expired,) = issuer.servers_for("hambye-1", time.time() - 20_000)
    assert server.username is not None
    assert server.credential is not None
    assert expired.username is not None
    assert expired.credential is not None

    def allocate(username: str, credential: str) -> subprocess.CompletedProcess[str]:
        client = ["turnutils_uclient", "-t", "-y", "-c", "-n", "1", "-u", username, "-w", credential]
        client += ["-p", str(port), "127.0.0.1"]
        return subprocess.run(client, capture_output=True, text=True, timeout=30)

    def is_listening() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with Child("coturn", command, log=tmp_path / "coturn.log", cwd=tmp_path) as coturn:
        coturn.wait_until(is_listening, within_s=15, what="its port")
        good = allocate(server.username, server.credential)
        assert good.returncode == 0, good.stdout + good.stderr
        assert "Cannot complete Allocation" not in good.stdout
        assert "tot_recv_bytes ~ 200" in good.stdout
        for username, credential in (
            (server.username, "wrong"),
            (expired.username, expired.credential),
            (f"{server.username}x", server.credential),
        ):
            assert "Cannot complete Allocation" in allocate(username, credential).stdout
