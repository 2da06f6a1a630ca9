"""What kiosk and station say to each other directly, over the data channels; the hub never sees it.

Two channels, negotiated once by the station (the browser offers): `control` (reliable, ordered, JSON text,
the messages below) and `documents` (reliable, ordered, binary: `Chunk`). The golden examples in
`tests/fixtures/protocol/conversation_*.json` are read by the Python and the JavaScript tests.

A page scanned at the kiosk travels SEALED while the usager still looks at the preview: each chunk is
AES-256-GCM ciphertext under a key made for that page, which stays at the kiosk. SEND releases the key in
`page_released`; REDO or cancel destroys it and `page_discarded` lets the station drop the ciphertext.
A file to print travels unsealed the other way (it is the agent's own). Both are acknowledged chunk by
chunk, so that a new peer connection resumes where the old one stopped: each side says in `hello` how far
it got.
"""

from enum import StrEnum
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from hub.protocol import DeviceState, Identifier

CONVERSATION_VERSION = 1
CONTROL_CHANNEL = "control"
DOCUMENTS_CHANNEL = "documents"
MAX_CONTROL_BYTES = 16 * 1024

CHUNK_BYTES = 15 * 1024
"""Plain bytes of a chunk; with header and tag a message stays below 16 KiB, which every browser takes."""

MAX_PRINT_BYTES = 20 * 1024 * 1024
MAX_PRINT_PAGES = 50
MAX_SCAN_PAGES = 20
MAX_PAGE_BYTES = 8 * 1024 * 1024
ACK_EVERY_CHUNKS = 8
TITLE_LENGTH = 80

TransferId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
"""16 random bytes in hexadecimal; the same bytes open each chunk."""

Title = Annotated[str, Field(max_length=TITLE_LENGTH)]


class ScanStep(StrEnum):
    """How far a request for a paper has come, as told to the agent."""

    SEEN = "seen"
    DECLINED = "declined"
    LATER = "later"
    SCANNING = "scanning"
    PREVIEWING = "previewing"
    PROBLEM = "problem"
    DONE = "done"
    CANCELLED = "cancelled"


class PrintStep(StrEnum):
    """How far a file to print has come, as told to the agent."""

    RECEIVING = "receiving"
    CHECKING = "checking"
    PREVIEWING = "previewing"
    DECLINED = "declined"
    PRINTING = "printing"
    PROBLEM = "problem"
    PRINTED = "printed"
    CANCELLED = "cancelled"
    REFUSED = "refused"


class PrintRefusal(StrEnum):
    """Why a file cannot be printed at all."""

    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    UNREADABLE = "unreadable"
    WRONG_TYPE = "wrong_type"
    LOCKED = "locked"
    DAMAGED_IN_TRANSIT = "damaged_in_transit"
    PRINTER_UNAVAILABLE = "printer_unavailable"


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class HelloPeer(_Model):
    """First message of each side on `control`; `received` resumes transfers: id -> chunks already held."""

    type: Literal["hello"] = "hello"
    version: int = CONVERSATION_VERSION
    received: dict[TransferId, int] = {}


class ChunksReceived(_Model):
    """Acknowledgement: all chunks below `next_chunk` are held. Also moves the sender's window."""

    type: Literal["chunks_received"] = "chunks_received"
    transfer_id: TransferId
    next_chunk: int = Field(ge=0)


class HangUpPeer(_Model):
    """End of the call, said directly: works while the hub is away."""

    type: Literal["hang_up"] = "hang_up"


class MediaMuted(_Model):
    """What the sender of this message has switched off, so that the other side can say it in words."""

    type: Literal["media_muted"] = "media_muted"
    camera: bool
    microphone: bool


class PicturePaused(_Model):
    """The link is too weak for the picture of the sender of this message: only the sound goes on, for a while."""

    type: Literal["picture_paused"] = "picture_paused"
    paused: bool


# ---- station -> kiosk -----------------------------------------------------------------------------------


class RequestScan(_Model):
    """« Demander un papier ». `pages` is what the agent expects; the usager may send fewer or more."""

    type: Literal["request_scan"] = "request_scan"
    scan_id: Identifier
    title: Title
    pages: int = Field(default=1, ge=1, le=MAX_SCAN_PAGES)
    colour: bool = False


class CancelScan(_Model):
    """The agent no longer needs the paper. Pages already sent stay with the agent."""

    type: Literal["cancel_scan"] = "cancel_scan"
    scan_id: Identifier


class PageReceived(_Model):
    """The page was opened with its key and its hash is right (`ok`), or is not."""

    type: Literal["page_received"] = "page_received"
    transfer_id: TransferId
    ok: bool


