"""What a table would change, row by row, and what is wrong with it, cell by cell."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Any

from service.exchange.columns import What


class Doing(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a cell; ``column`` is empty for a whole row, ``row`` 0 for a sheet.

    ``cause`` is the end of a message key, which ``values`` fill in.
    """

    what: What
    sheet: str
    row: int
    column: str
    cause: str
    values: Mapping[str, Any] = field(default_factory=dict)
    letter: int = 0
    """The column's number in the sheet, from 1; 0 where the sheet lacks it."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    column: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class RowPlan:
    what: What
    sheet: str
    row: int
    doing: Doing
    entry: str
    """Slug of the cluster, number of the statement; of a new statement its cluster."""
    changes: Sequence[FieldChange] = ()
    version: int | None = None
    """Of the stored entry that is changed."""
    payload: Any = field(default=None, compare=False, repr=False)
    """What the use-case takes that carries it out."""


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    rows: Sequence[RowPlan]
    faults: Sequence[Fault]
    unknown_columns: Sequence[str]
    unread_sheets: Sequence[str]
    revision: int
    """Of the data that was looked at."""

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.doing for row in self.rows)
        return {doing.value: found[doing] for doing in Doing}

    @property
    def digest(self) -> str:
        """Two plans with the same digest do the same to the same entries."""
        facts = [
            [row.what, row.sheet, row.row, row.doing, row.entry, row.version]
            + [[change.column, change.old, change.new] for change in row.changes]
            for row in self.rows
        ]
        text = json.dumps(facts, ensure_ascii=True, default=str)
        return sha256(text.encode()).hexdigest()

    @property
    def changes_something(self) -> bool:
        return any(row.doing in {Doing.NEW, Doing.CHANGED} for row in self.rows)
