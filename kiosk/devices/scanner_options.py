"""Choosing among the options of a SANE device: names and values differ from one backend to the next."""

from collections.abc import Sequence
from typing import Any, Protocol

A4_MM = (210.0, 297.0)

_UNIT_MM = 3
_FEEDER_WORDS = ("adf", "feeder", "document")
_TWO_SIDED_WORDS = ("duplex", "both", "back")
_GLASS_WORDS = ("flatbed", "platen", "glass", "normal")
_PAPER_SENSORS = ("adf_loaded", "page_loaded", "paper_loaded", "document_loaded")


class Device(Protocol):
    """The part of `sane.SaneDev` used here: options are attributes, `opt` describes them."""

    opt: dict[str, Any]


def feeder_source(device: Device) -> str | None:
    """The one-sided feeder's name as the backend spells it, or None."""
    feeders = [name for name in _choices(device, "source") if _holds(name, _FEEDER_WORDS)]
    one_sided = [name for name in feeders if not _holds(name, _TWO_SIDED_WORDS)]
    return next(iter(one_sided or feeders), None)


def glass_source(device: Device) -> str | None:
    """The flatbed's name as the backend spells it, or None."""
    return next((name for name in _choices(device, "source") if _holds(name, _GLASS_WORDS)), None)


def feeder_holds_paper(device: Device) -> bool | None:
    """What the paper sensor says, or None when the device has none."""
    for name in _PAPER_SENSORS:
        option = device.opt.get(name)
        if option is not None and option.is_active():
            return bool(getattr(device, name))
    return None


def set_page(device: Device, *, dpi: int, colour: bool) -> None:
    """8 bits a channel, grey or colour, A4 from the corner or as much of it as the device has."""
    wanted = ("color", "colour") if colour else ("gray", "grey")
    mode = next((name for name in _choices(device, "mode") if _holds(name, wanted)), None)
    if mode is not None:
        _set(device, "mode", mode)
    _set(device, "depth", 8)
    _set(device, "resolution", _nearest(device, "resolution", dpi))
    for name, length_mm in zip(("br_x", "br_y"), A4_MM, strict=True):
        length = length_mm if _in_mm(device, name) else length_mm / 25.4 * dpi
        _set(device, name, _nearest(device, name, length))
    for name in ("tl_x", "tl_y"):
        _set(device, name, _nearest(device, name, 0))


def set_source(device: Device, source: str) -> None:
    """Choose where the paper is taken; geometry may change with it, so call before `set_page`."""
    _set(device, "source", source)


def _choices(device: Device, name: str) -> Sequence[str]:
    option = device.opt.get(name)
    if option is None or not isinstance(option.constraint, list):
        return []
    return [value for value in option.constraint if isinstance(value, str)]


def _holds(name: str, words: Sequence[str]) -> bool:
    return any(word in name.lower() for word in words)


def _in_mm(device: Device, name: str) -> bool:
    option = device.opt.get(name)
    return option is None or option.unit == _UNIT_MM


def _nearest(device: Device, name: str, value: float) -> float:
    """`value` brought into the option's range or list."""
    option = device.opt.get(name)
    constraint = option.constraint if option is not None else None
    if isinstance(constraint, tuple) and len(constraint) >= 2:
        return float(min(max(value, constraint[0]), constraint[1]))
    if isinstance(constraint, list) and constraint and all(isinstance(item, int | float) for item in constraint):
        return float(min(constraint, key=lambda item: abs(item - value)))
    return value


def _set(device: Device, name: str, value: Any) -> None:
    option = device.opt.get(name)
    if option is None or not option.is_active() or not option.is_settable():
        return
    kind = type(getattr(device, name))
    setattr(device, name, kind(value) if kind in (int, float) else value)
