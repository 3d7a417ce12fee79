"""Reads a table of dockings that were held."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from service.dates import first_day
from service.errors import Unprocessable
from service.exchange.delimited import read_delimited
from service.text import fold

COLUMNS = ("date", "supplier", "receiver", "topic")
SIDES = ("supplier", "receiver")
SEVERAL = re.compile("[、,，;；]")
OF_PROVINCES = re.compile("(省|市|(维吾尔|壮族|回族)?自治区|特别行政区)$")
REGISTER_ONLY = date.min
"""What is known of no meeting: the register alone."""


@dataclass(frozen=True, slots=True)
class Docking:
    """One row, as written; ``row`` as a spreadsheet counts."""

    row: int
    date: str
    supplier: str
    receiver: str
    topic: str


@dataclass(frozen=True, slots=True)
class Question:
    """Who should meet ``asker`` about ``topic``, by what was known on ``as_of``.

    Any of ``right`` answers it. ``docking`` numbers the row it stems from, from 0.
    """

    docking: int
    asker: str
    topic: str
    right: frozenset[str]
    as_of: date


@dataclass(frozen=True, slots=True, eq=False)
class Register:
    """``owners``: slugs by folded name; ``provinces``: the slugs of each; ``topics``: notations."""

    owners: Mapping[str, str]
    provinces: Mapping[str, frozenset[str]]
    topics: Collection[str]

    def province(self, name: str) -> frozenset[str]:
        """The registered places of a province, none if it is no province."""
        return self.provinces.get(OF_PROVINCES.sub("", name), frozenset())

    def place(self, name: str) -> str | None:
        return self.owners.get(fold(name))

    def keys(self, names: str) -> frozenset[str]:
        """Each of the names in a cell as a slug where registered, else folded."""
        return frozenset(
            self.place(name) or fold(name) for name in (names, *SEVERAL.split(names)) if name
        )


def read_dockings(content: bytes) -> list[Docking]:
    """The rows of a CSV file; columns other than the four are ignored.

    Raises
    ------
    UnreadableTable, Unprocessable
        The file cannot be read, or lacks a column.
    """
    rows = read_delimited(content).rows
    header = [cell.strip() for cell in rows[0].cells] if rows else []
    for column in COLUMNS:
        if column not in header:
            raise Unprocessable("pairs-column", column=column)
    places = {column: header.index(column) for column in COLUMNS}
    return [
        Docking(
            row.number,
            **{
                column: row.cells[place].strip() if place < len(row.cells) else ""
                for column, place in places.items()
            },
        )
        for row in rows[1:]
    ]


def questions(
    dockings: Sequence[Docking], register: Register, *, provinces: bool
) -> list[Question]:
    """Each pair of places asked both ways; a place and a province from the place alone.

    With ``provinces`` only rows that name a place and a province are kept; without it every row
    must name places, or a place and a province.

    Raises
    ------
    Unprocessable
        With the row, the column and the cause.
    """
    asked = []
    for number, docking in enumerate(dockings):
        sides = [_side(register, getattr(docking, column)) for column in SIDES]
        kept = _place_and_province(sides)
        if provinces and not kept:
            continue
        _check(docking, register, sides)
        as_of = _known_until(docking)
        for asker, partner in (sides, sides[::-1]):
            if isinstance(asker, str):
                right = frozenset({partner}) if isinstance(partner, str) else partner - {asker}
                asked.append(Question(number, asker, docking.topic, right, as_of))
    if not asked:
        raise Unprocessable("pairs-none")
    return asked


Side = str | frozenset[str]
"""A place, or the places of a province (none if the name is unknown)."""


def _side(register: Register, name: str) -> Side:
    """A province before a region registered under its name: a region itself docks with nobody."""
    return register.province(name) or register.place(name) or frozenset()


def _place_and_province(sides: Sequence[Side]) -> bool:
    return sum(isinstance(side, str) for side in sides) == 1 and all(sides)


def _check(docking: Docking, register: Register, sides: Sequence[Side]) -> None:
    for column, side in zip(SIDES, sides, strict=True):
        if not side:
            name = getattr(docking, column)
            raise Unprocessable("pairs-name", row=docking.row, column=column, name=name)
    if not any(isinstance(side, str) for side in sides) or sides[0] == sides[1]:
        raise Unprocessable("pairs-sides", row=docking.row)
    if docking.topic not in register.topics:
        raise Unprocessable("pairs-topic", row=docking.row, notation=docking.topic)


def _known_until(docking: Docking) -> date:
    """The day before the first on which the docking may have been."""
    if not docking.date:
        return REGISTER_ONLY
    try:
        return first_day(docking.date) - timedelta(days=1)
    except ValueError as error:
        raise Unprocessable("pairs-date", row=docking.row, given=docking.date) from error


def other_right(questions: Sequence[Question]) -> list[frozenset[str]]:
    """For each question what else is right for the same asker and topic, whenever it was asked."""
    all_right: dict[tuple[str, str], frozenset[str]] = {}
    for question in questions:
        key = (question.asker, question.topic)
        all_right[key] = all_right.get(key, frozenset()) | question.right
    return [all_right[q.asker, q.topic] - q.right for q in questions]
