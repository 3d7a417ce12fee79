"""Bring a back-up into an empty database: everything, or nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect, literal, select, table, text

from migrations import HEAD
from service.backup.archive import Archive, open_archive
from service.backup.loading import load, require_same
from service.backup.manifest import Manifest
from service.backup.progress import Progress, told
from service.backup.saving import revision_of
from service.backup.tables import VERSION_TABLE, Shape, lines, shapes_at
from service.errors import BackupRefused, DatabaseNotReady
from service.schema import alembic_config


def restore(
    engine: Engine,
    path: Path,
    *,
    starts: Callable[[int], None] = lambda _rows: None,
    progress: Progress = lambda _table, _rows: None,
) -> Manifest:
    """Load a back-up of this or an older schema; the database is then at the newest one.

    Each row is worked on three times, of which ``starts`` and ``progress`` hear: read and
    checked before anything is written, loaded, and read back from the database.

    Raises
    ------
    BackupRefused
        The file is damaged or of a newer program, the database is not empty, or what was loaded
        is not what was saved. Nothing is kept, not even a new schema.
    """
    with open_archive(path) as archive:
        shapes = _known(archive.manifest)
        starts(3 * archive.manifest.rows)
        for shape in shapes:
            for _ in told(archive.lines(shape.name), shape.name, progress):
                pass
        with _one_transaction(engine) as connection:
            _prepare(connection, archive.manifest.revision, shapes)
            _fill(connection, archive, shapes, progress)
            if archive.manifest.revision != HEAD:
                command.upgrade(alembic_config(connection), "head")
    return archive.manifest


def _known(manifest: Manifest) -> list[Shape]:
    """The tables that must be in the back-up; every other one is refused."""
    shapes = shapes_at(manifest.revision)
    for name in sorted({shape.name for shape in shapes}.symmetric_difference(manifest.tables)):
        raise BackupRefused("backup-tables", table=name, revision=manifest.revision)
    return shapes


@contextmanager
def _one_transaction(engine: Engine) -> Iterator[Connection]:
    """SQLite checks no foreign key meanwhile; ``_fill`` does when all rows are there."""
    with engine.connect() as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _outside_transaction(connection, "PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
        finally:
            if sqlite:
                _outside_transaction(connection, "PRAGMA foreign_keys=ON")


def _outside_transaction(connection: Connection, statement: str) -> None:
    """A pragma that SQLite ignores inside a transaction."""
    cursor = connection.connection.cursor()
    cursor.execute(statement)
    cursor.close()


def _prepare(connection: Connection, revision: str, shapes: list[Shape]) -> None:
    """An empty schema at ``revision``, in which nobody else writes."""
    found = inspect(connection).get_table_names()
    at = revision_of(connection) if VERSION_TABLE in found else None
    for name in found:
        if name != VERSION_TABLE and (at is None or _has_rows(connection, name)):
            raise BackupRefused("restore-not-empty", table=name)
    _build(alembic_config(connection), at, revision)
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        names = ", ".join(f'"{shape.name}"' for shape in shapes)
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
    for shape in shapes:
        if _has_rows(connection, shape.name):
            raise BackupRefused("restore-not-empty", table=shape.name)


def _build(config: Config, at: str | None, revision: str) -> None:
    try:
        if at not in {None, revision}:
            command.downgrade(config, "base")
        if at != revision:
            command.upgrade(config, revision)
    except CommandError:
        raise DatabaseNotReady("schema", found=at or "–", needed=HEAD) from None


def _has_rows(connection: Connection, name: str) -> bool:
    return connection.scalar(select(literal(1)).select_from(table(name)).limit(1)) is not None


def _fill(
    connection: Connection, archive: Archive, shapes: list[Shape], progress: Progress
) -> None:
    for shape in shapes:
        load(connection, shape, told(archive.lines(shape.name), shape.name, progress))
    if connection.dialect.name == "sqlite":
        dangling = connection.execute(text("PRAGMA foreign_key_check")).first()
        if dangling:
            raise BackupRefused("restore-dangling", table=dangling[0], parent=dangling[2])
    for shape in shapes:
        rows = told(lines(connection, shape), shape.name, progress)
        require_same(shape.name, rows, archive.manifest.tables[shape.name])
