"""One-time enrolment codes: made by the hub, read aloud or typed by a technician, stored as a hash."""

import hashlib
import secrets

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
"""Twenty consonants: no vowel, so no word; no digit, so no 0 for O (RFC 8628, 6.1)."""
LETTERS = 12
"""20^12 is 51.8 bits."""
_GROUP = 4


def make_code() -> str:
    """A new code, in groups: WDJB-MJHT-KPQR."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[start : start + _GROUP] for start in range(0, LETTERS, _GROUP))


def read_code(typed: str) -> str | None:
    """The letters of a code as somebody typed it (case, spaces and dashes do not count); None if it cannot be one."""
    letters = "".join(character for character in typed.upper() if not character.isspace() and character not in "-–_.")
    if len(letters) != LETTERS or any(letter not in ALPHABET for letter in letters):
        return None
    return letters


def code_hash(code: str) -> str:
    """How a code is stored: SHA-256 of its letters. Enough for a code that lives for minutes and once.

    Raises:
        ValueError: `code` cannot be a code.
    """
    letters = read_code(code)
    if letters is None:
        raise ValueError("not an enrolment code")
    return hashlib.sha256(letters.encode("ascii")).hexdigest()
