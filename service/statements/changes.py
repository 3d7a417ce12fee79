"""Around changes of statements: each is written down, and rankings that they move learn of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from models import Meeting, Statement
from models.enums import StatementAction, Status, Visibility
from service.access import Principal, narrower, wider
from service.audit.usecases import Step, record_all
from service.db import raise_revision, touch
from service.errors import Unprocessable
from service.statements.views import StatementView, view

ENTITY = "statement"


def moves(session: Session, statement: Statement) -> Visibility:
    """The widest circle whose rankings the statement moves; drafts move those of organisers."""
    if statement.status != Status.CONFIRMED:
        return Visibility.ORGANISERS
    own = Visibility(statement.visibility)
    if statement.meeting_id is None:
        return own
    return narrower(own, Visibility(session.get_one(Meeting, statement.meeting_id).visibility))


def require_consistent(statement: Statement) -> None:
    if statement.asks and statement.kind != "goal":
        raise Unprocessable("only-goals-ask")


@dataclass(slots=True, eq=False)
class Changes:
    """Changes of one transaction; nothing of them is written down before ``finish``."""

    session: Session
    who: Principal
    now: datetime
    _made: list[tuple[Statement, StatementAction, StatementView, Visibility]] = field(
        default_factory=list
    )

    @contextmanager
    def of(self, statement: Statement, action: StatementAction) -> Iterator[None]:
        """Around the change of one statement, which comes once."""
        before, moved = view(statement), moves(self.session, statement)
        with self.session.no_autoflush:
            yield
        require_consistent(statement)
        touch(statement, self.now)
        self._made.append((statement, action, before, moved))

    def finish(self) -> list[StatementView]:
        """The statements as they are now, in the order of their changes."""
        if not self._made:
            return []
        self.session.flush()
        widest, steps, views = Visibility.ORGANISERS, [], []
        for statement, action, before, moved in self._made:
            after = view(statement)
            views.append(after)
            steps.append(Step(action, ENTITY, statement.id, statement.version, before, after))
            widest = wider(widest, wider(moved, moves(self.session, statement)))
        record_all(self.session, self.who, steps, now=self.now)
        raise_revision(self.session, self.now, widest)
        return views
