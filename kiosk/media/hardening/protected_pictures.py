"""What is added to aiortc 1.16.0 so that a browser protects the pictures it sends: RED with ULPFEC inside.

Upstream knows neither. Removed by: redundancy in aiortc's video receiver.
"""

from aiortc import RTCPeerConnection
from aiortc import codecs as aiortc_codecs
from aiortc.rtcrtpparameters import RTCRtpCodecParameters

from kiosk.media.hardening.names import require
from kiosk.media.protection import Formats

RED, ULPFEC = "video/red", "video/ulpfec"
FORMATS = (RED, ULPFEC)
CLOCK_RATE = 90_000
RED_TYPE, ULPFEC_TYPE = 120, 121
"""Ours in an offer, beyond those of aiortc; an answer takes the payload types of the offer."""


def take_protection() -> None:
    """Let RED and ULPFEC be negotiated, in the whole process, behind the pictures themselves.

    We send none: aiortc sends the first format of an answer. Applying it twice changes nothing.
    """
    known = aiortc_codecs.CODECS["video"]
    for mime_type, ours in ((RED, RED_TYPE), (ULPFEC, ULPFEC_TYPE)):
        if all(codec.mimeType != mime_type for codec in known):
            known.append(RTCRtpCodecParameters(mimeType=mime_type, clockRate=CLOCK_RATE, payloadType=ours))


def formats(connection: RTCPeerConnection) -> Formats | None:
    """What was negotiated; None: no protection. No public attribute of a transceiver tells its payload types."""
    for transceiver in connection.getTransceivers():
        require(transceiver, "_codecs")
        types = {codec.mimeType.lower(): codec.payloadType for codec in transceiver._codecs}
        red, ulpfec = types.get(RED), types.get(ULPFEC)
        if red is not None and ulpfec is not None:
            return Formats(red, ulpfec)
    return None


def check_names() -> None:
    """Raises UpstreamMoved when a private name used here is not where it was."""
    require(aiortc_codecs, "CODECS")
