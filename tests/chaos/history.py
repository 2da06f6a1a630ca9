"""What happened, written outside the hub by those who saw it: one JSON object per line.

Instants are seconds of the writer's monotonic clock since the history began. Of each message only identifiers,
numbers and closed words are kept. `decided` lines are about the disturber's own deeds.
"""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel


class What(StrEnum):
    """What a line tells."""

    SENT = "sent"
    HEARD = "heard"
    UP = "up"
    """A WebSocket is open (nobody is welcomed yet)."""
    DOWN = "down"
    DID = "did"
    """The disturber, or a party apart from its messages; `facts["deed"]` says what."""


@dataclass(frozen=True)
class Entry:
    """One line. `who` is a kiosk, a station or `nemesis`; `kind` is the message's type, when there is one."""

    at: float
    who: str
    what: What
    kind: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


_KEPT = (
    "call_id", "request_id", "offer_no", "peer_no", "position", "outcome", "cause", "state", "reason", "attempt",
    "new_call_id", "partner_id", "motif_id", "next_state", "away_reason", "wrap_up_call_id", "because", "code",
    "in_reply_to", "live_call_id", "number", "announced", "station_id", "take_over", "is_announced",
)  # fmt: skip
_NESTED = ("card", "call", "ticket", "to")


def facts_of(message: BaseModel) -> dict[str, Any]:
    """What is kept of a message; nested parts are flattened under their name (`call.state`)."""
    return _facts(message.model_dump(mode="json", exclude_none=True))


def _facts(content: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: content[name] for name in _KEPT if name in content and not isinstance(content[name], dict)}
    for part in _NESTED:
        if isinstance(content.get(part), dict):
            facts |= {f"{part}.{name}": value for name, value in _facts(content[part]).items()}
    if "tickets" in content:
        facts["tickets"] = [ticket["call_id"] for ticket in content["tickets"]]
    return facts


class History:
    """Writes lines as they happen, and keeps them."""

    def __init__(self, file: Path | None = None) -> None:
        self.entries: list[Entry] = []
        self._began = time.monotonic()
        self._file = file.open("w", encoding="utf-8") if file is not None else None

    def now(self) -> float:
        return round(time.monotonic() - self._began, 6)

    def sent(self, who: str, message: BaseModel) -> None:
        self._note(who, What.SENT, message.type, facts_of(message))  # type: ignore[attr-defined]

    def heard(self, who: str, message: BaseModel) -> None:
        self._note(who, What.HEARD, message.type, facts_of(message))  # type: ignore[attr-defined]

    def up(self, who: str) -> None:
        self._note(who, What.UP, "", {})

    def down(self, who: str, code: int | None) -> None:
        self._note(who, What.DOWN, "", {"code": code})

    def did(self, who: str, deed: str, **facts: Any) -> None:
        self._note(who, What.DID, "", {"deed": deed, **facts})

    def _note(self, who: str, what: What, kind: str, facts: dict[str, Any]) -> None:
        entry = Entry(self.now(), who, what, kind, facts)
        self.entries.append(entry)
        if self._file is not None:
            self._file.write(json.dumps(asdict(entry), separators=(",", ":")) + "\n")

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


def read(lines: Iterable[str]) -> list[Entry]:
    """A history that was written before."""
    found = []
    for line in lines:
        content = json.loads(line)
        found.append(Entry(content["at"], content["who"], What(content["what"]), content["kind"], content["facts"]))
    return found
