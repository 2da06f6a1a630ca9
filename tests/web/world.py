"""One hub for the tests of the station page, with a partner, a kiosk and agents of its own for each test."""

import io
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from PIL import Image, ImageDraw

from tests.system.hub_program import HubProgram

PASSWORD = "une phrase de passe assez longue"
SITE = "Maison France services de Vernoux"
MOTIF = "Aide au logement"
OFFER_TIMEOUT_S = 6
PATIENT_OFFER_TIMEOUT_S = 60
"""Where a test does things while it rings, on a machine that may be busy with everything else."""
WRAP_UP_S = 60
PARTNERS = 60
PATIENT = 15
"""So many of them, the last ones, let their offers ring for long, and have two pools."""
_POOLS = (
    '[[partner.pool]]\nid = "near"\nname = "Agence de Privas"\n'
    '[[partner.pool]]\nid = "far"\nname = "Agence d’Aubenas"\n'
    '[[partner.overflow]]\nsteps = [{ pool = "near" }, { pool = "far", after_s = 1 }]\n'
)


@dataclass(frozen=True)
class Place:
    """What one test has to itself."""

    partner_id: str
    station_name: str
    email: str
    colleague_email: str
    kiosk_id: str
    kiosk_key: Ed25519PrivateKey


def _network() -> str:
    parts = [f'[[site]]\nid = "vernoux"\nname = "{SITE}"\n']
    for number in range(PARTNERS):
        is_patient = number >= PARTNERS - PATIENT
        offer_timeout_s = PATIENT_OFFER_TIMEOUT_S if is_patient else OFFER_TIMEOUT_S
        near, far = ('pool = "near"\n', 'pool = "far"\n') if is_patient else ("", "")
        parts.append(
            f'[[partner]]\nid = "p{number}"\nname = "CAF {number}"\nfull_name = "Caisse d’exemple {number}"\n'
            f"offer_timeout_s = {offer_timeout_s}\nwrap_up_s = {WRAP_UP_S}\nmissed_offers_limit = 1\n"
            f'[[partner.motif]]\nid = "logement"\nlabel = "{MOTIF}"\npapers = ["Votre bail", "Votre RIB"]\n'
            f'[[partner.motif]]\nid = "autre"\nlabel = "Autre question"\n'
            f'[[partner.motif]]\nid = "urgence"\nlabel = "Urgence"\npriority = 1\n'
            f"{_POOLS if is_patient else ''}"
            f'[[station]]\nid = "p{number}-1"\npartner = "p{number}"\nname = "Poste 1"\n{near}'
            f'[[station]]\nid = "p{number}-2"\npartner = "p{number}"\nname = "Poste 2"\n{far}'
            f'[[agent]]\nemail = "martin{number}@caf.example"\npartner = "p{number}"\nname = "Mme Martin"\n'
            f'[[agent]]\nemail = "leroy{number}@caf.example"\npartner = "p{number}"\nname = "M. Leroy"\n'
            f'[[kiosk]]\nid = "k{number}"\nsite = "vernoux"\nname = "Borne de l’accueil"\n'
        )
    return "\n".join(parts)


class World:
    """The real hub, set up by its commands; keys and passwords are then written for all at once."""

    def __init__(self, folder: Path, port: int, *, sign_in_per_minute: int = 600) -> None:
        """`sign_in_per_minute`: generous, because every test signs in from the same address."""
        network = folder / "network.toml"
        network.write_text(_network(), encoding="utf-8")
        url = f"http://localhost:{port}"
        settings = (
            f'[server]\nport = {port}\npublic_url = "{url}"\ndrain_s = 1\n'
            f'[database]\nurl = "sqlite:///{folder / "hub" / "hub.db"}"\n'
            f"[limits]\nsign_in_per_minute = {sign_in_per_minute}\n"
        )
        self.hub = HubProgram(folder / "hub", network=network, port=port, log=folder / "hub.log", settings=settings)
        self.url = self.hub.url
        self.websocket_url = self.hub.websocket_url
        self.hub.give_password("martin0@caf.example", PASSWORD)
        self._keys = {f"k{number}": Ed25519PrivateKey.generate() for number in range(PARTNERS)}
        self._write_credentials()
        self._hasty = iter(range(PARTNERS - PATIENT))
        self._patient = iter(range(PARTNERS - PATIENT, PARTNERS))

    def place(self, *, patient: bool = False) -> Place:
        """A partner that no other test has. `patient`: its offers ring for long, and it has pools."""
        number = next(self._patient if patient else self._hasty)
        key = self._keys[f"k{number}"]
        return Place(
            f"p{number}", "Poste 1", f"martin{number}@caf.example", f"leroy{number}@caf.example", f"k{number}", key
        )

    def _write_credentials(self) -> None:
        with sqlite3.connect(self.hub.database) as database:
            database.execute(
                "UPDATE agent SET password_hash = (SELECT password_hash FROM agent WHERE email = 'martin0@caf.example')"
            )
            for kiosk_id, key in self._keys.items():
                public = key.public_key().public_bytes_raw()
                database.execute("UPDATE kiosk SET public_key = ? WHERE id = ?", (public, kiosk_id))
        database.close()


def tiny_jpeg(width: int, height: int, text: str) -> bytes:
    """A page that can be told from another: white, with words."""
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    for line in range(12):
        draw.text((width // 10, height // 14 * (line + 1)), f"{text} ligne {line + 1}", fill=0, font_size=height // 30)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=80)
    return buffer.getvalue()
