"""Where sound comes out and goes in, as the sound server tells it, and where ours should be. Pure.

A person who plugs in a headset or lifts a handset does not want the room to hear: the sound goes there and the
loudspeaker falls silent. When it is unplugged, the sound goes back where it was. Anything else stays as the sound
server put it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

PRIVATE_SHAPES = frozenset({"headset", "headphone", "headphones", "handset"})
"""What udev and the sound server call such a device."""


@dataclass(frozen=True)
class Place:
    """An output or an input of the sound server.

    `number` is the server's, `card` too (None: it belongs to none). `shapes` are the words the server has for it, in
    lower case, and `title` all that names it. `is_echo`: it only repeats what an output plays.
    """

    number: int
    name: str
    title: str = ""
    shapes: frozenset[str] = frozenset()
    card: int | None = None
    is_echo: bool = False


@dataclass(frozen=True)
class Stream:
    """Sound of this program: `number` is the server's, `at` the number of its place."""

    number: int
    at: int


@dataclass(frozen=True)
class Sounds:
    """All there is now."""

    outputs: tuple[Place, ...] = ()
    inputs: tuple[Place, ...] = ()
    players: tuple[Stream, ...] = ()
    recorders: tuple[Stream, ...] = ()


@dataclass(frozen=True)
class Decision:
    """(stream, place) by their numbers; `is_private`: once moved, nobody but the usager hears us; None: we play nothing."""

    move_players: tuple[tuple[int, int], ...] = ()
    move_recorders: tuple[tuple[int, int], ...] = ()
    is_private: bool | None = None


@dataclass
class SoundPlaces:
    """Remembers where the sound was before a headset came.

    Args:
        headset_name: part of the name of devices that are headsets or handsets though the server does not say so.
    """

    headset_name: str = ""
    _homes: dict[str, str] = field(default_factory=dict)

    def is_private(self, place: Place) -> bool:
        """Whether only one person hears it, or speaks into it."""
        named = bool(self.headset_name) and self.headset_name.lower() in f"{place.name} {place.title}".lower()
        return named or bool(place.shapes & PRIVATE_SHAPES)

    def decide(self, now: Sounds) -> Decision:
        """What to move."""
        ear = self._newest(place for place in now.outputs if self.is_private(place))
        mouth = None
        if ear is not None:
            mouth = self._newest(
                place
                for place in now.inputs
                if not place.is_echo and (self.is_private(place) or (ear.card is not None and place.card == ear.card))
            )
        return Decision(
            move_players=self._moves("output", now.players, now.outputs, ear),
            move_recorders=self._moves("input", now.recorders, now.inputs, mouth),
            is_private=ear is not None if now.players else None,
        )

    @staticmethod
    def _newest(places: Iterable[Place]) -> Place | None:
        return max(places, key=lambda place: place.number, default=None)

    def _moves(
        self, side: str, streams: Sequence[Stream], places: Sequence[Place], wanted: Place | None
    ) -> tuple[tuple[int, int], ...]:
        if wanted is None:
            home = self._homes.pop(side, None)
            wanted = next((place for place in places if place.name == home), None)
        else:
            public = {place.number: place.name for place in places if not self.is_private(place)}
            for stream in streams:
                if stream.at != wanted.number and stream.at in public:
                    self._homes.setdefault(side, public[stream.at])
        if wanted is None:
            return ()
        return tuple((stream.number, wanted.number) for stream in streams if stream.at != wanted.number)
