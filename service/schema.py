"""Brings a database to the program's schema, and says when it is not there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from service.errors import DatabaseNotReady

MIGRATIONS = Path(__file__).resolve().parents[1] / "migrations"


def alembic_config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Run what is missing, all in one transaction; several starters take turns."""
    _migrate(engine, revision, command.upgrade)


def downgrade(engine: Engine, revision: str = "base") -> None:
    _migrate(engine, revision, command.downgrade)


def _migrate(engine: Engine, revision: str, step: object) -> None:
    with engine.connect() as connection:
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
    with engine.connect().execution_options(reads_only=True) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str:
    head = ScriptDirectory.from_config(alembic_config()).get_current_head()
    return head or "none"


def require_current(engine: Engine) -> None:
    """Raise DatabaseNotReady unless the schema is the program's own."""
    found, needed = current_revision(engine), head_revision()
    if found != needed:
        raise DatabaseNotReady("schema", found=found or "–", needed=needed)
