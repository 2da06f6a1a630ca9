"""Composition root of the kiosk: builds every part and knows both loops; nothing imports it but the command.

Main thread: Qt and asyncio on one loop (qasync) with the screens, the session, the link and the device
supervisors. Media thread: started by `kiosk.media.engine` with its own loop. Everything crosses by the ports.
"""

import asyncio
import contextlib
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import qasync

from hub.logbook import record
from kiosk.conductor import Conductor
from kiosk.config import KioskConfig
from kiosk.core.session import Rules
from kiosk.devices.build import build_devices
from kiosk.devices.build_sound import build_sound
from kiosk.journal import Event
from kiosk.link.client import HubLink
from kiosk.media.engine import MediaEngine
from kiosk.media.inbox import Inbox
from kiosk.media.outbox import Outbox
from kiosk.papers_held import FilesHeld, PagesHeld
from kiosk.parts import Parts, SeenSink
from kiosk.ui.window import KioskWindow, ScreenFault, make_application

_log = logging.getLogger(__name__)

ASSETS = Path(__file__).parent.parent / "assets"


class StartFailed(Exception):
    """The kiosk cannot start; the message is for the technician, in French."""


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


def run(config: KioskConfig, *, windowed: bool) -> int:
    """Run the kiosk until SIGTERM or SIGINT, or until its window is closed (`windowed`). Gives the exit code.

    Raises:
        StartFailed: a part cannot be built; the message says which and what to do.
    """
    application = make_application(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        stopping = asyncio.Event()
        application.lastWindowClosed.connect(stopping.set)
        with _stopped_by_signals(loop, stopping.set):
            loop.run_until_complete(_serve(config, windowed, stopping))
    return 0


async def _serve(config: KioskConfig, windowed: bool, stopping: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    conductor = Conductor(rules_of(config), time.monotonic, _clock_on_the_wall)
    try:
        window = KioskWindow(config.screen, windowed=windowed, on_touch=conductor.on_touch, asset_dir=ASSETS)
    except ScreenFault as error:
        raise StartFailed(f"L'écran ne peut pas être affiché : {error}") from error
    devices = build_devices(config, conductor.on_device_status)
    sound = build_sound(config, ASSETS / "sounds", devices.supervisor)
    remote = SeenSink(window.remote_sink, conductor.on_agent_seen)
    engine = MediaEngine(devices.camera, sound, remote, conductor, loop)
    try:
        link = HubLink.from_options(config.hub, conductor)
    except OSError as error:
        raise StartFailed(
            f"La clé de la borne ne peut pas être lue ({config.hub.key_file}). "
            "Inscrivez la borne : visio-provision enrol --hub ADRESSE --code CODE --key FICHIER"
        ) from error
    parts = Parts(
        window=window,
        remote_sink=remote,
        hub=link,
        peers=engine,
        camera=devices.camera,
        sound=sound,
        scanner=devices.scanner,
        printer=devices.printer,
        renderer=devices.renderer,
        pages=PagesHeld(Outbox(engine, conductor.on_page_travelled)),
        files=FilesHeld(Inbox()),
        runtime_dir=config.paths.runtime_dir,
        set_in_call=devices.supervisor.set_in_call,
    )
    engine.start()
    try:
        await conductor.begin(parts)
        devices.start()
        record(_log, Event.STARTED)
        await stopping.wait()
    except OSError as error:
        raise StartFailed(
            f"Le dossier de travail {config.paths.runtime_dir} ne peut pas être préparé : {error.strerror}."
        ) from error
    finally:
        await devices.stop()
        await conductor.end()
        await engine.stop()
        window.close()
        record(_log, Event.STOPPED)


def _clock_on_the_wall() -> str:
    return datetime.now().astimezone().strftime("%H:%M")


@contextlib.contextmanager
def _stopped_by_signals(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> Iterator[None]:
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
