"""Sessions, and the data revision."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any, Protocol

from fastapi import Depends, Request
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.attributes import flag_modified

from models import DataRevision
from service.engine import make_engine as make_engine  # noqa: PLC0414 - handed on


class Stamped(Protocol):
    updated_at: datetime


class Sessions:
    """Hands out sessions that commit at the end of the block, or roll back."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        readers = engine.execution_options(reads_only=True, postgresql_readonly=True)
        self._write = sessionmaker(engine, expire_on_commit=False)
        self._read = sessionmaker(readers, expire_on_commit=False)

    def write(self) -> Any:
        """A context manager; on SQLite it waits until it is the only writer."""
        return self._write.begin()

    def read(self) -> Any:
        """A context manager for reading only, beside any writer."""
        return self._read.begin()


def _reading(request: Request) -> Iterator[Session]:
    with request.app.state.sessions.read() as session:
        yield session


def _writing(request: Request) -> Iterator[Session]:
    with request.app.state.sessions.write() as session:
        yield session


# The commit must come before the response, or a failed one reaches the client as success.
ReadSession = Annotated[Session, Depends(_reading, scope="function")]
WriteSession = Annotated[Session, Depends(_writing, scope="function")]


def touch(row: Stamped, now: datetime) -> None:
    """Stamp a change, so that the row's version rises even if only its lists changed."""
    row.updated_at = now
    flag_modified(row, "updated_at")


def data_revision(session: Session) -> int:
    """The number of the last write that can move a ranking; 0 in an empty database."""
    return session.scalar(select(DataRevision.value)) or 0


def raise_revision(session: Session, now: datetime) -> int:
    """Called once by each write that can move a ranking, in the same transaction."""
    session.flush()
    row = update(DataRevision).values(value=DataRevision.value + 1, changed_at=now)
    if session.execute(row).rowcount == 0:  # type: ignore[attr-defined]
        session.add(DataRevision(id=1, value=1, changed_at=now))
        session.flush()
    return data_revision(session)
