"""What the pages of kept runs show: exactly these values, ready to print."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.dashboard.citations import Citation
from service.dashboard.contexts import Page
from service.dashboard.fields import Input
from service.dashboard.frame import Link


@dataclass(frozen=True, slots=True)
class RunRow:
    """``run`` leads nowhere once its words were erased."""

    run: Link
    kept_at: str
    kept_by: str
    about: str
    as_of: str
    audience: str
    state: str


@dataclass(frozen=True, slots=True)
class RunsPage(Page):
    template = "runs.html"

    rows: Sequence[RunRow]
    zone: str
    next_href: str | None
    first_href: str | None


@dataclass(frozen=True, slots=True)
class MoveRow:
    cause: str
    words: str
    moved: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """The printed moves sum to the printed change."""

    status: str
    status_label: str
    one: Link
    other: Link
    pair_href: str
    rank: str
    score: str
    change: str
    excluded: str
    moves: Sequence[MoveRow]


@dataclass(frozen=True, slots=True)
class StatementRow:
    cause: str
    moved: str
    fields: Sequence[str]
    statement: Citation | None
    cluster: Link


@dataclass(frozen=True, slots=True)
class RunPage(Page):
    template = "run.html"

    about: str
    kept: str
    before: Sequence[str]
    after: Sequence[str]
    after_title: str
    asked: Sequence[str]
    other: Input
    as_of: Input
    answer_href: str
    rows: Sequence[ChangeRow]
    unchanged: str
    statements: Sequence[StatementRow]
