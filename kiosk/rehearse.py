"""Plays the script of a rehearsal on the real parts: `visio-kiosk --rehearse`; with the kiosk's window, or without.

The window of the ports is a small one that keeps the view; what an usager would touch is decided by `kiosk.rehearsal`.
Everything else (session, conductor, link, engine, devices) is that of the kiosk, wired by `kiosk.wiring`.
"""

import asyncio
import contextlib
import json
import os
import resource
import secrets
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from hub.protocol import encode
from kiosk.conductor import Conductor
from kiosk.config import Driver, KioskConfig
from kiosk.core.commands import SealPage
from kiosk.core.conversation import MAX_PAGE_BYTES, ScanMoved, ScanStep
from kiosk.core.ports import CameraFrame, FrameSink, PageScanned, Sound
from kiosk.core.view import CallingStep, Screen, TouchName, View
from kiosk.devices.simulated_camera import can_be_played
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.own_cost import OwnCost, peak_memory_bytes
from kiosk.parts import Parts, Window
from kiosk.rehearsal import Failure, Observed, Plan, begin, interrupt, judge, react
from kiosk.rehearsal_record import Clock, Moment, Record, ShownPictures, WatchedCamera, WatchedPeer, WatchedSound
from kiosk.rehearsal_report import report, sentence, summary
from kiosk.wiring import StartFailed, Taps, clock_on_the_wall, rules_of, running, stopped_by_signals

LOOK_EVERY_S = 0.2
"""The script also goes on when nothing changes on the screen: a call lasts so long and no longer."""
FIGURES_EVERY_S = 1.0
DOCUMENTS_AFTER_S = 2.0
"""The voice and the picture first find their place."""
PAGE_BYTES = MAX_PAGE_BYTES // 2


@dataclass(frozen=True)
class Files:
    """What is played and kept; None: the kiosk's own devices, nothing kept."""

    camera: Path | None = None
    microphone: Path | None = None
    loudspeaker: Path | None = None
    frames: Path | None = None
    out: Path | None = None

    @property
    def sounds(self) -> bool:
        """Files instead of the sound card."""
        return self.microphone is not None or self.loudspeaker is not None


@dataclass(frozen=True)
class Told:
    """How a rehearsal ended: `sentence` is empty when all went well."""

    failure: Failure | None
    sentence: str
    summary: list[str]


class _Unseen:
    """No screen."""

    def show(self, frame: CameraFrame) -> None:
        """Nobody looks."""

    def clear(self) -> None:
        """Nothing was shown."""


class RehearsalWindow:
    """`kiosk.parts.Window` that keeps the last view and says when it changes; shows it too, where there is a window."""

    def __init__(self, window: Window | None, follow: Callable[[View], None]) -> None:
        self.view = View(screen=Screen.STARTING)
        self.changed = asyncio.Event()
        self._follow = follow
        self._window = window
        self._unseen = _Unseen()

    @property
    def self_sink(self) -> FrameSink:
        return self._window.self_sink if self._window is not None else self._unseen

    def show_view(self, view: View) -> None:
        self.view = view
        self._follow(view)
        self.changed.set()
        if self._window is not None:
            self._window.show_view(view)

    def set_level(self, level: float) -> None:
        if self._window is not None:
            self._window.set_level(level)


def with_files(config: KioskConfig, files: Files) -> KioskConfig:
    """The settings with files instead of devices, where files are given.

    Raises:
        StartFailed: a file cannot be used, or a folder cannot be written; the message says which and what to do.
    """
    if files.camera is not None:
        if not can_be_played(files.camera):
            raise StartFailed(
                f"Le fichier de la caméra ne peut pas servir ({files.camera}) : il faut une image, une vidéo, "
                "ou un fichier .y4m en 4:2:0 sur 8 bits."
            )
        camera = replace(config.camera, driver=Driver.SIMULATED, simulated_file=str(files.camera))
        config = replace(config, camera=camera)
    if files.sounds:
        sound = replace(
            config.sound,
            driver=Driver.SIMULATED,
            simulated_microphone_file=str(files.microphone or ""),
            simulated_loudspeaker_file=str(files.loudspeaker or ""),
        )
        config = replace(config, sound=sound)
    for file in (files.loudspeaker, files.out, files.frames):
        _check_writable(file)
    return config


