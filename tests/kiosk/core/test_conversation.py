"""What kiosk and station say to each other: the golden messages, and what happens to anything else."""

import json
import typing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from hub.protocol import encode
from kiosk.core import conversation
from kiosk.core.conversation import ConversationError, decode_control, pack_chunk, unpack_chunk

GOLDEN = Path(__file__).parents[2] / "fixtures" / "protocol"

UNIONS: dict[str, tuple[Any, TypeAdapter[Any]]] = {
    "conversation_from_station": (conversation.FromStationPeer, conversation.FROM_STATION_PEER),
    "conversation_to_station": (conversation.ToStationPeer, conversation.TO_STATION_PEER),
}


def golden_files(direction: str) -> list[Path]:
    return sorted(GOLDEN.glob(f"{direction}_*.json"))


@pytest.mark.parametrize("direction", UNIONS)
def test_every_type_has_a_golden_message(direction: str) -> None:
    members = typing.get_args(typing.get_args(UNIONS[direction][0])[0])
    names = {file.stem.removeprefix(f"{direction}_") for file in golden_files(direction)}
    assert names == {str(member.model_fields["type"].default) for member in members}


@pytest.mark.parametrize("file", [f for d in UNIONS for f in golden_files(d)], ids=lambda file: file.stem)
def test_golden_messages_decode_and_encode_to_themselves(file: Path) -> None:
    direction = next(d for d in UNIONS if file.stem.startswith(f"{d}_"))
    text = file.read_text(encoding="utf-8")
    message = decode_control(UNIONS[direction][1], text)
    assert isinstance(message, BaseModel)
    assert json.loads(encode(message)) == json.loads(text)


@pytest.mark.parametrize("direction", UNIONS)
@given(
    frame=st.one_of(
        st.text(),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ).map(json.dumps),
    )
)
def test_any_text_is_a_message_or_a_conversation_error(direction: str, frame: str) -> None:
    try:
        message = decode_control(UNIONS[direction][1], frame)
    except ConversationError:
        return
    assert isinstance(message, BaseModel)


@st.composite
def damaged_golden(draw: st.DrawFn) -> tuple[str, str]:
    """A golden message with one value replaced by any JSON value."""
    direction = draw(st.sampled_from(sorted(UNIONS)))
    data = json.loads(draw(st.sampled_from(golden_files(direction))).read_text(encoding="utf-8"))
    key = draw(st.sampled_from(sorted(data)))
    data[key] = draw(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none()))
    return direction, json.dumps(data)


@given(damaged_golden())
def test_a_damaged_message_is_a_message_or_a_conversation_error(damaged: tuple[str, str]) -> None:
    direction, frame = damaged
    try:
        message = decode_control(UNIONS[direction][1], frame)
    except ConversationError:
        return
    assert decode_control(UNIONS[direction][1], encode(message)) == message


def test_a_message_that_is_too_large_is_refused() -> None:
    frame = json.dumps({"type": "hang_up", "padding": "x" * conversation.MAX_CONTROL_BYTES})
    with pytest.raises(ConversationError, match="too large"):
        decode_control(conversation.FROM_STATION_PEER, frame)


def test_the_golden_chunk() -> None:
    golden = json.loads((GOLDEN / "conversation_chunk.json").read_text(encoding="utf-8"))
    message = bytes.fromhex(golden["message_hex"])
    payload = bytes.fromhex(golden["payload_hex"])
    assert pack_chunk(golden["transfer_id"], golden["chunk_no"], payload) == message
    assert unpack_chunk(message) == (golden["transfer_id"], golden["chunk_no"], payload)


@given(
    transfer_id=st.binary(min_size=16, max_size=16),
    chunk_no=st.integers(0, 2**32 - 1),
    payload=st.binary(min_size=1, max_size=200),
)
def test_a_chunk_unpacks_to_what_was_packed(transfer_id: bytes, chunk_no: int, payload: bytes) -> None:
    assert unpack_chunk(pack_chunk(transfer_id.hex(), chunk_no, payload)) == (transfer_id.hex(), chunk_no, payload)


@pytest.mark.parametrize("size", [0, 19, 20, conversation.CHUNK_HEADER_BYTES + conversation.CHUNK_BYTES + 65])
def test_a_chunk_of_a_wrong_size_is_refused(size: int) -> None:
    with pytest.raises(ConversationError):
        unpack_chunk(bytes(size))
