"""Read tables of a TOML text one value at a time, and note every problem with its line. For `hub.network_file`."""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[|\[)\s*([\w.\s-]+?)\s*(\]\]|\])\s*(#.*)?$")
_KEY = re.compile(r"\s*([\w-]+(?:\s*\.\s*[\w-]+)*)\s*=")
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_EMAIL = re.compile(r"[^@\s\"'<>()\[\],;:\\]{1,64}@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


@dataclass(frozen=True, order=True)
class Finding:
    """Something wrong (or, as a warning, doubtful) in the file; `line` is 0 when it cannot be told."""

    line: int
    sentence: str
    is_warning: bool = False


class Findings:
    """Collects what is found, and knows the lines of the text."""

    def __init__(self, text: str) -> None:
        self._lines = dict(_locate(text))
        self.found: list[Finding] = []

    @property
    def has_problem(self) -> bool:
        return any(not finding.is_warning for finding in self.found)

    def add(self, path: Path, sentence: str, is_warning: bool = False) -> None:
        self.found.append(Finding(self._line(path), sentence, is_warning))

    def _line(self, path: Path) -> int:
        while path:
            for known in (path, (*path, 0)):
                if known in self._lines:
                    return self._lines[known]
            path = path[:-1]
        return 0


class Row:
    """One table of the file. Each reader notes a problem and gives a harmless value when the real one is wrong.

    Call `finish` last: it reports the keys that nobody asked for.
    """

    def __init__(self, data: dict[str, Any], path: Path, findings: Findings) -> None:
        self._data = data
        self._asked: set[str] = set()
        self.path = path
        self.findings = findings

    def wrong(self, key: str, sentence: str, is_warning: bool = False) -> None:
        self.findings.add((*self.path, key), sentence, is_warning)

    def peek(self, key: str) -> Any:
        """The value as it stands in the file, unchecked; None when absent."""
        return self._data.get(key)

    def text(self, key: str, longest: int, default: str | None = None) -> str:
        """A text that can be shown; required when there is no default."""
        self._asked.add(key)
        if key not in self._data:
            if default is None:
                self.wrong(key, f"il manque `{key}` (texte)")
            return default or ""
        return self._shown(self._data[key], key, longest, may_be_empty=default == "")

    def texts(self, key: str, longest: int, most: int) -> tuple[str, ...]:
        """A list of texts, empty when absent."""
        self._asked.add(key)
        raw = self._data.get(key, [])
        if not isinstance(raw, list) or len(raw) > most:
            self.wrong(key, f"`{key}` doit être une liste d’au plus {most} textes")
            return ()
        return tuple(self._shown(each, key, longest) for each in raw)

    def slug(self, key: str = "id") -> str:
        """An identifier: lower-case letters, digits, `-` and `_`."""
        self._asked.add(key)
        raw = self._data.get(key)
        if isinstance(raw, str) and _SLUG.fullmatch(raw):
            return raw
        what = "il manque" if raw is None else "identifiant impossible dans"
        self.wrong(key, f"{what} `{key}` : de 1 à 64 lettres minuscules sans accent, chiffres, - ou _")
        return ""

    def email(self, key: str = "email") -> str:
        """An address, in lower case."""
        self._asked.add(key)
        raw = self._data.get(key)
        if isinstance(raw, str) and len(raw) <= 200 and _EMAIL.fullmatch(raw.strip().lower()):
            return raw.strip().lower()
        self.wrong(key, f"`{key}` doit être une adresse électronique, comme prenom.nom@organisme.fr")
        return ""

    def flag(self, key: str, default: bool) -> bool:
        self._asked.add(key)
        raw = self._data.get(key, default)
        if isinstance(raw, bool):
            return raw
        self.wrong(key, f"`{key}` doit être true ou false")
        return default

    def number(self, key: str, least: int, most: int, default: int) -> int:
        self._asked.add(key)
        raw = self._data.get(key, default)
        if isinstance(raw, int) and not isinstance(raw, bool) and least <= raw <= most:
            return raw
        self.wrong(key, f"`{key}` doit être un nombre entier entre {least} et {most}")
        return default

    def numbers(self, key: str, least: int, most: int) -> tuple[int, ...]:
        """A list of whole numbers, empty when absent."""
        self._asked.add(key)
        raw = self._data.get(key, [])
        are_numbers = isinstance(raw, list) and all(isinstance(n, int) and not isinstance(n, bool) for n in raw)
        if are_numbers and all(least <= n <= most for n in raw):
            return tuple(raw)
        self.wrong(key, f"`{key}` doit être une liste de nombres entiers entre {least} et {most}")
        return ()

    def slugs(self, key: str, most: int) -> tuple[str, ...]:
        """A list of identifiers, empty when absent."""
        self._asked.add(key)
        raw = self._data.get(key, [])
        if not isinstance(raw, list) or len(raw) > most:
            self.wrong(key, f"`{key}` doit être une liste d’au plus {most} identifiants")
            return ()
        if not all(isinstance(each, str) and _SLUG.fullmatch(each) for each in raw):
            self.wrong(key, f"`{key}` : un identifiant a de 1 à 64 lettres minuscules sans accent, chiffres, - ou _")
            return ()
        return tuple(raw)

    def choice(self, key: str, values: Sequence[str], default: str | None) -> str | None:
        """One word of a closed list; required when there is no default."""
        self._asked.add(key)
        raw = self._data.get(key, default)
        if isinstance(raw, str) and raw in values:
            return raw
        self.wrong(key, f"`{key}` doit être un mot parmi : {', '.join(values)}")
        return default

    def choices(self, key: str, values: Sequence[str]) -> tuple[str, ...]:
        """Words of a closed list, empty when absent."""
        self._asked.add(key)
        raw = self._data.get(key, [])
        if isinstance(raw, list) and all(isinstance(each, str) and each in values for each in raw):
            return tuple(raw)
        self.wrong(key, f"`{key}` doit être une liste de mots parmi : {', '.join(values)}")
        return ()

    def day(self, key: str) -> date:
        """A date, as TOML writes it (2026-12-24) or between quotes."""
        self._asked.add(key)
        raw = self._data.get(key)
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        if isinstance(raw, str) and _DAY.fullmatch(raw):
            try:
                return date.fromisoformat(raw)
            except ValueError:
                pass
        what = "il manque" if raw is None else "date impossible dans"
        self.wrong(key, f"{what} `{key}` : une date s’écrit 2026-12-24")
        return date.min

    def row(self, key: str) -> "Row | None":
        """The table `[... key]`, if there is one."""
        self._asked.add(key)
        raw = self._data.get(key)
        if raw is None:
            return None
        if isinstance(raw, dict):
            return Row(raw, (*self.path, key), self.findings)
        self.wrong(key, f"`{key}` doit être un tableau TOML")
        return None

    def rows(self, key: str) -> "list[Row]":
        """The tables `[[... key]]`."""
        self._asked.add(key)
        raw = self._data.get(key, [])
        if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
            dotted = ".".join([*(part for part in self.path if isinstance(part, str)), key])
            self.wrong(key, f"`{key}` s’écrit en blocs [[{dotted}]]")
            return []
        return [Row(each, (*self.path, key, number), self.findings) for number, each in enumerate(raw)]

    def finish(self, *known_too: str) -> None:
        """`known_too`: keys that may be there, though nobody asked for them this time."""
        self._asked.update(known_too)
        for key in self._data:
            if key not in self._asked:
                known = ", ".join(sorted(self._asked))
                self.wrong(key, f"`{_visible(key)}` n’est pas connu ici ; possibles : {known}")

    def _shown(self, raw: Any, key: str, longest: int, may_be_empty: bool = False) -> str:
        if not isinstance(raw, str):
            self.wrong(key, f"`{key}` doit être du texte entre guillemets")
            return ""
        text = unicodedata.normalize("NFC", raw).strip()
        if not text and not may_be_empty:
            self.wrong(key, f"`{key}` est vide")
        elif len(text) > longest:
            self.wrong(key, f"`{key}` est trop long : {len(text)} caractères, au plus {longest}")
        elif any(unicodedata.category(character) in _UNSEEN for character in text):
            self.wrong(key, f"`{key}` contient un caractère invisible (tabulation, retour à la ligne…)")
        else:
            return text
        return ""


def read_toml(text: str, findings: Findings) -> dict[str, Any]:
    """The tables of the text, empty with a finding when it is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        findings.found.append(Finding(int(line.group(1)) if line else 0, f"ce n’est pas du TOML : {error}"))
    except (ValueError, RecursionError):
        findings.found.append(Finding(0, "ce n’est pas du TOML utilisable : nombre trop long ou trop de niveaux"))
    return {}


def _visible(text: str) -> str:
    return "".join(c if unicodedata.category(c) not in _UNSEEN else "?" for c in text[:64])


def _locate(text: str) -> Iterator[tuple[Path, int]]:
    """The line of each header and plain key; blocks `[[...]]` are counted from 0."""
    counts: dict[Path, int] = {}
    current: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        header = _HEADER.match(line)
        if header is not None:
            names = [part.strip() for part in header.group(2).split(".")]
            current = _numbered(names[:-1], counts)
            current = (*current, names[-1])
            if header.group(1) == "[[":
                counts[current] = counts.get(current, -1) + 1
                current = (*current, counts[current])
            yield current, number
            continue
        key = _KEY.match(line)
        if key is not None:
            yield (*current, *(part.strip() for part in key.group(1).split("."))), number


def _numbered(names: list[str], counts: dict[Path, int]) -> Path:
    path: Path = ()
    for name in names:
        path = (*path, name)
        if path in counts:
            path = (*path, counts[path])
    return path
