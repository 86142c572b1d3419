"""Alembic's entry: run the migrations on the connection that was handed over."""

from alembic import context

from models.base import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
context.run_migrations()
