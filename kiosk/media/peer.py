"""One peer connection with the station: it offers, we answer; negotiated once, never again.

Lives on the media loop. The offer holds, in this order or another: one audio section, the agent's camera
(video, both ways), possibly a second video section reserved for the agent's screen (we only receive), and
the two data channels. VP8 and Opus only. The browser mutes instead of renegotiating.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

from aiortc import (
    RTCConfiguration,
    RTCDtlsTransport,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidAccessError, InvalidStateError, OperationError
from aiortc.sdp import candidate_from_sdp

from hub.logbook import record
from hub.protocol import Candidate, Description, MediaState
from kiosk.core.ports import Camera, FrameSink, MediaFigures, Sound
from kiosk.journal import Event
from kiosk.local_network import LOOK_EVERY_S, usable_addresses
from kiosk.media import hardening
from kiosk.media.channels import Channels
from kiosk.media.gathering import Gathering
from kiosk.media.hardening import ice, protected_pictures, sending, transport
from kiosk.media.ice_servers import ServersToAsk
from kiosk.media.incoming import Incoming
from kiosk.media.liveness import Liveness
from kiosk.media.outgoing import Outgoing
from kiosk.media.rate import SendRate
from kiosk.media.tracks import CameraTrack, MicrophoneTrack
from kiosk.media.trickle import first_mid, is_hidden, open_ended

WATCH_INTERVAL_S = 0.1
CLOSE_TIMEOUT_S = 3.0

logger = logging.getLogger(__name__)


class PeerRefused(Exception):
    """The station's description cannot be used. Its text is not kept."""


class PeerEvents(Protocol):
    """What a peer tells its engine, on the media loop."""

    def state_changed(self, peer: "Peer", state: MediaState) -> None: ...

    def control_opened(self, peer: "Peer") -> None: ...

    def control_received(self, peer: "Peer", text: str) -> None: ...

    def chunk_received(self, peer: "Peer", message: bytes) -> None: ...

    def picture_paused(self, peer: "Peer", paused: bool) -> None: ...

    def candidate_found(self, peer: "Peer", candidate: Candidate) -> None: ...


