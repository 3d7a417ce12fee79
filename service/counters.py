"""Counters that all processes share, in the database."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Counter

ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)
"""``starts_at`` of a counter that is not of one stretch of the calendar."""
PURGED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Count:
    value: int
    ends_at: datetime


def hold(session: Session, name: str, ends_at: datetime, starts_at: datetime = ALWAYS) -> Count:
    """The counter as it stands, made with 0 if new; nobody else changes it until the commit."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(Counter).values(name=name, starts_at=starts_at, ends_at=ends_at, value=0)
    held = row.on_conflict_do_update(
        index_elements=[Counter.name, Counter.starts_at], set_={"value": Counter.value}
    )
    value, until = session.execute(held.returning(Counter.value, Counter.ends_at)).one()
    return Count(value, until)


def put(session: Session, name: str, count: Count, starts_at: datetime = ALWAYS) -> None:
    """Change a counter that is held."""
    row = update(Counter).where(Counter.name == name, Counter.starts_at == starts_at)
    session.execute(row.values(value=count.value, ends_at=count.ends_at))


def is_there(session: Session, name: str, now: datetime) -> bool:
    rows = select(Counter.name).where(Counter.name == name, Counter.ends_at > now)
    return session.scalars(rows.limit(1)).first() is not None


def drop(session: Session, name: str) -> None:
    session.execute(delete(Counter).where(Counter.name == name))


def purge(session: Session, now: datetime) -> None:
    """Remove counters that have ended, apart from those that somebody holds at this moment."""
    key = (Counter.name, Counter.starts_at)
    ended = select(*key).where(Counter.ends_at <= now).limit(PURGED_AT_ONCE)
    free = ended.with_for_update(skip_locked=True)
    session.execute(delete(Counter).where(tuple_(*key).in_(free)))
