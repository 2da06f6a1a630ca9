"""A `View` as QML reads it: nested maps with camelCase keys, plain words, `data:` URLs. Pure Python, no Qt.

Two things make QML simple and safe. Every part that may be absent is a map with `present: false` and blank
fields instead of null, so that a binding never meets null while a screen goes away, and facts of an earlier
usager are overwritten at once. And a partner's opening time comes apart into words (`day`, `hour`...), because
QML only has the sentences.
"""

import base64
import dataclasses
import types
import typing
from datetime import date, datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

from kiosk.core.view import View

Map = dict[str, Any]


class OpeningDay(StrEnum):
    """How a person says the day of the next opening."""

    UNKNOWN = "unknown"
    TODAY = "today"
    TOMORROW = "tomorrow"
    THIS_WEEK = "this_week"  # said by the name of the day
    LATER = "later"  # said by day and month


OPENS = "opensAt"
"""Whatever has this key gets another one, `opens`, with the time in parts."""

_DAYS_NAMED = 6
"""Up to so many days ahead, the name of the day says which one it is."""


def view_map(view: View, today: date) -> Map:
    """All of `view` for QML. `today` is the local date, to say « demain » rather than a date."""
    return _map_of(view, today)


def opening_map(opens_at: str, today: date) -> Map:
    """`opens_at` (ISO 8601 local time, or empty) in parts: day word, weekday 1..7 (Monday first), date, time.

    Text that is not a time gives the day `unknown`: the screen then says « Fermé » without an hour.
    """
    try:
        opening = datetime.fromisoformat(opens_at)
    except ValueError:
        return {"day": OpeningDay.UNKNOWN.value, "weekday": 1, "dayOfMonth": 1, "month": 1, "hour": 0, "minute": 0}
    ahead = opening.date() - today
    if ahead <= timedelta(0):
        day = OpeningDay.TODAY
    elif ahead == timedelta(days=1):
        day = OpeningDay.TOMORROW
    elif ahead <= timedelta(days=_DAYS_NAMED):
        day = OpeningDay.THIS_WEEK
    else:
        day = OpeningDay.LATER
    return {
        "day": day.value,
        "weekday": opening.isoweekday(),
        "dayOfMonth": opening.day,
        "month": opening.month,
        "hour": opening.hour,
        "minute": opening.minute,
    }


def image_url(picture: bytes) -> str:
    """JPEG or PNG bytes as a `data:` URL; empty for no picture."""
    if not picture:
        return ""
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(picture).decode('ascii')}"


def camel_case(name: str) -> str:
    """`screen_name` -> `screenName`."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _map_of(value: Any, today: date) -> Map:
    result: Map = {"present": True}
    for field, hint in _fields(type(value)):
        result[camel_case(field)] = _plain(getattr(value, field), hint, today)
    if OPENS in result:
        result["opens"] = opening_map(result[OPENS], today)
    return result


def _plain(value: Any, hint: Any, today: date) -> Any:
    if value is None:
        return _blank(hint, today)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, bytes):
        return image_url(value)
    if isinstance(value, tuple):
        return [_plain(item, typing.get_args(hint)[0], today) for item in value]
    if dataclasses.is_dataclass(value):
        return _map_of(value, today)
    return value


def _blank(hint: Any, today: date) -> Any:
    """The plain value of nothing, of the type that `hint` announces. None is only kept for a question not answered."""
    choices = [choice for choice in typing.get_args(hint) if choice is not types.NoneType]
    kind = choices[0] if typing.get_origin(hint) in (types.UnionType, typing.Union) and choices else hint
    if dataclasses.is_dataclass(kind):
        result: Map = {"present": False}
        for field, field_hint in _fields(kind):
            result[camel_case(field)] = _blank(field_hint, today)
        if OPENS in result:
            result["opens"] = opening_map("", today)
        return result
    if typing.get_origin(kind) is tuple:
        return []
    if kind is bool and kind is not hint:
        return None
    if isinstance(kind, type) and issubclass(kind, str | bytes | Enum):
        return ""
    return kind()


def _fields(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = typing.get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in dataclasses.fields(kind))
