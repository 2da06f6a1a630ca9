"""A sealed page opens with its key and only so; a destroyed key is gone."""

import base64

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from kiosk.core.conversation import CHUNK_BYTES, MAX_PAGE_BYTES
from kiosk.core.sealing import TAG_BYTES, KeyDestroyed, PageKey, SealBroken, open_page, seal_page

TRANSFER = "00112233445566778899aabbccddeeff"
OTHER = "ff112233445566778899aabbccddeeff"

pages = st.builds(
    lambda size, seed: bytes((seed + index * 7) & 0xFF for index in range(size)),
    st.one_of(
        st.integers(1, 200),
        st.sampled_from([CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 5]),
    ),
    st.integers(0, 255),
)
keys = st.binary(min_size=32, max_size=32)


@given(pages, keys)
def test_a_sealed_page_opens_again(page: bytes, raw: bytes) -> None:
    chunks = seal_page(page, TRANSFER, PageKey(lambda size: raw))
    assert len(chunks) == -(-len(page) // CHUNK_BYTES)
    assert all(len(chunk) == CHUNK_BYTES + TAG_BYTES for chunk in chunks[:-1])
    assert sum(map(len, chunks)) == len(page) + TAG_BYTES * len(chunks)
    assert open_page(chunks, TRANSFER, raw) == page


@given(pages, keys, st.data())
def test_nothing_else_opens_it(page: bytes, raw: bytes, data: st.DataObject) -> None:
    chunks = seal_page(page, TRANSFER, PageKey(lambda size: raw))
    which = data.draw(st.integers(0, len(chunks) - 1))
    at = data.draw(st.integers(0, len(chunks[which]) - 1))
    altered = bytearray(chunks[which])
    altered[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(SealBroken):
        open_page([*chunks[:which], bytes(altered), *chunks[which + 1 :]], TRANSFER, raw)
    with pytest.raises(SealBroken):
        open_page(chunks, OTHER, raw)
    with pytest.raises(SealBroken):
        open_page(chunks, TRANSFER, bytes([raw[0] ^ 1]) + raw[1:])
    with pytest.raises(SealBroken):
        open_page([*chunks, chunks[0]], TRANSFER, raw)
    if len(chunks) > 1:
        with pytest.raises(SealBroken):
            open_page(chunks[:-1], TRANSFER, raw)
        with pytest.raises(SealBroken):
            open_page([chunks[1], chunks[0], *chunks[2:]], TRANSFER, raw)


def test_the_layout_is_the_one_both_ends_agreed_on() -> None:
    raw = bytes(range(32))
    page = bytes(CHUNK_BYTES) + b"end"
    chunks = seal_page(page, TRANSFER, PageKey(lambda size: raw))
    bound = bytes.fromhex(TRANSFER) + b"\0\0\0\1" + b"\0\0\0\2"
    assert AESGCM(raw).decrypt(bytes(11) + b"\1", chunks[1], bound) == b"end"


def test_an_empty_or_oversized_page_is_refused() -> None:
    for page in (b"", bytes(MAX_PAGE_BYTES + 1)):
        with pytest.raises(ValueError, match="page"):
            seal_page(page, TRANSFER, PageKey())


def test_a_destroyed_key_is_overwritten_and_gone() -> None:
    key = PageKey()
    raw = key.raw()
    assert base64.b64decode(key.released()) == bytes(raw)
    assert any(raw)
    key.destroy()
    key.destroy()
    assert not any(raw)
    assert key.destroyed
    for use in (key.released, key.raw, lambda: seal_page(b"x", TRANSFER, key)):
        with pytest.raises(KeyDestroyed):
            use()


def test_a_key_never_shows_in_text() -> None:
    key = PageKey()
    text = repr(key) + str(key)
    assert key.released() not in text
    assert bytes(key.raw()).hex() not in text


def test_each_page_has_its_own_key() -> None:
    assert PageKey().released() != PageKey().released()
