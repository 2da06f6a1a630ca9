"""The schema's history. `upgrade` is run by `visio-hub init` and at each start; nothing else changes the schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from hub.store.locks import hold_schema


def upgrade(connection: Connection) -> None:
    """Bring the schema to its newest version, in the transaction of `connection`; does nothing when it is there.

    Raises:
        alembic.util.CommandError: the database is newer than this program.
        sqlalchemy.exc.SQLAlchemyError: the database failed.
    """
    hold_schema(connection)
    command.upgrade(_config(connection), "head")


def version(connection: Connection) -> str | None:
    """The version of the schema; None: nothing is there yet."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The version that this program works with."""
    head = ScriptDirectory.from_config(_config(None)).get_current_head()
    assert head is not None
    return head


def _config(connection: Connection | None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
