"""Calls of the real kiosk over emulated links, each played once however many tests look at it."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.media import kiosk_side, made, side
from tests.bench.media.fitted import fitted
from tests.bench.media.ground import Call, Ground
from tests.bench.media.run import Result, judged
from tests.links.packet_log import Packet
from tests.links.profiles import PROFILES

_LEAST_S = 16.0
_SECONDS = {
    # 5.7 s before the cut, and 11.3 s after it.
    "CUT-5": 22.0,
    # 6.7 s before the address goes.
    "SWITCH": 20.0,
    # Only by which way it goes is asked.
    "UDPBLK-443": 10.0,
}


@dataclass(frozen=True)
class LinkCall:
    """What one call left."""

    profile: str
    call: Call
    rehearsal: dict[str, Any]
    packets: list[Packet]
    """Of both ways, from the start of the kiosk on."""


class LinkCalls:
    """The calls of one run of tests.

    Args:
        folder: where they are kept, and the 500 MB of pictures that they are made of: pytest would keep those three
            times.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sources = made.sources(folder / "source")
        self._installation = made.install(folder / "installation")
        self._played: dict[str, LinkCall] = {}

    def on(self, profile: str) -> LinkCall:
        """The call over this link, played now unless it was.

        Raises:
            NoAnswerError, NotReadyError: it could not be played to its end.
        """
        if profile not in self._played:
            self._played[profile] = self._play(profile)
        return self._played[profile]

    def judged(self, profile: str) -> Result:
        """What people saw and heard of each other; raises as `on`."""
        held = self.on(profile)
        place = held.call.folder
        kiosk = kiosk_side.side(place / "rehearsal.json", place / "loudspeaker.wav", place / "frames", place / "kiosk")
        return judged(
            profile, "kiosk", held.call, kiosk, side.read(place / "agent"), held.packets, self._sources, documents=False
        )

    def _play(self, profile: str) -> LinkCall:
        seconds = _SECONDS.get(profile, _LEAST_S)
        link = fitted(PROFILES[profile], seconds)
        place = self._folder / profile / "call"
        with Ground(place.parent, link, self._sources, self._installation, seed=1) as ground:
            call = ground.call(ground.our_kiosk(place, seconds), place, seconds)
            packets = ground.link.packets()[call.packets[0] :]
        rehearsal = json.loads((place / "rehearsal.json").read_text("utf-8"))
        return LinkCall(profile, call, rehearsal, packets)
