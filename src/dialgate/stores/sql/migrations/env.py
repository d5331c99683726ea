"""Alembic's entry: runs the revisions on the connection, and inside the transaction, that `upgrade` hands over."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    transactional_ddl=True,  # SQLite too: the gate begins its transactions itself
)
context.run_migrations()
