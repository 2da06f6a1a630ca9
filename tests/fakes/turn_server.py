"""A real coturn on its own ports: UDP and TCP on one, TLS on another with a certificate made for it, short-lived credentials."""

import base64
import datetime
import hashlib
import hmac
import ipaddress
import os
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from hub.protocol import IceServer
from tests.fakes.child import Child

SECRET = "only-for-tests"
"""Of a server that lives for one test."""
READY_S = 10.0
DAY = datetime.timedelta(days=1)


class TurnServer:
    """Serves until the end of the block. `options` are further lines of turnserver.conf(5).

    Args:
        folder: its own; holds `ca.pem`, the authority that a client must trust for TLS.
        address: to listen on and to lend ports of.
        port: for UDP and TCP; 0: a free one.
        tls_port: 0: a free one.
        prefix: put before the command, to run it in a network namespace.
    """

    def __init__(
        self,
        folder: Path,
        *,
        address: str = "127.0.0.1",
        port: int = 0,
        tls_port: int = 0,
        options: Sequence[str] = (),
        prefix: Sequence[str] = (),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.address = address
        self.port = port or free_port(address)
        self.tls_port = tls_port or free_port(address)
        self.authority = folder / "ca.pem"
        _make_certificates(folder, address)
        settings = folder / "turnserver.conf"
        settings.write_text(
            "\n".join(
                [
                    f"listening-ip={address}",
                    f"relay-ip={address}",
                    f"listening-port={self.port}",
                    f"tls-listening-port={self.tls_port}",
                    "use-auth-secret",
                    f"static-auth-secret={SECRET}",
                    "realm=relay.test",
                    f"cert={folder / 'server.pem'}",
                    f"pkey={folder / 'server.key'}",
                    f"userdb={folder / 'turndb'}",
                    f"pidfile={folder / 'turnserver.pid'}",
                    "log-file=stdout",
                    "simple-log",
                    "verbose",
                    "no-cli",
                    "no-dtls",
                    "no-rfc5780",
                    "no-multicast-peers",
                    "allow-loopback-peers",
                    *options,
                    "",
                ]
            ),
            encoding="utf-8",
        )
        command = [*prefix, "turnserver", "-c", str(settings)]
        self.program = Child("coturn", command, log=folder / "coturn.log", cwd=folder)
        try:
            self.program.wait_for_log("Total General servers", within_s=READY_S)
        except BaseException:
            self.close()
            raise

    def credentials(self, *, ttl_s: float = 600.0, identity: str = "kiosk") -> tuple[str, str]:
        """User name and password as the hub makes them (draft-uberti-behave-turn-rest-00)."""
        username = f"{int(time.time() + ttl_s)}:{identity}"
        digest = hmac.new(SECRET.encode(), username.encode(), hashlib.sha1).digest()
        return username, base64.b64encode(digest).decode()

    def urls(self, *ways: str) -> list[str]:
        """Addresses of these ways ("udp", "tcp", "tls"), all of them by default."""
        known = {
            "udp": f"turn:{self.address}:{self.port}?transport=udp",
            "tcp": f"turn:{self.address}:{self.port}?transport=tcp",
            "tls": f"turns:{self.address}:{self.tls_port}?transport=tcp",
        }
        return [known[way] for way in ways or known]

    def servers(self, *ways: str, ttl_s: float = 600.0) -> list[IceServer]:
        """As the hub gives them."""
        username, credential = self.credentials(ttl_s=ttl_s)
        return [IceServer(urls=self.urls(*ways), username=username, credential=credential)]

    def log(self) -> str:
        return self.program.read_log()

    def close(self) -> None:
        self.program.end(within_s=3)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def free_port(address: str) -> int:
    """A port that is free for UDP and TCP now."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as stream:
        stream.bind((address if address.startswith("127.") else "127.0.0.1", 0))
        return int(stream.getsockname()[1])


def _make_certificates(folder: Path, address: str) -> None:
    now = datetime.datetime.now(datetime.UTC)
    authority_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    authority = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
    builder = x509.CertificateBuilder().not_valid_before(now - DAY).not_valid_after(now + DAY)
    ca = (
        builder.subject_name(authority)
        .issuer_name(authority)
        .public_key(authority_key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    server = (
        builder.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "relay.test")]))
        .issuer_name(authority)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with open(folder / "server.key", "wb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
        file.write(private)
