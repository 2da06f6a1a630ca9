"""How a worker process and the kiosk speak: a JSON line, then as many raw bytes as the line announces.

A frame is `{"event": "...", ..., "blobs": [n1, n2]}\\n` followed by n1 + n2 bytes. The request that a worker reads
first is such a frame too; anything after it means "cancel".
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from kiosk.errors import GarbledStream

MAX_BLOB_BYTES = 64 * 1024 * 1024
MAX_BLOBS = 64


@dataclass(frozen=True)
class Frame:
    """One frame: `head` without its `blobs` key, and the bytes that followed."""

    head: Mapping[str, Any]
    blobs: tuple[bytes, ...] = field(default=(), repr=False)

    @property
    def event(self) -> str:
        return str(self.head.get("event", ""))


def pack_frame(head: Mapping[str, Any], blobs: Sequence[bytes] = ()) -> bytes:
    """The bytes of one frame."""
    line = json.dumps({**head, "blobs": [len(blob) for blob in blobs]}).encode() + b"\n"
    return line + b"".join(blobs)


def write_frame(stream: BinaryIO, head: Mapping[str, Any], *blobs: bytes) -> None:
    """Write one frame and flush. Raises OSError when the other end is gone."""
    stream.write(pack_frame(head, blobs))
    stream.flush()


async def read_frame(reader: asyncio.StreamReader) -> Frame | None:
    """The next frame, or None at the end of the stream.

    Raises:
        GarbledStream: not a frame, cut in the middle, or larger than a frame may be.
    """
    try:
        line = await reader.readline()
    except ValueError:  # longer than the reader's limit
        raise GarbledStream("line too long") from None
    if not line:
        return None
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        raise GarbledStream("not JSON") from None
    if not isinstance(head, dict):
        raise GarbledStream("not an object")
    sizes = head.pop("blobs", [])
    if not isinstance(sizes, list) or len(sizes) > MAX_BLOBS:
        raise GarbledStream("wrong blobs")
    if not all(type(size) is int and 0 <= size <= MAX_BLOB_BYTES for size in sizes):
        raise GarbledStream("wrong blob size")
    try:
        blobs = [await reader.readexactly(size) for size in sizes]
    except asyncio.IncompleteReadError:
        raise GarbledStream("cut in the middle") from None
    return Frame(head, tuple(blobs))
