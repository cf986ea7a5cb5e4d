"""Alembic's entry: migrates the connection it is handed, inside that transaction."""

from alembic import context

from faceglide.records.tables import Table

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Table.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
)
context.run_migrations()
