"""Signing in and out, as a browser does it."""

import logging
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import delete, select, update
from starlette.routing import Route

from hub.config import IceOptions
from hub.server.api.guard import CSRF_HEADER
from hub.server.auth import SESSION_COOKIE, token_hash
from hub.store import tables as t
from tests.hub.access_world import EMAIL, PASSWORD, World, close_world, open_world, signed_in


async def test_a_right_password_opens_a_session_that_me_describes(world: World) -> None:
    async with world.client() as client:
        answer = await world.sign_in(client, email=f"  {EMAIL.upper()} ")
        assert answer.status_code == 200
        me = await client.get("/api/me")
    assert me.json() == answer.json()
    assert me.json()["agent"] == {"id": world.agent_id(), "name": "Mme Martin"}
    assert me.json()["partner"] == {"id": "caf", "name": "CAF"}
    assert me.json()["stations"] == [
        {"id": "caf-1", "name": "CAF 1", "occupied_by_other": False},
        {"id": "caf-2", "name": "CAF 2", "occupied_by_other": False},
    ]
    assert len(me.json()["csrf_token"]) >= 32
    assert world.audit() == [(world.agent_id(), "sign_in", None, "ok")]


async def test_the_cookie_is_shut_away_from_scripts_and_other_sites(world: World, tmp_path: Path) -> None:
    async with world.client() as client:
        header = (await world.sign_in(client)).headers["set-cookie"]
    parts = {part.strip().lower() for part in header.split(";")[1:]}
    assert parts == {"httponly", "path=/", "samesite=strict"}
    assert header.startswith(f"{SESSION_COOKIE}=")
    (tmp_path / "https").mkdir()
    secure = open_world(tmp_path / "https", public_url="https://hub.test")
    async with secure.client(base_url="https://hub.test") as client:
        header = (await secure.sign_in(client)).headers["set-cookie"]
    close_world(secure)
    assert "secure" in {part.strip().lower() for part in header.split(";")}


async def test_the_cookie_is_not_in_the_database(world: World) -> None:
    async with world.client() as client:
        await world.sign_in(client)
        cookie = client.cookies[SESSION_COOKIE]
    stored = world.database.read_now(lambda c: c.execute(select(t.agent_session)).one())
    assert cookie not in str(stored)
    assert stored.token_hash == token_hash(cookie)


async def test_wrong_password_unknown_and_disabled_accounts_get_one_and_the_same_answer(world: World) -> None:
    disable = (
        update(t.agent)
        .where(t.agent.c.email == "leroy@caf.example")
        .values(is_enabled=False, password_hash=world.passwords.hash(PASSWORD))
    )
    world.database.write_now(lambda c: c.execute(disable))
    answers = []
    async with world.client() as client:
        for email, password in (
            (EMAIL, "not the password"),
            ("nobody@caf.example", PASSWORD),
            ("leroy@caf.example", PASSWORD),
            ("not an address", "x"),
        ):
            answer = await world.sign_in(client, email, password)
            answers.append((answer.status_code, answer.content))
            assert "set-cookie" not in answer.headers
    assert len(set(answers)) == 1
    assert answers[0][0] == 401
    assert "incorrect" in answers[0][1].decode()
    assert [result for *_, result in world.audit()] == ["refused"] * 4


async def test_an_agent_of_a_disabled_partner_cannot_sign_in(world: World) -> None:
    world.database.write_now(
        lambda c: c.execute(update(t.partner).where(t.partner.c.id == "caf").values(is_enabled=False))
    )
    async with world.client() as client:
        assert (await world.sign_in(client)).status_code == 401


async def test_an_account_without_a_password_cannot_sign_in(world: World) -> None:
    async with world.client() as client:
        assert (await world.sign_in(client, "leroy@caf.example", "")).status_code == 400
        assert (await world.sign_in(client, "leroy@caf.example", "this is nobody's password")).status_code == 401


