"""What is said of a run, in the end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]
"""Of a table, by name of column."""

DELIVERY_S = 1.0
"""A party may believe in a call for so long after the hub gave it to another: its news was on the way."""


@dataclass
class Verdict:
    """Each fault is one sentence for who has to find its cause."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.doubled or self.unexpected)

    def faults(self) -> list[str]:
        return [
            f"{kind}: {fault}"
            for kind, faults in (("lost", self.lost), ("doubled", self.doubled), ("unexpected", self.unexpected))
            for fault in faults
        ]

    def count(self, name: str, by: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + by


def is_kiosk(who: str) -> bool:
    return who.startswith("k-")
