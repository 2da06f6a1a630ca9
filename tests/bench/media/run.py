"""One run: a call of one kiosk over one profile, and everything that is told about it."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.bench.media import kiosk_side, side
from tests.bench.media.figures import SETTLE_S, TAIL_S, Figures, Window, figures
from tests.bench.media.ground import Call, Ground
from tests.bench.media.made import Sources
from tests.bench.media.side import Side, read_wav
from tests.links.metrics import of_way
from tests.links.packet_log import Packet, Way

SYSTEMS = ("kiosk", "chromium")


@dataclass(frozen=True)
class Result:
    """What one call was worth, both ways: `to_agent` is what the agent saw and heard of the kiosk."""

    system: str
    profile: str
    to_agent: Figures
    to_usager: Figures
    sent_up_bps: float
    """Everything that arrived from the kiosk, IP packets, mean of the judged time."""
    sent_down_bps: float
    lost_up: float
    lost_down: float
    """0..1 of the packets offered to the link."""
    cpu: float
    memory_mb: float
    documents: dict[str, Any] | None
    problems: list[str]

    def as_json(self) -> dict[str, Any]:
        """Numbers and closed words only."""
        return asdict(self)


def play(ground: Ground, system: str, folder: Path, seconds: float, made: Sources) -> Result:
    """Call and judge.

    Raises:
        NoAnswerError, NotReadyError: the call could not be played to its end.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kiosk = ground.our_kiosk(folder, seconds) if system == "kiosk" else ground.chromium_kiosk(folder, seconds)
    call = ground.call(kiosk, folder, seconds)
    kiosks = _kiosk_side(system, folder)
    agents = side.read(folder / "agent")
    packets = ground.link.packets()[call.packets[0] : call.packets[1]]
    return judged(ground.profile.name, system, call, kiosks, agents, packets, made, bool(ground.profile.send_bytes))


def _kiosk_side(system: str, folder: Path) -> Side:
    if system == "kiosk":
        return kiosk_side.side(
            folder / "rehearsal.json", folder / "loudspeaker.wav", folder / "frames", folder / "kiosk"
        )
    return side.read(folder / "kiosk")


def judged(
    profile: str,
    system: str,
    call: Call,
    kiosk: Side,
    agent: Side,
    packets: Sequence[Packet],
    made: Sources,
    documents: bool,
) -> Result:
    """All figures of a call that was played."""
    # The page notes the click itself, a few milliseconds before the order to click is seen to be done.
    window = Window(agent.clicked_s or call.answered_s, call.ends_s, call.back_s)
    to_agent = figures(
        kiosk,
        agent,
        window,
        picture=made.kiosk_picture,
        voice=read_wav(made.kiosk_voice),
        kept_in=call.folder / "agent",
    )
    to_usager = figures(
        agent,
        kiosk,
        window,
        picture=made.agent_picture,
        voice=read_wav(made.agent_voice),
        kept_in=call.folder / "kiosk",
    )
    up, down = (_carried(packets, way, call) for way in (Way.UP, Way.DOWN))
    return Result(
        system=system,
        profile=profile,
        to_agent=to_agent,
        to_usager=to_usager,
        sent_up_bps=up[0],
        sent_down_bps=down[0],
        lost_up=up[1],
        lost_down=down[1],
        cpu=call.cpu,
        memory_mb=call.memory_mb,
        documents=_documents(system, call.folder) if documents else None,
        problems=[*kiosk.problems, *agent.problems],
    )


def _carried(packets: Sequence[Packet], way: Way, call: Call) -> tuple[float, float]:
    """(bit/s that arrived, share of packets dropped) while the call was judged."""
    from_at, until_at = (each - call.wall_s for each in (call.answered_s + SETTLE_S, call.ends_s - TAIL_S))
    within = [each for each in of_way(packets, way) if from_at <= each.offered_at <= until_at]
    if not within:
        return 0.0, 0.0
    arrived = sum(each.size for each in within if each.arrived_at is not None)
    dropped = sum(each.dropped is not None for each in within)
    return 8 * arrived / (until_at - from_at), dropped / len(within)


def _documents(system: str, folder: Path) -> dict[str, Any]:
    if system == "kiosk":
        return kiosk_side.documents(folder / "rehearsal.json")
    told: dict[str, Any] = json.loads((folder / "kiosk" / "documents.json").read_text("utf-8"))
    return told
