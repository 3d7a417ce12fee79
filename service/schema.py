"""Brings a database to the program's schema, and says when it is not there."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from migrations import HEAD
from service.errors import DatabaseNotReady
from service.patience import patient

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"
MIGRATION_SECONDS = 720.0
"""A large table takes its time, and starters that come meanwhile wait for it."""


def alembic_config(connection: Connection | None = None) -> "Config":
    from alembic.config import Config  # noqa: PLC0415 - a database at the newest schema needs none

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Run what is missing, all in one transaction; several starters take turns."""
    if current_revision(engine) == HEAD:
        return
    from alembic import command  # noqa: PLC0415 - as above

    _migrate(engine, "head", command.upgrade)


def downgrade(engine: Engine, revision: str = "base") -> None:
    from alembic import command  # noqa: PLC0415 - as above

    _migrate(engine, revision, command.downgrade)


def _migrate(engine: Engine, revision: str, step: object) -> None:
    with patient(MIGRATION_SECONDS), engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:  # batch operations would empty child tables with foreign keys on
            _outside_transaction(connection, "PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                step(alembic_config(connection), revision)  # type: ignore[operator]
                _check_foreign_keys(connection, sqlite=sqlite)
        finally:
            if sqlite:
                _outside_transaction(connection, "PRAGMA foreign_keys=ON")


def _outside_transaction(connection: Connection, statement: str) -> None:
    """A pragma that SQLite ignores inside a transaction."""
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    cursor.close()


def _check_foreign_keys(connection: Connection, *, sqlite: bool) -> None:
    broken = connection.execute(text("PRAGMA foreign_key_check")).all() if sqlite else []
    if broken:
        raise DatabaseNotReady("dangling", count=len(broken))


def current_revision(engine: Engine) -> str | None:
    """The revision of the database; None before the first migration."""
    with engine.connect().execution_options(reads_only=True) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return revision


def require_current(engine: Engine) -> None:
    """Raise DatabaseNotReady unless the schema is the program's own."""
    found = current_revision(engine)
    if found != HEAD:
        raise DatabaseNotReady("schema", found=found or "–", needed=HEAD)
