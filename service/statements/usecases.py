"""Type in, find, edit and decide statements; every step leaves a line in the history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Document, Meeting, Statement, StatementChange
from models.enums import Basis, StatementAction, Status
from service.clusters.usecases import require_cluster
from service.dates import known_from
from service.db import raise_revision, touch
from service.errors import (
    MeetingNotFound,
    StatementNotFound,
    Unprocessable,
    WrongState,
)
from service.paging import Page, read_page
from service.statements import queries
from service.statements.views import StatementView, snapshot, view
from service.topics.usecases import facet_rows, require_topic
from service.versions import require_version

STEPS: dict[StatementAction, tuple[set[Status], Status]] = {
    StatementAction.CONFIRMED: ({Status.DRAFT, Status.REJECTED, Status.RETIRED}, Status.CONFIRMED),
    StatementAction.REJECTED: ({Status.DRAFT, Status.CONFIRMED}, Status.REJECTED),
    StatementAction.RETIRED: ({Status.CONFIRMED}, Status.RETIRED),
}
"""From which states a decision may be taken, and where it leads."""


def list_statements(
    session: Session, *, limit: int = 50, cursor: str | None = None, **filters: Any
) -> Page[StatementView]:
    """In the order of entry; ``filters`` as in ``queries.listed``."""
    rows = queries.listed(**filters)
    page = read_page(session, rows, key=(Statement.id,), limit=limit, cursor=cursor)
    return Page([view(statement) for statement in page.items], page.next_cursor)


def require_statement(session: Session, id_: int) -> Statement:
    statement = queries.by_id(session, id_)
    if statement is None:
        raise StatementNotFound("statement-unknown", id=id_)
    return statement


def get_statement(session: Session, id_: int) -> StatementView:
    return view(require_statement(session, id_))


def list_changes(session: Session, id_: int) -> Sequence[StatementChange]:
    require_statement(session, id_)
    return queries.changes(session, id_)


def record(
    session: Session,
    statement: Statement,
    action: StatementAction,
    *,
    before: dict[str, Any] | None,
    actor: str,
    now: datetime,
) -> None:
    """Store the change and its line in the history."""
    touch(statement, now)
    session.flush()
    session.add(
        StatementChange(
            statement_id=statement.id,
            version=statement.version,
            action=action,
            actor=actor,
            changed_at=now,
            before=before,
            after=snapshot(statement),
        )
    )


def record_created(
    session: Session, statements: Sequence[Statement], *, actor: str, now: datetime
) -> None:
    """Store many new statements, each with the first line of its history."""
    session.add_all(statements)
    session.flush()
    session.add_all(
        StatementChange(
            statement_id=statement.id,
            version=statement.version,
            action=StatementAction.CREATED,
            actor=actor,
            changed_at=now,
            before=None,
            after=snapshot(statement),
        )
        for statement in statements
    )
    session.flush()


def type_in(
    session: Session, fields: dict[str, Any], *, actor: str, now: datetime, time_zone: str
) -> StatementView:
    """Store what a person enters as a draft."""
    meeting = _meeting(session, fields["meeting"])
    _require_source(fields["basis"], meeting, fields["source_zh"])
    stated_on = fields["stated_on"] or (meeting.held_on if meeting else None)
    dated = fields["basis"] == Basis.MEETING
    statement = Statement(
        cluster=require_cluster(session, fields["cluster"]),
        topic=require_topic(session, fields["topic"]),
        facet_values=facet_rows(session, fields["facets"]),
        meeting_id=meeting.id if meeting else None,
        stated_on=stated_on,
        known_from=known_from(stated_on, now, time_zone) if dated else None,
        status=Status.DRAFT,
        created_at=now,
        **{name: fields[name] for name in TYPED},
    )
    _require_consistent(statement)
    session.add(statement)
    record(session, statement, StatementAction.CREATED, before=None, actor=actor, now=now)
    raise_revision(session, now)
    return view(statement)


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


def _meeting(session: Session, id_: int | None) -> Meeting | None:
    meeting = session.get(Meeting, id_) if id_ is not None else None
    if id_ is not None and meeting is None:
        raise MeetingNotFound(id_)
    return meeting


def _require_source(basis: str, meeting: Meeting | None, source: str | None) -> None:
    if basis == Basis.MEETING and meeting is None:
        raise Unprocessable("meeting-missing")
    if basis == Basis.REGISTER and source is None:
        raise Unprocessable("source-missing")


def _require_consistent(statement: Statement) -> None:
    if statement.asks and statement.kind != "goal":
        raise Unprocessable("only-goals-ask")


def edit(
    session: Session,
    id_: int,
    fields: dict[str, Any],
    *,
    version: int | None,
    actor: str,
    now: datetime,
    time_zone: str,
) -> StatementView:
    """Change the given fields only; StaleVersion if ``version`` is no longer the newest."""
    statement = require_statement(session, id_)
    require_version(statement.version, version)
    before = snapshot(statement)
    with session.no_autoflush:
        _apply(session, statement, dict(fields))
        if "stated_on" in fields and statement.basis == Basis.MEETING:
            statement.known_from = known_from(statement.stated_on, statement.created_at, time_zone)
        _require_consistent(statement)
    record(session, statement, StatementAction.EDITED, before=before, actor=actor, now=now)
    raise_revision(session, now)
    return view(statement)


def _apply(session: Session, statement: Statement, fields: dict[str, Any]) -> None:
    start, end = fields.pop("start", None), fields.pop("end", None)
    if start is not None or end is not None:
        _move_quote(session, statement, start, end)
    for name in ("speaker", "stated_on", "phrase_en"):
        if name in fields:
            setattr(statement, name, fields.pop(name))
    given = {name: value for name, value in fields.items() if value is not None}
    if "cluster" in given:
        statement.cluster = require_cluster(session, given.pop("cluster"))
    if "topic" in given:
        statement.topic = require_topic(session, given.pop("topic"))
    if "facets" in given:
        statement.facet_values = facet_rows(session, given.pop("facets"))
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


def decide(
    session: Session,
    id_: int,
    action: StatementAction,
    *,
    version: int | None,
    actor: str,
    now: datetime,
) -> StatementView:
    """Confirm, reject or retire; WrongState where that is not possible."""
    statement = require_statement(session, id_)
    require_version(statement.version, version)
    states, target = STEPS[action]
    if statement.status not in states:
        raise WrongState("step", state=statement.status, action=action)
    if target == Status.CONFIRMED and statement.cluster is None:
        raise WrongState("unregistered", place=statement.place_name or "")
    before = snapshot(statement)
    statement.status = target
    record(session, statement, action, before=before, actor=actor, now=now)
    raise_revision(session, now)
    return view(statement)
