"""Many statements in one transaction: the same steps as one by one, written down all at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from models import Statement
from models.enums import StatementAction, Visibility
from service.access import Principal
from service.db import raise_revision
from service.errors import StatementNotFound
from service.statements import queries
from service.statements.changes import Changes
from service.statements.fields import edit_fields, typed
from service.statements.finder import Finder
from service.statements.usecases import decide_on, record_created, require_own
from service.statements.views import StatementView, view


@dataclass(frozen=True, slots=True)
class Edit:
    """New values of some fields of one statement, of which the caller knows this version."""

    id: int
    version: int
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    id: int
    version: int
    action: StatementAction


Wanted = TypeVar("Wanted", Edit, Decision)


def read_statements(session: Session, who: Principal, ids: Collection[int]) -> list[StatementView]:
    """Those of ``ids`` that ``who`` may see."""
    return [view(statement) for statement in queries.by_ids(session, who, ids)]


def type_in_all(
    session: Session,
    who: Principal,
    entries: Sequence[Mapping[str, Any]],
    *,
    now: datetime,
    time_zone: str,
) -> list[StatementView]:
    """As ``type_in``, in the order of ``entries``."""
    finder = Finder(session, who)
    with session.no_autoflush:
        statements = [typed(fields, finder, now=now, time_zone=time_zone) for fields in entries]
    if not statements:
        return []
    stored = record_created(session, who, statements, now=now)
    raise_revision(session, now, Visibility.ORGANISERS)
    return stored


def edit_all(
    session: Session, who: Principal, edits: Sequence[Edit], *, now: datetime, time_zone: str
) -> list[StatementView]:
    """As ``edit``; no statement comes twice."""
    finder, changes = Finder(session, who), Changes(session, who, now)
    for edit, statement in _own(session, who, edits):
        with changes.of(statement, StatementAction.EDITED):
            edit_fields(statement, edit.fields, finder, time_zone=time_zone)
    return changes.finish()


def decide_all(
    session: Session, who: Principal, decisions: Sequence[Decision], *, now: datetime
) -> list[StatementView]:
    """As ``decide``; no statement comes twice."""
    changes = Changes(session, who, now)
    for decision, statement in _own(session, who, decisions):
        with changes.of(statement, decision.action):
            decide_on(statement, decision.action)
    return changes.finish()


def _own(
    session: Session, who: Principal, wanted: Sequence[Wanted]
) -> Iterator[tuple[Wanted, Statement]]:
    """Each with its statement, locked, which ``who`` may change and whose version is known."""
    ids = [one.id for one in wanted]
    found = {s.id: s for s in queries.by_ids(session, who, ids, lock=True)}
    for one in wanted:
        if one.id not in found:
            raise StatementNotFound("statement-unknown", id=one.id)
        require_own(session, who, found[one.id], one.version)
        yield one, found[one.id]