def _check_writable(file: Path | None) -> None:
    if file is None:
        return
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        usable = os.access(file if file.exists() else file.parent, os.W_OK)
    except OSError:
        usable = False
    if not usable:
        raise StartFailed(f"On ne peut pas écrire ici : {file}. Choisissez un autre endroit, ou un autre compte.")


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
    player = _Player(config, plan, files, send_bytes)
    shown = RehearsalWindow(window, player.follow)
    pictures = await asyncio.to_thread(ShownPictures, player.record, screen, files.frames)
    try:
        async with running(config, player.conductor, shown, pictures, player.taps()) as parts:
            await player.play(parts, shown, stopping)
    finally:
        await asyncio.to_thread(pictures.close)
    told = player.told()
    if files.out is not None:
        try:
            await asyncio.to_thread(_write, files.out, player.report())
        except OSError as error:
            raise StartFailed(f"Les mesures n'ont pas pu être écrites dans {files.out} : {error.strerror}.") from error
    return told


def _write(file: Path, told: dict[str, Any]) -> None:
    """Whole or not at all: whoever waits for the file finds it complete."""
    half = file.with_name(file.name + ".part")
    half.write_text(json.dumps(told, separators=(",", ":")) + "\n", encoding="utf-8")
    half.replace(file)


class _Player:
    """One rehearsal: the script, what it noted, and what it sends."""

    def __init__(self, config: KioskConfig, plan: Plan, files: Files, send_bytes: int) -> None:
        self.conductor = Conductor(rules_of(config), time.monotonic, clock_on_the_wall)
        self.record = Record(Clock(time.monotonic, time.time() - time.monotonic()))
        self.record.note(Moment.STARTED)
        self._plan = plan
        self._files = files
        self._rehearsal = begin(plan, time.monotonic())
        self._sound: Sound | None = None
        self._cost = OwnCost()
        self._send_bytes = send_bytes
        self._open, self._held = asyncio.Event(), asyncio.Event()
        """The channels are there; the station holds everything that was sent."""
        self._travelling: dict[str, tuple[int, float]] = {}
        """Of each page sent: its size, and the share that the station holds."""
        self._processor_s: dict[Moment, float] = {}
        self._partners: list[str] = []
        self._motifs: list[str] = []

    def taps(self) -> Taps:
        def sound(given: Sound) -> Sound:
            self._sound = given
            return WatchedSound(self.record, given, quiet_when_closed=self._files.sounds)

        return Taps(
            camera=lambda camera: WatchedCamera(self.record, camera),
            sound=sound,
            listener=lambda listener: WatchedPeer(self.record, listener, self._open.set),
            travelled=self._travelled,
        )

    # ---- playing ----------------------------------------------------------------------------------------

    async def play(self, parts: Parts, shown: RehearsalWindow, stopping: asyncio.Event) -> None:
        """Returns when the script is over; the parts are then ended by who started them."""
        measuring = asyncio.create_task(self._measure(parts), name="rehearsal figures")
        sending = asyncio.create_task(self._send(parts), name="rehearsal documents")
        try:
            while not self._rehearsal.over:
                if stopping.is_set() and self._rehearsal.leaving_at is None:
                    self._rehearsal = interrupt(self._rehearsal, time.monotonic())
                shown.changed.clear()
                self._rehearsal, touch = react(self._rehearsal, shown.view, time.monotonic())
                if touch is not None:
                    if touch.name is TouchName.CONFIRM_HANG_UP:
                        self.record.note_once(Moment.HUNG_UP)
                    self.conductor.on_touch(touch)
                if not shown.changed.is_set():
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(shown.changed.wait(), LOOK_EVERY_S)
        finally:
            for task in (measuring, sending):
                task.cancel()
            ended = await asyncio.gather(measuring, sending, return_exceptions=True)
        for each in ended:
            # The call was left in order first; but a report whose measures stopped midway would lie.
            if isinstance(each, Exception):
                raise each

    def follow(self, view: View) -> None:
        """Note what the screens say of the call."""
        note = self.record.note_once
        match view.screen:
            case Screen.ATTRACT | Screen.PARTNERS:
                note(Moment.LINKED)
                self._partners = [each.partner_id for each in view.tiles]
            case Screen.MOTIF if view.motif is not None:
                self._motifs = [each.motif_id for each in view.motif.motifs]
            case Screen.CALLING if view.calling is not None:
                note(Moment.PLACED)
                if view.calling.step is CallingStep.RINGING:
                    note(Moment.RINGING)
                elif view.calling.step is CallingStep.CONNECTING:
                    note(Moment.ACCEPTED)
            case Screen.IN_CALL if Moment.CONNECTED not in self._processor_s:
                self._processor_s[Moment.CONNECTED] = time.process_time()
            case Screen.ENDED:
                if Moment.CONNECTED in self._processor_s:
                    self._processor_s.setdefault(Moment.ENDED, time.process_time())
                note(Moment.ENDED)
            case Screen.ERASED:
                note(Moment.ERASED)
            case _:
                pass

    async def _measure(self, parts: Parts) -> None:
        """Once a second, what the connection measures of itself and what the process has cost."""
        while True:
            await asyncio.sleep(FIGURES_EVERY_S)
            self._cost.look()
            figures = await parts.peers.figures()
            if figures is None:
                continue
            now_s = time.monotonic()
            row: dict[str, Any] = {"monotonic": now_s, "unix": self.record.clock.unix(now_s)}
            row |= asdict(figures)
            row["processor_s"] = round(time.process_time(), 3)
            row["documents_held_bytes"] = self._held_bytes() if self._send_bytes else None
            self.record.series.append(row)

    # ---- documents --------------------------------------------------------------------------------------

    async def _send(self, parts: Parts) -> None:
        """The PRINT profile: sealed pages of noise, announced and sent as any page, never released."""
        if not self._send_bytes:
            return
        await self._open.wait()
        await asyncio.sleep(DOCUMENTS_AFTER_S)
        scan_id = secrets.token_hex(16)
        self.record.note(Moment.DOCUMENTS_BEGUN)
        left, page_no = self._send_bytes, 0
        while left:
            size, page_no = min(left, PAGE_BYTES), page_no + 1
            left -= size
            noise = await asyncio.to_thread(os.urandom, size)
            page = PageScanned(page_no, noise, b"", width_px=1654, height_px=2339, dpi=200)
            transfer_id = secrets.token_hex(16)
            self._travelling[transfer_id] = (size, 0.0)
            announced = parts.pages.seal(SealPage(scan_id, transfer_id, page_no, page))
            await parts.peers.send_control(encode(announced))
        await self._held.wait()
        for transfer_id in self._travelling:
            discarded = parts.pages.discard(transfer_id)
            if discarded is not None:
                await parts.peers.send_control(encode(discarded))
        await parts.peers.send_control(encode(ScanMoved(scan_id=scan_id, step=ScanStep.CANCELLED)))

    def _travelled(self, transfer_id: str, fraction: float) -> None:
        if transfer_id not in self._travelling:
            return
        self._travelling[transfer_id] = (self._travelling[transfer_id][0], fraction)
        if self._held_bytes() >= self._send_bytes:
            self.record.note_once(Moment.DOCUMENTS_DONE)
            self._held.set()

    def _held_bytes(self) -> int:
        return round(sum(size * share for size, share in self._travelling.values()))

    # ---- telling ----------------------------------------------------------------------------------------

    def _judged(self) -> Failure | None:
        record = self.record
        observed = Observed(record.pictures, record.sounded, len(record.given), record.microphone_blocks)
        return judge(self._rehearsal, observed)

    def report(self) -> dict[str, Any]:
        """What `--out` holds."""
        return report(self._rehearsal, self._judged(), self.record, self._plan, self._extras())

    def _extras(self) -> dict[str, Any]:
        connected_s, ended_s = self.record.first(Moment.CONNECTED), self.record.first(Moment.ENDED)
        call_s = ended_s - connected_s if connected_s is not None and ended_s is not None else 0.0
        spent = self._processor_s
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        return {
            "sound": self._sound_times(),
            "documents": {"asked_bytes": self._send_bytes, "held_bytes": self._held_bytes()},
            "cost": {
                "call_s": round(call_s, 3),
                "processor_in_call_s": round(spent.get(Moment.ENDED, 0.0) - spent.get(Moment.CONNECTED, 0.0), 3),
                "processor_s": round(time.process_time(), 3),
                "processor_of_workers_s": round(children.ru_utime + children.ru_stime, 3),
                "by_thread_s": self._cost.by_thread_s(),
                "peak_memory_bytes": peak_memory_bytes(),
            },
        }

    def _sound_times(self) -> dict[str, Any]:
        """When sample 0 of the loudspeaker's file was played and sample 0 of the microphone's file was heard."""
        opened_s = self._sound.opened_s if isinstance(self._sound, SimulatedSound) else None
        at = None if opened_s is None else self.record.clock.unix(opened_s)
        return {
            "loudspeaker_file": str(self._files.loudspeaker) if self._files.loudspeaker is not None else None,
            "loudspeaker_first_sample_unix": at if self._files.loudspeaker is not None else None,
            "microphone_first_sample_unix": at if self._files.microphone is not None else None,
            "microphone_peak": self.record.microphone_peak,
        }

    def told(self) -> Told:
        failure = self._judged()
        said = "" if failure is None else sentence(self._rehearsal, failure, self._partners, self._motifs)
        return Told(failure, said, summary(self.report()))
