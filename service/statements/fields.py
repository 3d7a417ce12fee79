"""What the fields of a statement mean: of a new draft, and of one that is edited."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Document, Meeting, Statement
from models.enums import Basis, Status
from service.access import Action, require, require_reach
from service.dates import known_from
from service.errors import Unprocessable
from service.statements.changes import require_consistent
from service.statements.finder import Finder

TYPED = (
    "kind",
    "phrase",
    "phrase_en",
    "asks",
    "quote",
    "speaker",
    "weight",
    "visibility",
    "basis",
    "source_zh",
    "source_en",
)
MAY_BE_NONE = ("speaker", "stated_on", "phrase_en", "quote", "source_zh", "source_en")


def slug_of(statement: Statement) -> str | None:
    return statement.cluster.slug if statement.cluster else None


def typed(fields: Mapping[str, Any], finder: Finder, *, now: datetime, time_zone: str) -> Statement:
    """The draft of these fields, not yet stored."""
    who = finder.who
    require_reach(who, Action.WRITE_STATEMENTS)
    cluster = finder.cluster(fields["cluster"])
    require(who, Action.WRITE_STATEMENTS, cluster.slug)
    meeting = finder.meeting(fields["meeting"])
    _require_source(fields["basis"], meeting, fields["source_zh"])
    stated_on = fields["stated_on"] or (meeting.held_on if meeting else None)
    dated = fields["basis"] == Basis.MEETING
    statement = Statement(
        cluster=cluster,
        topic=finder.topic(fields["topic"]),
        facet_values=finder.facets(fields["facets"]),
        meeting_id=meeting.id if meeting else None,
        stated_on=stated_on,
        known_from=known_from(stated_on, now, time_zone) if dated else None,
        status=Status.DRAFT,
        created_at=now,
        updated_at=now,
        **{name: fields[name] for name in TYPED},
    )
    require_consistent(statement)
    return statement


def _require_source(basis: str, meeting: Meeting | None, source: str | None) -> None:
    if basis == Basis.MEETING and meeting is None:
        raise Unprocessable("meeting-missing")
    if basis == Basis.REGISTER and source is None:
        raise Unprocessable("source-missing")


def edit_fields(
    statement: Statement, fields: Mapping[str, Any], finder: Finder, *, time_zone: str
) -> None:
    """Set the given fields; who moves a statement to another cluster must be allowed to."""
    if "quote" in fields and statement.document_id is not None:
        raise Unprocessable("quote-of-document")
    _apply(statement, dict(fields), finder)
    require(finder.who, Action.WRITE_STATEMENTS, slug_of(statement))
    if "stated_on" in fields and statement.basis == Basis.MEETING:
        statement.known_from = known_from(statement.stated_on, statement.created_at, time_zone)


def _apply(statement: Statement, fields: dict[str, Any], finder: Finder) -> None:
    start, end = fields.pop("start", None), fields.pop("end", None)
    if start is not None or end is not None:
        _move_quote(finder.session, statement, start, end)
    for name in MAY_BE_NONE:
        if name in fields:
            setattr(statement, name, fields.pop(name))
    given = {name: value for name, value in fields.items() if value is not None}
    if "cluster" in given:
        statement.dismissal = None
        statement.cluster = finder.cluster(given.pop("cluster"))
    if "topic" in given:
        statement.topic = finder.topic(given.pop("topic"))
    if "facets" in given:
        statement.facet_values = finder.facets(given.pop("facets"))
    for name, value in given.items():
        setattr(statement, name, value)


def _move_quote(session: Session, statement: Statement, start: int | None, end: int | None) -> None:
    if statement.document_id is None:
        raise Unprocessable("no-document")
    text = session.get_one(Document, statement.document_id).text
    first = statement.span_start if start is None else start
    last = statement.span_end if end is None else end
    if first is None or last is None or not 0 <= first < last <= len(text):
        raise Unprocessable("span", length=len(text))
    statement.span_start, statement.span_end = first, last
    statement.quote = text[first:last]
    statement.figures = [
        figure for figure in statement.figures if first <= figure["start"] and figure["end"] <= last
    ]
