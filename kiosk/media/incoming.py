"""What a connection receives: the agent's voice and pictures, each at its time, and what is measured of them."""

from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from aiortc import RTCRtpReceiver, RTCRtpTransceiver

from kiosk.core.ports import FrameSink
from kiosk.media import rtp_header
from kiosk.media.hardening import receiving_pictures, receiving_sound
from kiosk.media.hardening.sender_reports import follow_reports
from kiosk.media.protection import Formats, ProtectedPackets
from kiosk.media.remote_picture import Lips, RemotePicture
from kiosk.media.remote_sound import RemoteSound


class Incoming:
    """Of one connection; `clock` gives monotonic seconds. `sound` is the source for the loudspeaker."""

    def __init__(self, sink: FrameSink, clock: Callable[[], float]) -> None:
        self.sound = RemoteSound(clock)
        self._sink = sink
        self._clock = clock
        self._lips = Lips(self.sound)
        self._intakes: list[receiving_pictures.VideoIntake] = []
        self._pictures: list[RemotePicture] = []
        self._protected: ProtectedPackets | None = None

    def take_sound(self, receiver: RTCRtpReceiver) -> None:
        """Call it before the receiver starts."""
        receiving_sound.pass_sound_through(receiver)
        follow_reports(receiver, lambda _ssrc, ntp, rtp: self._lips.voice_clock.report(ntp, rtp))

    def take_pictures(self, receiver: RTCRtpReceiver) -> None:
        """Call it before the receiver starts; the agent's face first, then the screen, which has no voice."""
        intake = receiving_pictures.VideoIntake(receiver, self._clock)
        lips = None if self._intakes else self._lips
        self._intakes.append(intake)
        self._pictures.append(RemotePicture(self._sink, intake, self._clock, lips))
        if lips is not None:
            follow_reports(receiver, lambda ssrc, ntp, rtp: self._report(intake, ssrc, ntp, rtp))

    def rebuild_lost(self, formats: Formats | None, written_late: tuple[int, ...]) -> None:
        """From now on pictures are rebuilt with what protects them, if anything does (`kiosk.media.protection`)."""
        self._protected = None if formats is None else ProtectedPackets(formats, written_late)

    def after_rtp(self, packet: bytes) -> None:
        """An RTP packet came and is where it belongs: another one may be known with it."""
        if self._protected is None:
            return
        for rebuilt in self._protected.take(packet):
            for intake in self._intakes:
                if intake.ssrc == rtp_header.ssrc(rebuilt):
                    intake.add_rebuilt(rebuilt)

    def _report(self, intake: receiving_pictures.VideoIntake, ssrc: int, ntp: int, rtp: int) -> None:
        # Retransmissions are a stream of their own, with reports of its own.
        if ssrc == intake.ssrc:
            self._lips.picture_clock.report(ntp, rtp)

    def work(
        self, transceivers: list[RTCRtpTransceiver], round_trip_s: Callable[[], float | None]
    ) -> Iterator[Coroutine[Any, Any, None]]:
        """What is to be run while the connection lives, once it is negotiated."""
        streams = iter(zip(self._intakes, self._pictures, strict=True))
        for transceiver in transceivers:
            track = transceiver.receiver.track
            if transceiver.kind == "audio" and track is not None:
                yield self.sound.drain(track)
            elif transceiver.kind == "video":
                intake, picture = next(streams)
                yield intake.keep_asking(round_trip_s)
                if track is not None:
                    yield picture.drain(track)

    def figures(self) -> dict[str, Any]:
        """The fields of `MediaFigures` that are known here."""
        now_s = self._clock()
        sound = self.sound.figures()
        return {
            "received_bps": sum(intake.reception.bps(now_s) for intake in self._intakes),
            "received_loss": self._intakes[0].reception.loss(now_s) if self._intakes else None,
            "received_height": self._pictures[0].height if self._pictures else None,
            "frames_shown": sum(picture.shown for picture in self._pictures),
            "key_frames_asked": sum(intake.key_frames_asked for intake in self._intakes),
            "packets_asked_again": sum(intake.packets_asked_again for intake in self._intakes),
            "packets_rebuilt": sum(intake.packets_rebuilt for intake in self._intakes),
            "picture_held_s": self._pictures[0].delay.held_s if self._pictures else None,
            "sound_depth_s": sound.depth_s,
            "sound_concealed_s": sound.concealed_s,
            "sound_recovered_s": sound.recovered_s,
            "sound_ahead_s": self._lips.sync.sound_ahead_s,
        }

    def drop_backlogs(self) -> None:
        """Leave the decoders nothing to do, so that they end at once."""
        for intake in self._intakes:
            intake.drop_backlog()
