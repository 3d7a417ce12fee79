"""Reads of what a table is compared with, many rows at a time."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cluster, Meeting, Statement, Topic
from service.access import Principal
from service.visibility import meeting_in, readable_statement

Item = TypeVar("Item", int, str)
Key = tuple[str | None, str, str, str, int | None, str | None]
"""Cluster, kind, topic, quote or else phrase, meeting and date of a statement."""
CHUNK = 500


def chunks(items: Collection[Item]) -> Iterator[Sequence[Item]]:
    """In order, as many as one query names."""
    ordered = sorted(items)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def meetings(session: Session, who: Principal) -> Sequence[Meeting]:
    rows = select(Meeting).where(meeting_in(who.circle)).order_by(Meeting.id)
    return session.scalars(rows).all()


def keys(session: Session, who: Principal, slugs: Collection[str]) -> dict[Key, int]:
    """What ``who`` may read of these clusters: the first statement of each key."""
    found: dict[Key, int] = {}
    for part in chunks(slugs):
        rows = (
            select(
                *(Cluster.slug, Statement.kind, Topic.notation, Statement.quote, Statement.phrase),
                *(Statement.meeting_id, Statement.stated_on, Statement.id),
            )
            .join(Cluster, Statement.cluster_id == Cluster.id)
            .join(Topic, Statement.topic_id == Topic.id)
            .where(Cluster.slug.in_(part), readable_statement(who))
            .order_by(Statement.id)
        )
        for slug, kind, topic, quote, phrase, meeting, day, id_ in session.execute(rows):
            found.setdefault((slug, kind, topic, quote or phrase, meeting, day), id_)
    return found
