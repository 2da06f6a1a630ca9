"""Write events of a closed list to the log, with fields that cannot hold anything personal.

A shared leaf, like `hub.protocol`. Each program owns an enumeration of its events (`hub/journal.py`,
`kiosk/journal.py`) whose value is the sentence; `record` refuses free text as a field, so that no name,
title or content can slip into a log line.
"""

import logging
import re
from enum import Enum, StrEnum

# Identifiers we make ourselves: hexadecimal, slugs, states. No spaces, no @, at most 64 characters.
_IDENTIFIER = re.compile(r"[A-Za-z0-9_.:-]{1,64}")

Field = str | int | float | bool | None | Enum


class PersonalDataError(ValueError):
    """A field of a log record was free text. The text itself is not in the message."""


def record(logger: logging.Logger, event: StrEnum, level: int = logging.INFO, **fields: Field) -> None:
    """Log `event` as `name: sentence key=value ...`.

    Args:
        event: a member of the program's closed list; its value is the sentence.
        fields: numbers, booleans, enumeration members, or identifiers made by the software.

    Raises:
        PersonalDataError: a text field is not an identifier.
    """
    parts = []
    for key, value in fields.items():
        if isinstance(value, Enum):
            value = value.value
        if isinstance(value, str) and not _IDENTIFIER.fullmatch(value):
            raise PersonalDataError(f"field {key} of {event.name} is not an identifier")
        if isinstance(value, float):
            value = round(value, 3)
        parts.append(f" {key}={value}")
    logger.log(level, "%s: %s%s", event.name, event.value, "".join(parts))


def start_logging(level: str) -> None:
    """Send the program's records to standard error, one line each (journald adds the time)."""
    logging.basicConfig(level=level.upper(), format="%(levelname)s %(name)s %(message)s", force=True)
    # Third parties may put addresses, file names or queries in their records: only their warnings count.
    for noisy in ("aioice", "aiortc", "websockets", "uvicorn.access", "httpx", "asyncio", "qasync", "PIL"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
