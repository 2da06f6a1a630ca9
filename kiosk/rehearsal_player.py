"""Plays the script of a rehearsal: touches what `kiosk.rehearsal` decides, measures meanwhile, tells how it ended."""

import asyncio
import contextlib
import resource
import time
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.conductor import Conductor
from kiosk.config import KioskConfig
from kiosk.core.ports import Sound
from kiosk.core.view import CallingStep, Screen, TouchName, View
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.own_cost import OwnCost, peak_memory_bytes
from kiosk.parts import Parts
from kiosk.rehearsal import Failure, Observed, Plan, begin, interrupt, judge, react
from kiosk.rehearsal_documents import NoisePages
from kiosk.rehearsal_files import Files
from kiosk.rehearsal_record import Clock, Moment, Record, WatchedCamera, WatchedPeer, WatchedSound
from kiosk.rehearsal_report import report, sentence, summary
from kiosk.rehearsal_window import RehearsalWindow
from kiosk.wiring import Taps, clock_on_the_wall, rules_of

LOOK_EVERY_S = 0.2
"""The script also goes on when nothing changes on the screen: a call lasts so long and no longer."""
FIGURES_EVERY_S = 1.0


@dataclass(frozen=True)
class Told:
    """How a rehearsal ended: `sentence` is empty when all went well."""

    failure: Failure | None
    sentence: str
    summary: list[str]


class Player:
    """One rehearsal on the running loop: the script, what it noted, and what it sends.

    Args:
        send_bytes: sent to the station on the documents channel during the call, as pages that nobody can open.
    """

    def __init__(self, config: KioskConfig, plan: Plan, files: Files, send_bytes: int) -> None:
        self.conductor = Conductor(rules_of(config), time.monotonic, clock_on_the_wall)
        self.record = Record(Clock(time.monotonic, time.time() - time.monotonic()))
        self.record.note(Moment.STARTED)
        self._plan = plan
        self._files = files
        self._rehearsal = begin(plan, time.monotonic())
        self._sound: Sound | None = None
        self._cost = OwnCost()
        self._documents = NoisePages(self.record, send_bytes)
        self._processor_s: dict[Moment, float] = {}
        self._partners: list[str] = []
        self._motifs: list[str] = []

    def taps(self) -> Taps:
        """Where this stands between the parts, to note what passes."""

        def sound(given: Sound) -> Sound:
            self._sound = given
            return WatchedSound(self.record, given, quiet_when_closed=self._files.sounds)

        return Taps(
            camera=lambda camera: WatchedCamera(self.record, camera),
            sound=sound,
            listener=lambda listener: WatchedPeer(self.record, listener, self._documents.on_open),
            travelled=self._documents.on_travelled,
        )

    # ---- playing ----------------------------------------------------------------------------------------

    async def play(self, parts: Parts, shown: RehearsalWindow, stopping: asyncio.Event) -> None:
        """Returns when the script is over; the parts are then ended by who started them.

        Args:
            stopping: set from outside to leave early, in order.
        """
        measuring = asyncio.create_task(self._measure(parts), name="rehearsal figures")
        sending = asyncio.create_task(
            self._documents.send(parts.pages, parts.peers.send_control), name="rehearsal documents"
        )
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
            row["documents_held_bytes"] = self._documents.held_bytes if self._documents.asked_bytes else None
            self.record.series.append(row)

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
            "documents": {"asked_bytes": self._documents.asked_bytes, "held_bytes": self._documents.held_bytes},
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
        """For the technician."""
        failure = self._judged()
        said = "" if failure is None else sentence(self._rehearsal, failure, self._partners, self._motifs)
        return Told(failure, said, summary(self.report()))
