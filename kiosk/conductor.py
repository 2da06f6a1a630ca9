"""Carries out what the session decides, with the parts that `kiosk.app` gives it, and tells it what happens.

Everything here runs on the main loop. It knows the ports, no library: the same conductor drives real and
simulated devices. One short method for each command and each listener, hence its length. What belongs to
the usager and is not in the session (keys, files, pixels) is in `kiosk.papers_held`, gone after `Erase`.
"""

import asyncio
import gc
import logging
import secrets
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from hub.logbook import record
from hub.protocol import (
    Candidate,
    DeviceReport,
    MediaState,
    RelayCandidate,
    RelayDescription,
    ReportDevices,
    WelcomeKiosk,
    encode,
)
from kiosk.core import commands as c
from kiosk.core import events as e
from kiosk.core.conversation import (
    FROM_STATION_PEER,
    ChunksReceived,
    ConversationError,
    HelloPeer,
    decode_control,
)
from kiosk.core.ports import DeviceName, DeviceStatus, DocumentRefused, ScanSettings
from kiosk.core.presentation import present
from kiosk.core.session import Rules, Session, start
from kiosk.core.stay import step
from kiosk.core.view import Touch, View
from kiosk.erasure import empty_directory
from kiosk.journal import Event
from kiosk.lane import Lane
from kiosk.papers_held import FileNews
from kiosk.parts import Parts

_log = logging.getLogger(__name__)

TICK_S = 1.0
SELF_VIEW_FRAMES_PER_S = 24
LEVEL_EVERY = 3
"""The level meter moves once for so many pictures of the self-view."""


