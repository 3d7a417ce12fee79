"""From a sheet of texts to rows of values, with what is wrong at each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.errors import UnreadableTable
from service.exchange.cells import CellProblem, read_cell
from service.exchange.columns import (
    COLUMNS,
    Column,
    Form,
    What,
    column,
    heads,
    own_sheets,
    sheet_names,
)
from service.exchange.plans import Fault
from service.exchange.sheets import BadCell, Row, Sheet
from service.exchange.vocabularies import Vocabulary
from service.messages import Catalogue
from service.text import fold

HEAD_ROWS = 10
"""Among the first of which the names of the columns are sought."""
FEWEST_HEADS = 2
PROPOSALS = 300
"""Faults after which no other word is proposed any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row: what stands in it, and which of the sheet's columns are blank."""

    row: int
    values: Mapping[str, Any]
    blank: frozenset[str]


@dataclass(slots=True)
class Reading:
    what: What
    sheet: str
    letters: Mapping[str, int] = field(default_factory=dict)
    """Columns of the table, and where they stand, from 1."""
    entries: list[Entry] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    faulty: set[int] = field(default_factory=set)
    """Rows with faults."""
    _told: set[tuple[int, str]] = field(default_factory=set)

    @property
    def is_short(self) -> bool:
        """Whether somebody will read all the faults."""
        return len(self.faults) < PROPOSALS

    def fault(self, row: int, name: str, cause: str, /, **values: Any) -> None:
        """Of several at one cell, the first is told."""
        if (row, name) not in self._told:
            self._told.add((row, name))
            self.faulty.add(row)
            letter = self.letters.get(name, 0)
            self.faults.append(Fault(self.what, self.sheet, row, name, cause, values, letter))


def chosen(
    sheets: Sequence[Sheet], what: What | None
) -> tuple[list[tuple[What, Sheet]], list[str]]:
    """The sheets that hold what is wanted, clusters first, and the names of the others.

    Raises
    ------
    UnreadableTable
        No sheet, or more than one, is meant.
    """
    known = sheet_names()
    named = [(known[fold(s.name)], s) for s in sheets if fold(s.name) in known]
    found = [pair for pair in named if what in {None, pair[0]}]
    filled = [sheet for sheet in sheets if sheet.rows]
    if not found and len(filled) == 1:
        found = [(what or likely(filled[0]), filled[0])]
    if not found:
        names = ", ".join(sheet.name for sheet in sheets)
        raise UnreadableTable("table-sheets", names=names)
    if len({kind for kind, _ in found}) < len(found):
        raise UnreadableTable("table-sheets-twice", name=found[0][1].name)
    order = list(What)
    taken = [id(sheet) for _, sheet in found]
    rest = [s.name for s in filled if id(s) not in taken and fold(s.name) not in own_sheets()]
    return sorted(found, key=lambda pair: order.index(pair[0])), rest


def likely(sheet: Sheet) -> What:
    """What most of the columns belong to."""
    scores = {what: max(_known(row, what) for row in sheet.rows[:HEAD_ROWS]) for what in What}
    return max(scores, key=lambda what: scores[what])


def _known(row: Row, what: What) -> int:
    names = heads(what)
    return len({names[fold(cell)] for cell in row.cells if fold(cell) in names})


def read_sheet(
    what: What, sheet: Sheet, vocabularies: Mapping[str, Vocabulary], words: Catalogue
) -> Reading:
    """Values of all rows; faults are collected, none is raised."""
    reading = Reading(what, sheet.name)
    first = next((row for row in sheet.rows[:HEAD_ROWS] if _known(row, what) >= FEWEST_HEADS), None)
    if first is None:
        reading.fault(sheet.rows[0].number if sheet.rows else 1, "", "no-heads")
        return reading
    reading.letters = _letters(reading, first)
    bad = {(cell.row, cell.column): cell for cell in sheet.bad}
    for row in sheet.rows:
        if row.number > first.number and not _repeats(row, what):
            _read_row(reading, row, bad, vocabularies, words)
    return reading


def _repeats(row: Row, what: What) -> bool:
    """Whether the row is the names of the columns once more, in the other language."""
    filled = [cell for cell in row.cells if cell.strip()]
    names = heads(what)
    return len(filled) >= FEWEST_HEADS and all(fold(cell) in names for cell in filled)


def _letters(reading: Reading, row: Row) -> dict[str, int]:
    names, letters = heads(reading.what), {}
    for place, cell in enumerate(row.cells, start=1):
        name = names.get(fold(cell))
        if not cell.strip():
            continue
        if name is None:
            reading.unknown.append(cell.strip())
        elif name in letters:
            reading.letters = {name: place}
            reading.fault(row.number, name, "twice")
        else:
            letters[name] = place
    reading.letters = letters
    identity = {"id", "slug", "version"}
    for each in COLUMNS[reading.what]:
        if each.required and each.name not in letters and not identity & letters.keys():
            reading.fault(row.number, each.name, "column-missing")
    return letters


def _read_row(
    reading: Reading,
    row: Row,
    bad: Mapping[tuple[int, int], BadCell],
    vocabularies: Mapping[str, Vocabulary],
    words: Catalogue,
) -> None:
    values, blank = {}, set()
    for name, place in reading.letters.items():
        each = column(reading.what, name)
        if each.form is Form.NOTE:
            continue
        fault = bad.get((row.number, place))
        text = row.cells[place - 1] if place <= len(row.cells) else ""
        if fault is not None:
            reading.fault(row.number, name, fault.cause)
        elif not text.strip():
            blank.add(name)
        else:
            try:
                vocabulary, propose = vocabulary_of(each, vocabularies), reading.is_short
                values[name] = read_cell(each, text, vocabulary, words, propose=propose)
            except CellProblem as problem:
                reading.fault(row.number, name, problem.cause, **problem.values)
    if values or row.number in reading.faulty:
        reading.entries.append(Entry(row.number, values, frozenset(blank)))


def vocabulary_of(each: Column, vocabularies: Mapping[str, Vocabulary]) -> Vocabulary | None:
    name = "meeting" if each.form is Form.MEETING else each.vocabulary
    return vocabularies.get(name)
