"""The kiosk's identity on disk, as `visio-provision enrol` writes it: a private key, its identifier beside it."""

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from hub.protocol import signed_challenge

_KIOSK_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAX_FILE_BYTES = 4096


class KeyUnreadable(OSError):
    """The key or the identifier is there but is not one. Never carries what was read."""


@dataclass(frozen=True)
class KioskKey:
    """Who this kiosk is, and the proof of it."""

    kiosk_id: str
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def read(cls, key_file: Path, kiosk_id: str = "") -> "KioskKey":
        """Read an unencrypted PKCS#8 PEM key; without `kiosk_id`, the identifier from `key_file` + ".id".

        Raises:
            OSError: a file is missing or may not be read.
            KeyUnreadable: not an Ed25519 key, or not an identifier.
        """
        text = key_file.read_bytes()[:MAX_FILE_BYTES]
        try:
            private = load_pem_private_key(text, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise KeyUnreadable("not an unencrypted PEM key") from None
        if not isinstance(private, Ed25519PrivateKey):
            raise KeyUnreadable("not an Ed25519 key")
        if not kiosk_id:
            raw = key_file.with_name(key_file.name + ".id").read_bytes()[:MAX_FILE_BYTES]
            kiosk_id = raw.decode("ascii", "replace").strip()
        if not _KIOSK_ID.fullmatch(kiosk_id):
            raise KeyUnreadable("not a kiosk identifier")
        return cls(kiosk_id, private)

    def sign(self, nonce: str) -> str:
        """Base64 of the Ed25519 signature (RFC 8032) of the hub's challenge."""
        signature = self._private.sign(signed_challenge(nonce, self.kiosk_id))
        return base64.b64encode(signature).decode("ascii")
