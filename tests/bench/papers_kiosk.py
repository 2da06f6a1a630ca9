"""The kiosk's half of a page's travel, without its screen: the real media engine, outbox, sealing and keys.

`python -m tests.bench.papers_kiosk VOICE.wav`, at one end of a link. Orders are JSON lines on standard input, answers
JSON lines on standard output. The one thing that the kiosk never does is `"early": false`: the sealed chunks are then
held back until SEND, to show what sending them ahead is worth.
"""

import asyncio
import json
import secrets
import sys
import time
from typing import Any

from hub.protocol import Candidate, Description, encode
from kiosk.config import CameraOptions, SoundOptions
from kiosk.core.commands import SealPage
from kiosk.core.conversation import (
    FROM_STATION_PEER,
    ChunksReceived,
    HelloPeer,
    PageReceived,
    decode_control,
)
from kiosk.core.ports import CameraFrame
from kiosk.core.transfer import OutgoingTransfer
from kiosk.devices.simulated_camera import SimulatedCamera
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.devices.simulation import SimulatedFaults
from kiosk.media.engine import MediaEngine
from kiosk.media.outbox import Outbox
from kiosk.papers_held import PagesHeld
from tests.bench.paper import scanned_page


class HeldOutbox(Outbox):
    """An outbox that can wait for consent before anything travels."""

    early = True

    def __init__(self, peers: MediaEngine) -> None:
        super().__init__(peers)
        self._held: list[OutgoingTransfer] = []

    def add(self, transfer: OutgoingTransfer) -> None:
        if self.early:
            super().add(transfer)
        else:
            self._held.append(transfer)

    def let_go(self) -> None:
        """The usager pressed SEND: what was held back may travel."""
        for transfer in self._held:
            super().add(transfer)
        self._held.clear()


class NoScreen:
    """A sink for the agent's picture."""

    def show(self, frame: CameraFrame) -> None:
        """Looked at by nobody."""

    def clear(self) -> None:
        """Nothing to clear."""


class PapersKiosk:
    """Listener of the peer, and executor of the bench's orders."""

    def __init__(self, voice: str) -> None:
        faults = SimulatedFaults("")
        self.camera = SimulatedCamera(CameraOptions(), faults)
        self.sound = SimulatedSound(SoundOptions(simulated_microphone_file=voice), faults)
        self.engine = MediaEngine(self.camera, self.sound, NoScreen(), self, asyncio.get_running_loop())
        self.outbox = HeldOutbox(self.engine)
        self.pages = PagesHeld(self.outbox)
        self._number = 0
        self._transfer_id = ""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._control = asyncio.Lock()

    # ---- orders -----------------------------------------------------------------------------------------

    async def obey(self, order: dict[str, Any]) -> None:
        match order["do"]:
            case "answer":
                answer = await self.engine.answer(1, Description(type="offer", sdp=order["sdp"]), [])
                tell(event="answered", sdp=answer.sdp)
            case "candidate":
                await self.engine.add_candidate(1, Candidate(**order["candidate"]))
            case "preview":
                await self._preview(early=order["early"], lines=order["lines"])
            case "send":
                await self._send()
            case _:
                raise ValueError(order["do"])

    async def _preview(self, *, early: bool, lines: int) -> None:
        """A page was read and is shown to the usager."""
        self._number += 1
        self._transfer_id = secrets.token_hex(16)
        self.outbox.early = early
        page = scanned_page(self._number, lines=lines)
        announced = self.pages.seal(SealPage("scan-1", self._transfer_id, self._number, page))
        await self._say(announced)
        tell(event="previewed", bytes=len(page.jpeg), at_s=time.time())

    async def _send(self) -> None:
        """The usager pressed SEND."""
        # Told first: the agent's « received » may come back before the last line here.
        tell(event="sent", at_s=time.time())
        released = self.pages.release(self._transfer_id)
        assert released is not None
        await self._say(released)
        self.outbox.let_go()

    async def _say(self, message: Any) -> None:
        async with self._control:
            assert await self.engine.send_control(encode(message)), "there is no line"

    # ---- the peer ---------------------------------------------------------------------------------------

    def on_peer_state(self, _peer_no: int, state: str) -> None:
        tell(event="state", state=state)

    def on_peer_control_open(self, _peer_no: int) -> None:
        self._spawn(HelloPeer())

    def on_peer_control(self, _peer_no: int, text: str) -> None:
        message = decode_control(FROM_STATION_PEER, text)
        match message:
            case HelloPeer():
                for each in self.pages.resume(message):
                    self._spawn(each)
                tell(event="greeted")
            case ChunksReceived():
                self.pages.acknowledge(message)
            case PageReceived():
                tell(event="received", ok=message.ok, at_s=time.time())
                self.pages.discard(message.transfer_id)
            case _:
                pass

    def on_peer_chunk(self, _peer_no: int, _message: bytes) -> None:
        """The agent sends no file here."""

    def on_peer_picture_paused(self, _peer_no: int, _paused: bool) -> None:
        """There is no picture here."""

    def on_peer_candidate(self, _peer_no: int, _candidate: Candidate) -> None:
        """aiortc puts its candidates into the answer."""

    def _spawn(self, message: Any) -> None:
        task = asyncio.get_running_loop().create_task(self._say(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- life -------------------------------------------------------------------------------------------

    async def serve(self) -> None:
        """Obey until standard input ends."""
        self.camera.open()
        self.sound.open()
        self.engine.start()
        try:
            reader = asyncio.StreamReader(limit=1024 * 1024)
            await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer
            )
            tell(event="ready")
            while line := await reader.readline():
                await self.obey(json.loads(line))
        finally:
            self.pages.clear()
            await self.engine.stop()
            await asyncio.to_thread(self.camera.close)
            await asyncio.to_thread(self.sound.close)


def tell(**fields: Any) -> None:
    print(json.dumps(fields), flush=True)


async def main() -> None:
    await PapersKiosk(sys.argv[1]).serve()


if __name__ == "__main__":
    asyncio.run(main())
