"""What `watch.js` noted in a page becomes a `Side`; the page is left as it was before the call."""

import base64
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench.media.said import said
from tests.bench.media.side import Shown, Side
from tests.bench.media.timeline import Block, recording

WATCH = Path(__file__).with_name("watch.js").read_text("utf-8")
Evaluate = Callable[[str], Awaitable[Any]]


async def collect(evaluate: Evaluate, loop: Any, folder: Path) -> Side:
    """Fetch everything from the page, write it to `folder`.

    Args:
        evaluate: runs an expression in the page.
        loop: the loop of speech in this end's microphone.
    """
    folder.mkdir(parents=True, exist_ok=True)
    told = await evaluate("bench.told()")
    kept = []
    for index, (number, width, height) in enumerate(told["kept"]):
        luma = np.frombuffer(base64.b64decode(await evaluate(f"bench.keptLuma({index})")), np.uint8)
        name = f"kept-{index:03d}.npy"
        np.save(folder / name, luma.reshape(height, width))
        kept.append((number, name))
    heard = await evaluate("bench.sound('heard')")
    spoken = await evaluate("bench.sound('spoken')")
    side = Side(
        shown=[Shown(at / 1000, number, width, height) for at, number, width, height in told["frames"]],
        camera=[(number, at / 1000) for number, at in told["camera"]],
        heard=recording(_blocks(heard), _samples(heard)),
        said=said(_blocks(spoken), _samples(spoken), loop),
        kept=kept,
        clicked_s=told["clicked"] / 1000,
        stats=told["stats"],
        problems=told["problems"],
    )
    side.write(folder)
    await evaluate("bench.reset()")
    return side


def _blocks(sound: dict[str, Any]) -> list[Block]:
    return [Block(at / 1000, rate, count, track) for at, rate, count, track in sound["blocks"]]


def _samples(sound: dict[str, Any]) -> Any:
    return np.frombuffer(base64.b64decode(sound["samples"]), np.int16)
