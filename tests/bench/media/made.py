"""What every run needs and is made once: the loops of picture and sound, a hub's database with two enrolled kiosks."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.bench.media import source_picture
from tests.bench.media.side import write_wav
from tests.bench.media.source_speech import speak
from tests.fakes.child import Child
from tests.repository.tree import ROOT
from tests.system.hub_program import COMMANDS, HubProgram
from tests.system.kiosk_program import KioskProgram
from tests.system.stage import free_port

NETWORK = ROOT / "assets" / "demo" / "network.toml"
EMAIL, PASSWORD = "martin@caf.example", "une borne et trois lampes"  # an account of these runs only
PARTNER = "caf"
OUR_ID, PEER_ID = "hambye-1", "percy-1"
PORT = 8080
"""The ends of a link have all their ports for themselves."""
READY = "STARTED"
AGENT_HEIGHT = 360


@dataclass(frozen=True)
class Sources:
    """What kiosks and agent send, each a file to be played in a loop."""

    kiosk_picture: Path
    kiosk_voice: Path
    agent_picture: Path
    agent_voice: Path


def sources(folder: Path) -> Sources:
    """The loops, made in `folder` if they are not there."""
    made = Sources(
        folder / "kiosk.y4m", folder / "kiosk.wav", folder / f"agent-{AGENT_HEIGHT}.y4m", folder / "agent.wav"
    )
    folder.mkdir(parents=True, exist_ok=True)
    # The agent's picture is small: its browser and the kiosk share two cores here, and it is the same for both kiosks.
    for file, seed, height in ((made.kiosk_picture, 1, 720), (made.agent_picture, 2, AGENT_HEIGHT)):
        if not file.exists():
            source_picture.write(file, seed=seed, height=height)
    for file, seed, pitch_hz in ((made.kiosk_voice, 1, 120.0), (made.agent_voice, 2, 190.0)):
        write_wav(file, speak(seed=seed, pitch_hz=pitch_hz))
    return made


@dataclass(frozen=True)
class Installation:
    """A hub that is set up and does not run, and the keys of our kiosk and of Chromium's."""

    folder: Path
    keys: dict[str, Path]
    """By the kiosk's identifier."""

    def hub(self, folder: Path, *, more: str = "") -> Path:
        """The settings file of a hub of its own in `folder`, with a copy of the database. `more`: text for the file."""
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.folder / "hub" / "hub.db", folder / "hub.db")
        config = folder / "hub.toml"
        config.write_text(_settings(folder / "hub.db", host="0.0.0.0", port=PORT) + more, encoding="utf-8")
        return config


def install(folder: Path) -> Installation:
    """Set up a hub as an administrator would, and enrol both kiosks as a technician would; once for each hub's database."""
    mark = folder / "made-from"
    if mark.exists() and mark.read_text() == _hub_database():
        return Installation(folder, {kiosk_id: folder / kiosk_id / "kiosk.key" for kiosk_id in (OUR_ID, PEER_ID)})
    shutil.rmtree(folder, ignore_errors=True)
    port = free_port()
    settings = _settings(folder / "hub" / "hub.db", host="127.0.0.1", port=port)
    hub = HubProgram(folder / "hub", network=NETWORK, port=port, log=folder / "hub.log", settings=settings)
    hub.give_password(EMAIL, PASSWORD)
    keys = {}
    hub.start()
    try:
        for kiosk_id in (OUR_ID, PEER_ID):
            place = folder / kiosk_id
            program = KioskProgram(place, runtime=place / "run", log=place / "log", environment={}, settings={})
            program.enrol(hub_url=hub.url, code=hub.enrolment_code(kiosk_id))
            keys[kiosk_id] = program.key
    finally:
        hub.end()
    mark.write_text(_hub_database())
    return Installation(folder, keys)


def _hub_database() -> str:
    """Changes with the network and with the code that makes the database."""
    files = [NETWORK, *sorted((ROOT / "hub" / "store").rglob("*.py"))]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _settings(database: Path, *, host: str, port: int) -> str:
    return (
        f'log_level = "info"\n\n[server]\nhost = "{host}"\nport = {port}\npublic_url = "http://localhost:{port}"\n\n'
        f'[database]\nurl = "sqlite:///{database}"\n'
    )


def run_hub(config: Path, log: Path) -> Child:
    """Start a hub where this program runs, and wait until it serves."""
    hub = Child("hub", [COMMANDS / "visio-hub", "run", "--config", config], log=log)
    try:
        hub.wait_for_log(READY, within_s=30)
    except BaseException:
        hub.end()
        raise
    return hub
