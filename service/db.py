"""Sessions, and the data revision."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Engine, event, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.attributes import flag_modified

from models import Base, DataRevision
from models.enums import Visibility
from service.access import seers
from service.engine import make_engine as make_engine  # noqa: PLC0414 - handed on


class Stamped(Protocol):
    updated_at: datetime


class Sessions:
    """Hands out sessions that commit at the end of the block, or roll back."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        readers = engine.execution_options(reads_only=True)
        if engine.dialect.name == "postgresql":  # one revision of the data throughout
            readers = readers.execution_options(
                postgresql_readonly=True, isolation_level="REPEATABLE READ"
            )
        self._write = sessionmaker(engine, expire_on_commit=False)
        self._read = sessionmaker(readers, expire_on_commit=False)

    def after_commit(self, then: Callable[[], None]) -> None:
        """Do ``then`` after each commit of a writing session, before its block is left."""
        event.listen(self._write, "after_commit", lambda _session: then())

    def write(self) -> Any:
        """A context manager; on SQLite it waits until it is the only writer."""
        return self._write.begin()

    def read(self) -> Any:
        """A context manager for reading only, beside any writer."""
        return self._read.begin()


def touch(row: Stamped, now: datetime) -> None:
    """Stamp a change, so that the row's version rises even if only its lists changed."""
    row.updated_at = now
    flag_modified(row, "updated_at")


def data_revision(session: Session, audience: Visibility = Visibility.ORGANISERS) -> int:
    """The last write that can move what ``audience`` sees; 0 in an empty database."""
    row = select(DataRevision.value).where(DataRevision.audience == audience)
    return session.scalar(row) or 0


def raise_revision(session: Session, now: datetime, widest: Visibility = Visibility.PUBLIC) -> None:
    """Called once by each write that can move a ranking, in the same transaction.

    Only the circles that see what is visible to ``widest`` learn of it: a number that a reader
    sees does not move with what it may not see.
    """
    session.flush()
    circles = seers(widest)
    rows = update(DataRevision).where(DataRevision.audience.in_(circles))
    changed = session.execute(rows.values(value=DataRevision.value + 1, changed_at=now))
    if changed.rowcount == 0:  # type: ignore[attr-defined]
        everyone = [DataRevision(audience=c, value=1, changed_at=now) for c in Visibility]
        session.add_all(everyone)
        session.flush()


def hold_revision(session: Session, *, alone: bool = False) -> None:
    """Wait for who is about to raise the revision, and let nobody raise it until the commit.

    ``alone``: nor does anybody else hold it meanwhile, so that two who look and then write go one
    after the other.
    """
    session.execute(select(DataRevision.value).with_for_update(read=not alone))


def insert_unless_there(session: Session, table: type[Base], **values: Any) -> bool:
    """Insert a row; False if its primary key is taken. Waits for who is about to take it."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(table.__table__).values(values).on_conflict_do_nothing()
    return session.execute(row.returning(literal(1))).first() is not None
