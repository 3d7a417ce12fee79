"""What the page of imports and exports shows."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.dashboard.contexts import Page
from service.dashboard.fields import Select
from service.dashboard.frame import Link


@dataclass(frozen=True, slots=True)
class FaultRow:
    place: str
    """As spreadsheets name the cell."""
    sentence: str


@dataclass(frozen=True, slots=True)
class FieldRow:
    label: str
    old: str | None
    """None where the entry is new."""
    new: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    place: str
    doing: str
    label: str
    entry: str
    href: str | None
    fields: Sequence[FieldRow]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the form that applies a dry run sends along: the file itself, and what was shown."""

    name: str
    content: str
    what: str
    plan: str


@dataclass(frozen=True, slots=True)
class Result:
    title: str
    counts: Sequence[str]
    message: str | None
    applied: bool
    warnings: Sequence[str]
    faults: Sequence[FaultRow]
    more_faults: str | None
    rows: Sequence[ChangedRow]
    more_rows: str | None
    kept: Kept | None
    """None where there is nothing to apply."""


@dataclass(frozen=True, slots=True)
class ImportPage(Page):
    template = "import.html"

    what: Select
    error: str | None
    result: Result | None
    templates: Sequence[Link]
    exports: Sequence[Link]
