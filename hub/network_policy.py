"""The rules of a partner in `network.toml`: holidays, closures, special days, pools, overflow, admission.

For `hub.network_file`; each reader notes problems with their line and gives a harmless value instead.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from hub.core.network import (
    AdmissionMode,
    AdmissionRule,
    Closure,
    HolidayCalendar,
    Overflow,
    OverflowStep,
    Policy,
    Pool,
    SpecialDay,
)
from hub.network_reader import Row

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY_S = 86400
MOST_INTERVALS = 6
_MOST_NAMED = 1000
_INTERVAL = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")


@dataclass(frozen=True)
class Known:
    """Identifiers that rules may name; every other is a mistake."""

    sites: Collection[str]
    kiosks: Collection[str]
    motifs: Collection[str]


def read_policy_rows(row: Row, known: Known, *, has_hours: bool) -> Policy:
    """The rules in a [[partner]] block. A partner with hours closes on public holidays unless told otherwise."""
    usual = HolidayCalendar.METROPOLE if has_hours else HolidayCalendar.NONE
    pools = _pools(row)
    policy = Policy(
        holidays=HolidayCalendar(row.choice("holidays", tuple(HolidayCalendar), usual) or usual),
        closures=tuple(_closure(each) for each in row.rows("closure")),
        special_days=_special_days(row),
        pools=pools,
        overflows=_overflows(row, {pool.id for pool in pools}, known),
        admissions=_admissions(row, known),
        max_waiting=row.number("max_waiting", 0, 10_000, default=0),
        max_wait_s=float(row.number("max_wait_s", 0, DAY_S, default=0)),
        keep_place_after_s=float(row.number("keep_place_after_s", 0, DAY_S, default=300)),
    )
    if 0 < policy.max_wait_s <= policy.keep_place_after_s:
        sentence = "au-delà de `max_wait_s` l’usager est renvoyé à plus tard : un numéro ne sera presque jamais proposé"
        row.wrong("keep_place_after_s", sentence, is_warning=True)
    return policy


def read_intervals(row: Row, key: str) -> list[tuple[int, int]]:
    """Minutes after midnight of texts like 09:00-12:30, in order, none over another."""
    texts = row.texts(key, 11, MOST_INTERVALS)
    found = sorted(each for text in texts if (each := _interval(row, key, text)) is not None)
    for earlier, later in itertools.pairwise(found):
        if later[0] < earlier[1]:
            row.wrong(key, f"`{key}` : deux plages horaires se chevauchent")
    return found


def _interval(row: Row, key: str, text: str) -> tuple[int, int] | None:
    match = _INTERVAL.fullmatch(text)
    if match is None:
        row.wrong(key, f"`{key}` : une plage s’écrit 09:00-12:30, jusqu’à 24:00")
        return None
    opens = int(match.group(1)) * 60 + int(match.group(2))
    closes = 24 * 60 if match.group(3) is None else int(match.group(3)) * 60 + int(match.group(4))
    if opens >= closes:
        row.wrong(key, f"`{key}` : la plage {text} finit avant de commencer")
        return None
    return opens, closes


# ---- days ------------------------------------------------------------------------------------------------------


def _closure(row: Row) -> Closure:
    closure = Closure(row.day("from"), row.day("to"), row.text("label", 80, default=""))
    if closure.last < closure.first:
        row.wrong("to", f"la fermeture finit ({closure.last}) avant de commencer ({closure.first})")
    row.finish()
    return closure


def _special_days(row: Row) -> tuple[SpecialDay, ...]:
    rows = row.rows("special_day")
    days: list[SpecialDay] = []
    for each in rows:
        day = SpecialDay(each.day("on"), tuple(read_intervals(each, "hours")))
        if not day.intervals:
            each.wrong("hours", "il manque `hours` ; pour fermer ce jour-là, écrivez [[partner.closure]]")
        each.finish()
        if any(day.on == other.on for other in days):
            each.wrong("on", f"le jour {day.on} apparaît deux fois")
        days.append(day)
    return tuple(days)


# ---- pools -----------------------------------------------------------------------------------------------------


def _pools(row: Row) -> tuple[Pool, ...]:
    pools: list[Pool] = []
    for each in row.rows("pool"):
        pool = Pool(each.slug(), each.text("name", 80))
        each.finish()
        if pool.id and any(pool.id == other.id for other in pools):
            each.wrong("id", f"le groupe « {pool.id} » apparaît deux fois")
        pools.append(pool)
    return tuple(pools)


def _overflows(row: Row, pool_ids: Collection[str], known: Known) -> tuple[Overflow, ...]:
    overflows = []
    served: set[str] = set()
    for each in row.rows("overflow"):
        sites = _named(each, "sites", known.sites, "aucun bloc [[site]] ne porte cet identifiant")
        steps = tuple(_step(step, pool_ids) for step in each.rows("steps"))
        each.finish()
        if not steps:
            each.wrong(
                "steps", 'il manque `steps`, comme [{ pool = "agence" }, { pool = "departement", after_s = 300 }]'
            )
        if len({step.pool_id for step in steps}) < len(steps):
            each.wrong("steps", "un groupe apparaît deux fois dans `steps` : seule sa première étape compte", True)
        again = served & set(sites) if sites else {"*"} & served
        if again:
            who = "les sites qu’aucun autre ne nomme" if not sites else ", ".join(sorted(again))
            each.wrong("sites", f"un débordement plus haut vaut déjà pour {who} : celui-ci ne servira pas", True)
        served |= set(sites) or {"*"}
        overflows.append(Overflow(sites, steps))
    return tuple(overflows)


def _step(row: Row, pool_ids: Collection[str]) -> OverflowStep:
    pool_id = row.slug("pool")
    if pool_id and pool_id not in pool_ids:
        row.wrong("pool", f'`pool` = "{pool_id}" n’existe pas : aucun bloc [[partner.pool]] ne porte cet identifiant')
    step = OverflowStep(pool_id, float(row.number("after_s", 0, DAY_S, default=0)))
    row.finish()
    return step


# ---- admission -------------------------------------------------------------------------------------------------


def _admissions(row: Row, known: Known) -> tuple[AdmissionRule, ...]:
    rules: list[AdmissionRule] = []
    for each in row.rows("admission"):
        rule = _admission(each, known)
        hiding = next((n for n, earlier in enumerate(rules, start=1) if _covers(earlier, rule)), None)
        # A rule with a mistake is read wider than it is meant.
        if hiding is not None and not each.findings.has_problem:
            each.wrong("mode", f"cette règle ne servira jamais : la règle {hiding}, plus haut, décide avant elle", True)
        rules.append(rule)
    return tuple(rules)


def _admission(row: Row, known: Known) -> AdmissionRule:
    mode = AdmissionMode(row.choice("mode", tuple(AdmissionMode), None) or AdmissionMode.OPEN)
    weekdays = {WEEKDAYS.index(day) for day in row.choices("weekdays", WEEKDAYS)}
    quota = row.number("quota", 1, 1000, default=1) if row.peek("quota") is not None else None
    if quota is not None and mode is not AdmissionMode.OPEN:
        row.wrong("quota", '`quota` ne va qu’avec mode = "open"')
    rule = AdmissionRule(
        mode=mode,
        sites=_named(row, "sites", known.sites, "aucun bloc [[site]] ne porte cet identifiant"),
        kiosks=_named(row, "kiosks", known.kiosks, "aucun bloc [[kiosk]] ne porte cet identifiant"),
        motifs=_named(row, "motifs", known.motifs, "ce partenaire n’a pas ce motif"),
        weekdays=tuple(sorted(weekdays)),
        weeks=tuple(sorted(set(row.numbers("weeks", 1, 5)))),
        intervals=tuple(read_intervals(row, "hours")),
        quota=quota,
    )
    row.finish("quota")
    return rule


def _named(row: Row, key: str, known: Collection[str], why: str) -> tuple[str, ...]:
    names = row.slugs(key, _MOST_NAMED)
    for name in names:
        if name not in known:
            row.wrong(key, f"`{key}` : « {name} » n’existe pas, {why}")
    return names


def _covers(earlier: AdmissionRule, later: AdmissionRule) -> bool:
    """Whether `earlier` fits whenever `later` does."""
    return (
        _includes(earlier.sites, later.sites)
        and _includes(earlier.kiosks, later.kiosks)
        and _includes(earlier.motifs, later.motifs)
        and _includes(earlier.weekdays, later.weekdays)
        and _includes(earlier.weeks, later.weeks)
        and (not earlier.intervals or _spans(earlier.intervals, later.intervals or ((0, 24 * 60),)))
    )


def _includes(earlier: Iterable[str | int], later: Iterable[str | int]) -> bool:
    earlier, later = set(earlier), set(later)
    return not earlier or (bool(later) and later <= earlier)


def _spans(earlier: Sequence[tuple[int, int]], later: Sequence[tuple[int, int]]) -> bool:
    return all(any(e[0] <= each[0] and each[1] <= e[1] for e in earlier) for each in later)
