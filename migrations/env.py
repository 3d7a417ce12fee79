"""Runs the revisions on the connection that the caller gives."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection

from models import Base
from models.base import UtcDateTime

MIGRATION_LOCK = 0x64756A69
"""Any fixed number: replicas that start together take turns on it."""


def render_item(kind: str, item: object, autogen_context: Any) -> str | Literal[False]:
    del autogen_context
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def prepare(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL lock_timeout = '2min'")
        connection.exec_driver_sql("SET LOCAL statement_timeout = '10min'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_server_default=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        prepare(connection)
        context.run_migrations()


run(context.config.attributes["connection"])
