"""The parts of the kiosk, built from its settings, started together and ended in order, whoever shows the screens.

`kiosk.app` gives a window, `kiosk.rehearse` may give none: no Qt here. Whoever measures may stand between two parts,
by `Taps`, without the parts knowing.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.conductor import Conductor
from kiosk.config import KioskConfig
from kiosk.core.ports import Camera, FrameSink, PeerListener, Sound
from kiosk.core.session import Rules
from kiosk.devices.build import build_devices
from kiosk.devices.build_sound import build_sound
from kiosk.erasure import empty_directory
from kiosk.link.client import HubLink
from kiosk.media.engine import MediaEngine
from kiosk.media.inbox import Inbox
from kiosk.media.outbox import Outbox
from kiosk.papers_held import FilesHeld, PagesHeld
from kiosk.parts import Parts, SeenSink, Window

ASSETS = Path(__file__).parent.parent / "assets"


class StartFailed(Exception):
    """The kiosk cannot start; the message is for the technician, in French."""


@dataclass(frozen=True)
class Taps:
    """Where a measure stands between two parts: each function gives what is used instead of what it was given."""

    camera: Callable[[Camera], Camera] = lambda camera: camera
    sound: Callable[[Sound], Sound] = lambda sound: sound
    listener: Callable[[PeerListener], PeerListener] = lambda listener: listener
    travelled: Callable[[str, float], None] = lambda _transfer_id, _fraction: None
    """Told of each page on its way: transfer id, share that the station holds."""


def rules_of(config: KioskConfig) -> Rules:
    """The settings that the session obeys."""
    return Rules(
        idle_warning_s=config.session.idle_warning_s,
        idle_countdown_s=config.session.idle_countdown_s,
        ended_s=config.session.ended_s,
        erased_s=config.session.erased_s,
        volume=config.sound.volume,
        scan_dpi=config.scanner.dpi,
        language=config.screen.language,
    )


@asynccontextmanager
async def running(
    config: KioskConfig, conductor: Conductor, window: Window, remote_sink: FrameSink, taps: Taps | None = None
) -> AsyncIterator[Parts]:
    """Build every part, start them on the running loop, and end them in order with nothing of a session left.

    Args:
        remote_sink: shows the agent's pictures.

    Raises:
        StartFailed: a part cannot be built; the message says which and what to do.
    """
    try:
        empty_directory(config.paths.runtime_dir)
    except OSError as error:
        raise StartFailed(
            f"Le dossier de travail {config.paths.runtime_dir} ne peut pas être préparé : {error.strerror}."
        ) from error
    taps = taps or Taps()
    loop = asyncio.get_running_loop()
    devices = build_devices(config, conductor.on_device_status)

    def on_headset(is_there: bool) -> None:
        loop.call_soon_threadsafe(conductor.on_headset, is_there)

    try:
        sound = taps.sound(build_sound(config, ASSETS / "sounds", devices.supervisor, on_headset))
    except ValueError as error:
        raise StartFailed(
            f"Le fichier du micro ne peut pas servir ({config.sound.simulated_microphone_file}). "
            "Il faut un fichier WAV de 48 kHz, mono, 16 bits."
        ) from error
    camera = taps.camera(devices.camera)
    remote = SeenSink(remote_sink, conductor.on_agent_seen)
    engine = MediaEngine(camera, sound, remote, taps.listener(conductor), loop)
    try:
        link = HubLink.from_options(config.hub, conductor)
    except OSError as error:
        raise StartFailed(
            f"La clé de la borne ne peut pas être lue ({config.hub.key_file}). "
            "Inscrivez la borne : visio-provision enrol --hub ADRESSE --code CODE --key FICHIER"
        ) from error

    def page_travelled(transfer_id: str, fraction: float) -> None:
        taps.travelled(transfer_id, fraction)
        conductor.on_page_travelled(transfer_id, fraction)

    parts = Parts(
        window=window,
        remote_sink=remote,
        hub=link,
        peers=engine,
        camera=camera,
        sound=sound,
        scanner=devices.scanner,
        printer=devices.printer,
        renderer=devices.renderer,
        pages=PagesHeld(Outbox(engine, page_travelled)),
        files=FilesHeld(Inbox()),
        runtime_dir=config.paths.runtime_dir,
        set_in_call=devices.supervisor.set_in_call,
    )
    engine.start()
    try:
        await conductor.begin(parts)
        devices.start()
        yield parts
    finally:
        await devices.stop()
        await conductor.end()
        await engine.stop()


def clock_on_the_wall() -> str:
    """Local time, as the screens show it."""
    return datetime.now().astimezone().strftime("%H:%M")


@contextlib.contextmanager
def stopped_by_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> Iterator[None]:
    """SIGTERM and SIGINT end the kiosk in order, with its session erased.

    qasync has no `add_signal_handler`; Python runs its handlers only when its interpreter runs, which the
    kiosk's own tick guarantees every second.
    """

    def handle(_number: int, _frame: object) -> None:
        loop.call_soon_threadsafe(stop)

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
