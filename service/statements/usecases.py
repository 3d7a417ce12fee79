"""Type in, find, edit and decide statements; every step leaves a line in the history."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from models import Statement
from models.enums import StatementAction, Status, Visibility
from service.access import Action, Principal, require
from service.audit.usecases import AuditView, Step, history, record_all, require_version
from service.db import raise_revision
from service.errors import StatementNotFound, WrongState
from service.paging import Page, read_page
from service.statements import queries
from service.statements.changes import ENTITY, Changes
from service.statements.fields import edit_fields, slug_of, typed
from service.statements.finder import Finder
from service.statements.past import may_see, shown
from service.statements.views import StatementView, view

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


@contextmanager
def changing(
    session: Session, who: Principal, statement: Statement, action: StatementAction, now: datetime
) -> Iterator[None]:
    """Around a change: it is written down, and the rankings that it moves learn of it."""
    changes = Changes(session, who, now)
    with changes.of(statement, action):
        yield
    changes.finish()


def record_created(
    session: Session, who: Principal, statements: Sequence[Statement], *, now: datetime
) -> list[StatementView]:
    """Store new statements, each with the first line of its history."""
    session.add_all(statements)
    session.flush()
    views = [view(statement) for statement in statements]
    steps = [Step(StatementAction.CREATED, ENTITY, v.id, v.version, None, v) for v in views]
    record_all(session, who, steps, now=now)
    return views


def type_in(
    session: Session, who: Principal, fields: dict[str, Any], *, now: datetime, time_zone: str
) -> StatementView:
    """Store what a person enters as a draft."""
    statement = typed(fields, Finder(session, who), now=now, time_zone=time_zone)
    (stored,) = record_created(session, who, [statement], now=now)
    raise_revision(session, now, Visibility.ORGANISERS)
    return stored


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
        edit_fields(statement, fields, Finder(session, who), time_zone=time_zone)
    return view(statement)


def own_statement(session: Session, who: Principal, id_: int, version: int | None) -> Statement:
    """The statement, if ``who`` may change it and knows its newest version."""
    statement = require_statement(session, who, id_, lock=True)
    require_own(session, who, statement, version)
    return statement


def require_own(
    session: Session, who: Principal, statement: Statement, version: int | None
) -> None:
    """Forbidden or StaleVersion, unless ``who`` may change it and knows its newest version."""
    require(who, Action.WRITE_STATEMENTS, slug_of(statement))
    known_to = partial(may_see, who)
    require_version(session, ENTITY, statement.id, view(statement), version, may_see=known_to)


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
    with changing(session, who, statement, action, now):
        decide_on(statement, action)
    return view(statement)


def decide_on(statement: Statement, action: StatementAction) -> None:
    states, target = STEPS[action]
    if statement.status not in states:
        raise WrongState("step", state=statement.status, action=action)
    if target == Status.CONFIRMED and statement.cluster is None:
        raise WrongState("unregistered", place=statement.place_name or "")
    statement.status = target
    statement.dismissal = None


def step_to(status: str, target: Status) -> StatementAction | None:
    """The decision that leads from one status to another, if there is one."""
    for action, (states, end) in STEPS.items():
        if end is target and status in states:
            return action
    return None
