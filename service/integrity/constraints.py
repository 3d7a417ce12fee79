"""What the schema forbids and a database does not always watch, on either engine."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Table,
    Text,
    and_,
    cast,
    column,
    exists,
    literal_column,
    not_,
    select,
    text,
)
from sqlalchemy.orm import Session

from models import Base
from service.backup.tables import Shape, line, lines, ordered, shape_of
from service.errors import BackupRefused
from service.integrity.fault import Fault, row_name


def unreadable(session: Session) -> Iterator[Fault]:
    """Rows with a value that is not of its column's type; only SQLite takes such."""
    for table in Base.metadata.sorted_tables:
        shape = shape_of(table)
        try:
            for _ in lines(session.connection(), shape):
                pass
        except BackupRefused:
            yield from _one_by_one(session, shape)


def _one_by_one(session: Session, shape: Shape) -> Iterator[Fault]:
    rows = ordered(shape, session.get_bind().dialect.name)
    key = [cast(column(name), Text) for name in shape.key]
    for found in session.execute(rows.with_only_columns(*key)).all():
        one = rows.where(*(part == value for part, value in zip(key, found, strict=True)))
        try:
            line(shape.codecs.items(), session.execute(one).one())
        except (ValueError, TypeError) as error:
            yield Fault(shape.name, row_name(found), "unreadable", {"cause": str(error)})


def dangling(session: Session) -> Iterator[Fault]:
    """Rows that refer to a row which is not there."""
    for table in Base.metadata.sorted_tables:
        for constraint in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            for row in session.execute(_orphans(table, constraint)):
                values = {
                    "column": ", ".join(constraint.column_keys),
                    "parent": constraint.referred_table.name,
                }
                yield Fault(table.name, row_name(row), "dangling", values)


def _orphans(table: Table, constraint: ForeignKeyConstraint) -> Any:
    parent = constraint.referred_table.alias("parent")
    pairs = [(key.parent, parent.c[key.column.name]) for key in constraint.elements]
    found = exists().where(and_(*(child == other for child, other in pairs))).correlate(table)
    return (
        select(*table.primary_key)
        .where(*(child.is_not(None) for child, _ in pairs), not_(found))
        .order_by(*table.primary_key)
    )


def broken_checks(session: Session) -> Iterator[Fault]:
    """Rows that a CHECK of the schema would refuse today."""
    for table in Base.metadata.sorted_tables:
        for constraint in sorted(table.constraints, key=lambda each: str(each.name)):
            if isinstance(constraint, CheckConstraint):
                rule = str(constraint.sqltext.compile(compile_kwargs={"literal_binds": True}))
                broken: ColumnElement[bool] = literal_column(f"NOT ({rule})", Boolean)
                rows = select(*table.primary_key).where(broken).order_by(*table.primary_key)
                for row in session.execute(rows):
                    yield Fault(table.name, row_name(row), "check", {"rule": rule})


def damaged_file(session: Session) -> Iterator[Fault]:
    """What SQLite itself finds in its file; broken CHECKs are named by row elsewhere."""
    if session.get_bind().dialect.name == "sqlite":
        for (found,) in session.execute(text("PRAGMA integrity_check")):
            if found != "ok" and not found.startswith("CHECK constraint failed"):
                yield Fault("sqlite", "", "file", {"cause": found})
