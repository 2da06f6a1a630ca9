"""Enrol a kiosk: make its key here, have the hub know the public half, note the identifier it was given.

The private key is an Ed25519 key in PKCS #8 PEM (RFC 8410), mode 0600, and never leaves the machine. Beside
`FILE`, `FILE.id` holds the kiosk's identifier and means "enrolled"; `FILE.new` is a key that waits for the
hub's word while `FILE` still works (`replace`). Whatever fails, the key that waits is kept: the same command
again goes on with it, and the hub takes the same code again for the same key.
"""

import base64
import ipaddress
import os
import re
import tempfile
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

TIMEOUT_S = (5.0, 20.0)
"""To connect, then to be answered."""

_SCHEMES = {"http": "ws", "https": "wss"}
_IDENTIFIER = re.compile(r"[A-Za-z0-9_-]{1,64}")
_CODE_REFUSED = {
    "code_unknown": "Ce code n’existe pas. Vérifiez-le lettre par lettre",
    "code_expired": "Ce code a expiré",
    "code_used": "Ce code a déjà servi, pour une autre clé",
    "kiosk_disabled": "Cette borne est désactivée au hub : tapez-y visio-hub kiosk enable BORNE",
}
_NEW_CODE = "pour un nouveau code, tapez au hub : visio-hub kiosk code BORNE"
_KEPT = "La clé de la borne est gardée : la même commande reprendra"


class Exit(IntEnum):
    """Exit codes of `visio-provision enrol` besides 0, and 2 for a wrong command line."""

    KEY = 1
    CODE = 3
    HUB = 4


class EnrolFailed(Exception):
    """The kiosk is not enrolled. The text is a French sentence: what happened, what is kept, what to do."""

    def __init__(self, exit_code: Exit, sentence: str) -> None:
        super().__init__(sentence)
        self.exit = exit_code


@dataclass(frozen=True)
class Enrolled:
    """What the hub answered, and where the kiosk will connect."""

    kiosk_id: str
    kiosk_name: str
    site_name: str
    socket_url: str
    warning: str = ""


def enrol(hub: str, code: str, key_file: Path, *, replace: bool = False) -> Enrolled:
    """Enrol this machine's key at `hub` (http:// or https://) with a one-time `code`.

    Raises:
        EnrolFailed: the address, the key file, the code or the hub is not usable.
    """
    base, socket_url = _addresses(hub)
    id_file = key_file.with_name(key_file.name + ".id")
    waiting = key_file.with_name(key_file.name + ".new") if id_file.exists() else key_file
    if id_file.exists() and not replace:
        raise EnrolFailed(
            Exit.KEY,
            f"Cette borne est déjà inscrite ({id_file} existe). Rien n’a été changé ; "
            "pour remplacer sa clé, ajoutez --replace.",
        )
    key = _key_at(waiting)
    answer = _ask(base, code, key)
    enrolled = _read_answer(answer, socket_url, base)
    try:
        _write_private(id_file, f"{enrolled.kiosk_id}\n".encode("ascii"))
        if waiting != key_file:
            waiting.replace(key_file)
    except OSError as error:
        raise EnrolFailed(
            Exit.KEY, f"Le hub a accepté, mais {id_file} ne peut pas être écrit : {error.strerror}. {_KEPT}."
        ) from None
    return enrolled


def _addresses(hub: str) -> tuple[str, str]:
    """The hub's address for requests and for the kiosk's socket."""
    try:
        parts = urlsplit(hub.strip())
        _ = parts.port
    except ValueError:
        parts = urlsplit("")
    by_scheme = _SCHEMES | {socket: http for http, socket in _SCHEMES.items()}
    if parts.scheme not in by_scheme or not parts.hostname or parts.path not in ("", "/") or parts.query:
        raise EnrolFailed(
            Exit.HUB, "L’adresse du hub doit être comme https://visio.exemple.fr, sans rien après. Rien n’a été changé."
        )
    other = f"{by_scheme[parts.scheme]}://{parts.netloc}"
    mine = f"{parts.scheme}://{parts.netloc}"
    return (mine, other) if parts.scheme in _SCHEMES else (other, mine)


