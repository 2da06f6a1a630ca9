"""Who may call when: the admission rules of a partner for one kiosk and motif, at one local time.

A partner that fears being flooded may take calls of one kiosk on the first Monday morning of the month only, so
many of them, urgent motifs at any time. The first rule that fits decides; none fits: open. Rules say who is let
in while the partner is open; opening hours are asked for what comes next, so that a time told is a time kept.

A day's interval runs from local time to local time, as opening hours do; summer time moves instants, not clocks.
"""

import itertools
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from hub.core.hours import opening
from hub.core.network import AdmissionMode, AdmissionRule, OverflowStep, Partner
from hub.protocol import RefusalReason

SEARCHED = timedelta(weeks=18)
"""How far the next chance is looked for, from the next opening: the longest time between two fifth Mondays."""
_DAY_MIN = 24 * 60

StandingState: TypeAlias = Literal["open", "appointment_only", "closed"]


@dataclass(frozen=True)
class Refusal:
    """Why this caller is not let in, in one word that the kiosk has a sentence for."""

    reason: RefusalReason
    opens_at: str | None = None
    """When the same caller would be let in, ISO 8601 local time with offset; None: not in the next four months."""


@dataclass(frozen=True)
class Standing:
    """What a partner's tile may say at some kiosks; kiosks of equal standing share one frame."""

    state: StandingState = "open"
    """`open`: at least one motif may be called for."""
    opens_at: str | None = None
    """When it is `open` next; ISO 8601 local time with offset."""
    changes_at: float | None = field(default=None, compare=False)
    """UTC seconds: it stays as it is until then; None: for ever."""


@dataclass(frozen=True)
class Audience:
    """Kiosks that are shown the same tile of a partner."""

    standing: Standing
    reach: tuple[OverflowStep, ...]
    """The pools that their callers reach, and when; empty: every station."""


@dataclass(frozen=True)
class _Caller:
    """The rules that may ever decide for one kiosk and motif, in order."""

    rules: tuple[AdmissionRule, ...]

    def rule_at(self, local: datetime) -> AdmissionRule | None:
        return next((rule for rule in self.rules if _period(rule, local) is not None), None)

    def may_ever_be_let_in(self) -> bool:
        """False only when every rule shuts them out and one of these always fits."""
        if any(rule.mode is AdmissionMode.OPEN for rule in self.rules):
            return True
        return not any(not (rule.weekdays or rule.weeks or rule.intervals) for rule in self.rules)


def reason_against(
    partner: Partner, kiosk_id: str, site_id: str | None, motif_id: str | None, local: datetime, placed_in_window: int
) -> RefusalReason | None:
    """Why this caller is not let in at `local`; None: it is. The arguments are those of `refusal`."""
    rule = _caller(partner, kiosk_id, site_id, motif_id).rule_at(local)
    if rule is None:
        return None
    if rule.mode is AdmissionMode.OPEN:
        return None if rule.quota is None or placed_in_window < rule.quota else RefusalReason.QUOTA_REACHED
    by_appointment = rule.mode is AdmissionMode.APPOINTMENT_ONLY
    return RefusalReason.APPOINTMENT_ONLY if by_appointment else RefusalReason.NOT_FROM_HERE


def refusal(
    partner: Partner,
    kiosk_id: str,
    site_id: str | None,
    motif_id: str | None,
    local: datetime,
    placed_in_window: int,
) -> Refusal | None:
    """None when the caller is let in at `local` (aware, in the network's zone), opening hours apart.

    Args:
        placed_in_window: calls that this kiosk placed at this partner since `window_start`.
    """
    reason = reason_against(partner, kiosk_id, site_id, motif_id, local, placed_in_window)
    if reason is None:
        return None
    caller = _caller(partner, kiosk_id, site_id, motif_id)
    rule = caller.rule_at(local)
    spent = (rule, _period(rule, local)) if rule is not None and reason is RefusalReason.QUOTA_REACHED else None
    return Refusal(reason, _next_chance(partner, [caller], local, spent))


def next_chance(
    partner: Partner, kiosk_id: str, site_id: str | None, motif_id: str | None, local: datetime
) -> str | None:
    """When this caller is let in and the partner is open, after `local`; None: not in the next four months."""
    return _next_chance(partner, [_caller(partner, kiosk_id, site_id, motif_id)], local)


def window_start(
    partner: Partner, kiosk_id: str, site_id: str | None, motif_id: str | None, local: datetime
) -> datetime | None:
    """Since when the calls of this kiosk count against a quota that decides at `local`; None: no quota does.

    Every call of the kiosk to this partner counts, whatever its motif.
    """
    rule = _caller(partner, kiosk_id, site_id, motif_id).rule_at(local)
    if rule is None or rule.mode is not AdmissionMode.OPEN or rule.quota is None:
        return None
    period = _period(rule, local)
    return period[0] if period is not None else None


def standing(partner: Partner, kiosk_id: str, site_id: str | None, local: datetime) -> Standing:
    """What the tile may say at this kiosk at `local`, opening hours included. Quotas are told when they are met."""
    motifs: list[str | None] = [motif.id for motif in partner.motifs] or [None]
    # Motifs that no rule tells apart are one caller.
    callers = list(dict.fromkeys(_caller(partner, kiosk_id, site_id, motif_id) for motif_id in motifs))
    state = _state(partner, callers, local)
    opens_at = None if state == "open" else _next_chance(partner, callers, local)
    if state == "closed" and opens_at is None and "appointment_only" in _modes(callers, local):
        state = "appointment_only"
    return Standing(state, opens_at, _changes_at(partner, callers, local, state))


