"""What a rehearsal leaves behind: the JSON with its numbers, and a few French lines for the technician.

Numbers and words of closed lists only; what was seen and heard is in the files that the technician asked for.
"""

import importlib.metadata
import itertools
import os
import platform
import statistics
from collections.abc import Mapping
from typing import Any

from hub.protocol import RefusalReason
from kiosk.core.view import LateNumber
from kiosk.rehearsal import Failure, Plan, Rehearsal
from kiosk.rehearsal_record import AUDIBLE, Moment, Record

FORMAT = 1
PACKAGES = ("visio-relais", "aiortc", "aioice", "av", "livekit", "numpy", "opencv-python-headless", "uvloop")

SENTENCES: dict[Failure, str] = {
    Failure.HUB_UNREACHABLE: "Le hub ne répond pas. Vérifiez le câble réseau, l'adresse du hub (hub.url) et qu'il est en marche.",
    Failure.HUB_REFUSED: "Le hub ne veut pas de cette borne : inconnue, désactivée, ou inscrite avec une autre clé. "
    "Voyez « visio-hub kiosk » au hub, ou inscrivez-la de nouveau.",
    Failure.OUT_OF_ORDER: "Le micro ou le haut-parleur ne marche pas. Vérifiez les branchements et les noms dans [sound].",
    Failure.UNKNOWN_PARTNER: "Ce partenaire n'est pas proposé par cette borne. Partenaires possibles : {partners}.",
    Failure.UNKNOWN_MOTIF: "Ce motif n'existe pas chez ce partenaire. Motifs possibles : {motifs}.",
    Failure.REFUSED: "Le hub a refusé l'appel : {refusal}.",
    Failure.NOBODY_FREE: "Aucun conseiller n'a été libre à temps. Demandez à un collègue de prendre son poste, puis recommencez.",
    Failure.NO_ANSWER: "Le poste a sonné, mais personne n'a répondu à temps. Prévenez un collègue, puis recommencez.",
    Failure.NOT_CONNECTED: "Le conseiller a répondu, mais la borne et son poste n'ont pas pu se joindre. "
    "Le réseau bloque sans doute UDP : vérifiez le serveur TURN (hub/OPERATIONS.md).",
    Failure.CUT: "L'appel a été coupé et n'a pas pu reprendre. Regardez les coupures dans le fichier de mesures, puis le réseau.",
    Failure.CAMERA_SILENT: "La caméra de la borne n'a rien donné. Vérifiez son branchement et camera.device.",
    Failure.MICROPHONE_SILENT: "Le micro de la borne n'a rien donné. Vérifiez son branchement, sound.microphone et son niveau.",
    Failure.AGENT_CAMERA_OFF: "Le conseiller avait coupé sa caméra. Demandez-lui de la remettre, puis recommencez.",
    Failure.AGENT_MICROPHONE_OFF: "Le conseiller avait coupé son micro. Demandez-lui de le remettre, puis recommencez.",
    Failure.NO_PICTURE: "L'appel est passé, mais aucune image du conseiller n'est arrivée. Vérifiez la caméra de son poste, puis le débit.",
    Failure.NO_SOUND: "L'appel est passé, mais aucun son du conseiller n'est arrivé. Vérifiez le micro de son poste : a-t-il parlé ?",
    Failure.INTERRUPTED: "L'appel d'essai a été interrompu avant la fin.",
}
REFUSALS: dict[RefusalReason | LateNumber, str] = {
    RefusalReason.CLOSED: "le service est fermé à cette heure",
    RefusalReason.NOBODY_ON_POST: "personne n'est à son poste",
    RefusalReason.UNKNOWN_PARTNER: "il ne connaît pas ce partenaire",
    RefusalReason.UNKNOWN_MOTIF: "il ne connaît pas ce motif",
    RefusalReason.CALL_IN_PROGRESS: "cette borne est déjà en appel ; arrêtez d'abord la borne, puis recommencez",
    RefusalReason.KIOSK_DISABLED: "cette borne est désactivée",
    RefusalReason.HUB_DEGRADED: "il n'atteint pas sa base de données ; recommencez dans quelques minutes",
    RefusalReason.WAIT_TOO_LONG: "l'attente serait trop longue",
    RefusalReason.APPOINTMENT_ONLY: "ce service ne reçoit que sur rendez-vous",
    RefusalReason.NOT_FROM_HERE: "ce service ne prend pas les appels de cette borne à cette heure",
    RefusalReason.QUOTA_REACHED: "le nombre d'appels permis à cette borne est atteint",
    LateNumber.GONE: "la place n'est plus gardée",
}


