"""Read one TOML file into a frozen dataclass, or say exactly what is wrong with it.

A shared leaf, like `hub.protocol`: the two programs and `visio-provision` read their settings with it.
Every option is a dataclass field made by `option()`, so that type, default, unit and sentence stand in one
place; nested dataclasses are TOML tables. An unknown key, a missing one or a value of the wrong type stops
the start with the file, the line and what was expected.
"""

import dataclasses
import re
import tomllib
import types
import typing
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")

_MISSING = dataclasses.MISSING


class OptionsError(Exception):
    """The settings file cannot be used. `problems` has one sentence per problem, all found at once."""

    def __init__(self, file: Path, problems: list[str]) -> None:
        self.file = file
        self.problems = problems
        super().__init__("\n".join(problems))


@dataclasses.dataclass(frozen=True)
class OptionDoc:
    """One row of the documentation: `name` is dotted, `default` is TOML text or None when required."""

    name: str
    type: str
    default: str | None
    unit: str
    doc: str


def option(
    doc: str,
    *,
    default: Any = _MISSING,
    unit: str = "",
    check: Callable[[Any], bool] | None = None,
    expected: str = "",
) -> Any:
    """Declare a field. `check` returns False for a value out of range; `expected` says what is in range."""
    metadata = {"doc": doc, "unit": unit, "check": check, "expected": expected}
    if default is _MISSING:
        return dataclasses.field(metadata=metadata)
    if isinstance(default, (list, dict)):
        return dataclasses.field(default_factory=lambda: type(default)(default), metadata=metadata)
    return dataclasses.field(default=default, metadata=metadata)


def table(doc: str, of: type[Any]) -> Any:
    """Declare a field that is a TOML table with its own options, all of which have defaults."""
    return dataclasses.field(default_factory=of, metadata={"doc": doc, "table": True})


def load_options(file: Path, of: type[T]) -> T:
    """Read `file` into the dataclass `of`.

    Raises:
        OptionsError: the file is absent, unreadable, not TOML, or holds an unknown, missing or wrong value.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise OptionsError(file, [f"{file}: cannot be read: {reason}"]) from error
    return parse_options(text, file, of)


def parse_options(text: str, file: Path, of: type[T]) -> T:
    """Like `load_options`, for text already read; `file` only names it in errors."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise OptionsError(file, [f"{file}: not valid TOML: {error}"]) from error
    problems: list[str] = []
    value = _build(data, of, (), _Lines(text, file), problems)
    if problems:
        raise OptionsError(file, problems)
    return typing.cast(T, value)


def document(of: type[Any], prefix: str = "") -> Iterator[OptionDoc]:
    """Every option below the dataclass `of`, in the order they are declared."""
    hints = typing.get_type_hints(of)
    for field in dataclasses.fields(of):
        name = f"{prefix}{field.name}"
        if field.metadata.get("table"):
            yield from document(hints[field.name], f"{name}.")
            continue
        default: str | None = None
        if field.default is not _MISSING:
            default = _toml(field.default)
        elif field.default_factory is not _MISSING:
            default = _toml(field.default_factory())
        yield OptionDoc(name, _type_name(hints[field.name]), default, field.metadata["unit"], field.metadata["doc"])


class _Lines:
    """Finds the line of a key in TOML text, which `tomllib` does not tell."""

    def __init__(self, text: str, file: Path) -> None:
        self._lines = text.splitlines()
        self._file = file

    def where(self, path: tuple[str, ...]) -> str:
        current: tuple[str, ...] = ()
        for number, line in enumerate(self._lines, start=1):
            header = re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$", line)
            if header:
                current = tuple(part.strip().strip("\"'") for part in header.group(1).split("."))
                if current == path:
                    return f"{self._file}:{number}"
                continue
            key = re.match(r"\s*([\w.\-\"']+)\s*=", line)
            if key and current + tuple(part.strip("\"'") for part in key.group(1).split(".")) == path:
                return f"{self._file}:{number}"
        return f"{self._file}"


def _build(data: dict[str, Any], of: type[Any], path: tuple[str, ...], lines: _Lines, problems: list[str]) -> Any:
    hints = typing.get_type_hints(of)
    fields = {field.name: field for field in dataclasses.fields(of)}
    for key in data:
        if key not in fields:
            known = ", ".join(sorted(fields))
            problems.append(
                f"{lines.where((*path, key))}: unknown option `{'.'.join((*path, key))}`; known here: {known}"
            )
    values: dict[str, Any] = {}
    for name, field in fields.items():
        here = (*path, name)
        if name not in data:
            if field.default is _MISSING and field.default_factory is _MISSING:
                expected = _expected(hints[name], field.metadata)
                problems.append(f"{lines.where(path)}: missing option `{'.'.join(here)}`: expected {expected}")
            continue
        raw = data[name]
        if field.metadata.get("table"):
            if isinstance(raw, dict):
                values[name] = _build(raw, hints[name], here, lines, problems)
            else:
                problems.append(f"{lines.where(here)}: `{'.'.join(here)}` must be a table, written [{'.'.join(here)}]")
            continue
        try:
            value = _convert(raw, hints[name])
            check = field.metadata.get("check")
            if check is not None and not check(value):
                raise ValueError
        except (ValueError, TypeError):
            expected = _expected(hints[name], field.metadata)
            problems.append(f"{lines.where(here)}: `{'.'.join(here)}` is {_toml(raw)}; expected {expected}")
            continue
        values[name] = value
    return None if problems else of(**values)


def _convert(raw: Any, hint: Any) -> Any:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        inner = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        return _convert(raw, inner[0])
    if origin in (list, tuple):
        (item, *_) = typing.get_args(hint)
        if not isinstance(raw, list):
            raise TypeError
        return origin(_convert(each, item) for each in raw)
    if origin is dict:
        item = typing.get_args(hint)[1]
        if not isinstance(raw, dict):
            raise TypeError
        return {key: _convert(each, item) for key, each in raw.items()}
    if hint is Path and isinstance(raw, str):
        return Path(raw)
    if isinstance(hint, type) and issubclass(hint, StrEnum) and isinstance(raw, str):
        return hint(raw)
    if hint is float and isinstance(raw, int) and not isinstance(raw, bool):
        return float(raw)
    if hint in (bool, int, float, str) and type(raw) is hint:
        return raw
    raise TypeError


def _expected(hint: Any, metadata: Any) -> str:
    unit = f" in {metadata['unit']}" if metadata.get("unit") else ""
    limits = f", {metadata['expected']}" if metadata.get("expected") else ""
    return f"{_type_name(hint)}{unit}{limits} ({metadata.get('doc', '')})"


def _type_name(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        return (
            " or absent".join(_type_name(arg) for arg in typing.get_args(hint) if arg is not type(None)) + " or absent"
        )
    if origin in (list, tuple):
        return f"list of {_type_name(typing.get_args(hint)[0])}"
    if origin is dict:
        return f"table of {_type_name(typing.get_args(hint)[1])}"
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return "one of " + ", ".join(f'"{member.value}"' for member in hint)
    names = {str: "text", int: "whole number", float: "number", bool: "true or false", Path: "path"}
    return names.get(hint, getattr(hint, "__name__", str(hint)))


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(each)}" for key, each in value.items()) + "}"
    if value is None:
        return "absent"
    return f'"{value}"'