async def test_neither_address_nor_password_reach_log_audit_or_metrics(
    world: World, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with world.client(host="198.51.100.77") as client:
        await world.sign_in(client, EMAIL, "canary-wrong-password")
        await world.sign_in(client, "canary.unknown@caf.example", PASSWORD)
        await client.post(
            "/api/login",
            content=b'{"email": "canary@x", "password": {"canary": 1}}',
            headers={"content-type": "application/json"},
        )
        await client.post("/api/login", content=b"canary is not JSON", headers={"content-type": "application/json"})
        await world.sign_in(client)
        metrics = (await client.get("/metrics")).text
    written = caplog.text + str(world.audit()) + metrics + "".join(capsys.readouterr())
    assert "SIGN_IN_REFUSED" in caplog.text  # the log was really listened to
    for canary in ("canary", "canari", EMAIL, PASSWORD, "198.51.100.77"):
        # httpx is the test's own client; the hub silences it in `start_logging`.
        ours = "\n".join(line for line in written.splitlines() if "httpx" not in line)
        assert canary not in ours


async def test_attempts_are_limited_per_address_and_the_wait_is_told(world: World) -> None:
    async with world.client() as client:
        for number in range(10):
            assert (await world.sign_in(client, f"agent{number}@caf.example", "wrong")).status_code == 401
        limited = await world.sign_in(client)
        assert limited.status_code == 429
        assert limited.json()["code"] == "too_many"
        wait = int(limited.headers["retry-after"])
        assert 1 <= wait <= 7
        async with world.client(host="192.0.2.99") as elsewhere:
            assert (await world.sign_in(elsewhere)).status_code == 200
        world.instant += wait
        assert (await world.sign_in(client)).status_code == 200


async def test_attempts_are_limited_per_account_from_many_addresses(world: World) -> None:
    for number in range(10):
        async with world.client(host=f"192.0.2.{number + 1}") as client:
            assert (await world.sign_in(client, EMAIL, "wrong")).status_code == 401
    async with world.client(host="203.0.113.5") as client:
        assert (await world.sign_in(client, EMAIL.upper(), PASSWORD)).status_code == 429
        assert (await world.sign_in(client, "leroy@caf.example", "wrong")).status_code == 401


async def test_signing_out_ends_the_session_and_tells_the_engine(world: World) -> None:
    async with signed_in(world) as client:
        cookie = client.cookies[SESSION_COOKIE]
        assert (await client.post("/api/logout")).status_code == 204
        assert SESSION_COOKIE not in client.cookies
        client.cookies.set(SESSION_COOKIE, cookie)
        assert (await client.get("/api/me")).status_code == 401
    assert world.signed_out == [world.agent_id()]
    assert world.audit()[-1] == (world.agent_id(), "sign_out", None, "ok")


async def test_a_new_sign_in_in_the_same_browser_ends_the_former_one(world: World) -> None:
    leroy = (
        update(t.agent)
        .where(t.agent.c.email == "leroy@caf.example")
        .values(password_hash=world.passwords.hash(PASSWORD))
    )
    world.database.write_now(lambda c: c.execute(leroy))
    async with signed_in(world) as client:
        former = client.cookies[SESSION_COOKIE]
        await world.sign_in(client)
        assert client.cookies[SESSION_COOKIE] != former
        assert world.signed_out == []
        await world.sign_in(client, "leroy@caf.example")
        assert world.signed_out == [world.agent_id()]
        assert (await client.get("/api/me")).json()["agent"]["name"] == "M. Leroy"
    count = world.database.read_now(lambda c: len(c.execute(select(t.agent_session)).all()))
    assert count == 1


async def test_a_changing_request_needs_the_csrf_token_of_its_own_session(world: World) -> None:
    async with signed_in(world) as client:
        right = client.headers.pop(CSRF_HEADER)
        for wrong in (None, "", "x" * len(right), right + "x"):
            headers = {} if wrong is None else {CSRF_HEADER: wrong}
            answer = await client.post("/api/logout", headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (403, "wrong_csrf_token")
        assert (await client.post("/api/logout", headers={CSRF_HEADER: right})).status_code == 204


async def test_every_changing_route_refuses_foreign_origins_and_missing_tokens(world: World) -> None:
    seen = set()
    async with signed_in(world) as client:
        client.headers.pop(CSRF_HEADER)
        routes = [route for route in world.app.routes if isinstance(route, Route)]
        paths = [(route.path, method) for route in routes for method in (route.methods or ())]
        paths += [("/api/login", "POST"), ("/api/enrol", "POST"), ("/api/logout", "POST")]
        for path, method in paths:
            if method in ("GET", "HEAD", "OPTIONS"):
                continue
            seen.add(path)
            for origin in ("https://evil.test", "null", "http://hub.test.evil.test", "http://hub.test:8080"):
                answer = await client.request(method, path, headers={"Origin": origin}, json={})
                assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin"), (path, origin)
            if path not in ("/api/login", "/api/enrol"):
                answer = await client.request(method, path, json={})
                assert (answer.status_code, answer.json()["code"]) == (403, "wrong_csrf_token"), path
    assert {"/api/login", "/api/logout", "/api/enrol"} <= seen


async def test_only_a_program_that_enrols_may_come_without_origin(world: World) -> None:
    async with world.client() as client:
        client.headers.pop("origin")
        assert (await world.sign_in(client)).json()["code"] == "foreign_origin"
        assert (await client.post("/api/logout")).json()["code"] == "foreign_origin"
        assert (await client.post("/api/enrol", json={})).json()["code"] == "invalid"


async def test_without_a_session_nothing_is_told(world: World) -> None:
    async with world.client() as client:
        for path in ("/api/me", "/api/ice"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")
        client.cookies.set(SESSION_COOKIE, "x" * 5000)
        assert (await client.get("/api/me")).status_code == 401
        assert (await client.post("/api/logout")).status_code == 401


async def test_a_session_ends_when_idle_and_at_its_absolute_end(world: World) -> None:
    options = world.doors.config.accounts
    async with signed_in(world) as client:
        world.now += options.session_idle_s - 1
        assert (await client.get("/api/me")).status_code == 200
        world.now += options.session_max_s - options.session_idle_s
        assert (await client.get("/api/me")).status_code == 200
        world.now += 1
        assert (await client.get("/api/me")).status_code == 401
    async with signed_in(world) as client:
        world.now += options.session_idle_s
        assert (await client.get("/api/me")).status_code == 401


async def test_a_disabled_agent_is_out_at_once(world: World) -> None:
    async with signed_in(world) as client:
        world.database.write_now(lambda c: c.execute(update(t.agent).values(is_enabled=False)))
        assert (await client.get("/api/me")).status_code == 401


async def test_a_station_taken_by_a_colleague_is_said_so_and_ones_own_is_not(world: World) -> None:
    other = world.agent_id("leroy@caf.example")
    async with signed_in(world) as client:

        async def occupied(state: str, agent_id: str) -> bool:
            taken = update(t.station).where(t.station.c.id == "caf-1").values(state=state, agent_id=agent_id)
            world.database.write_now(lambda c: c.execute(taken))
            return bool((await client.get("/api/me")).json()["stations"][0]["occupied_by_other"])

        assert await occupied("available", other)
        assert not await occupied("offline", other)
        assert not await occupied("available", world.agent_id())
        disable = update(t.station).where(t.station.c.id == "caf-2").values(is_enabled=False)
        world.database.write_now(lambda c: c.execute(disable))
        assert [each["id"] for each in (await client.get("/api/me")).json()["stations"]] == ["caf-1"]


async def test_ice_servers_are_given_to_signed_in_agents(tmp_path: Path) -> None:
    secret = tmp_path / "turn.secret"
    secret.write_text("canary-turn-secret\n")
    ice = IceOptions(stun_urls=["stun:t.example:3478"], turn_urls=["turn:t.example:3478"], turn_secret_file=str(secret))
    world = open_world(tmp_path, ice=ice)
    async with signed_in(world) as client:
        answer = await client.get("/api/ice")
    close_world(world)
    stun, turn = answer.json()["ice_servers"]
    assert stun == {"urls": ["stun:t.example:3478"]}
    assert turn["username"] == f"{int(world.now) + 7200}:{world.agent_id()}"
    assert turn["credential"]
    assert "canary-turn-secret" not in answer.text


async def test_a_hash_of_former_parameters_is_replaced_at_sign_in(world: World) -> None:
    former = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD.encode())
    world.database.write_now(lambda c: c.execute(update(t.agent).values(password_hash=former)))
    async with world.client() as client:
        assert (await world.sign_in(client)).status_code == 200
        query = select(t.agent.c.password_hash).where(t.agent.c.email == EMAIL)
        stored = world.database.read_now(lambda c: c.execute(query).scalar_one())
        assert stored != former
        assert not world.passwords.is_outdated(stored)
        assert (await world.sign_in(client)).status_code == 200


async def test_a_failing_database_is_told_in_words_and_not_as_a_traceback(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    async with signed_in(world) as client:
        world.database.write_now(lambda c: c.exec_driver_sql("ALTER TABLE agent_session RENAME TO gone"))
        answer = await client.get("/api/me")
        assert (answer.status_code, answer.json()["code"]) == (500, "failed")
        assert "Traceback" not in answer.text
        world.database.write_now(lambda c: c.exec_driver_sql("ALTER TABLE gone RENAME TO agent_session"))
        assert (await client.get("/api/me")).status_code == 200
    assert "OperationalError" in caplog.text
    assert "SELECT" not in caplog.text


async def test_former_sessions_are_erased_when_somebody_signs_in(world: World) -> None:
    async with world.client() as client:
        await world.sign_in(client)
        world.now += world.doors.config.accounts.session_max_s
        client.cookies.clear()
        await world.sign_in(client)
    created = world.database.read_now(lambda c: c.execute(select(t.agent_session.c.created_at)).scalars().all())
    assert created == [world.now]
    world.database.write_now(lambda c: c.execute(delete(t.agent_session)))
