"""Type in, find, edit and decide statements; every step leaves a line in the history."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from models import Document, Meeting, Statement
from models.enums import Basis, StatementAction, Status, Visibility
from service.access import Action, Principal, narrower, require, require_reach, wider
from service.audit.usecases import AuditView, Step, history, record, record_all, require_version
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
from service.statements.past import may_see, shown
from service.statements.views import StatementView, view
from service.topics.usecases import facet_rows, require_topic

ENTITY = "statement"
STEPS: dict[StatementAction, tuple[set[Status], Status]] = {
    StatementAction.CONFIRMED: ({Status.DRAFT, Status.REJECTED, Status.RETIRED}, Status.CONFIRMED),
    StatementAction.REJECTED: ({Status.DRAFT, Status.CONFIRMED}, Status.REJECTED),
    StatementAction.RETIRED: ({Status.CONFIRMED}, Status.RETIRED),
}
"""From which states a decision may be taken, and where it leads."""


def list_statements(
    session: Session, who: Principal, *, limit: int = 50, cursor: str | None = None, **filters: Any
) -> Page[StatementView]:
    """In the order of entry; ``filters`` as in ``queries.listed``."""
    rows = queries.listed(who, **filters)
    page = read_page(session, rows, key=(Statement.id,), limit=limit, cursor=cursor)
    return Page([view(statement) for statement in page.items], page.next_cursor)


def require_statement(
    session: Session, who: Principal, id_: int, *, lock: bool = False
) -> Statement:
    """StatementNotFound also where ``who`` may not see it: the two look the same."""
    statement = queries.by_id(session, who, id_, lock=lock)
    if statement is None:
        raise StatementNotFound("statement-unknown", id=id_)
    return statement


def get_statement(session: Session, who: Principal, id_: int) -> StatementView:
    return view(require_statement(session, who, id_))


def list_changes(session: Session, who: Principal, id_: int) -> list[AuditView]:
    """The history, oldest first; without the versions that ``who`` could not have read."""
    statement = require_statement(session, who, id_)
    require(who, Action.READ_DRAFTS, slug_of(statement))
    return [shown(who, step) for step in history(session, ENTITY, id_)]


def slug_of(statement: Statement) -> str | None:
    return statement.cluster.slug if statement.cluster else None


def moves(session: Session, statement: Statement) -> Visibility:
    """The widest circle whose rankings the statement moves; drafts move those of organisers."""
    if statement.status != Status.CONFIRMED:
        return Visibility.ORGANISERS
    own = Visibility(statement.visibility)
    if statement.meeting_id is None:
        return own
    return narrower(own, Visibility(session.get_one(Meeting, statement.meeting_id).visibility))


@contextmanager
def changing(
    session: Session, who: Principal, statement: Statement, action: StatementAction, now: datetime
) -> Iterator[None]:
    """Around a change: it is written down, and the rankings that it moves learn of it."""
    before, moved = view(statement), moves(session, statement)
    with session.no_autoflush:
        yield
    _require_consistent(statement)
    touch(statement, now)
    session.flush()
    after = view(statement)
    step = Step(action, ENTITY, statement.id, statement.version, before, after)
    record(session, who, step, now=now)
    raise_revision(session, now, wider(moved, moves(session, statement)))


def record_created(
    session: Session, who: Principal, statements: Sequence[Statement], *, now: datetime
) -> None:
    """Store new statements, each with the first line of its history."""
    session.add_all(statements)
    session.flush()
    steps = [
        Step(
            StatementAction.CREATED, ENTITY, statement.id, statement.version, None, view(statement)
        )
        for statement in statements
    ]
    record_all(session, who, steps, now=now)


def type_in(
    session: Session, who: Principal, fields: dict[str, Any], *, now: datetime, time_zone: str
) -> StatementView:
    """Store what a person enters as a draft."""
    require_reach(who, Action.WRITE_STATEMENTS)
    cluster = require_cluster(session, fields["cluster"])
    require(who, Action.WRITE_STATEMENTS, cluster.slug)
    meeting = _meeting(session, who, fields["meeting"])
    _require_source(fields["basis"], meeting, fields["source_zh"])
    stated_on = fields["stated_on"] or (meeting.held_on if meeting else None)
    dated = fields["basis"] == Basis.MEETING
    statement = Statement(
        cluster=cluster,
        topic=require_topic(session, fields["topic"]),
        facet_values=facet_rows(session, fields["facets"]),
        meeting_id=meeting.id if meeting else None,
        stated_on=stated_on,
        known_from=known_from(stated_on, now, time_zone) if dated else None,
        status=Status.DRAFT,
        created_at=now,
        updated_at=now,
        **{name: fields[name] for name in TYPED},
    )
    _require_consistent(statement)
    record_created(session, who, [statement], now=now)
    raise_revision(session, now, Visibility.ORGANISERS)
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


def _meeting(session: Session, who: Principal, id_: int | None) -> Meeting | None:
    meeting = session.get(Meeting, id_) if id_ is not None else None
    if id_ is not None and (meeting is None or meeting.visibility not in who.circle):
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
    who: Principal,
    id_: int,
    fields: dict[str, Any],
    *,
    version: int | None,
    now: datetime,
    time_zone: str,
) -> StatementView:
    """Change the given fields only; StaleVersion if ``version`` is no longer the newest."""
    statement = own_statement(session, who, id_, version)
    with changing(session, who, statement, StatementAction.EDITED, now):
        _apply(session, statement, dict(fields))
        require(who, Action.WRITE_STATEMENTS, slug_of(statement))
        if "stated_on" in fields and statement.basis == Basis.MEETING:
            statement.known_from = known_from(statement.stated_on, statement.created_at, time_zone)
    return view(statement)


def own_statement(session: Session, who: Principal, id_: int, version: int | None) -> Statement:
    """The statement, if ``who`` may change it and knows its newest version."""
    statement = require_statement(session, who, id_, lock=True)
    require(who, Action.WRITE_STATEMENTS, slug_of(statement))
    known_to = partial(may_see, who)
    require_version(session, ENTITY, id_, view(statement), version, may_see=known_to)
    return statement


def _apply(session: Session, statement: Statement, fields: dict[str, Any]) -> None:
    start, end = fields.pop("start", None), fields.pop("end", None)
    if start is not None or end is not None:
        _move_quote(session, statement, start, end)
    for name in ("speaker", "stated_on", "phrase_en"):
        if name in fields:
            setattr(statement, name, fields.pop(name))
    given = {name: value for name, value in fields.items() if value is not None}
    if "cluster" in given:
        statement.dismissal = None
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
    statement.figures = [
        figure for figure in statement.figures if first <= figure["start"] and figure["end"] <= last
    ]


def decide(
    session: Session,
    who: Principal,
    id_: int,
    action: StatementAction,
    *,
    version: int | None,
    now: datetime,
) -> StatementView:
    """Confirm, reject or retire; WrongState where that is not possible."""
    statement = own_statement(session, who, id_, version)
    states, target = STEPS[action]
    if statement.status not in states:
        raise WrongState("step", state=statement.status, action=action)
    if target == Status.CONFIRMED and statement.cluster is None:
        raise WrongState("unregistered", place=statement.place_name or "")
    with changing(session, who, statement, action, now):
        statement.status = target
        statement.dismissal = None
    return view(statement)
