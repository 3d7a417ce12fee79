"""Put the rows of one table into the database, in batches, and read them back."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
from sqlalchemy import Connection, column, func, insert, select, table, text
from sqlalchemy.exc import SQLAlchemyError

from service.backup.manifest import Part
from service.backup.tables import Shape, values_of
from service.errors import BackupRefused

BATCH_ROWS = 1000
BATCH_BYTES = 4 * 1024 * 1024


def load(connection: Connection, shape: Shape, rows: Iterable[bytes]) -> None:
    """Raises BackupRefused, which names the table, at the first row that is not taken."""
    write = _copy if connection.dialect.name == "postgresql" else _insert
    try:
        write(connection, shape, _batches(shape, rows))
    except (SQLAlchemyError, psycopg.Error) as error:
        cause = str(getattr(error, "orig", error)).partition("\n")[0]
        raise BackupRefused("restore-table", table=shape.name, cause=cause) from error


def _batches(shape: Shape, rows: Iterable[bytes]) -> Iterator[list[list[Any]]]:
    batch: list[list[Any]] = []
    size = 0
    for number, row in enumerate(rows, start=1):
        try:
            batch.append(values_of(shape, row))
        except ValueError as error:
            raise BackupRefused(
                "backup-value", table=shape.name, row=number, cause=str(error)
            ) from error
        size += len(row)
        if len(batch) >= BATCH_ROWS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _insert(connection: Connection, shape: Shape, batches: Iterable[list[list[Any]]]) -> None:
    columns = [column(name, codec.carrier) for name, codec in shape.codecs.items()]
    statement = insert(table(shape.name, *columns))
    for batch in batches:
        connection.execute(
            statement, [dict(zip(shape.codecs, values, strict=True)) for values in batch]
        )


def _copy(connection: Connection, shape: Shape, batches: Iterable[list[list[Any]]]) -> None:
    """One statement for the whole table: rows may refer to each other in any order."""
    names = ", ".join(f'"{name}"' for name in shape.codecs)
    driver: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    order: Any = f'COPY "{shape.name}" ({names}) FROM STDIN'
    with driver.cursor() as cursor, cursor.copy(order) as copy:
        for batch in batches:
            for values in batch:
                copy.write_row(values)
    _continue_numbers(connection, shape)


def _continue_numbers(connection: Connection, shape: Shape) -> None:
    """New rows get the number after the highest."""
    owned = text("SELECT pg_get_serial_sequence(:table, :column)")
    for name in shape.codecs:
        found = connection.scalar(owned, {"table": f'"{shape.name}"', "column": name})
        if found:
            highest = connection.scalar(
                select(func.max(column(name))).select_from(table(shape.name))
            )
            if highest is not None:
                connection.execute(select(func.setval(found, highest)))


def require_same(name: str, rows: Iterable[bytes], part: Part) -> None:
    """BackupRefused unless ``rows``, read back, are those of the back-up to the byte."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(row)
        count += 1
    if (count, digest.hexdigest()) != (part.rows, part.sha256):
        raise BackupRefused("restore-differs", table=name)