def audience(partner: Partner, kiosk_id: str, site_id: str | None, local: datetime) -> Audience:
    """The key under which a tile is made and encoded once; worth keeping until `standing.changes_at`."""
    return Audience(standing(partner, kiosk_id, site_id, local), partner.reach(site_id))


# ---- what is the case at an instant ------------------------------------------------------------------------


def _caller(partner: Partner, kiosk_id: str, site_id: str | None, motif_id: str | None) -> _Caller:
    return _Caller(
        tuple(
            rule
            for rule in partner.policy.admissions
            if (not rule.kiosks or kiosk_id in rule.kiosks)
            and (not rule.sites or site_id in rule.sites)
            and (not rule.motifs or motif_id in rule.motifs)
        )
    )


def _modes(callers: list[_Caller], local: datetime) -> set[str]:
    rules = [caller.rule_at(local) for caller in callers]
    return {(rule.mode if rule is not None else AdmissionMode.OPEN).value for rule in rules}


def _is_open(partner: Partner, local: datetime) -> bool:
    return opening(partner.hours, local.timestamp(), _zone(local), partner.policy).is_open


def _state(partner: Partner, callers: list[_Caller], local: datetime) -> StandingState:
    if not _is_open(partner, local):
        return "closed"
    modes = _modes(callers, local)
    if "open" in modes:
        return "open"
    return "appointment_only" if "appointment_only" in modes else "closed"


def _period(rule: AdmissionRule, local: datetime) -> tuple[datetime, datetime] | None:
    """The interval (or the day) of the rule that `local` is in; None: the rule does not fit then."""
    day = local.date()
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return None
    if rule.weeks and (day.day - 1) // 7 + 1 not in rule.weeks:
        return None
    at = local.timestamp()
    for first_min, last_min in rule.intervals or ((0, _DAY_MIN),):
        first, last = _clock(day, first_min, local), _clock(day, last_min, local)
        if first.timestamp() <= at < last.timestamp():
            return first, last
    return None


def _clock(day: date, minutes: int, like: datetime) -> datetime:
    """The local time so many minutes of the clock after midnight; 24:00 is the next midnight."""
    return datetime(day.year, day.month, day.day, tzinfo=like.tzinfo) + timedelta(minutes=minutes)


def _zone(local: datetime) -> ZoneInfo:
    assert isinstance(local.tzinfo, ZoneInfo)
    return local.tzinfo


# ---- what comes next ---------------------------------------------------------------------------------------

_Spent: TypeAlias = tuple[AdmissionRule, tuple[datetime, datetime] | None]
"""A rule, and the period in which it lets nobody in any more."""


def _next_chance(partner: Partner, callers: list[_Caller], local: datetime, spent: _Spent | None = None) -> str | None:
    """The first moment after `local` when one of the callers is let in and the partner is open."""
    zone, now = _zone(local), local.timestamp()
    opens = opening(partner.hours, now, zone, partner.policy)
    callers = [caller for caller in callers if caller.may_ever_be_let_in()]
    if not opens.is_open:
        if opens.changes_at is None:
            return None
        now = opens.changes_at
    first_day = datetime.fromtimestamp(now, zone).date()
    for offset in range(SEARCHED.days + 1 if callers else 0):
        for begins, ends in itertools.pairwise(_marks(callers, first_day + timedelta(days=offset), zone)):
            at = datetime.fromtimestamp(max(begins, now), zone)
            if ends <= now or not _lets_one_in(callers, at, spent):
                continue
            opens = opening(partner.hours, at.timestamp(), zone, partner.policy)
            if not opens.is_open and (opens.changes_at is None or opens.changes_at >= ends):
                continue
            if not opens.is_open and opens.changes_at is not None:
                at = datetime.fromtimestamp(opens.changes_at, zone)
            return at.isoformat(timespec="minutes")
    return None


def _lets_one_in(callers: list[_Caller], at: datetime, spent: _Spent | None) -> bool:
    for caller in callers:
        rule = caller.rule_at(at)
        if rule is None:
            return True
        if rule.mode is AdmissionMode.OPEN and (spent is None or (rule, _period(rule, at)) != spent):
            return True
    return False


def _changes_at(partner: Partner, callers: list[_Caller], local: datetime, state: StandingState) -> float | None:
    """Nothing changes before; a day away at most where there are rules, and then it is asked for again."""
    zone, at = _zone(local), local.timestamp()
    change = opening(partner.hours, at, zone, partner.policy).changes_at
    if not any(caller.rules for caller in callers):
        return change
    days = (local.date(), local.date() + timedelta(days=1))
    later = sorted(mark for day in days for mark in _marks(callers, day, zone) if mark > at)
    for mark in later:
        if change is not None and change <= mark:
            return change
        if _state(partner, callers, datetime.fromtimestamp(mark, zone)) != state:
            return mark
    return later[-1]


def _marks(callers: list[_Caller], day: date, zone: ZoneInfo) -> list[float]:
    """The instants of a day between which the same rules decide, both midnights included."""
    minutes = {m for caller in callers for rule in caller.rules for interval in rule.intervals for m in interval}
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return sorted({(midnight + timedelta(minutes=mark)).timestamp() for mark in minutes | {0, _DAY_MIN}})
