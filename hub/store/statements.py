"""SQL texts of the hot path: rows inserted, or some columns of one row changed, by identifier.

The decisions of the hub write a few rows each, hundreds of times a second. These statements are built once per shape
and handed to the driver as they are, which costs a tenth of what SQLAlchemy's own execution does; its errors are kept.
"""

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError


def run(connection: Connection, statement: str, values: tuple[Any, ...] = ()) -> Any:
    """Execute a text that has `?` for each value; the driver's cursor.

    Raises: sqlalchemy.exc.DBAPIError, of the kind that SQLAlchemy would raise; it never holds the values.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(_for_driver(connection.dialect.name, statement), values)
    except Exception as error:
        raise _wrapped(connection, statement, error) from error
    return cursor


def run_each(connection: Connection, statement: str, rows: list[tuple[Any, ...]]) -> None:
    """Execute it for each row of values; does nothing without a row.

    Raises: as `run`.
    """
    if not rows:
        return
    cursor = connection.connection.cursor()
    try:
        if len(rows) == 1:
            cursor.execute(_for_driver(connection.dialect.name, statement), rows[0])
        else:
            cursor.executemany(_for_driver(connection.dialect.name, statement), rows)
    except Exception as error:
        raise _wrapped(connection, statement, error) from error


@lru_cache(256)
def insert_into(table: str, columns: tuple[str, ...]) -> str:
    """`INSERT` of one row."""
    names = ", ".join(f'"{column}"' for column in columns)
    return f'INSERT INTO "{table}" ({names}) VALUES ({marks(len(columns))})'  # noqa: S608 - our own names


@lru_cache(1024)
def update_by_id(table: str, columns: tuple[str, ...]) -> str:
    """`UPDATE` of some columns of the row whose `id` is the last value."""
    changes = ", ".join(f'"{column}" = ?' for column in columns)
    return f'UPDATE "{table}" SET {changes} WHERE "id" = ?'  # noqa: S608 - our own names


def marks(number: int) -> str:
    """`?, ?, ?` for so many values."""
    return ", ".join("?" * number)


@lru_cache(2048)
def _for_driver(dialect: str, statement: str) -> str:
    return statement if dialect == "sqlite" else statement.replace("%", "%%").replace("?", "%s")


def _wrapped(connection: Connection, statement: str, error: Exception) -> BaseException:
    dbapi = connection.dialect.loaded_dbapi
    if not isinstance(error, dbapi.Error):
        return error
    gone = connection.dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
    return DBAPIError.instance(
        statement,
        None,
        error,
        dbapi.Error,
        hide_parameters=True,
        connection_invalidated=gone,
        dialect=connection.dialect,
    )
