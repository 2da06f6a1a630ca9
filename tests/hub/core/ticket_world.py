"""A world for numbers: one station in a call, one caller who waits."""

from dataclasses import replace
from typing import Any

from hub.core.requests import AtStation, HangUp, KeepPlace, Kiosk
from hub.core.rows import Call, CallState
from hub.protocol import MediaState, StationState
from tests.hub.core.world import World, partner, queued, station

K1 = Kiosk("k1")
S1 = AtStation("s1", 1)


def talking(call_id: str = "ct", station_id: str = "s1", **more: Any) -> Call:
    facts = {"state": CallState.IN_CALL, "station_id": station_id, "accepted_at": 1.0, "connected_at": 1.0}
    return replace(queued(call_id), **(facts | {"kiosk_media": MediaState.CONNECTED} | more))


def world(*calls: Call, **of_partner: Any) -> World:
    """s1 is in a call (ct); c1 waits at k1."""
    first = queued("c1", kiosk_id="k1")
    return World(
        {"caf": partner(**({"wrap_up_s": 0} | of_partner)), "msa": partner("msa")},
        stations={"s1": station("s1", state=StationState.IN_CALL)},
        calls={c.id: c for c in (talking(), first, *calls)},
    )


def kept(*calls: Call, **of_partner: Any) -> World:
    """The same; c1 has taken a number."""
    w = world(*calls, **of_partner)
    w.apply("caf", KeepPlace(K1, "c1"))
    return w


def free_station(w: World) -> None:
    w.apply("caf", HangUp(S1, "ct"))
