"""Contradictions and repetitions, computed whenever somebody reads: they never go stale."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy.orm import Session

from models import Statement
from service.access import Principal
from service.paging import Page, encode_cursor, read_page
from service.statements import queries
from service.statements.comparing import Code, compared, order, plain
from service.statements.views import StatementView, reading_of, view

AT_ONCE = 400
"""Statements of one query."""
MOST_QUERIES = 10
"""After so many a list of the warned ends its page, full or not."""


@dataclass(frozen=True, slots=True)
class WarningView:
    """The other statement, and what is the matter with it; the reader may see it."""

    code: Code
    statement: int
    kind: str
    topic: str
    status: str
    words: str
    """Its quote; the phrase where it has none."""
    reading: str | None
    meeting: int
    document: int | None
    start: int | None
    stated_on: str | None
    order: str
    """Whether it is ``earlier`` or ``later``, on the ``same`` date or at an ``unknown`` one."""


Warnings = Mapping[int, Sequence[WarningView]]
"""By statement; those without a warning are missing."""


def warnings_of(session: Session, who: Principal, ids: Iterable[int]) -> Warnings:
    """What ``who`` is warned of: nothing that it may not see warns it."""
    found: dict[int, list[WarningView]] = {}
    for some in _batches(sorted(set(ids))):
        statements = queries.by_ids(session, who, some)
        found |= _warned(session, who, statements)
    return found


def _batches(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return [ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE)]


def _warned(
    session: Session, who: Principal, statements: Sequence[Statement]
) -> dict[int, list[WarningView]]:
    comparable = [s for s in statements if queries.speaks(s)]
    by_place: dict[object, list[Statement]] = defaultdict(list)
    for other in session.scalars(queries.said_by_places_of(who, comparable)):
        by_place[place_of(other)].append(other)
    words = cache(plain)
    found = {
        one.id: [
            _view(code, one, other)
            for other in by_place[place_of(one)]
            if other.meeting_id != one.meeting_id and (code := compared(one, other, words))
        ]
        for one in comparable
    }
    return {id_: warnings for id_, warnings in found.items() if warnings}


def place_of(statement: Statement) -> object:
    return statement.cluster_id or statement.place_name


def _view(code: Code, one: Statement, other: Statement) -> WarningView:
    return WarningView(
        code=code,
        statement=other.id,
        kind=other.kind,
        topic=other.topic.notation,
        status=other.status,
        words=other.quote or other.phrase,
        reading=reading_of(other.quote),
        meeting=other.meeting_id or 0,
        document=other.document_id,
        start=other.span_start,
        stated_on=other.stated_on,
        order=order(one.stated_on, other.stated_on),
    )


def list_warned(
    session: Session, who: Principal, *, limit: int, cursor: str | None = None, **filters: Any
) -> tuple[Page[StatementView], Warnings]:
    """As ``usecases.list_statements``, but only those with a warning, and the warnings.

    A page may hold fewer than ``limit`` although others follow.
    """
    items: list[StatementView] = []
    warnings: dict[int, Sequence[WarningView]] = {}
    rows, following = queries.listed(who, **filters), cursor
    for _ in range(MOST_QUERIES):
        page = read_page(session, rows, key=(Statement.id,), limit=AT_ONCE, cursor=following)
        found = _warned(session, who, page.items)
        warnings |= found
        items += [view(statement) for statement in page.items if statement.id in found]
        following = page.next_cursor
        if following is None or len(items) > limit:
            break
    shown = items[:limit]
    if len(items) > limit:
        following = encode_cursor([shown[-1].id])
    return Page(shown, following), {item.id: warnings[item.id] for item in shown}