def _key_at(file: Path) -> Ed25519PrivateKey:
    """The key in `file`, made and written if there is none."""
    try:
        pem = file.read_bytes()
    except FileNotFoundError:
        key = Ed25519PrivateKey.generate()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            _write_private(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        except OSError as error:
            raise EnrolFailed(
                Exit.KEY,
                f"La clé ne peut pas être écrite dans {file} : {error.strerror}. Rien n’a été changé ; "
                "choisissez un autre dossier, ou le compte de la borne.",
            ) from None
        return key
    except OSError as error:
        raise EnrolFailed(
            Exit.KEY, f"La clé {file} ne peut pas être lue : {error.strerror}. Rien n’a été changé."
        ) from None
    try:
        stored = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        stored = None
    if not isinstance(stored, Ed25519PrivateKey):
        raise EnrolFailed(
            Exit.KEY,
            f"Le fichier {file} existe et n’est pas une clé de borne. Il n’a pas été touché ; "
            "déplacez-le, ou choisissez un autre fichier.",
        )
    return stored


def _write_private(file: Path, content: bytes) -> None:
    """Write a file that only its owner reads, wholly or not at all, even if the power is cut."""
    descriptor, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)  # made with mode 0600
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _ask(base: str, code: str, key: Ed25519PrivateKey) -> requests.Response:
    public_key = base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")
    with requests.Session() as session:
        # A proxy has nothing to do between two programs of one machine.
        session.trust_env = not _is_loopback(base)
        try:
            return session.post(
                f"{base}/api/enrol",
                json={"code": code.strip(), "public_key": public_key},
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
        except requests.exceptions.SSLError:
            sentence = f"Le certificat de {base} n’est pas reconnu : vérifiez l’adresse et l’heure de la borne"
        except requests.exceptions.Timeout:
            sentence = f"Le hub {base} ne répond pas à temps : vérifiez le réseau"
        except requests.exceptions.RequestException:
            sentence = f"Le hub {base} n’est pas joignable : vérifiez l’adresse, le réseau, et que le hub tourne"
    raise EnrolFailed(Exit.HUB, f"{sentence}. {_KEPT}.")


def _read_answer(response: requests.Response, socket_url: str, base: str) -> Enrolled:
    try:
        answer: Any = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        answer = {}
    problem = answer.get("code")
    if isinstance(problem, str) and problem in _CODE_REFUSED:
        raise EnrolFailed(Exit.CODE, f"{_CODE_REFUSED[problem]} ; {_NEW_CODE}. {_KEPT}.")
    if response.status_code == requests.codes.too_many_requests:
        wait = response.headers.get("Retry-After", "60")
        seconds = wait if wait.isascii() and wait.isdigit() else "60"
        raise EnrolFailed(Exit.CODE, f"Trop d’essais : attendez {seconds} secondes. {_KEPT}.")
    kiosk_id, kiosk_name, site_name = (answer.get(key) for key in ("kiosk_id", "kiosk_name", "site_name"))
    is_answer = response.status_code == requests.codes.ok and all(
        isinstance(each, str) for each in (kiosk_id, kiosk_name, site_name)
    )
    if not is_answer or not _IDENTIFIER.fullmatch(str(kiosk_id)):
        message = answer.get("message")
        said = f"Le hub a répondu : {message}" if isinstance(message, str) else f"{base} ne répond pas comme un hub"
        raise EnrolFailed(Exit.HUB, f"{said.rstrip('.')} (réponse {response.status_code}). {_KEPT}.")
    warning = ""
    if base.startswith("http://") and not _is_loopback(base):
        warning = "Attention : le hub est joint sans chiffrement (http). En service, donnez une adresse https."
    return Enrolled(str(kiosk_id), _shown(kiosk_name), _shown(site_name), socket_url, warning)


def _shown(text: Any) -> str:
    """Text from the network, without what would move a terminal's cursor."""
    return "".join(character for character in str(text)[:200] if character.isprintable())


def _is_loopback(base: str) -> bool:
    host = urlsplit(base).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
