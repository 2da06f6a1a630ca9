"""A kiosk at the other end of the station page: real WebSocket, real aiortc, a generated picture and tone.

It knows nothing of the product's own kiosk code: sealing is written here a second time, from the words of
`kiosk.core.conversation`, so that a shared mistake shows.
"""

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from aiortc import (
    AudioStreamTrack,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.sdp import candidate_from_sdp
from av import AudioFrame, VideoFrame
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.protocol import (
    CallAccepted,
    CallEnded,
    CallTransferred,
    Description,
    MediaState,
    PeerRenewed,
    RelayCandidate,
    RelayDescription,
)
from kiosk.core.conversation import ACK_EVERY_CHUNKS, CHUNK_BYTES, pack_chunk, unpack_chunk
from tests.fakes.hub_clients import FakeKiosk

SAMPLE_RATE_HZ = 48_000
TONE_HZ = 700
WIDTH, HEIGHT = 320, 180


class Tone(AudioStreamTrack):
    """A sine, 20 ms at a time, in real time."""

    def __init__(self) -> None:
        super().__init__()
        self._samples = 0
        self._started: float | None = None

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        if self._started is None:
            self._started = loop.time()
        count = SAMPLE_RATE_HZ // 50
        await asyncio.sleep(max(0.0, self._started + self._samples / SAMPLE_RATE_HZ - loop.time()))
        times = (np.arange(count) + self._samples) / SAMPLE_RATE_HZ
        wave = (np.sin(2 * np.pi * TONE_HZ * times) * 8000).astype(np.int16)
        frame = AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        frame.pts, frame.time_base = self._samples, Fraction(1, SAMPLE_RATE_HZ)
        self._samples += count
        return frame


class MovingBar(VideoStreamTrack):
    """A bright bar that moves over green: two looks at it differ."""

    def __init__(self) -> None:
        super().__init__()
        self._number = 0

    async def recv(self) -> VideoFrame:
        pts, time_base = await self.next_timestamp()
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        picture[:, :, 1] = 120
        at = (self._number * 8) % WIDTH
        picture[:, at : at + 24] = 255
        self._number += 1
        frame = VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = pts, time_base
        return frame


def seal(page: bytes, transfer_id: str, key: bytes) -> list[bytes]:
    """The page as sealed chunks."""
    parts = [page[at : at + CHUNK_BYTES] for at in range(0, len(page), CHUNK_BYTES)]
    cipher = AESGCM(key)
    return [
        cipher.encrypt(
            bytes(4) + number.to_bytes(8, "big"),
            part,
            bytes.fromhex(transfer_id) + number.to_bytes(4, "big") + len(parts).to_bytes(4, "big"),
        )
        for number, part in enumerate(parts)
    ]


class SealedPage:
    """One page on its way: sent, not yet readable."""

    def __init__(self, page: bytes, scan_id: str, page_no: int, size_px: tuple[int, int], dpi: int = 200) -> None:
        self.transfer_id = secrets.token_hex(16)
        self.key = secrets.token_bytes(32)
        self.chunks = seal(page, self.transfer_id, self.key)
        self.sha256 = hashlib.sha256(page).hexdigest()
        self.announcement = {
            "type": "page_sealed",
            "scan_id": scan_id,
            "transfer_id": self.transfer_id,
            "page_no": page_no,
            "mime": "image/jpeg",
            "size": len(page),
            "chunks": len(self.chunks),
            "width_px": size_px[0],
            "height_px": size_px[1],
            "dpi": dpi,
        }

    @property
    def release(self) -> dict[str, Any]:
        key = base64.b64encode(self.key).decode()
        return {"type": "page_released", "transfer_id": self.transfer_id, "key": key, "sha256": self.sha256}


class AiortcKiosk(FakeKiosk):
    """Answers each peer connection of its call; what the station says on `control` waits in `heard`."""

    def __init__(self, url: str, kiosk_id: str, key: Ed25519PrivateKey) -> None:
        super().__init__(url, kiosk_id, key)
        self.heard: list[dict[str, Any]] = []
        self.files: dict[str, bytearray] = {}
        self.control: RTCDataChannel | None = None
        self.documents: RTCDataChannel | None = None
        self.peers = 0
        """Peer connections built so far in this call."""
        self.remote: dict[str, int] = {"audio": 0, "video": 0}
        """Frames received from the station."""
        self._call_id = ""
        self._peer_no = 0
        self._peer: RTCPeerConnection | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Condition()

    async def serve(self, call_id: str) -> None:
        """Take part in this call from now on, in the background, until `leave`."""
        self._call_id = call_id
        self._spawn(self._follow_hub())

    async def leave(self) -> None:
        """Close the peer and the socket."""
        if self._peer is not None:
            await self._peer.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.close()

    async def drop_peer(self) -> None:
        """The line dies: nothing comes and goes any more, the hub is not told."""
        assert self._peer is not None
        await self._peer.close()

    # ---- what is said -------------------------------------------------------------------------------------

    def tell(self, message: dict[str, Any]) -> None:
        """Say something on `control`."""
        assert self.control is not None
        self.control.send(json.dumps(message))

    async def told(self, kind: str, within_s: float = 10.0) -> dict[str, Any]:
        """The first message of this type on `control`, taken out of `heard`."""

        def found() -> dict[str, Any] | None:
            return next((message for message in self.heard if message["type"] == kind), None)

        await self.until(lambda: found() is not None, within_s, f"no {kind} among {[m['type'] for m in self.heard]}")
        message = found()
        assert message is not None
        self.heard.remove(message)
        return message

    async def until(self, holds: Callable[[], bool], within_s: float = 10.0, otherwise: str = "not in time") -> None:
        """Wait until `holds`, looked at whenever something happened at this kiosk."""
        try:
            async with asyncio.timeout(within_s), self._changed:
                await self._changed.wait_for(holds)
        except TimeoutError:
            raise AssertionError(otherwise) from None

    def send_sealed(self, page: SealedPage, first_chunk: int = 0) -> None:
        """Announce a page and send its sealed chunks; nothing can be read yet."""
        assert self.documents is not None
        self.tell(page.announcement)
        for number, chunk in enumerate(page.chunks[first_chunk:], start=first_chunk):
            self.documents.send(pack_chunk(page.transfer_id, number, chunk))

    # ---- connections --------------------------------------------------------------------------------------

    async def _follow_hub(self) -> None:
        kinds = (CallAccepted, PeerRenewed, RelayDescription, RelayCandidate, CallEnded, CallTransferred)
        while True:
            async with self._news:
                await self._news.wait_for(lambda: any(isinstance(message, kinds) for message in self.inbox))
                message = next(message for message in self.inbox if isinstance(message, kinds))
                self.inbox.remove(message)
            match message:
                case CallAccepted() | PeerRenewed():
                    self._peer_no = message.peer_no
                case RelayDescription() if message.peer_no == self._peer_no:
                    await self._answer(message.description)
                case RelayCandidate() if message.peer_no == self._peer_no and self._peer is not None:
                    line = message.candidate.candidate
                    if line:
                        candidate = candidate_from_sdp(line.removeprefix("candidate:"))
                        candidate.sdpMid = message.candidate.sdpMid
                        candidate.sdpMLineIndex = message.candidate.sdpMLineIndex
                        await self._peer.addIceCandidate(candidate)
                case CallTransferred() if message.call_id == self._call_id:
                    # The next agent builds a line of their own.
                    self._call_id, self._peer_no, self.peers = message.new_call_id, 0, 0
                    if self._peer is not None:
                        await self._peer.close()
                    self.heard.append({"type": "call_transferred", "partner_id": message.partner_id})
                    await self._notify()
                case CallEnded():
                    self.heard.append({"type": "call_ended", "cause": message.cause.value})
                    await self._notify()
                case _:
                    pass

    async def _answer(self, description: Description) -> None:
        if self._peer is not None:
            await self._peer.close()
        peer = self._peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        peer.on("datachannel", self._channel)
        peer.on("track", lambda track: self._spawn(self._consume(track)))
        peer.on("connectionstatechange", lambda: self._spawn(self._report(peer)))
        await peer.setRemoteDescription(RTCSessionDescription(description.sdp, description.type))
        tracks = {"audio": Tone(), "video": MovingBar()}
        for transceiver in peer.getTransceivers():
            track = tracks.pop(transceiver.kind, None)
            if track is not None:
                transceiver.sender.replaceTrack(track)
                transceiver.direction = "sendrecv"
        await peer.setLocalDescription(await peer.createAnswer())
        local = peer.localDescription
        answer = Description(type="answer", sdp=local.sdp)
        await self.send(RelayDescription(call_id=self._call_id, peer_no=self._peer_no, description=answer))

    async def _report(self, peer: RTCPeerConnection) -> None:
        if peer is self._peer and peer.connectionState == "connected":
            self.peers += 1
            await self.report(self._call_id, MediaState.CONNECTED, self._peer_no)
        await self._notify()

    def _channel(self, channel: RTCDataChannel) -> None:
        if channel.label == "control":
            self.control = channel
            channel.on("message", self._heard)
            channel.send(json.dumps({"type": "hello", "version": 1, "received": self._received()}))
        else:
            self.documents = channel
            channel.on("message", self._chunk)
        self._spawn(self._notify())

    def _received(self) -> dict[str, int]:
        return {transfer_id: len(data) // CHUNK_BYTES for transfer_id, data in self.files.items()}

    def _heard(self, text: str) -> None:
        self.heard.append(json.loads(text))
        self._spawn(self._notify())

    def _chunk(self, message: bytes) -> None:
        transfer_id, number, payload = unpack_chunk(message)
        data = self.files.setdefault(transfer_id, bytearray())
        if number != len(data) // CHUNK_BYTES:
            return
        data += payload
        if (number + 1) % ACK_EVERY_CHUNKS == 0 or len(payload) < CHUNK_BYTES:
            self.tell({"type": "chunks_received", "transfer_id": transfer_id, "next_chunk": number + 1})
        self._spawn(self._notify())

    async def _consume(self, track: Any) -> None:
        try:
            while True:
                await track.recv()
                self.remote[track.kind] += 1
                if self.remote[track.kind] % 10 == 1:
                    await self._notify()
        except Exception:  # noqa: BLE001 - aiortc ends a track by its own exception; a test looks at the counts
            return

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _spawn(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