class Peer:
    """Connection number `peer_no` of the call; used once."""

    def __init__(
        self,
        peer_no: int,
        camera: Camera,
        sound: Sound,
        remote_sink: FrameSink,
        events: PeerEvents,
        clock: Callable[[], float],
    ) -> None:
        self.peer_no = peer_no
        self.rate = SendRate(clock())
        self.rate.on_change = lambda paused: events.picture_paused(self, paused)
        self._sound = sound
        self._sink = remote_sink
        self._events = events
        self._clock = clock
        self._camera_track = CameraTrack(camera, self.rate, clock, self._sending_behind)
        self._microphone_track = MicrophoneTrack(asyncio.get_running_loop(), clock, lambda: self.rate.voice_packet_s)
        self._incoming = Incoming(remote_sink, clock)
        self._tasks: set[asyncio.Task[None]] = set()
        self._liveness = Liveness(clock())
        self._connection: RTCPeerConnection | None = None
        self._ice: Any = None
        self._outgoing: Outgoing | None = None
        self._voice: sending.VoiceSending | None = None
        self._picture: sending.PictureSending | None = None
        self.channels = Channels(self, self._alive, lambda: self.rate.documents_bps)
        self._closed = False

    # ---- building ---------------------------------------------------------------------------------------

    async def answer(self, description: Description, servers: ServersToAsk) -> Description:
        """Take the station's offer, return our answer; addresses got from servers follow as candidates.

        Raises:
            PeerRefused: the description is not an offer we can answer.
        """
        kinds = [line[2:7] for line in description.sdp.splitlines() if line.startswith("m=")]
        if description.type != "offer" or kinds.count("audio") != 1 or not 1 <= kinds.count("video") <= 2:
            raise PeerRefused("one audio and one or two video sections are needed")
        hardening.set_up()
        # An explicit list, even empty: without one aiortc asks a third party's STUN server. Ours are for `gathering`.
        connection = self._connection = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        connection.on("datachannel", self.channels.take)
        self._add_media(connection, screen=kinds.count("video") == 2)
        try:
            offer = RTCSessionDescription(sdp=open_ended(description.sdp), type="offer")
            await connection.setRemoteDescription(offer)
            self._open_door(connection)
            await connection.setLocalDescription(await connection.createAnswer())
        except (ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError) as error:
            # What aiortc's parser lets out of a text that is not a description.
            raise PeerRefused(type(error).__name__) from None
        except (OperationError, InvalidStateError, InvalidAccessError) as error:
            raise PeerRefused(type(error).__name__) from None
        self._start_media(connection)
        self._gather(connection, servers, first_mid(description.sdp))
        return Description(type="answer", sdp=open_ended(connection.localDescription.sdp))

    def _gather(self, connection: RTCPeerConnection, servers: ServersToAsk, mid: str | None) -> None:
        def tell(text: str) -> None:
            if not self._closed:
                self._events.candidate_found(self, Candidate(candidate=text, sdpMid=mid))

        self._ice = ice.connection_of(connection.getReceivers()[0].transport)
        self._spawn(Gathering(self._ice, servers, tell).run())

    def _add_media(self, connection: RTCPeerConnection, *, screen: bool) -> None:
        audio = connection.addTransceiver(self._microphone_track, direction="sendrecv")
        video = [connection.addTransceiver(self._camera_track, direction="sendrecv")]
        if screen:
            video.append(connection.addTransceiver("video", direction="recvonly"))
        audio_codecs = RTCRtpSender.getCapabilities("audio").codecs
        opus = [codec for codec in audio_codecs if codec.mimeType == "audio/opus"]
        audio.setCodecPreferences(opus)
        self._voice = sending.VoiceSending(audio.sender)
        self._incoming.take_sound(audio.receiver)
        video_codecs = RTCRtpSender.getCapabilities("video").codecs
        vp8 = [codec for codec in video_codecs if codec.mimeType in ("video/VP8", "video/rtx")]
        protection = [codec for codec in video_codecs if codec.mimeType in protected_pictures.FORMATS]
        for transceiver in video:
            transceiver.setCodecPreferences(vp8 + protection)
            self._incoming.take_pictures(transceiver.receiver)
        self._picture = sending.PictureSending(video[0].sender, self.rate, self, self._clock)
        for sender in (audio.sender, video[0].sender):
            transport.leave_room_for_numbers(sender)

    def _open_door(self, connection: RTCPeerConnection) -> None:
        """From here on all that leaves is paced and counted."""
        assert self._voice is not None
        assert self._picture is not None
        number_id, time_id = transport.extension_ids(connection)
        receivers = connection.getReceivers()
        if number_id is not None:
            transport.silence_receiver_estimate(receivers)
        door = transport.Door(receivers[0].transport)
        self._outgoing = Outgoing(
            self.rate,
            self._clock,
            door,
            voice_ssrc=self._voice.ssrc,
            number_id=number_id,
            time_id=time_id,
            padding=self._picture.padding,
            copy=self._picture.copy,
            ask_key_frame=self._picture.refresh,
        )
        written_late = tuple(identity for identity in (number_id, time_id) if identity is not None)
        self._incoming.rebuild_lost(protected_pictures.formats(connection), written_late)
        door.open(self._outgoing, self._incoming.after_rtp)

    def _start_media(self, connection: RTCPeerConnection) -> None:
        for work in self._incoming.work(connection.getTransceivers(), self.round_trip_s):
            self._spawn(work)
        self._sound.set_listener(self._microphone_track.hear)
        self._sound.set_source(self._incoming.sound.take)
        if self._outgoing is not None:
            self._spawn(self._outgoing.run())
        self._spawn(self._watch(connection))
        self._time_handshake(connection.getReceivers()[0].transport)

    def _time_handshake(self, dtls: RTCDtlsTransport) -> None:
        """Tell how long it takes, before the first sound or picture leaves."""
        began_s = self._clock()

        def changed() -> None:
            nonlocal began_s
            if dtls.state == "connecting":
                began_s = self._clock()
            elif dtls.state == "connected" and self._outgoing is not None:
                self._outgoing.congestion.on_handshake(self._clock() - began_s, self._clock())

        dtls.on("statechange", changed)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def add_candidate(self, candidate: Candidate) -> None:
        """A candidate of the station; one that cannot be read is dropped, the others may do."""
        if self._connection is None or self._closed:
            return
        if not candidate.candidate or is_hidden(candidate.candidate):
            return
        try:
            parsed = candidate_from_sdp(candidate.candidate.removeprefix("candidate:"))
            parsed.sdpMid, parsed.sdpMLineIndex = candidate.sdpMid, candidate.sdpMLineIndex
            await self._connection.addIceCandidate(parsed)
        except (ValueError, IndexError, AssertionError, KeyError):
            record(logger, Event.CANDIDATE_DROPPED, level=logging.WARNING, peer_no=self.peer_no)

    # ---- living -----------------------------------------------------------------------------------------

    async def _watch(self, connection: RTCPeerConnection) -> None:
        """Judge the connection by its packets, ten times a second."""
        dtls = connection.getReceivers()[0].transport
        look_s = self._clock()
        while not self._closed:
            now_s = self._clock()
            self._steer(connection)
            ended = dtls.state in ("closed", "failed") or dtls.transport.state in ("closed", "failed")
            if now_s >= look_s:
                look_s = now_s + LOOK_EVERY_S
                ended = ended or self._address_gone()
            before = self._liveness.state
            state = self._liveness.observe(
                self._clock(),
                up=dtls.state == "connected",
                ended=ended,
                packets=transport.packets_received(dtls),
            )
            if state is not before:
                self._events.state_changed(self, state)
            if self._liveness.is_over:
                return
            await asyncio.sleep(WATCH_INTERVAL_S)

    def _steer(self, connection: RTCPeerConnection) -> None:
        if self._outgoing is not None and self._voice is not None:
            transport.set_window(connection.sctp, self._outgoing.documents_window_bytes)
            self._voice.follow(self.rate.voice_bps, self.rate.loss)

    def _address_gone(self) -> bool:
        """Another network: what was sent from the former address is answered to nobody."""
        path = ice.path(self._ice)
        if path is None or path.local_address in usable_addresses():
            return False
        record(logger, Event.ADDRESS_GONE, level=logging.WARNING, peer_no=self.peer_no)
        return True

    @property
    def state(self) -> MediaState:
        return self._liveness.state

    def set_muted(self, *, camera: bool, microphone: bool) -> None:
        """Send black, silence, or both, from the next frame on."""
        self._camera_track.muted = camera
        self._microphone_track.muted = microphone

    def figures(self) -> MediaFigures:
        """What this connection measures of itself, now."""
        path = ice.path(self._ice) if self._ice is not None else None
        return MediaFigures(
            peer_no=self.peer_no,
            state=self.state.value,
            path=None if path is None else str(path),
            target_bps=0 if self.rate.picture_paused else self.rate.target_bps,
            frames_sent=None if self._picture is None else self._picture.frames_sent,
            **self._incoming.figures(),
            **({} if self._outgoing is None else self._outgoing.figures()),
        )

    # ---- Steering, of the video sender --------------------------------------------------------------------

    def _sending_behind(self) -> bool:
        return self._outgoing is not None and self._outgoing.behind()

    def on_receiver_estimate(self, bps: float) -> None:
        if self._outgoing is not None:
            self._outgoing.congestion.on_receiver_estimate(bps, self._clock())

    def on_receiver_loss(self, fraction: float) -> None:
        if self._outgoing is not None:
            self._outgoing.congestion.on_receiver_loss(fraction, self._clock())

    def send_again(self, packet: bytes, sequence_number: int) -> None:
        if self._outgoing is not None:
            self._outgoing.send_again(packet, sequence_number)

    def round_trip_s(self) -> float | None:
        return None if self._outgoing is None else self._outgoing.congestion.estimator.round_trip_s

    # ---- ChannelEvents ----------------------------------------------------------------------------------

    def _alive(self) -> bool:
        return not self._closed and self.state is not MediaState.LOST

    def control_opened(self) -> None:
        self._events.control_opened(self)

    def control_received(self, text: str) -> None:
        self._events.control_received(self, text)

    def chunk_received(self, message: bytes) -> None:
        self._events.chunk_received(self, message)

    # ---- the end ----------------------------------------------------------------------------------------

    async def close(self) -> None:
        """Let go of sound and screen, stop every packet. Bounded; closing twice changes nothing."""
        if self._closed:
            return
        self._closed = True
        self.channels.close()
        self._sound.set_listener(None)
        self._sound.set_source(None)
        self._sink.clear()
        for track in (self._camera_track, self._microphone_track):
            track.stop()
        if self._picture is not None:
            self._picture.close()
        self._incoming.drop_backlogs()
        if self._connection is not None:
            try:
                await asyncio.wait_for(self._connection.close(), CLOSE_TIMEOUT_S)
            except TimeoutError:
                record(logger, Event.PEER_CLOSE_SLOW, level=logging.WARNING, peer_no=self.peer_no)
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
