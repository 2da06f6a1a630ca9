"""Run by Alembic: applies the versions to the connection that `hub.store.migrations.upgrade` was given."""

from alembic import context

from hub.store.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    # SQLite's data definition is transactional here, because hub.store.database begins transactions itself.
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
