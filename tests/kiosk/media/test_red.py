"""One block is taken out of its envelope; anything else is refused, never guessed."""

import pytest

from kiosk.media.red import Block, unwrap


@pytest.mark.parametrize(
    ("payload", "block"),
    [
        (b"\x60picture", Block(0x60, b"picture")),
        (b"\x7f", Block(0x7F, b"")),
        (b"", None),
        (b"\xe0\x00\x00\x01\x60ab", None),
    ],
)
def test_only_one_block_is_taken(payload: bytes, block: Block | None) -> None:
    assert unwrap(payload) == block
