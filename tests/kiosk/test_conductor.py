"""The conductor with simulated devices: a call with papers both ways, and nothing left when it is erased."""

import asyncio
import base64
import hashlib
import io
import json
import threading
import wave
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest_asyncio
from PIL import Image

from hub.protocol import (
    CallAccepted,
    CallQueued,
    CallTransferred,
    Candidate,
    Description,
    DeviceState,
    MediaState,
    PlaceCall,
    RelayCandidate,
    RelayDescription,
    ReportDevices,
)
from kiosk.conductor import Conductor
from kiosk.config import Driver, KioskConfig, PrinterOptions, ScannerOptions, SimulationOptions, SoundOptions
from kiosk.core.conversation import (
    CHUNK_BYTES,
    ChunksReceived,
    HangUpPeer,
    HelloPeer,
    OfferPrint,
    PageDiscarded,
    PageReceived,
    PageReleased,
    PageSealed,
    PicturePaused,
    PrintMoved,
    PrintStep,
    RequestScan,
    pack_chunk,
    unpack_chunk,
)
from kiosk.core.ports import DeviceName
from kiosk.core.sealing import open_page
from kiosk.core.session import Rules
from kiosk.core.view import PrintStepView, ScanStepView, Screen, Touch, TouchName, View
from kiosk.devices.documents import SandboxedRenderer
from kiosk.devices.simulated_camera import SimulatedCamera
from kiosk.devices.simulated_printer import SimulatedPrinter
from kiosk.devices.simulated_scanner import SimulatedScanner
from kiosk.devices.simulated_sound import SimulatedSound
from kiosk.devices.simulation import SimulatedFaults
from kiosk.media.inbox import Inbox
from kiosk.media.outbox import Outbox
from kiosk.papers_held import FilesHeld, PagesHeld
from kiosk.parts import Parts, SeenSink
from tests.fakes.kiosk_parts import KeptFrames, KeptHub, KeptPeers, KeptViews
from tests.kiosk.core.driver import CAF, TILES, WelcomeKiosk, ticket

PNG = "image/png"


