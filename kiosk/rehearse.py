"""A rehearsal on the real parts: `visio-kiosk --rehearse`; with the kiosk's window, or without.

The window of the ports is a small one that keeps the view; what an usager would touch is decided by `kiosk.rehearsal`.
Everything else (session, conductor, link, engine, devices) is that of the kiosk, wired by `kiosk.wiring`.
"""

import asyncio

from kiosk.config import KioskConfig
from kiosk.core.ports import FrameSink
from kiosk.parts import Window
from kiosk.rehearsal import Plan
from kiosk.rehearsal_files import Files, with_files, write_report
from kiosk.rehearsal_player import Player, Told
from kiosk.rehearsal_record import ShownPictures
from kiosk.rehearsal_window import RehearsalWindow
from kiosk.wiring import running, stopped_by_signals


def run(config: KioskConfig, plan: Plan, files: Files, *, windowed: bool, send_bytes: int) -> Told:
    """Place the call, stay, leave, write what was measured. Blocks until everything is over.

    Raises:
        StartFailed: nothing was tried; the message is for the technician, in French.
    """
    config = with_files(config, files)
    if windowed:
        return _run_on_screen(config, plan, files, send_bytes)

    async def unseen() -> Told:
        stopping = asyncio.Event()
        with stopped_by_signals(asyncio.get_running_loop(), stopping.set):
            return await rehearse(config, plan, files, stopping, send_bytes=send_bytes)

    return asyncio.run(unseen())


def _run_on_screen(config: KioskConfig, plan: Plan, files: Files, send_bytes: int) -> Told:
    # Qt is loaded only where a window is wanted.
    from kiosk.app import on_screen, open_window

    told: list[Told] = []

    async def shown(stopping: asyncio.Event) -> None:
        window = open_window(config, lambda _touch: None, windowed=True)
        try:
            told.append(
                await rehearse(
                    config, plan, files, stopping, send_bytes=send_bytes, window=window, screen=window.remote_sink
                )
            )
        finally:
            window.close()

    on_screen(shown)
    return told[0]


async def rehearse(
    config: KioskConfig,
    plan: Plan,
    files: Files,
    stopping: asyncio.Event,
    *,
    send_bytes: int = 0,
    window: Window | None = None,
    screen: FrameSink | None = None,
) -> Told:
    """One rehearsal on the running loop.

    Args:
        stopping: set from outside to leave early, in order.
        send_bytes: sent to the station on the documents channel during the call, as pages that nobody can open.
        window, screen: where views and the agent's pictures are shown too.

    Raises:
        StartFailed: a part cannot be built, or the measures cannot be written.
    """
    player = Player(config, plan, files, send_bytes)
    shown = RehearsalWindow(window, player.follow)
    pictures = await asyncio.to_thread(ShownPictures, player.record, screen, files.frames)
    try:
        async with running(config, player.conductor, shown, pictures, player.taps()) as parts:
            await player.play(parts, shown, stopping)
    finally:
        await asyncio.to_thread(pictures.close)
    told = player.told()
    if files.out is not None:
        await asyncio.to_thread(write_report, files.out, player.report())
    return told