class OfferPrint(_Model):
    """A file to print follows on `documents`, in `chunks` chunks."""

    type: Literal["offer_print"] = "offer_print"
    print_id: Identifier
    transfer_id: TransferId
    title: Title
    mime: Literal["application/pdf", "image/jpeg", "image/png"]
    size: int = Field(gt=0)
    chunks: int = Field(gt=0)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class CancelPrint(_Model):
    """The agent takes the file back; a running job is cancelled."""

    type: Literal["cancel_print"] = "cancel_print"
    print_id: Identifier


# ---- kiosk -> station -----------------------------------------------------------------------------------


class ScanMoved(_Model):
    """Progress of a request. `device` is set with `problem`."""

    type: Literal["scan_moved"] = "scan_moved"
    scan_id: Identifier
    step: ScanStep
    pages_sent: int = Field(default=0, ge=0)
    device: DeviceState | None = None


class PageSealed(_Model):
    """A sealed page follows on `documents`. Nothing of it can be read yet."""

    type: Literal["page_sealed"] = "page_sealed"
    scan_id: Identifier
    transfer_id: TransferId
    page_no: int = Field(ge=1)
    mime: Literal["image/jpeg"] = "image/jpeg"
    size: int = Field(gt=0)
    chunks: int = Field(gt=0)
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    dpi: int = Field(gt=0)


class PageReleased(_Model):
    """The usager pressed SEND: the key of the page, and the SHA-256 of the plain JPEG."""

    type: Literal["page_released"] = "page_released"
    transfer_id: TransferId
    key: str = Field(max_length=64)
    """Base64 of 32 bytes."""
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")


class PageDiscarded(_Model):
    """The usager did not send this page: its key no longer exists anywhere."""

    type: Literal["page_discarded"] = "page_discarded"
    transfer_id: TransferId


class PrintMoved(_Model):
    """Progress of a print. `page` of `pages` while printing; `device` with `problem`; `refusal` with `refused`."""

    type: Literal["print_moved"] = "print_moved"
    print_id: Identifier
    step: PrintStep
    page: int = Field(default=0, ge=0)
    pages: int = Field(default=0, ge=0)
    device: DeviceState | None = None
    refusal: PrintRefusal | None = None


FromStationPeer: TypeAlias = Annotated[
    HelloPeer
    | ChunksReceived
    | HangUpPeer
    | MediaMuted
    | PicturePaused
    | RequestScan
    | CancelScan
    | PageReceived
    | OfferPrint
    | CancelPrint,
    Field(discriminator="type"),
]
ToStationPeer: TypeAlias = Annotated[
    HelloPeer
    | ChunksReceived
    | HangUpPeer
    | MediaMuted
    | PicturePaused
    | ScanMoved
    | PageSealed
    | PageReleased
    | PageDiscarded
    | PrintMoved,
    Field(discriminator="type"),
]
FROM_STATION_PEER: TypeAdapter[Any] = TypeAdapter(FromStationPeer)
TO_STATION_PEER: TypeAdapter[Any] = TypeAdapter(ToStationPeer)


class ConversationError(Exception):
    """A control message that cannot be used; it is dropped and counted. Its text is not kept."""


def decode_control(adapter: TypeAdapter[Any], frame: str) -> Any:
    """Turn a text frame of the control channel into a message.

    Raises:
        ConversationError: too large, not JSON, of unknown type, or with a wrong value.
    """
    if len(frame.encode("utf-8", "surrogatepass")) > MAX_CONTROL_BYTES:
        raise ConversationError("too large")
    try:
        return adapter.validate_json(frame)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConversationError(f"{where}: {first['type']}") from None


CHUNK_HEADER_BYTES = 20
"""16 bytes transfer id, then the chunk number as unsigned 32 bits, big endian."""


def pack_chunk(transfer_id: str, chunk_no: int, payload: bytes) -> bytes:
    """One message of the documents channel."""
    return bytes.fromhex(transfer_id) + chunk_no.to_bytes(4, "big") + payload


def unpack_chunk(message: bytes) -> tuple[str, int, bytes]:
    """(transfer id, chunk number, payload) of a message of the documents channel.

    Raises:
        ConversationError: shorter than the header, or longer than a chunk may be.
    """
    if not CHUNK_HEADER_BYTES < len(message) <= CHUNK_HEADER_BYTES + CHUNK_BYTES + 64:
        raise ConversationError("chunk of a wrong size")
    return message[:16].hex(), int.from_bytes(message[16:20], "big"), message[20:]
