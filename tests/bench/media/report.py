"""The results as one JSON file and one Markdown table for each profile."""

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from tests.bench.media import summary
from tests.bench.media.run import Result
from tests.bench.media.verdict import MEASURES, Compared, compared
from tests.bench.table import number

DIRECTIONS = (("to_agent", "agent sees and hears the usager"), ("to_usager", "usager sees and hears the agent"))
MARKS = {True: "as good", False: "**worse**", None: ""}


def write(folder: Path, results: Sequence[Result], failed: Sequence[str], about: dict[str, Any]) -> str:
    """Write media.json, media.md, and the short table media-fr.md; gives the text of the second."""
    folder.mkdir(parents=True, exist_ok=True)
    content = {"machine": about, "results": [each.as_json() for each in results], "failed": list(failed)}
    (folder / "media.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    text = markdown(results, failed, about)
    (folder / "media.md").write_text(text, encoding="utf-8")
    (folder / "media-fr.md").write_text("\n".join(summary.table(results)) + "\n", encoding="utf-8")
    return text


def markdown(results: Sequence[Result], failed: Sequence[str], about: dict[str, Any]) -> str:
    """All tables."""
    lines = [", ".join(f"{name}: {value}" for name, value in about.items()), "", tolerances(), ""]
    profiles = list(dict.fromkeys(each.profile for each in results))
    for profile in profiles:
        ours, theirs = (
            [each for each in results if (each.profile, each.system) == (profile, system)]
            for system in ("kiosk", "chromium")
        )
        lines += [f"## {profile}", ""]
        if ours and theirs:
            lines += _comparison(ours, theirs)
        else:
            lines += [line for each in (*ours, *theirs) for line in alone(each)]
        lines.append("")
    lines += [f"- not measured: {each}" for each in failed]
    good, worse = counts(results)
    lines += ["", f"{good} figures as good as Chromium's or better, {worse} worse."]
    return "\n".join(lines) + "\n"


def tolerances() -> str:
    """What « as good » means."""
    words = [f"{each.words} {each.tolerance:g} {each.unit}".strip() for each in MEASURES if each.tolerance]
    return "As good: not worse by more than " + ", ".join(words) + "."


def counts(results: Sequence[Result]) -> tuple[int, int]:
    """(figures as good, figures worse) over all profiles and both directions."""
    marks = [each.is_good for profile in {each.profile for each in results} for each in _all(results, profile)]
    return marks.count(True), marks.count(False)


def _all(results: Sequence[Result], profile: str) -> list[Compared]:
    ours, theirs = (
        [each for each in results if (each.profile, each.system) == (profile, system)]
        for system in ("kiosk", "chromium")
    )
    if not ours or not theirs:
        return []
    return [
        found
        for direction, _ in DIRECTIONS
        for found in compared(
            [getattr(each, direction) for each in ours], [getattr(each, direction) for each in theirs]
        )
    ]


def _comparison(ours: Sequence[Result], theirs: Sequence[Result]) -> list[str]:
    lines = []
    for direction, words in DIRECTIONS:
        lines += [f"| {words} | kiosk | Chromium | ratio | |", "|---|---|---|---|---|"]
        for each in compared([getattr(one, direction) for one in ours], [getattr(one, direction) for one in theirs]):
            name = f"{each.measure.words}, {each.measure.unit}" if each.measure.unit else each.measure.words
            ratio = "" if each.ratio is None else f"{each.ratio:.2f}"
            lines.append(
                f"| {name} | {_number(each, each.ours)} | {_number(each, each.theirs)} | {ratio} | {MARKS[each.is_good]} |"
            )
        lines.append("")
    rates = [
        ("arrived from the kiosk, kbit/s", "sent_up_bps", 1e-3),
        ("arrived at the kiosk, kbit/s", "sent_down_bps", 1e-3),
        ("lost from the kiosk, % of packets", "lost_up", 100),
        ("lost to the kiosk, % of packets", "lost_down", 100),
        ("processor of the kiosk, % of a core", "cpu", 100),
        ("memory of the kiosk, MB", "memory_mb", 1),
    ]
    lines += ["| programs and link | kiosk | Chromium |", "|---|---|---|"]
    for words, field, scale in rates:
        values = [scale * mean(getattr(each, field) for each in side) for side in (ours, theirs)]
        lines.append(f"| {words} | {number(values[0])} | {number(values[1])} |")
    for name, side in (("kiosk", ours), ("Chromium", theirs)):
        lines += [f"- {name}, documents: {each.documents}" for each in side if each.documents]
        lines += [f"- {name}, problems: {', '.join(each.problems)}" for each in side if each.problems]
    return lines


def alone(result: Result) -> list[str]:
    """One call of one kiosk."""
    rounds = [[result.to_agent], [result.to_usager]]
    lines = [f"{result.system} on {result.profile}", "| measure | to agent | to usager |", "|---|---|---|"]
    columns = [{each.measure.words: each for each in compared(figures, figures)} for figures in rounds]
    for measure in MEASURES:
        cells = [columns[index].get(measure.words) for index in range(2)]
        if any(cells):
            values = [_number(each, each.ours) if each else "-" for each in cells]
            name = f"{measure.words}, {measure.unit}" if measure.unit else measure.words
            lines.append(f"| {name} | {values[0]} | {values[1]} |")
    lines += [
        f"| arrived, kbit/s | {result.sent_up_bps / 1000:.0f} | {result.sent_down_bps / 1000:.0f} |",
        f"| packets lost, % | {100 * result.lost_up:.1f} | {100 * result.lost_down:.1f} |",
        f"| picture later than sound, ms | {_ms(result.to_agent.picture_after_sound_s)} | {_ms(result.to_usager.picture_after_sound_s)} |",
        f"| processor {100 * result.cpu:.0f} % of a core, memory {result.memory_mb:.0f} MB | | |",
    ]
    lines += [f"- documents: {result.documents}"] if result.documents else []
    lines += [f"- problems: {', '.join(result.problems)}"] if result.problems else []
    return lines


def _number(each: Compared, value: float | None) -> str:
    return "-" if value is None else f"{value:.{each.measure.digits}f}"


def _ms(value: float | None) -> str:
    return "-" if value is None else f"{1000 * value:.0f}"
