"""Enrolment over HTTP: a code and a public key against a place in the network."""

import asyncio
import base64
import logging

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from hub.server.enrolment import code_hash, make_code
from hub.store import tables as t
from hub.store.accounts import add_code
from tests.hub.access_world import World

KEY = Ed25519PrivateKey.generate().public_key().public_bytes_raw()


def give_code(world: World, kiosk_id: str = "hambye-1", life_s: float = 900) -> str:
    code = make_code()
    world.database.write_now(lambda c: add_code(c, code_hash(code), kiosk_id, world.now, world.now + life_s))
    return code


async def enrol(world: World, code: str, key: bytes | str = KEY) -> httpx.Response:
    text = key if isinstance(key, str) else base64.b64encode(key).decode()
    async with world.client() as client:
        client.headers.pop("origin")
        return await client.post("/api/enrol", json={"code": code, "public_key": text})


def stored_key(world: World, kiosk_id: str = "hambye-1") -> bytes | None:
    query = select(t.kiosk.c.public_key).where(t.kiosk.c.id == kiosk_id)
    key: bytes | None = world.database.read_now(lambda c: c.execute(query).scalar_one())
    return key


async def test_a_code_gives_a_place_to_a_key_however_it_is_typed(world: World) -> None:
    code = give_code(world)
    answer = await enrol(world, f"  {code.lower().replace('-', ' ')} ")
    assert answer.status_code == 200
    assert answer.json() == {
        "kiosk_id": "hambye-1",
        "kiosk_name": "Borne de la mairie",
        "site_name": "Mairie de Hambye",
    }
    assert stored_key(world) == KEY
    assert world.audit() == [("hambye-1", "enrol", "hambye-1", "ok")]


async def test_the_same_code_and_key_may_be_sent_again_after_a_lost_answer(world: World) -> None:
    code = give_code(world)
    first = await enrol(world, code)
    again = await enrol(world, code)
    assert (again.status_code, again.json()) == (200, first.json())
    assert len(world.audit()) == 1


async def test_a_code_serves_one_key_only(world: World) -> None:
    code = give_code(world)
    await enrol(world, code)
    thief = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    answer = await enrol(world, code, thief)
    assert (answer.status_code, answer.json()["code"]) == (403, "code_used")
    assert stored_key(world) == KEY


async def test_an_expired_code_is_told_apart(world: World) -> None:
    code = give_code(world, life_s=900)
    world.now += 900
    answer = await enrol(world, code)
    assert (answer.status_code, answer.json()["code"]) == (403, "code_expired")
    assert stored_key(world) is None
    assert world.audit() == [("enrolment", "enrol", "hambye-1", "refused")]


async def test_a_newer_code_of_the_same_kiosk_replaces_the_older(world: World) -> None:
    older, other = give_code(world), give_code(world, "hambye-2")
    newer = give_code(world)
    assert (await enrol(world, older)).json()["code"] == "code_unknown"
    assert (await enrol(world, newer)).status_code == 200
    assert (await enrol(world, other)).json()["kiosk_id"] == "hambye-2"


async def test_a_disabled_kiosk_is_not_enrolled(world: World) -> None:
    code = give_code(world)
    world.database.write_now(lambda c: c.execute(update(t.kiosk).values(is_enabled=False)))
    assert (await enrol(world, code)).json()["code"] == "kiosk_disabled"
    assert stored_key(world) is None


@pytest.mark.parametrize("code", ["x", "AEIO-UAEI-OUAE", "WDJB-MJHT", "W" * 60, "ÉÉÉÉ-ÉÉÉÉ-ÉÉÉÉ"])
async def test_what_cannot_be_a_code_is_unknown(world: World, code: str) -> None:
    answer = await enrol(world, code)
    assert (answer.status_code, answer.json()["code"]) == (403, "code_unknown")
    assert answer.json()["message"]


@pytest.mark.parametrize(
    "key",
    ["", "!!!", base64.b64encode(b"short").decode(), bytes(32), KEY + b"x", "A" * 65],
    ids=["empty", "not base64", "too short", "zeros", "too long", "not a key"],
)
async def test_what_cannot_be_a_key_is_refused_and_the_code_kept(world: World, key: bytes | str) -> None:
    code = give_code(world)
    answer = await enrol(world, code, key)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert (await enrol(world, code)).status_code == 200


async def test_guessing_is_limited_per_address(world: World) -> None:
    for _ in range(10):
        assert (await enrol(world, make_code())).status_code == 403
    limited = await enrol(world, give_code(world))
    assert limited.status_code == 429
    assert int(limited.headers["retry-after"]) >= 1


async def test_a_code_is_stored_and_logged_nowhere(world: World, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    code = give_code(world)
    await enrol(world, make_code())
    await enrol(world, code)
    rows = world.database.read_now(lambda c: c.execute(select(t.enrolment_code)).all())
    written = str(rows) + caplog.text + str(world.audit())
    assert "KIOSK_ENROLLED" in written
    assert code not in written
    assert code.replace("-", "") not in written


async def test_of_many_keys_at_once_one_alone_gets_the_place(world: World) -> None:
    code = give_code(world)
    keys = [Ed25519PrivateKey.generate().public_key().public_bytes_raw() for _ in range(8)]
    answers = await asyncio.gather(*(enrol(world, code, key) for key in keys))
    accepted = [key for key, answer in zip(keys, answers, strict=True) if answer.status_code == 200]
    assert accepted == [stored_key(world)]
    assert {answer.json()["code"] for answer in answers if answer.status_code != 200} == {"code_used"}
