"""The wire: the golden messages, and what happens to anything else."""

import json
import typing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from hub import protocol
from hub.protocol import ErrorCode, ProtocolError, decode, encode

GOLDEN = Path(__file__).parents[1] / "fixtures" / "protocol"

UNIONS: dict[str, tuple[Any, TypeAdapter[Any]]] = {
    "from_kiosk": (protocol.FromKiosk, protocol.FROM_KIOSK),
    "to_kiosk": (protocol.ToKiosk, protocol.TO_KIOSK),
    "from_station": (protocol.FromStation, protocol.FROM_STATION),
    "to_station": (protocol.ToStation, protocol.TO_STATION),
}


def types_of(union: Any) -> set[str]:
    members = typing.get_args(typing.get_args(union)[0])
    return {str(member.model_fields["type"].default) for member in members}


def golden_files(direction: str) -> list[Path]:
    return sorted(GOLDEN.glob(f"{direction}_*.json"))


@pytest.mark.parametrize("direction", UNIONS)
def test_every_type_has_a_golden_message(direction: str) -> None:
    names = {file.stem.removeprefix(f"{direction}_") for file in golden_files(direction)}
    assert names == types_of(UNIONS[direction][0])


@pytest.mark.parametrize("file", [f for d in UNIONS for f in golden_files(d)], ids=lambda file: file.stem)
def test_golden_messages_decode_and_encode_to_themselves(file: Path) -> None:
    direction = next(d for d in UNIONS if file.stem.startswith(f"{d}_"))
    text = file.read_text(encoding="utf-8")
    message = decode(UNIONS[direction][1], text)
    assert isinstance(message, BaseModel)
    assert json.loads(encode(message)) == json.loads(text)


@pytest.mark.parametrize("direction", UNIONS)
@given(
    frame=st.one_of(
        st.text(),
        st.binary(),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ).map(json.dumps),
    )
)
def test_any_frame_is_a_message_or_a_protocol_error(direction: str, frame: str | bytes) -> None:
    try:
        message = decode(UNIONS[direction][1], frame)
    except ProtocolError as error:
        reply = error.as_reply()
        assert decode(protocol.TO_KIOSK, encode(reply)) == reply
    else:
        assert isinstance(message, BaseModel)


@st.composite
def damaged_golden(draw: st.DrawFn) -> tuple[str, str]:
    """A golden message with one value, at any depth, replaced by any JSON value."""
    direction = draw(st.sampled_from(sorted(UNIONS)))
    data = json.loads(draw(st.sampled_from(golden_files(direction))).read_text(encoding="utf-8"))
    where: Any = data
    while True:
        key = draw(st.sampled_from(sorted(where) if isinstance(where, dict) else range(len(where))))
        if isinstance(where[key], (dict, list)) and where[key] and draw(st.booleans()):
            where = where[key]
            continue
        where[key] = draw(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.none()) | st.just({})
        )
        return direction, json.dumps(data)


@given(damaged_golden())
def test_a_damaged_message_is_a_message_or_a_protocol_error(damaged: tuple[str, str]) -> None:
    direction, frame = damaged
    try:
        message = decode(UNIONS[direction][1], frame)
    except ProtocolError:
        return
    assert decode(UNIONS[direction][1], encode(message)) == message


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("", ErrorCode.MALFORMED),
        ("{", ErrorCode.MALFORMED),
        ("[]", ErrorCode.MALFORMED),
        ("null", ErrorCode.MALFORMED),
        ('"hello"', ErrorCode.MALFORMED),
        (b"\xff\xfe", ErrorCode.MALFORMED),
        ("[" * 5000, ErrorCode.MALFORMED),
        ("{}", ErrorCode.UNKNOWN_TYPE),
        ('{"type": "dance"}', ErrorCode.UNKNOWN_TYPE),
        ('{"type": 7}', ErrorCode.UNKNOWN_TYPE),
        ('{"type": "call_queued"}', ErrorCode.UNKNOWN_TYPE),
        ('{"type": "place_call"}', ErrorCode.INVALID),
        ('{"type": "place_call", "request_id": "a b", "partner_id": "caf"}', ErrorCode.INVALID),
        ('{"type": "place_call", "request_id": "a\\n", "partner_id": "caf"}', ErrorCode.INVALID),
        ('{"type": "hang_up", "call_id": "c", "cause": "bored"}', ErrorCode.INVALID),
        ('{"type": "hang_up", "call_id": "' + "c" * 70_000 + '"}', ErrorCode.TOO_LARGE),
    ],
)
def test_what_is_wrong_is_told_by_its_code(frame: str | bytes, code: ErrorCode) -> None:
    with pytest.raises(ProtocolError) as caught:
        decode(protocol.FROM_KIOSK, frame)
    assert caught.value.code is code


def test_the_error_does_not_repeat_what_was_sent() -> None:
    with pytest.raises(ProtocolError) as caught:
        decode(protocol.FROM_KIOSK, '{"type": "hang_up", "call_id": "Jean Dupont, 12 rue X"}')
    assert "Dupont" not in str(caught.value)
    assert "Dupont" not in caught.value.detail


def test_unknown_keys_are_ignored() -> None:
    message = decode(protocol.FROM_KIOSK, '{"type": "renew_peer", "call_id": "c", "later": {"x": 1}}')
    assert message == protocol.RenewPeer(call_id="c")


def test_the_signed_bytes_are_bound_to_kiosk_and_nonce() -> None:
    signed = protocol.signed_challenge("n", "k")
    assert signed.endswith(b"\0k\0n")
    assert len({signed, protocol.signed_challenge("k", "n"), protocol.signed_challenge("n", "kk")}) == 3
