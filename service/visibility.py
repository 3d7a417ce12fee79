"""Which rows a circle of readers may see, as conditions that every query shares."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select, true

from models import Cluster, Meeting, Statement
from models.enums import Status, Visibility
from service.access import Action, Principal, Reach


def meeting_in(circle: Sequence[Visibility]) -> ColumnElement[bool]:
    if Visibility.ORGANISERS in circle:
        return true()
    return Meeting.visibility.in_(circle)


def statement_in(circle: Sequence[Visibility]) -> ColumnElement[bool]:
    """A statement is seen by no wider circle than the meeting at which it was made."""
    if Visibility.ORGANISERS in circle:
        return true()
    meetings = select(Meeting.id).where(meeting_in(circle))
    return and_(
        Statement.visibility.in_(circle),
        or_(Statement.meeting_id.is_(None), Statement.meeting_id.in_(meetings)),
    )


def readable_statement(who: Principal) -> ColumnElement[bool]:
    """What is in the reader's circle and confirmed; drafts only for who may read those."""
    reach = who.reach(Action.READ_DRAFTS)
    if reach is Reach.ALL:
        return statement_in(who.circle)
    settled: ColumnElement[bool] = Statement.status == Status.CONFIRMED
    if reach is Reach.OWN:
        own = select(Cluster.id).where(Cluster.slug == who.cluster)
        settled = or_(settled, Statement.cluster_id.in_(own))
    return and_(statement_in(who.circle), settled)