class Conductor:
    """Listener of hub, peers, devices and touches; executor of commands. One object for the kiosk's life."""

    def __init__(
        self,
        rules: Rules,
        clock: Callable[[], float],
        wall_clock: Callable[[], str],
    ) -> None:
        self._clock = clock
        self._wall_clock = wall_clock
        self.session: Session = start(rules, clock())
        self._parts: Parts | None = None
        self._view: View | None = None
        self._happenings: deque[e.Event] = deque()
        self._lanes = {name: Lane(name) for name in ("peer", "devices", "scan", "print", "erase")}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._preview: asyncio.Task[None] | None = None
        self._closings = 0
        """Connections being closed: what they still say is of a call, or of an agent, that is over."""
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def parts(self) -> Parts:
        assert self._parts is not None, "begin() gives the parts"
        return self._parts

    # ---- life -------------------------------------------------------------------------------------------

    async def begin(self, parts: Parts) -> None:
        """Take the parts, leave nothing of a session that a crash may have interrupted, and start."""
        self._parts = parts
        self._loop = asyncio.get_running_loop()
        self._refresh()
        self._task(self._tick(), "tick")
        empty_directory(parts.runtime_dir)
        self._lanes["print"].add(parts.printer.purge)
        parts.hub.start()

    async def end(self) -> None:
        """Stop in order: no picture, no paper, no link; nothing of the session is left."""
        parts = self.parts
        self._stop_preview()
        parts.pages.clear()
        parts.files.clear()
        await self._erase_now()
        await parts.hub.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for lane in self._lanes.values():
            await lane.stop()
        await self._blocking(parts.camera.close)
        await self._blocking(parts.sound.close)

    def happen(self, event: e.Event) -> None:
        """The one way in: the session moves, its commands are carried out, the screen follows.

        Events that a command causes at once wait their turn: one event after the other.
        """
        self._happenings.append(event)
        if len(self._happenings) > 1:
            return
        while self._happenings:
            before = self.session.screen
            self.session, commands = step(self.session, self._happenings[0], self._clock(), secrets.token_hex(16))
            if self.session.screen is not before:
                record(_log, Event.SCREEN_SHOWN, screen=self.session.screen)
            for command in commands:
                _EXECUTE[type(command)](self, command)
            self._happenings.popleft()
        self._refresh()

    # ---- listeners --------------------------------------------------------------------------------------

    def on_touch(self, touch: Touch) -> None:
        self.happen(e.Touched(touch))

    def on_hub_message(self, message: Any) -> None:
        self.happen(e.HubSaid(message))
        if isinstance(message, WelcomeKiosk):
            self._report_devices()

    def on_hub_lost(self) -> None:
        self.happen(e.HubLost())

    def on_hub_refused(self, code: int) -> None:
        record(_log, Event.HUB_REFUSED, logging.ERROR, code=code)
        self.happen(e.HubRefused())

    def on_device_status(self, device: DeviceName, status: DeviceStatus) -> None:
        self.happen(e.DeviceChanged(device, status))
        self._report_devices()

    def on_headset(self, is_there: bool) -> None:
        if not is_there:
            self.happen(e.HeadsetUnplugged())

    def on_peer_state(self, peer_no: int, state: str) -> None:
        record(_log, Event.PEER_MOVED, peer_no=peer_no, state=state)
        if self._is_current(peer_no):
            self.happen(e.PeerMoved(peer_no, MediaState(state)))

    def on_peer_control_open(self, peer_no: int) -> None:
        if self._is_current(peer_no):
            self._say(HelloPeer(received=self.parts.files.received()))
            self.happen(e.PeerOpened(peer_no))

    def on_peer_control(self, peer_no: int, text: str) -> None:
        if not self._is_current(peer_no):
            return
        try:
            message = decode_control(FROM_STATION_PEER, text)
        except ConversationError:
            record(_log, Event.CONTROL_UNUSABLE, logging.WARNING, size=len(text))
            return
        if isinstance(message, HelloPeer):
            for each in self.parts.pages.resume(message):
                self._say(each)
        elif isinstance(message, ChunksReceived):
            self.parts.pages.acknowledge(message)
        else:
            self.happen(e.PeerSaid(message))

    def on_peer_chunk(self, peer_no: int, message: bytes) -> None:
        if not self._is_current(peer_no):
            return
        try:
            news = self.parts.files.take(message)
        except ConversationError:
            record(_log, Event.CONTROL_UNUSABLE, logging.WARNING, size=len(message))
            return
        self._file_moved(news)

    def _file_moved(self, news: FileNews) -> None:
        if news.acknowledgement is not None:
            self._say(news.acknowledgement)
        if news.event is not None:
            self.happen(news.event)

    def on_page_travelled(self, transfer_id: str, fraction: float) -> None:
        """From the outbox, at each acknowledgement of the station."""
        self.happen(e.PageTravelled(transfer_id, fraction))

    def on_peer_picture_paused(self, peer_no: int, paused: bool) -> None:
        record(_log, Event.PICTURE_PAUSED if paused else Event.PICTURE_RESUMED, peer_no=peer_no)
        if self._is_current(peer_no):
            self.happen(e.OwnPicturePaused(peer_no, paused))

    def on_peer_candidate(self, peer_no: int, candidate: Candidate) -> None:
        call = self.session.call
        if self._is_current(peer_no) and call is not None and call.call_id is not None:
            self.parts.hub.send(RelayCandidate(call_id=call.call_id, peer_no=peer_no, candidate=candidate))

    def on_agent_seen(self) -> None:
        """From the media thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._agent_seen)

    def _agent_seen(self) -> None:
        # The last picture of one agent is not the first of the next.
        if not self._closings:
            self.happen(e.AgentSeen())

    # ---- the screen -------------------------------------------------------------------------------------

    def _refresh(self) -> None:
        view = present(self.session, self._clock(), self._wall_clock())
        if view != self._view:
            self._view = view
            self.parts.window.show_view(view)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.happen(e.Ticked())

    async def _show_self(self) -> None:
        shown, turn = -1, 0
        while True:
            frame = self.parts.camera.latest()
            if frame is not None and frame.number != shown:
                shown = frame.number
                self.parts.window.self_sink.show(frame)
            turn += 1
            if turn % LEVEL_EVERY == 0:
                self.parts.window.set_level(self.parts.sound.microphone_level())
            await asyncio.sleep(1 / SELF_VIEW_FRAMES_PER_S)

    def _stop_preview(self) -> None:
        if self._preview is not None:
            self._preview.cancel()
            self._preview = None
        self.parts.window.self_sink.clear()
        self.parts.window.set_level(0.0)

    # ---- helpers ----------------------------------------------------------------------------------------

    def _is_current(self, peer_no: int) -> bool:
        # Each call numbers its connections from 1: after a transfer the number alone does not tell them apart.
        return not self._closings and self.session.call is not None and self.session.call.peer_no == peer_no

    def _task(self, work: Any, name: str) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _say(self, message: Any) -> None:
        text = encode(message)
        self._lanes["peer"].add(lambda: self.parts.peers.send_control(text))

    def _report_devices(self) -> None:
        devices = [DeviceReport(device=name.value, state=state) for name, state in self.session.devices.items()]
        self.parts.hub.send(ReportDevices(devices=devices))

    # ---- commands: hub and peer -------------------------------------------------------------------------

    def _send_to_hub(self, command: c.SendToHub) -> None:
        self.parts.hub.send(command.message)

    def _send_to_peer(self, command: c.SendToPeer) -> None:
        self._say(command.message)

    def _hold_call(self, command: c.HoldCall) -> None:
        self.parts.hub.set_live_call(command.call_id)

    def _retry_hub(self, _command: c.RetryHub) -> None:
        self.parts.hub.retry_now()

    def _answer_peer(self, command: c.AnswerPeer) -> None:
        async def answer() -> None:
            if not self._is_current(command.peer_no):
                return
            description = await self.parts.peers.answer(command.peer_no, command.description, command.ice_servers)
            self.parts.hub.send(
                RelayDescription(call_id=command.call_id, peer_no=command.peer_no, description=description)
            )

        self._lanes["peer"].add(answer)

    def _add_candidate(self, command: c.AddCandidate) -> None:
        self._lanes["peer"].add(lambda: self.parts.peers.add_candidate(command.peer_no, command.candidate))

    def _close_peer(self, _command: c.ClosePeer) -> None:
        self.parts.pages.peer_gone()
        self._closings += 1

        async def close() -> None:
            try:
                await self.parts.peers.close()
                self.parts.remote_sink.clear()
            finally:
                self._closings -= 1

        self._lanes["peer"].add(close)

    # ---- commands: devices ------------------------------------------------------------------------------

    def _open_devices(self, _command: c.OpenDevices) -> None:
        async def open_both() -> None:
            await self._blocking(self.parts.camera.open)
            await self._blocking(self.parts.sound.open)

        self.parts.set_in_call(True)
        # Whose number was called is often there before the sound is over.
        self.parts.sound.hush()
        self._lanes["devices"].add(open_both)
        if self._preview is None:
            self._preview = self._task(self._show_self(), "self view")

    def _close_devices(self, _command: c.CloseDevices) -> None:
        async def close_both() -> None:
            await self._blocking(self.parts.camera.close)
            await self._blocking(self.parts.sound.close)

        self.parts.set_in_call(False)
        self._stop_preview()
        self._lanes["devices"].add(close_both)

    async def _blocking(self, work: Callable[[], None]) -> None:
        await asyncio.get_running_loop().run_in_executor(None, work)

    def _mute(self, command: c.Mute) -> None:
        async def mute() -> None:
            self.parts.peers.set_muted(camera=command.camera, microphone=command.microphone)

        # In the lane: before the answer that follows it, after the closing that went before.
        self._lanes["peer"].add(mute)

    def _set_volume(self, command: c.SetVolume) -> None:
        self.parts.sound.set_volume(command.volume / 10)

    def _play_chime(self, command: c.PlayChime) -> None:
        # After the lane: the loudspeaker may just be opening, or closing.
        async def play() -> None:
            await self._blocking(partial(self.parts.sound.play_chime, command.name))

        self._lanes["devices"].add(play)

    # ---- commands: papers -------------------------------------------------------------------------------

    def _start_scan(self, command: c.StartScan) -> None:
        self._lanes["scan"].add(lambda: self._scan(command.job_no, command.settings))

    async def _scan(self, job_no: int, settings: ScanSettings) -> None:
        if self.session.scan is None or self.session.scan.job_no != job_no:
            return
        async for event in self.parts.scanner.scan(settings):
            self.happen(e.ScanReported(job_no, event))

    def _cancel_scan(self, _command: c.CancelScanJob) -> None:
        self._task(self.parts.scanner.cancel(), "cancel scan")

    def _seal_page(self, command: c.SealPage) -> None:
        announcement = self.parts.pages.seal(command)
        self._say(announcement)

    def _release_page(self, command: c.ReleasePage) -> None:
        released = self.parts.pages.release(command.transfer_id)
        if released is not None:
            self._say(released)

    def _discard_page(self, command: c.DiscardPage) -> None:
        discarded = self.parts.pages.discard(command.transfer_id)
        if discarded is not None:
            self._say(discarded)

    def _receive_file(self, command: c.ReceiveFile) -> None:
        for news in self.parts.files.expect(command.offer):
            self._file_moved(news)

    def _render_file(self, command: c.RenderFile) -> None:
        self._task(self._render(command.print_id, command.mime), "render file")

    async def _render(self, print_id: str, mime: str) -> None:
        data = self.parts.files.data(print_id)
        if data is None:
            return
        try:
            rendered = await self.parts.renderer.render(data, mime)
        except DocumentRefused as refused:
            self.happen(e.FileRefused(print_id, refused.refusal))
            return
        if self.parts.files.keep_pixels(print_id, rendered):
            self.happen(e.FileRendered(print_id, tuple(rendered.previews)))

    def _print_file(self, command: c.PrintFile) -> None:
        self._lanes["print"].add(lambda: self._print(command.print_id))

    async def _print(self, print_id: str) -> None:
        rendered = self.parts.files.pixels(print_id)
        if rendered is None:
            return
        async for event in self.parts.printer.print_pages(rendered.pages):
            self.happen(e.PrintReported(print_id, event))

    def _cancel_print(self, _command: c.CancelPrintJob) -> None:
        self._task(self.parts.printer.cancel(), "cancel print")

    def _drop_file(self, command: c.DropFile) -> None:
        self.parts.files.drop(command.print_id)

    def _forget_agent(self, _command: c.ForgetAgent) -> None:
        self.parts.pages.clear()
        self.parts.files.drop_unexpected()

    # ---- erasure ----------------------------------------------------------------------------------------

    def _erase(self, _command: c.Erase) -> None:
        async def erase() -> None:
            await self._erase_now()
            record(_log, Event.SESSION_ERASED)
            self.happen(e.ErasureDone())

        # What the usager does next must not be erased with what went before.
        self.parts.pages.clear()
        self.parts.files.clear()
        self._lanes["erase"].add(erase)

    async def _erase_now(self) -> None:
        parts = self.parts
        await parts.scanner.cancel()
        await parts.printer.cancel()
        await parts.printer.purge()
        if self.session.call is None:
            await parts.peers.close()
            parts.remote_sink.clear()
        empty_directory(parts.runtime_dir)
        gc.collect()


_EXECUTE: dict[type, Callable[[Conductor, Any], None]] = {
    c.SendToHub: Conductor._send_to_hub,
    c.SendToPeer: Conductor._send_to_peer,
    c.HoldCall: Conductor._hold_call,
    c.RetryHub: Conductor._retry_hub,
    c.OpenDevices: Conductor._open_devices,
    c.CloseDevices: Conductor._close_devices,
    c.AnswerPeer: Conductor._answer_peer,
    c.AddCandidate: Conductor._add_candidate,
    c.ClosePeer: Conductor._close_peer,
    c.Mute: Conductor._mute,
    c.SetVolume: Conductor._set_volume,
    c.PlayChime: Conductor._play_chime,
    c.StartScan: Conductor._start_scan,
    c.CancelScanJob: Conductor._cancel_scan,
    c.SealPage: Conductor._seal_page,
    c.ReleasePage: Conductor._release_page,
    c.DiscardPage: Conductor._discard_page,
    c.ReceiveFile: Conductor._receive_file,
    c.RenderFile: Conductor._render_file,
    c.PrintFile: Conductor._print_file,
    c.CancelPrintJob: Conductor._cancel_print,
    c.DropFile: Conductor._drop_file,
    c.ForgetAgent: Conductor._forget_agent,
    c.Erase: Conductor._erase,
}
