"""Passwords: who matches, and at what cost."""

import asyncio
import statistics
import threading
import time
from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher, extract_parameters

from hub.server import passwords as passwords_module
from hub.server.passwords import MAX_LENGTH, MIN_LENGTH, Overloaded, PasswordRefused, Passwords
from tests.hub.access_world import TEST_HASHER


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    passwords = Passwords(TEST_HASHER)
    yield passwords
    passwords.close()


async def test_only_the_right_password_matches(passwords: Passwords) -> None:
    stored = passwords.hash("correct horse battery")
    assert await passwords.match(stored, "correct horse battery")
    for wrong in ("correct horse batterz", "", "correct horse battery ", "CORRECT HORSE BATTERY"):
        assert not await passwords.match(stored, wrong)
    assert not await passwords.match(None, "this is nobody's password")
    for broken in ("", "not a hash", "$argon2id$v=19$m=8,t=1,p=1$xx$yy"):
        assert not await passwords.match(broken, "correct horse battery")


async def test_the_same_keys_on_another_system_are_the_same_password(passwords: Passwords) -> None:
    stored = passwords.hash("Noe\u0308l a\u0300 Hambye")
    assert await passwords.match(stored, "Noël à Hambye")


def test_two_hashes_of_one_password_differ(passwords: Passwords) -> None:
    assert passwords.hash("correct horse battery") != passwords.hash("correct horse battery")


@pytest.mark.parametrize("length", [0, MIN_LENGTH - 1, MAX_LENGTH + 1])
def test_lengths_are_bounded_and_the_password_not_told(passwords: Passwords, length: int) -> None:
    with pytest.raises(PasswordRefused) as refused:
        passwords.hash("é" * length)
    assert "é" not in str(refused.value)
    passwords.hash("é" * MIN_LENGTH)
    passwords.hash("é" * MAX_LENGTH)


def test_the_default_effort_is_that_of_argon2id_today() -> None:
    passwords = Passwords()
    try:
        parameters = extract_parameters(passwords.hash("correct horse battery"))
        assert parameters.type.name == "ID"
        assert parameters.memory_cost >= 19 * 1024  # kibibytes; the least of OWASP's recommendation
        assert passwords.is_outdated(TEST_HASHER.hash("x"))
    finally:
        passwords.close()


async def test_an_unknown_account_costs_what_a_known_one_costs() -> None:
    # Heavy enough for the effort to dominate; the ratio only fails when one side does no work at all.
    passwords = Passwords(PasswordHasher(time_cost=2, memory_cost=8 * 1024, parallelism=1))
    stored = passwords.hash("correct horse battery")
    spent: dict[str | None, list[float]] = {stored: [], None: []}
    try:
        for _ in range(7):
            for which, times in spent.items():
                started = time.thread_time()
                assert not passwords._match(which, "wrong password")
                times.append(time.thread_time() - started)
    finally:
        passwords.close()
    known, unknown = (statistics.median(times) for times in spent.values())
    assert 0.3 < unknown / known < 3.3


async def test_the_loop_goes_on_while_passwords_are_checked(passwords: Passwords) -> None:
    stored = passwords.hash("correct horse battery")
    gate = threading.Event()
    busy = [asyncio.get_running_loop().run_in_executor(passwords._pool, gate.wait) for _ in range(2)]
    check = asyncio.create_task(passwords.match(stored, "correct horse battery"))
    await asyncio.sleep(0)
    assert not check.done()
    gate.set()
    await asyncio.gather(*busy)
    assert await check


async def test_too_many_at_once_are_turned_away(passwords: Passwords, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords_module, "MAX_WAITING", 3)
    gate = threading.Event()
    busy = [asyncio.get_running_loop().run_in_executor(passwords._pool, gate.wait) for _ in range(2)]
    waiting = [asyncio.create_task(passwords.match(None, "x")) for _ in range(3)]
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await passwords.match(None, "x")
    gate.set()
    await asyncio.gather(*busy, *waiting)
    assert not await passwords.match(None, "x")
