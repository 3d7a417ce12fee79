"""Rows for any schema: drawn at random until a real SQLite database takes them."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Engine,
    Float,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    Table,
    inspect,
    text,
)
from sqlalchemy.exc import IntegrityError

Row = dict[str, Any]
Rows = dict[str, list[Row]]
"""By table, in an order in which they can be inserted."""

VALUES: Mapping[str, Sequence[Any]] = {
    "held_on": ("2017", "2017-11", "2017-11-18"),
    "stated_on": ("2017", "2017-11", "2017-11-18"),
    "time_zone": ("Asia/Shanghai", "Europe/Rome"),
    "blend.need": (0.45,),
    "blend.offer": (0.35,),
    "blend.mutual": (0.15,),
    "blend.similarity": (0.05,),
}
"""For columns that a random value would not suit: ``column`` for every text column of that name,
or ``table.column`` for one column of any type."""

FEWEST, TRIES, PATIENCE = 3, 1500, 60
"""Rows of each table; draws for a row before giving up; repairs before drawing it anew."""
TEXT = "柯桥 面料'\"\\%s{x}—ñ\nabcdef0123456789"
START = datetime(2001, 2, 3)  # noqa: DTZ001 - both databases are told UTC by the session
ANYTHING = object()


class Unfillable(AssertionError):
    """No row was found: the table or column needs an entry in ``VALUES``."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A column that must hold ``value``, or anything but NULL, in at least one row."""

    column: str
    value: Any = ANYTHING

    def met(self, rows: Iterable[Row]) -> bool:
        held = (row[self.column] for row in rows)
        return any(one is not None if self.value is ANYTHING else one == self.value for one in held)