def sentence(rehearsal: Rehearsal, failure: Failure, partners: list[str], motifs: list[str]) -> str:
    """What failed and what to do, in French."""
    refusal = REFUSALS[rehearsal.refusal] if rehearsal.refusal is not None else "sans dire pourquoi"
    return SENTENCES[failure].format(
        partners=", ".join(partners) or "aucun", motifs=", ".join(motifs) or "aucun", refusal=refusal
    )


def report(
    rehearsal: Rehearsal, failure: Failure | None, record: Record, plan: Plan, extras: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything that was measured, ready for JSON. `extras`: what only the player of the script knows."""
    unix = record.clock.unix
    return {
        "format": FORMAT,
        "ok": failure is None,
        "failure": failure.value if failure is not None else None,
        "refusal": rehearsal.refusal.value if rehearsal.refusal is not None else None,
        "ended": rehearsal.ended.value if rehearsal.ended is not None else None,
        "asked": {"seconds": plan.seconds, "patience_s": plan.patience_s},
        "versions": versions(),
        "machine": machine(),
        "moments": [
            {"moment": each.moment.value, "monotonic": each.at_s, "unix": unix(each.at_s), "peer_no": each.peer_no}
            for each in record.moments
        ],
        "series": record.series,
        "frames": [[unix(at_s), number, width, height] for at_s, number, width, height in _shown(record)],
        "frames_unread": record.unread,
        "camera": [[number, unix(at_s)] for at_s, number in sorted(record.given.items())],
        **extras,
    }


def _shown(record: Record) -> list[tuple[float, int | None, int, int]]:
    return sorted(record.shown, key=lambda each: each[0])


def versions() -> dict[str, str]:
    """What runs here; a package that is not installed is left out."""
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name.replace("-", "_")] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def machine() -> dict[str, Any]:
    """The machine, without its name."""
    return {
        "system": platform.system(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "processors": os.cpu_count(),
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


# ---- for the technician ---------------------------------------------------------------------------------


def summary(told: Mapping[str, Any]) -> list[str]:
    """The measures of a report in a few French lines; empty when no call came about."""
    at = _first_instants(told)
    lines: list[str] = []
    if Moment.ACCEPTED in at and Moment.PLACED in at:
        lines.append(f"Réponse    : {_seconds(at[Moment.ACCEPTED] - at[Moment.PLACED])} après l'appel")
    if Moment.CONNECTED not in at:
        return lines
    figures = _figures(told)
    since = at.get(Moment.ACCEPTED, at[Moment.CONNECTED])
    lines.append(f"Connexion  : {_seconds(at[Moment.CONNECTED] - since)} après la réponse{_path(figures)}")
    lines.append(f"Image reçue: {_pictures(told, at, since)}")
    lines.append(f"Son reçu   : {_sound(figures, at, since)}")
    lines.append(f"Envoi      : {_sending(figures)}")
    if told["sound"]["microphone_peak"] < AUDIBLE:
        lines.append("Micro      : presque rien entendu ; parlez devant la borne pour l'essayer")
    lines.append(f"Réseau     : {_network(told, figures)}")
    lines.append(f"Machine    : {_cost(told)}")
    return lines


def _first_instants(told: Mapping[str, Any]) -> dict[Moment, float]:
    at: dict[Moment, float] = {}
    for each in told["moments"]:
        at.setdefault(Moment(each["moment"]), each["monotonic"])
    return at


LAST = ("path", "sound_concealed_s")
"""Figures of which the latest value counts; of the others the middle one, so that one bad second does not stand for all."""


def _figures(told: Mapping[str, Any]) -> dict[str, Any]:
    """One value of each figure that was known at some time of the call."""
    known: dict[str, list[Any]] = {}
    for row in told["series"]:
        for name, value in row.items():
            if value is not None:
                known.setdefault(name, []).append(value)
    numbers = {name: values for name, values in known.items() if isinstance(values[-1], int | float)}
    middle = {name: statistics.median_low(values) for name, values in numbers.items()}
    return {**middle, **{name: known[name][-1] for name in LAST if name in known}}


def _path(figures: Mapping[str, Any]) -> str:
    path = figures.get("path")
    if not path:
        return ""
    return f", par un relais ({path})" if "relay" in path else f", directe ({path})"


def _pictures(told: Mapping[str, Any], at: Mapping[Moment, float], since: float) -> str:
    frames = told["frames"]
    if not frames:
        return "aucune"
    length_s = frames[-1][0] - frames[0][0]
    rate = (len(frames) - 1) / length_s if length_s > 0 else 0.0
    longest_s = max((after[0] - before[0] for before, after in itertools.pairwise(frames)), default=0.0)
    first = at.get(Moment.FIRST_PICTURE)
    after = f", la première {_seconds(first - since)} après la réponse" if first is not None else ""
    return f"{frames[-1][2]} x {frames[-1][3]}, {_number(rate)} images/s{after} ; la plus longue pause {_seconds(longest_s)}"


def _sound(figures: Mapping[str, Any], at: Mapping[Moment, float], since: float) -> str:
    first = at.get(Moment.FIRST_SOUND)
    if first is None:
        return "aucun"
    parts = [f"le premier {_seconds(first - since)} après la réponse"]
    if figures.get("sound_depth_s") is not None:
        parts.append(f"en réserve {round(figures['sound_depth_s'] * 1000)} ms")
    if figures.get("sound_concealed_s") is not None:
        parts.append(f"inventé {_seconds(figures['sound_concealed_s'])}")
    return ", ".join(parts)


def _sending(figures: Mapping[str, Any]) -> str:
    parts = []
    if figures.get("sent_height") is not None:
        parts.append(f"image de {figures['sent_height']} lignes")
    if figures.get("target_bps") is not None:
        bps = figures["target_bps"]
        parts.append(
            f"{round(bps / 1000)} kbit/s permis à l'image" if bps else "son seul, le réseau n'en porte pas plus"
        )
    if figures.get("sent_loss") is not None:
        parts.append(f"perdu {_number(100 * figures['sent_loss'])} %")
    return ", ".join(parts) or "non mesuré"


def _network(told: Mapping[str, Any], figures: Mapping[str, Any]) -> str:
    parts = []
    if figures.get("round_trip_s") is not None:
        parts.append(f"aller-retour {round(figures['round_trip_s'] * 1000)} ms")
    if figures.get("received_loss") is not None:
        parts.append(f"perdu à la réception {_number(100 * figures['received_loss'])} %")
    lost = sum(each["moment"] == Moment.LOST for each in told["moments"])
    weak = sum(each["moment"] == Moment.WEAK for each in told["moments"])
    parts.append(f"faible {weak} fois, coupé {lost} fois" if weak or lost else "aucune coupure")
    return ", ".join(parts)


def _cost(told: Mapping[str, Any]) -> str:
    cost = told.get("cost", {})
    if not cost.get("call_s"):
        return "non mesuré"
    share = 100 * cost["processor_in_call_s"] / cost["call_s"]
    memory = cost.get("peak_memory_bytes")
    return f"{round(share)} % d'un cœur" + (f", {round(memory / 1e6)} Mo" if memory else "")


def _seconds(value: float) -> str:
    return f"{_number(value, 2)} s"


def _number(value: float, digits: int = 1) -> str:
    return f"{value:.{digits}f}".replace(".", ",")
