"""What a worker says on its pipe, well said or not."""

import asyncio
import contextlib
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.frames import MAX_BLOB_BYTES, Frame, pack_frame, read_frame, write_frame
from kiosk.errors import GarbledStream


async def read_all(data: bytes) -> list[Frame]:
    reader = asyncio.StreamReader(limit=4096)
    reader.feed_data(data)
    reader.feed_eof()
    frames = []
    while (frame := await read_frame(reader)) is not None:
        frames.append(frame)
    return frames


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.lists(st.binary(max_size=200), max_size=3)), max_size=5))
def test_what_is_written_is_read(said: list[tuple[str, list[bytes]]]) -> None:
    out = io.BytesIO()
    for word, blobs in said:
        write_frame(out, {"event": word}, *blobs)
    frames = asyncio.run(read_all(out.getvalue()))
    assert [(frame.event, list(frame.blobs)) for frame in frames] == said


@pytest.mark.parametrize(
    "data",
    [
        b"noise\n",
        b"\xff\xfe\n",
        b"[1, 2]\n",
        b'{"blobs": "x"}\n',
        b'{"blobs": [-1]}\n',
        b'{"blobs": [true]}\n',
        b'{"blobs": [1.5]}\n',
        b'{"blobs": [%d]}\n' % (MAX_BLOB_BYTES + 1),
        b'{"blobs": [%s]}\n' % b",".join([b"0"] * 100),
        b'{"event": "page", "blobs": [10]}\nshort',
        b"x" * 10_000,
        b"[" * 4000 + b"\n",
    ],
)
async def test_anything_else_is_garbled(data: bytes) -> None:
    with pytest.raises(GarbledStream):
        await read_all(pack_frame({"event": "fine"}) + data)


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=300))
def test_random_bytes_are_frames_or_garbled(data: bytes) -> None:
    with contextlib.suppress(GarbledStream):
        asyncio.run(read_all(data))
