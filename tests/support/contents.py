"""What a database holds, row by row, and what a change of schema did to it."""

import json
from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Engine, inspect

VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class Content:
    """One table: its columns, and its rows as comparable text."""

    columns: frozenset[str]
    rows: tuple[dict[str, str], ...]

    def on(self, columns: AbstractSet[str]) -> Counter[tuple[str, ...]]:
        names = sorted(columns)
        return Counter(tuple(row[name] for name in names) for row in self.rows)


Contents = dict[str, Content]


@dataclass(frozen=True, slots=True)
class Change:
    """What a revision is meant to do to rows that are stored; all else must stay as it is.

    ``dropped`` and ``rewritten`` hold ``table`` or ``table.column``.
    """

    moved: Mapping[str, str] = field(default_factory=dict)
    """A table, and the one that holds its rows afterwards."""
    dropped: frozenset[str] = frozenset()
    rewritten: frozenset[str] = frozenset()
    """Other values in as many rows."""
    grown: frozenset[str] = frozenset()
    """Tables in which the revision itself puts rows."""

    def __or__(self, later: "Change") -> "Change":
        moved = {old: later.moved.get(new, new) for old, new in self.moved.items()}
        return Change(
            moved={**later.moved, **moved},
            dropped=self.dropped | later.dropped,
            rewritten=self.rewritten | later.rewritten,
            grown=self.grown | later.grown,
        )

    def columns(self, table: str, kind: AbstractSet[str]) -> set[str]:
        return {name.partition(".")[2] for name in kind if name.startswith(f"{table}.")}


def comparable(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        return sha256(value).hexdigest()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return repr(value)


def read_contents(engine: Engine) -> Contents:
    """Every row of every table, as the driver gives it."""
    with engine.connect().execution_options(reads_only=True) as connection:
        found: Contents = {}
        for table in inspect(connection).get_table_names():
            quoted = connection.dialect.identifier_preparer.quote(table)
            result = connection.exec_driver_sql(f"SELECT * FROM {quoted}")  # noqa: S608 - reflected
            names = list(result.keys())
            rows = tuple(dict(zip(names, map(comparable, row), strict=True)) for row in result)
            found[table] = Content(frozenset(names), rows)
    found.pop(VERSION_TABLE, None)
    return found


def damage(
    before: Contents, after: Contents, change: Change, through: Contents | None = None
) -> list[str]:
    """What was lost, altered or added beyond ``change``, in words; empty when all is well.

    Rows that passed ``through`` a newer schema and came back are compared in the columns that
    exist there too.
    """
    said: list[str] = []
    for table, old in before.items():
        if table in change.dropped:
            continue
        target = change.moved.get(table, table)
        if through is None and target not in after:
            said.append(f"{table} is gone: say in CHANGES where its rows went")
            continue
        new = after.get(target if through is None else table)
        shared = old.columns if through is None else through[target].columns
        if new is None:
            said.append(f"{table} did not come back")
            continue
        said += compare(table, old, new, shared, change, returned=through is not None)
    return said


def assert_whole(
    before: Contents, after: Contents, change: Change, through: Contents | None = None
) -> None:
    if said := damage(before, after, change, through):
        pytest.fail("\n".join(said))


def compare(
    table: str,
    old: Content,
    new: Content,
    shared: AbstractSet[str],
    change: Change,
    *,
    returned: bool,
) -> list[str]:
    said: list[str] = []
    lost = old.columns - new.columns - change.columns(table, change.dropped)
    if lost and table not in change.moved:
        said.append(f"{table} lost its columns {sorted(lost)}: say so in CHANGES")
    kept = (old.columns & new.columns & shared) - change.columns(table, change.rewritten)
    if table in change.rewritten:
        kept = frozenset()
    rows, found = old.on(kept), new.on(kept)
    if missing := rows - found:
        said.append(f"{table}: {missing.total()} of {rows.total()} rows lost or altered in {kept}")
    extra = found - rows
    if extra and (returned or table not in change.grown):
        said.append(f"{table}: {extra.total()} rows came from nowhere")
    return said
