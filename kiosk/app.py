"""The kiosk with its screens; nothing imports it but the command.

Main thread: Qt and asyncio on one loop (qasync) with the screens, the session, the link and the device
supervisors. Media thread: started by `kiosk.media.engine` with its own loop. Everything crosses by the ports.
The parts themselves are built by `kiosk.wiring`.
"""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable

import qasync

from hub.logbook import record
from kiosk.conductor import Conductor
from kiosk.config import KioskConfig
from kiosk.core.view import Touch
from kiosk.journal import Event
from kiosk.ui.window import KioskWindow, ScreenFault, make_application
from kiosk.wiring import ASSETS, StartFailed, clock_on_the_wall, rules_of, running, stopped_by_signals

_log = logging.getLogger(__name__)


def run(config: KioskConfig, *, windowed: bool) -> int:
    """Run the kiosk until SIGTERM or SIGINT, or until its window is closed (`windowed`). Gives the exit code.

    Raises:
        StartFailed: a part cannot be built; the message says which and what to do.
    """
    on_screen(lambda stopping: _serve(config, windowed, stopping))
    return 0


def on_screen(work: Callable[[asyncio.Event], Awaitable[None]]) -> None:
    """Run `work` on a loop that serves Qt too; its event says that the window was closed or the program told to stop."""
    application = make_application(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        stopping = asyncio.Event()
        application.lastWindowClosed.connect(stopping.set)
        with stopped_by_signals(loop, stopping.set):
            loop.run_until_complete(work(stopping))


def open_window(config: KioskConfig, on_touch: Callable[[Touch], None], *, windowed: bool) -> KioskWindow:
    """The kiosk's window.

    Raises:
        StartFailed: the screens cannot be loaded.
    """
    try:
        return KioskWindow(config.screen, windowed=windowed, on_touch=on_touch, asset_dir=ASSETS)
    except ScreenFault as error:
        raise StartFailed(f"L'écran ne peut pas être affiché : {error}") from error


async def _serve(config: KioskConfig, windowed: bool, stopping: asyncio.Event) -> None:
    conductor = Conductor(rules_of(config), time.monotonic, clock_on_the_wall)
    window = open_window(config, conductor.on_touch, windowed=windowed)
    try:
        async with running(config, conductor, window, window.remote_sink):
            record(_log, Event.STARTED)
            await stopping.wait()
    finally:
        window.close()
    record(_log, Event.STOPPED)