class World:
    """A conductor in simulated surroundings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.printed = folder / "printed"
        self.faults_file = folder / "faults.json"
        config = KioskConfig(
            scanner=ScannerOptions(driver=Driver.SIMULATED, dpi=75),
            printer=PrinterOptions(driver=Driver.SIMULATED, simulated_output=str(self.printed)),
            sound=SoundOptions(
                driver=Driver.SIMULATED,
                echo_cancellation=False,
                simulated_loudspeaker_file=str(folder / "played.wav"),
            ),
            simulation=SimulationOptions(state_file=str(self.faults_file)),
        )
        self.printed.mkdir()
        faults = SimulatedFaults(config.simulation.state_file)
        self.window, self.hub, self.peers = KeptViews(), KeptHub(), KeptPeers()
        self.remote = KeptFrames()
        self.conductor = Conductor(Rules(), asyncio.get_running_loop().time, lambda: "10:42")
        self.camera = SimulatedCamera(config.camera, faults)
        self.in_call: list[bool] = []
        self.parts = Parts(
            window=self.window,
            remote_sink=SeenSink(self.remote, self.conductor.on_agent_seen),
            hub=self.hub,
            peers=self.peers,
            camera=self.camera,
            sound=SimulatedSound(config.sound, faults),
            scanner=SimulatedScanner(config.scanner, faults, step_s=0.001),
            printer=SimulatedPrinter(config.printer, faults, page_s=0.001),
            renderer=SandboxedRenderer(),
            pages=PagesHeld(Outbox(self.peers, self.conductor.on_page_travelled)),
            files=FilesHeld(Inbox()),
            runtime_dir=folder / "run",
            set_in_call=self.in_call.append,
        )

    def touch(self, name: TouchName, argument: str = "") -> None:
        self.conductor.on_touch(Touch(name, argument))

    def control(self, message: object) -> None:
        self.conductor.on_peer_control(1, message.model_dump_json())  # type: ignore[attr-defined]

    async def in_a_call(self) -> None:
        self.conductor.on_hub_message(
            WelcomeKiosk(kiosk_id="k1", kiosk_name="Borne", site_name="Ici", partners=[CAF], tiles=TILES)
        )
        self.touch(TouchName.START)
        self.touch(TouchName.CHOOSE_PARTNER, "caf")
        self.touch(TouchName.CHOOSE_MOTIF, "logement")
        self.touch(TouchName.PLACE_CALL)
        (request,) = [each for each in self.hub.sent if isinstance(each, PlaceCall)]
        for message in (
            CallQueued(request_id=request.request_id, call_id="c1", position=1),
            CallAccepted(call_id="c1", peer_no=1, agent_name="Mme Martin", ice_servers=[]),
            RelayDescription(call_id="c1", peer_no=1, description=Description(type="offer", sdp="v=0")),
        ):
            self.conductor.on_hub_message(message)
        self.conductor.on_peer_state(1, MediaState.CONNECTED.value)
        self.conductor.on_peer_control_open(1)
        self.control(HelloPeer())
        await self.peers.until_said(HelloPeer)

    def scan_step(self, view: View) -> ScanStepView | None:
        return view.in_call.scan.step if view.in_call and view.in_call.scan else None

    def print_step(self, view: View) -> PrintStepView | None:
        return view.in_call.print.step if view.in_call and view.in_call.print else None

    async def previewed_page(self) -> PageSealed:
        self.control(RequestScan(scan_id="s1", title="Avis d'imposition"))
        self.touch(TouchName.SCAN_START)
        await self.window.until(lambda view: self.scan_step(view) is ScanStepView.PREVIEW)
        sealed: PageSealed = await self.peers.until_said(PageSealed)
        return sealed

    def send_png(self, print_id: str = "p1", *, damaged: bool = False) -> None:
        """A picture large enough for several chunks, offered and sent; the first chunk overtakes its offer."""
        buffer = io.BytesIO()
        Image.effect_noise((300, 300), 80).convert("RGB").save(buffer, "PNG")
        data = buffer.getvalue()
        transfer = hashlib.sha256(print_id.encode()).hexdigest()[:32]
        pieces = [data[start : start + CHUNK_BYTES] for start in range(0, len(data), CHUNK_BYTES)]
        assert len(pieces) > 2
        offer = OfferPrint(
            print_id=print_id,
            transfer_id=transfer,
            title="Formulaire",
            mime="image/png",
            size=len(data),
            chunks=len(pieces),
            sha256="0" * 64 if damaged else hashlib.sha256(data).hexdigest(),
        )
        self.conductor.on_peer_chunk(1, pack_chunk(transfer, 0, pieces[0]))
        self.control(offer)
        for number, piece in enumerate(pieces[1:], start=1):
            self.conductor.on_peer_chunk(1, pack_chunk(transfer, number, piece))


@pytest_asyncio.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    made = World(tmp_path)
    await made.conductor.begin(made.parts)
    yield made
    await made.conductor.end()


async def test_camera_and_sound_open_before_the_call_and_close_after(world: World) -> None:
    await world.in_a_call()
    await world.window.until(lambda _view: True)
    async with asyncio.timeout(10):
        while world.window.self_sink.shown == 0:
            await asyncio.sleep(0)
    assert world.in_call == [True]
    world.touch(TouchName.HANG_UP)
    world.touch(TouchName.CONFIRM_HANG_UP)
    assert world.in_call == [True, False]
    await world.conductor._lanes["devices"].drained()
    assert world.camera.latest() is None
    assert not world.peers.open or await world.conductor._lanes["peer"].drained() is None


async def test_a_picture_that_is_held_back_is_said_on_both_sides(world: World) -> None:
    await world.in_a_call()
    world.conductor.on_peer_picture_paused(2, True)
    world.conductor.on_peer_picture_paused(1, True)
    assert await world.peers.until_said(PicturePaused) == PicturePaused(paused=True)
    await world.window.until(lambda view: view.in_call is not None and view.in_call.picture_paused)
    world.conductor.on_peer_picture_paused(1, False)
    await world.window.until(lambda view: view.in_call is not None and not view.in_call.picture_paused)
    world.control(PicturePaused(paused=True))
    await world.window.until(lambda view: view.in_call is not None and view.in_call.agent_picture_paused)


async def test_an_address_found_late_is_told_to_the_station_of_this_connection_only(world: World) -> None:
    await world.in_a_call()
    late = Candidate(candidate="candidate:1 1 udp 16777215 192.0.2.5 50000 typ relay", sdpMid="0")
    world.conductor.on_peer_candidate(2, late)
    world.conductor.on_peer_candidate(1, late)
    told = [each for each in world.hub.sent if isinstance(each, RelayCandidate)]
    assert told == [RelayCandidate(call_id="c1", peer_no=1, candidate=late)]


async def test_a_page_travels_sealed_and_opens_with_the_key_of_send(world: World) -> None:
    await world.in_a_call()
    sealed = await world.previewed_page()
    async with asyncio.timeout(10):
        while len(world.peers.chunks) < sealed.chunks:
            await asyncio.sleep(0)
    assert not [each for each in world.peers.said if isinstance(each, PageReleased)]
    for chunk in world.peers.chunks:
        assert b"JFIF" not in chunk, "nothing readable before SEND"
    world.touch(TouchName.SCAN_SEND)
    released: PageReleased = await world.peers.until_said(PageReleased)
    payloads = [unpack_chunk(chunk)[2] for chunk in world.peers.chunks]
    page = open_page(payloads, sealed.transfer_id, base64.b64decode(released.key))
    assert hashlib.sha256(page).hexdigest() == released.sha256
    with Image.open(io.BytesIO(page)) as picture:
        assert picture.size == (sealed.width_px, sealed.height_px)
    world.control(ChunksReceived(transfer_id=sealed.transfer_id, next_chunk=sealed.chunks))
    world.control(PageReceived(transfer_id=sealed.transfer_id, ok=True))
    await world.window.until(lambda view: world.scan_step(view) is ScanStepView.SENT)
    assert len(world.parts.pages) == 0, "the key is gone once the page is there"


async def test_cancel_destroys_the_key(world: World) -> None:
    await world.in_a_call()
    sealed = await world.previewed_page()
    world.touch(TouchName.SCAN_CANCEL)
    discarded: PageDiscarded = await world.peers.until_said(PageDiscarded)
    assert discarded.transfer_id == sealed.transfer_id
    assert len(world.parts.pages) == 0
    assert not [each for each in world.peers.said if isinstance(each, PageReleased)]


async def test_a_new_connection_announces_again_and_goes_on(world: World) -> None:
    await world.in_a_call()
    sealed = await world.previewed_page()
    world.touch(TouchName.SCAN_SEND)
    await world.peers.until_said(PageReleased)
    world.peers.said.clear()
    world.peers.chunks.clear()
    world.control(HelloPeer(received={sealed.transfer_id: 1}))
    assert (await world.peers.until_said(PageSealed)) == sealed
    await world.peers.until_said(PageReleased)
    async with asyncio.timeout(10):
        while len(world.peers.chunks) < sealed.chunks - 1:
            await asyncio.sleep(0)
    assert [unpack_chunk(chunk)[1] for chunk in world.peers.chunks] == list(range(1, sealed.chunks))


async def test_a_file_is_rendered_previewed_and_printed(world: World) -> None:
    await world.in_a_call()
    world.send_png()
    view = await world.window.until(lambda view: world.print_step(view) is PrintStepView.PREVIEW)
    assert view.in_call is not None
    assert view.in_call.print is not None
    assert view.in_call.print.preview.startswith(b"\xff\xd8")
    assert list(world.printed.iterdir()) == []
    world.touch(TouchName.PRINT_ACCEPT)
    await world.window.until(lambda view: world.print_step(view) is PrintStepView.PRINTED)
    assert [each.suffix for each in world.printed.iterdir()] == [".pdf"]
    steps = [each.step for each in world.peers.said if isinstance(each, PrintMoved)]
    assert steps[0] is PrintStep.RECEIVING
    assert steps[-1] is PrintStep.PRINTED


async def test_a_damaged_file_is_refused_in_words(world: World) -> None:
    await world.in_a_call()
    world.send_png(damaged=True)
    await world.window.until(lambda view: world.print_step(view) is PrintStepView.REFUSED)


async def test_no_paper_is_told_and_the_job_goes_on(world: World) -> None:
    await world.in_a_call()
    world.send_png()
    await world.window.until(lambda view: world.print_step(view) is PrintStepView.PREVIEW)
    world.faults_file.write_text(json.dumps({"printer": "no_paper"}))
    world.touch(TouchName.PRINT_ACCEPT)
    view = await world.window.until(lambda view: world.print_step(view) is PrintStepView.PROBLEM)
    assert view.in_call is not None
    assert view.in_call.print is not None
    assert view.in_call.print.problem is DeviceState.NO_PAPER
    world.faults_file.write_text("{}")
    await world.window.until(lambda view: world.print_step(view) is PrintStepView.PRINTED)


async def test_unusable_words_and_chunks_of_the_station_change_nothing(world: World) -> None:
    await world.in_a_call()
    before = world.window.views[-1]
    for text in ("", "[]", '{"type":"nonsense"}', '{"type":"request_scan","scan_id":"x y","title":""}'):
        world.conductor.on_peer_control(1, text)
    for message in (b"", b"short", b"x" * 40_000):
        world.conductor.on_peer_chunk(1, message)
    world.conductor.on_peer_control(7, HelloPeer().model_dump_json())
    assert replace(world.window.views[-1], in_call=None) == replace(before, in_call=None)


async def passed_on(world: World) -> None:
    """Agent A passes the call on, and agent B answers: B's connection has the same number as A's."""
    for message in (
        CallTransferred(call_id="c1", new_call_id="c2", partner_id="caf", position=1),
        CallAccepted(call_id="c2", peer_no=1, agent_name="M. Petit", ice_servers=[]),
    ):
        world.conductor.on_hub_message(message)


async def test_the_next_agent_gets_no_page_of_the_one_before(world: World) -> None:
    await world.in_a_call()
    sealed = await world.previewed_page()
    world.touch(TouchName.SCAN_SEND)
    released = await world.peers.until_said(PageReleased)
    assert released.transfer_id == sealed.transfer_id, "released, not yet confirmed: the key is still here"
    await passed_on(world)
    assert len(world.parts.pages) == 0
    description = RelayDescription(call_id="c2", peer_no=1, description=Description(type="offer", sdp="v=0"))
    world.conductor.on_hub_message(description)
    await world.conductor._lanes["peer"].drained()
    assert world.peers.answered == [1, 1]
    world.peers.said.clear()
    world.peers.chunks.clear()
    world.conductor.on_peer_state(1, MediaState.CONNECTED.value)
    world.conductor.on_peer_control_open(1)
    world.control(HelloPeer())
    await world.peers.until_said(HelloPeer)
    assert not [each for each in world.peers.said if isinstance(each, PageSealed | PageReleased)]
    assert world.peers.chunks == []


async def test_the_goodbye_of_the_agent_before_does_not_end_the_call(world: World) -> None:
    await world.in_a_call()
    await passed_on(world)
    world.control(HangUpPeer())
    world.conductor.on_peer_state(1, MediaState.CONNECTED.value)
    world.conductor._agent_seen()
    assert world.window.views[-1].screen is Screen.CALLING
    assert world.hub.live_call_id == "c2"
    await world.conductor._lanes["peer"].drained()
    world.conductor.on_peer_state(1, MediaState.CONNECTED.value)
    view = world.window.views[-1]
    assert view.in_call is not None
    assert not view.in_call.agent_picture


async def test_a_called_number_is_heard_though_nobody_is_there(world: World) -> None:
    heard: list[object] = []
    world.parts.sound.set_listener(heard.append)
    world.conductor.on_hub_message(
        WelcomeKiosk(
            kiosk_id="k1",
            kiosk_name="Borne",
            site_name="Ici",
            partners=[CAF],
            tiles=TILES,
            tickets=[ticket(called_s=60)],
        )
    )
    await world.conductor._lanes["devices"].drained()
    with wave.open(str(world.folder / "played.wav")) as written:
        played = np.frombuffer(written.readframes(written.getnframes()), dtype=np.int16)
    assert np.abs(played).max() > 100
    assert len(played) > 40_000
    assert heard == [], "nobody listens to an empty room"
    assert world.in_call == []


async def test_the_end_of_a_call_is_heard_though_camera_and_sound_are_closed(world: World) -> None:
    await world.in_a_call()
    await world.conductor._lanes["devices"].drained()
    (world.folder / "played.wav").unlink()
    world.touch(TouchName.HANG_UP)
    world.touch(TouchName.CONFIRM_HANG_UP)
    await world.conductor._lanes["devices"].drained()
    with wave.open(str(world.folder / "played.wav")) as written:
        assert any(written.readframes(written.getnframes()))
    assert not [each.name for each in threading.enumerate() if each.name == "sound"]


async def test_erasing_leaves_nothing(world: World) -> None:
    await world.in_a_call()
    await world.previewed_page()
    world.send_png()
    await world.window.until(lambda view: world.print_step(view) is PrintStepView.PREVIEW)
    (world.parts.runtime_dir / "left.bin").write_bytes(b"left")
    world.touch(TouchName.ERASE)
    world.touch(TouchName.CONFIRM_HANG_UP)
    assert world.window.views[-1].screen is Screen.ERASED
    await world.conductor._lanes["erase"].drained()
    assert len(world.parts.pages) == 0
    assert world.parts.files.received() == {}
    assert world.parts.files.pixels("p1") is None
    assert list(world.parts.runtime_dir.iterdir()) == []
    assert world.remote.cleared
    assert world.hub.live_call_id is None


async def test_what_a_crash_left_is_gone_before_anybody_is_served(tmp_path: Path) -> None:
    run = tmp_path / "run"
    (run / "inner").mkdir(parents=True)
    (run / "inner" / "page.jpg").write_bytes(b"page")
    world = World(tmp_path)
    await world.conductor.begin(world.parts)
    assert list(run.iterdir()) == []
    await world.conductor.end()


async def test_the_end_lets_go_of_camera_and_sound(tmp_path: Path) -> None:
    world = World(tmp_path)
    await world.conductor.begin(world.parts)
    await world.in_a_call()
    await world.conductor._lanes["devices"].drained()
    await world.conductor.end()
    assert world.camera.latest() is None
    assert not [each.name for each in threading.enumerate() if "camera" in each.name or "sound" in each.name]


async def test_devices_are_reported_to_the_hub_on_change(world: World) -> None:
    world.conductor.on_device_status(DeviceName.SCANNER, DeviceState.JAMMED)
    (report,) = [each for each in world.hub.sent if isinstance(each, ReportDevices)]
    assert [(each.device, each.state) for each in report.devices] == [("scanner", DeviceState.JAMMED)]
