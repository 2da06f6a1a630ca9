"""The key file is read or refused in words that tell nothing of it."""

import base64
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from hub.protocol import signed_challenge
from kiosk.link.key import KeyUnreadable, KioskKey

PLAIN = NoEncryption()


def write(
    file: Path,
    key: ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey,
    encryption: KeySerializationEncryption = PLAIN,
) -> None:
    file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))


def test_the_identifier_is_read_beside_the_key_and_the_signature_holds(tmp_path: Path) -> None:
    private = ed25519.Ed25519PrivateKey.generate()
    write(tmp_path / "kiosk.key", private)
    (tmp_path / "kiosk.key.id").write_text("borne-12\n")
    key = KioskKey.read(tmp_path / "kiosk.key")
    assert key.kiosk_id == "borne-12"
    private.public_key().verify(base64.b64decode(key.sign("bm9uY2U=")), signed_challenge("bm9uY2U=", "borne-12"))
    assert "PrivateKey" not in repr(key)


def test_the_configured_identifier_comes_first(tmp_path: Path) -> None:
    write(tmp_path / "kiosk.key", ed25519.Ed25519PrivateKey.generate())
    assert KioskKey.read(tmp_path / "kiosk.key", "borne-7").kiosk_id == "borne-7"


def test_missing_files_say_so(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        KioskKey.read(tmp_path / "kiosk.key")
    write(tmp_path / "kiosk.key", ed25519.Ed25519PrivateKey.generate())
    with pytest.raises(FileNotFoundError):
        KioskKey.read(tmp_path / "kiosk.key")


@pytest.mark.parametrize("content", [b"", b"secret", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_what_is_not_a_key_is_refused_without_being_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "kiosk.key").write_bytes(content)
    with pytest.raises(KeyUnreadable) as refused:
        KioskKey.read(tmp_path / "kiosk.key", "borne")
    assert "secret" not in str(refused.value)


def test_other_kinds_of_keys_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "curve.key", ec.generate_private_key(ec.SECP256R1()))
    write(tmp_path / "locked.key", ed25519.Ed25519PrivateKey.generate(), BestAvailableEncryption(b"password"))
    for name in ("curve.key", "locked.key"):
        with pytest.raises(KeyUnreadable):
            KioskKey.read(tmp_path / name, "borne")


@pytest.mark.parametrize("identifier", ["", "two words", "é", "x" * 65])
def test_what_is_not_an_identifier_is_refused(tmp_path: Path, identifier: str) -> None:
    write(tmp_path / "kiosk.key", ed25519.Ed25519PrivateKey.generate())
    (tmp_path / "kiosk.key.id").write_text(identifier)
    with pytest.raises(KeyUnreadable):
        KioskKey.read(tmp_path / "kiosk.key")
