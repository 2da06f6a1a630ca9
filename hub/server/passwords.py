"""Passwords of agents: argon2id (RFC 9106), in a few threads of their own, the same effort for everybody."""

import asyncio
import unicodedata
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

MIN_LENGTH = 12
MAX_LENGTH = 200
WORKERS = 2
"""64 MiB each: the memory that sign-ins can ask for at once is bounded by this."""
MAX_WAITING = 32


class Overloaded(Exception):
    """More sign-ins are waiting than can be served in a decent time."""


class PasswordRefused(ValueError):
    """A new password that is too short or too long. The text says which, never the password."""


class Passwords:
    """Makes and checks hashes.

    Args:
        hasher: argon2-cffi's parameters by default (64 MiB, 3 passes, 4 lanes).
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher if hasher is not None else PasswordHasher()
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="hub-argon2")
        self._waiting = 0
        # Checked for accounts that do not exist, so that they take as long as those that do.
        self._decoy = self._hasher.hash("this is nobody's password")

    def hash(self, password: str) -> str:
        """The hash to store for a new password. Blocks for some tens of milliseconds.

        Raises:
            PasswordRefused: shorter than MIN_LENGTH or longer than MAX_LENGTH characters.
        """
        if len(password) < MIN_LENGTH:
            raise PasswordRefused(f"at least {MIN_LENGTH} characters are needed")
        if len(password) > MAX_LENGTH:
            raise PasswordRefused(f"at most {MAX_LENGTH} characters are possible")
        return self._hasher.hash(_normal(password))

    async def match(self, stored: str | None, password: str) -> bool:
        """Whether `password` is the one behind `stored`. None takes as long, and is never a match.

        Raises:
            Overloaded: too many checks are already waiting.
        """
        if self._waiting >= MAX_WAITING:
            raise Overloaded
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._pool, self._match, stored, password)
        finally:
            self._waiting -= 1

    async def rehash(self, password: str) -> str:
        """`hash` of a password that was just checked, with today's parameters, whatever its length."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, _normal(password))

    def _match(self, stored: str | None, password: str) -> bool:
        try:
            matches = self._hasher.verify(stored if stored is not None else self._decoy, _normal(password))
        except (Argon2Error, InvalidHashError):
            return False
        return matches and stored is not None

    def is_outdated(self, stored: str) -> bool:
        """Whether `stored` was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        self._pool.shutdown()


def _normal(password: str) -> bytes:
    # The same keys give other code points on other systems: NIST SP 800-63B, 3.1.1.2.
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
