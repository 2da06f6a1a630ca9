"""One French line for each profile and direction, as the README shows them: ours / Chromium's, in bold what is worse."""

from collections.abc import Sequence

from tests.bench.media.run import Result
from tests.bench.media.verdict import Compared, compared

COLUMNS = (
    ("Première image, s", ("first_picture_s",)),
    ("Images/s", ("frames_per_s",)),
    ("SSIM", ("ssim",)),
    ("Gel, %", ("freeze_share",)),
    ("Le plus long, s", ("longest_freeze_s",)),
    ("Son manquant, %", ("gap_share",)),
    ("Trou, s", ("longest_gap_s",)),
    ("Retard de l'image, ms", ("picture_delay_p50_s",)),
    ("Retard du son, ms", ("sound_delay_p50_s",)),
    ("Retour image, son, s", ("picture_back_s", "sound_back_s")),
)
DIRECTIONS = (("to_agent", "vers l'agent"), ("to_usager", "vers l'usager"))


def table(results: Sequence[Result]) -> list[str]:
    """Lines of Markdown; profiles that only one of the two was measured on are left out."""
    heads = ["Profil", "Sens", *(words for words, _ in COLUMNS)]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for profile in dict.fromkeys(each.profile for each in results):
        ours, theirs = (
            [each for each in results if (each.profile, each.system) == (profile, system)]
            for system in ("kiosk", "chromium")
        )
        if not ours or not theirs:
            continue
        for index, (direction, words) in enumerate(DIRECTIONS):
            found = compared([getattr(each, direction) for each in ours], [getattr(each, direction) for each in theirs])
            by_field = {each.measure.field: each for each in found}
            cells = [_cell([by_field[field] for field in fields if field in by_field]) for _, fields in COLUMNS]
            lines.append("| " + " | ".join(["" if index else profile, words, *cells]) + " |")
    return lines


def _cell(found: Sequence[Compared]) -> str:
    ours = ", ".join(_ours(each) for each in found)
    theirs = ", ".join(_french(each, each.theirs) for each in found)
    return f"{ours} / {theirs}" if found else ""


def _ours(each: Compared) -> str:
    text = _french(each, each.ours)
    return f"**{text}**" if each.is_good is False else text


def _french(each: Compared, value: float | None) -> str:
    return "jamais" if value is None else f"{value:.{each.measure.digits}f}".replace(".", ",")
