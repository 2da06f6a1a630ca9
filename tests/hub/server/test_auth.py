"""Kiosks by signature, pages by origin, agents by cookie."""

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from hub.core.access import KioskCredential
from hub.protocol import Hello, signed_challenge
from hub.server import auth
from hub.server.auth import SEEN_EVERY_S, origin_allowed, token_hash
from hub.store import tables as t
from tests.hub.access_world import World, close_world, open_world

NONCE = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = open_world(tmp_path)
    yield world
    close_world(world)


@pytest.fixture
def key(world: World) -> Ed25519PrivateKey:
    """The key of hambye-1."""
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    world.database.write_now(
        lambda c: c.execute(update(t.kiosk).where(t.kiosk.c.id == "hambye-1").values(public_key=public))
    )
    return key


def hello(key: Ed25519PrivateKey, kiosk_id: str = "hambye-1", nonce: str = NONCE) -> Hello:
    signature = base64.b64encode(key.sign(signed_challenge(nonce, kiosk_id))).decode()
    return Hello(protocol=1, kiosk_id=kiosk_id, signature=signature, software="test")


async def test_a_kiosk_that_signs_the_challenge_is_known(world: World, key: Ed25519PrivateKey) -> None:
    credential = await world.keys.verify(hello(key), NONCE)
    assert credential is not None
    identity = credential.identity
    assert (identity.kiosk_id, identity.name, identity.site_name) == (
        "hambye-1",
        "Borne de la mairie",
        "Mairie de Hambye",
    )


async def test_nobody_else_is(world: World, key: Ed25519PrivateKey) -> None:
    signed = hello(key)
    stranger = Ed25519PrivateKey.generate()
    other_nonce = base64.b64encode(bytes(32)).decode()
    wrong = [
        (signed, other_nonce),  # a replay
        (hello(key, nonce=other_nonce), NONCE),
        (hello(stranger), NONCE),
        (signed.model_copy(update={"kiosk_id": "hambye-2"}), NONCE),  # never enrolled
        (hello(key, "hambye-2"), NONCE),
        (hello(key, "nobody"), NONCE),
        (signed.model_copy(update={"signature": ""}), NONCE),
        (signed.model_copy(update={"signature": "é" * 10}), NONCE),
        (signed.model_copy(update={"signature": base64.b64encode(bytes(64)).decode()}), NONCE),
        (signed.model_copy(update={"signature": signed.signature[:-4]}), NONCE),
    ]
    for attempt, nonce in wrong:
        assert await world.keys.verify(attempt, nonce) is None, attempt
    world.database.write_now(lambda c: c.execute(update(t.kiosk).values(is_enabled=False)))
    assert await world.keys.verify(signed, NONCE) is None


async def test_a_stored_key_that_is_not_one_lets_nobody_in(world: World, key: Ed25519PrivateKey) -> None:
    for broken in (b"", b"short", bytes(33)):
        world.database.write_now(lambda c, broken=broken: c.execute(update(t.kiosk).values(public_key=broken)))
        assert await world.keys.verify(hello(key), NONCE) is None


async def test_keys_that_were_read_are_enough_and_those_that_changed_since_are_looked_up(
    world: World, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.keys.refresh()
    asked: list[str] = []
    look_up = world.accounts.kiosk_credential

    async def counting(kiosk_id: str) -> KioskCredential | None:
        asked.append(kiosk_id)
        return await look_up(kiosk_id)

    monkeypatch.setattr(world.accounts, "kiosk_credential", counting)
    known = await world.keys.verify(hello(key), NONCE)
    assert known is not None
    assert asked == []
    assert world.keys.is_current(known)
    assert await world.keys.verify(hello(Ed25519PrivateKey.generate()), NONCE) is None
    newer = Ed25519PrivateKey.generate()
    public = newer.public_key().public_bytes_raw()
    world.database.write_now(lambda c: c.execute(update(t.kiosk).values(public_key=public)))
    assert await world.keys.verify(hello(newer), NONCE) is not None, "enrolled since the keys were read"
    assert asked == ["hambye-1", "hambye-1"]
    await world.keys.refresh()
    assert not world.keys.is_current(known)
    assert await world.keys.verify(hello(key), NONCE) is None


async def test_every_cause_of_refusal_costs_one_verification(
    world: World, key: Ed25519PrivateKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[bytes] = []

    class Counting:
        """Stands in front of the real key type, to count what it is asked."""

        def __init__(self, real: Ed25519PublicKey) -> None:
            self.real = real

        @classmethod
        def from_public_bytes(cls, raw: bytes) -> "Counting":
            return cls(Ed25519PublicKey.from_public_bytes(raw))

        def verify(self, signature: bytes, message: bytes) -> None:
            verified.append(message)
            self.real.verify(signature, message)

    monkeypatch.setattr(auth, "Ed25519PublicKey", Counting)
    monkeypatch.setattr(world.keys, "_decoy", Counting(Ed25519PrivateKey.generate().public_key()))
    signed = hello(key)
    for attempt in (
        signed,
        hello(key, "nobody"),
        hello(key, "hambye-2"),
        signed.model_copy(update={"signature": "!"}),
    ):
        verified.clear()
        await world.keys.verify(attempt, NONCE)
        assert len(verified) == 1


async def test_last_seen_is_written_once_a_minute_at_most(world: World) -> None:
    identity = (await world.accounts.credential_of("leroy@caf.example")).identity  # type: ignore[union-attr]
    cookie, _ = await world.sessions.open(identity, world.now)

    def seen() -> float:
        query = select(t.agent_session.c.last_seen_at).where(t.agent_session.c.token_hash == token_hash(cookie))
        return float(world.database.read_now(lambda c: c.execute(query).scalar_one()))

    assert await world.sessions.identify(cookie, world.now + SEEN_EVERY_S - 1) == identity
    assert seen() == world.now
    assert await world.sessions.identify(cookie, world.now + SEEN_EVERY_S) == identity
    assert seen() == world.now + SEEN_EVERY_S


async def test_a_cookie_that_is_none_or_wrong_is_nobody(world: World) -> None:
    for cookie in (None, "", "x", "é", "\ud800", "x" * 10_000):
        assert await world.sessions.identify(cookie, world.now) is None


@pytest.mark.parametrize(
    ("origin", "public_url", "allowed"),
    [
        ("https://visio.example", "https://visio.example", True),
        ("https://VISIO.example", "https://visio.example", True),
        ("https://visio.example:443", "https://visio.example", True),
        ("http://localhost:8080", "http://localhost:8080", True),
        ("http://visio.example", "https://visio.example", False),
        ("https://visio.example:8443", "https://visio.example", False),
        ("https://visio.example.evil.test", "https://visio.example", False),
        ("https://evil.test/https://visio.example", "https://visio.example", False),
        ("https://visio.example@evil.test", "https://visio.example", False),
        ("https://user@visio.example", "https://visio.example", False),
        ("http://127.0.0.1:8080", "http://localhost:8080", False),
        ("null", "https://visio.example", False),
        ("", "https://visio.example", False),
        (None, "https://visio.example", False),
        ("https://visio.example:port", "https://visio.example", False),
        ("https://[", "https://visio.example", False),
        ("file://visio.example", "https://visio.example", False),
    ],
)
def test_only_the_hubs_own_origin_is_allowed(origin: str | None, public_url: str, allowed: bool) -> None:
    assert origin_allowed(origin, public_url) is allowed


@given(st.text(max_size=60))
def test_any_text_as_origin_is_an_answer(origin: str) -> None:
    assert origin_allowed(origin, "https://visio.example") in (True, False)