def numbers_in(check: str) -> list[float]:
    return [float(found) for found in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", check)]


def words_in(check: str) -> list[str]:
    return re.findall(r"'([^']*)'", check)


class Drawer:
    """Draws rows for one table; remembers those that the database took."""

    def __init__(
        self, table: Table, checks: Mapping[str, str], rows: Rows, luck: random.Random
    ) -> None:
        self.table, self.checks, self.luck = table, checks, luck
        self.columns = {column.name for column in table.columns}
        self.rows = rows.setdefault(table.name, [])
        self.parents = {
            constraint: rows.get(constraint.referred_table.name, [])
            for constraint in table.foreign_key_constraints
        }

    def mentioning(self, column: str) -> list[str]:
        return [check for check in self.checks.values() if re.search(rf"\b{column}\b", check)]

    def wishes(self) -> Iterator[Wish]:
        """Every column filled, and every word that a check allows."""
        for column in self.table.columns:
            yield Wish(column.name)
            for check in self.checks.values():
                if re.match(rf"\(?\"?{column.name}\"? IN \('", check):
                    yield from (Wish(column.name, word) for word in words_in(check))

    def fill(self, connection: Connection) -> None:
        for wish in self.wishes():
            if not wish.met(self.rows) and not self.add(connection, wish):
                raise Unfillable(f"{self.table.name}.{wish.column} takes nothing that was tried")
        while len(self.rows) < FEWEST and self.add(connection, None):
            pass

    def add(self, connection: Connection, wish: Wish | None) -> bool:
        row: Row = {}
        for attempt in range(TRIES):
            if attempt % PATIENCE == 0:
                self.draw(row, self.columns, wish)
            try:
                connection.execute(self.table.insert().values(given(row)))
            except IntegrityError as error:
                self.draw(row, self.blamed(str(error.orig)) or self.columns, wish)
                continue
            self.rows.append(dict(row))
            return True
        return False

    def blamed(self, message: str) -> set[str]:
        """The columns to draw again after the database's refusal."""
        kind, _, rest = message.partition(" constraint failed: ")
        if kind == "CHECK":
            check = self.checks.get(rest, rest)
            return {name for name in self.columns if re.search(rf"\b{name}\b", check)}
        return set(re.findall(r"\.(\w+)", rest))

    def draw(self, row: Row, columns: set[str], wish: Wish | None) -> None:
        bound: set[str] = set()
        for constraint in self.parents:
            names = {column.name for column in constraint.columns}
            bound |= names
            if names & columns:
                row.update(self.reference(constraint, wish))
        for name in sorted(columns - bound):
            row[name] = self.value(self.table.columns[name], wish)

    def reference(self, constraint: ForeignKeyConstraint, wish: Wish | None) -> Row:
        local = [column.name for column in constraint.columns]
        optional = all(column.nullable for column in constraint.columns)
        wished = wish is not None and wish.column in local
        parents = self.parents[constraint]
        if not parents or (optional and not wished and self.luck.random() < 0.3):
            return dict.fromkeys(local)
        parent = self.luck.choice(parents)
        return {element.parent.name: parent[element.column.name] for element in constraint.elements}

    def value(self, column: Column[Any], wish: Wish | None) -> Any:
        if wish is not None and wish.column == column.name:
            if wish.value is not ANYTHING:
                return wish.value
        elif column.nullable and self.luck.random() < 0.3:
            return None
        own = VALUES.get(f"{self.table.name}.{column.name}")
        return self.luck.choice(own) if own else self.of_type(column)

    def of_type(self, column: Column[Any]) -> Any:  # noqa: PLR0911 - one line for each type
        luck, checks = self.luck, self.mentioning(column.name)
        numbers = [number for check in checks for number in numbers_in(check)]
        match column.type:
            case Boolean():
                return luck.random() < 0.5
            case Integer():
                near = [int(number) + step for number in numbers for step in (-1, 0, 1)]
                return luck.choice([*near, luck.randint(1, 10**6)])
            case Numeric() | Float():
                return luck.choice([*numbers, luck.random(), luck.uniform(-90, 90)])
            case DateTime():
                return START + timedelta(microseconds=luck.randrange(10**15))
            case Date():
                return (START + timedelta(days=luck.randrange(10**4))).date()
            case LargeBinary():
                return luck.randbytes(12)
            case JSON():
                return luck.choice([["面料", "a'b"], {"键": [1, None, 0.5]}])
        if column.name in VALUES:
            return luck.choice(VALUES[column.name])
        words = [word for check in checks for word in words_in(check)]
        room = getattr(column.type, "length", None) or 40
        lengths = [int(number) for number in numbers if 0 < number <= room]
        length = luck.choice([*lengths, luck.randint(1, room)])
        free = "".join(luck.choices(TEXT, k=length))
        return luck.choice([*words, free, free])


def given(row: Row) -> Row:
    """Without the columns left NULL: JSON columns would store the word null."""
    return {name: value for name, value in row.items() if value is not None}


def reflected(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection)
    version = metadata.tables.get("alembic_version")
    if version is not None:
        metadata.remove(version)
    return metadata


def draw_rows(engine: Engine, seed: int = 0) -> Rows:
    """Fill the empty SQLite database of ``engine`` and return what it took.

    Raises
    ------
    Unfillable
        The checks of a table were not met; the message names the column.
    """
    rows: Rows = {}
    with engine.begin() as connection:
        for table in reflected(connection).sorted_tables:
            checks = {
                str(check["name"]): check["sqltext"]
                for check in inspect(connection).get_check_constraints(table.name)
            }
            Drawer(table, checks, rows, random.Random(f"{seed} {table.name}")).fill(connection)
    return rows


def put_rows(engine: Engine, rows: Rows) -> None:
    """Store the rows in an empty database of either kind, as if it had numbered them itself."""
    with engine.begin() as connection:
        metadata = reflected(connection)
        for name, table_rows in rows.items():
            for row in table_rows:
                connection.execute(metadata.tables[name].insert().values(given(row)))
        if engine.dialect.name == "postgresql":
            for table in metadata.sorted_tables:
                advance_sequences(connection, table)


def advance_sequences(connection: Connection, table: Table) -> None:
    for column in table.primary_key.columns:
        sequence = "pg_get_serial_sequence(:table, :column)"
        largest = f'(SELECT max("{column.name}") FROM "{table.name}")'  # noqa: S608 - reflected names
        if isinstance(column.type, Integer):
            connection.execute(
                text(f"SELECT setval({sequence}, {largest}) WHERE {sequence} IS NOT NULL"),
                {"table": table.name, "column": column.name},
            )
