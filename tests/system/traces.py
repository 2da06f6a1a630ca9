"""Looks for what must have been erased: strings, in every file of a folder, in each form they may have taken."""

import base64
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote


def forms(text: str) -> set[bytes]:
    """The bytes by which `text` may have been stored."""
    plain = text.encode()
    found = {plain, text.encode("utf-16-le"), text.encode("utf-16-be"), plain.hex().encode(), quote(text).encode()}
    found.add(text.encode("latin-1", "replace"))
    found.add(text.encode("unicode_escape"))
    # Base64 of a text inside a longer one depends on where it begins: the middle part of each of three cases.
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + plain)
        found.add(coded[(4 if shift else 0) : len(coded) - 4])
    return {form for form in found if len(form) >= 8}


def traces(folders: Iterable[Path], canaries: Iterable[str]) -> list[str]:
    """`file: canary` for each canary found in a file's bytes or name below `folders`; absent folders hold nothing."""
    wanted = {canary: forms(canary) for canary in canaries}
    found = []
    for folder in folders:
        for file in [folder] if folder.is_file() else sorted(folder.rglob("*")):
            name = str(file).encode()
            content = _content(file)
            found += [
                f"{file}: {canary}"
                for canary, shapes in wanted.items()
                if any(shape in content or shape in name for shape in shapes)
            ]
    return found


def files_below(folder: Path) -> list[str]:
    """Names of the regular files below a folder, relative to it."""
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def rows_holding(database: Path, canaries: Iterable[str]) -> list[str]:
    """`table.column: canary` for each canary in any value of an SQLite database, its write-ahead log included."""
    wanted = tuple(canaries)
    found = []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            cursor = connection.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for row in cursor:
                found += [
                    f"{table}.{column}: {canary}"
                    for column, value in zip(columns, row, strict=True)
                    for canary in wanted
                    if canary in (value.decode("latin-1") if isinstance(value, bytes) else str(value))
                ]
    connection.close()
    return sorted(set(found))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.is_file() else b""
    except OSError:  # a socket, or gone since it was listed
        return b""
