"""Write every table into one file, as they all stood at one moment."""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection, Engine, func, inspect, select, table, text

from migrations import HEAD
from service.backup.archive import write_manifest, write_table
from service.backup.files import new_file
from service.backup.manifest import Manifest
from service.backup.progress import Progress, told
from service.backup.tables import VERSION_TABLE, Shape, lines, shapes_at
from service.errors import DatabaseNotReady


def save(
    engine: Engine,
    path: Path,
    *,
    now: datetime,
    force: bool = False,
    starts: Callable[[int], None] = lambda _rows: None,
    progress: Progress = lambda _table, _rows: None,
) -> Manifest:
    """Make a back-up while others go on writing; ``starts`` is told the number of rows.

    Raises
    ------
    DatabaseNotReady
        There is no schema, or one that the program does not know.
    BackupRefused
        The file exists, its folder cannot be written to, or a value was broken by hand.
    """
    with new_file(path, force=force) as file, snapshot(engine) as connection:
        revision = revision_of(connection)
        shapes = shapes_at(revision)
        hold(connection, shapes)
        starts(sum(count_rows(connection, shape) for shape in shapes))
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            parts = {
                shape.name: write_table(
                    archive, shape.name, told(lines(connection, shape), shape.name, progress)
                )
                for shape in shapes
            }
            manifest = Manifest(
                program=version("duijie"),
                revision=revision,
                made_at=now,
                engine=connection.dialect.name,
                tables=parts,
            )
            write_manifest(archive, manifest)
    return manifest


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """One transaction that sees one moment and holds up no writer."""
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection.execution_options(reads_only=True)
        else:
            connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        with connection.begin():
            yield connection


def revision_of(connection: Connection) -> str:
    if inspect(connection).has_table(VERSION_TABLE):
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - our own name
        if found:
            return found
    raise DatabaseNotReady("schema", found="–", needed=HEAD)


def hold(connection: Connection, shapes: Iterable[Shape]) -> None:
    """No migration changes the tables meanwhile; SQLite's one snapshot holds the schema too."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        names = ", ".join(f'"{shape.name}"' for shape in shapes)
        connection.execute(text(f"LOCK TABLE {names} IN ACCESS SHARE MODE"))


def count_rows(connection: Connection, shape: Shape) -> int:
    return connection.scalar(select(func.count()).select_from(table(shape.name))) or 0
