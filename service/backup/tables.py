"""Which tables and columns the schema has at a revision, and their rows as lines of JSON."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    MetaData,
    Select,
    Table,
    Text,
    cast,
    collate,
    column,
    create_engine,
    select,
    table,
)

from migrations import HEAD
from models import Base
from service.backup.codecs import Codec, codec_of
from service.errors import BackupRefused
from service.schema import alembic_config

VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class Shape:
    """A table as a back-up sees it; values that the database computes are left out."""

    name: str
    codecs: Mapping[str, Codec]
    """By column."""
    key: tuple[str, ...]

    @property
    def rows_at_once(self) -> int:
        return min(codec.rows_at_once for codec in self.codecs.values())


def shapes_at(revision: str) -> list[Shape]:
    """The tables of the schema at ``revision``, referred ones first.

    Raises
    ------
    BackupRefused
        The program does not know the revision.
    """
    metadata = Base.metadata if revision == HEAD else _built(revision)
    return [shape_of(each) for each in metadata.sorted_tables if each.name != VERSION_TABLE]


def _built(revision: str) -> MetaData:
    """The schema as the migrations make it, read from a scratch database in memory."""
    from alembic import command  # noqa: PLC0415 - a back-up at the newest schema needs none
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    scripts = ScriptDirectory.from_config(alembic_config())
    if revision not in {script.revision for script in scripts.walk_revisions()}:
        raise BackupRefused("backup-schema", found=revision, needed=HEAD)
    engine, metadata = create_engine("sqlite://"), MetaData()
    with engine.connect() as connection, connection.begin():
        command.upgrade(alembic_config(connection), revision)
        metadata.reflect(connection)
    engine.dispose()
    return metadata


def shape_of(source: Table) -> Shape:
    """Columns by name: models and migrations may have them in another order."""
    kept = sorted((c for c in source.columns if c.computed is None), key=lambda c: c.name)
    codecs = {each.name: codec_of(each.type) for each in kept}
    return Shape(source.name, codecs, tuple(sorted(each.name for each in source.primary_key)))


def lines(connection: Connection, shape: Shape) -> Iterator[bytes]:
    """Each row as one line of JSON, in the order of the key, equal on every database.

    Raises
    ------
    BackupRefused
        A value is not of its column's type: somebody wrote it by hand.
    """
    found = connection.execute(
        ordered(shape, connection.dialect.name),
        execution_options={"yield_per": shape.rows_at_once},
    )
    codecs, row = shape.codecs.items(), 0
    try:
        for row, values in enumerate(found, start=1):  # noqa: B007 - the refusal names it
            yield line(codecs, values)
    except (ValueError, TypeError) as error:
        raise BackupRefused("backup-value", table=shape.name, row=row, cause=str(error)) from error


def line(codecs: Iterable[tuple[str, Codec]], values: Iterable[Any]) -> bytes:
    fields = {
        name: None if value is None else _named(name, codec.encode, value)
        for (name, codec), value in zip(codecs, values, strict=True)
    }
    text = json.dumps(fields, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.encode() + b"\n"


def _named(name: str, convert: Callable[[Any], Any], value: Any) -> Any:
    try:
        return convert(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def ordered(shape: Shape, dialect: str) -> Select[Any]:
    """All rows by key; texts by their bytes, whatever the database's collation is."""
    columns = {name: column(name, codec.carrier) for name, codec in shape.codecs.items()}
    source = table(shape.name, *columns.values())
    shown = [
        cast(each, Text).label(name) if shape.codecs[name].as_text else each
        for name, each in columns.items()
    ]
    order = [
        collate(columns[name], "C")
        if dialect == "postgresql" and isinstance(shape.codecs[name].carrier, Text)
        else columns[name]
        for name in shape.key
    ]
    return select(*shown).select_from(source).order_by(*order)


def values_of(shape: Shape, raw: bytes) -> list[Any]:
    """The values of one line in the order of the columns, or ValueError."""
    try:
        fields = json.loads(raw)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not isinstance(fields, dict) or list(fields) != list(shape.codecs):
        raise ValueError(f"expected the columns {', '.join(shape.codecs)}")
    return [
        None if value is None else _named(name, codec.decode, value)
        for (name, codec), value in zip(shape.codecs.items(), fields.values(), strict=True)
    ]
