"""Rankings that were kept, and the facts that they were computed from."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of, word
from models.enums import KeptState, RunScope, Visibility


class RunSnapshot(Base):
    """All that one index was built from, compressed; runs of one revision, day and circle share it.

    ``digest`` is the SHA-256 of the facts before compression, so that equal facts are kept once.
    """

    __tablename__ = "run_snapshot"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    payload: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class KeptRun(Base):
    """One ranking as it was answered.

    Erased words take snapshot and answer with them, and so does who deletes a run; its row stays,
    so that no number is ever given to another run.
    """

    __tablename__ = "kept_run"
    __table_args__ = (
        one_of("state", KeptState),
        one_of("scope", RunScope),
        one_of("audience", Visibility),
        CheckConstraint("(state = 'kept') = (answer IS NOT NULL)", name="answer"),
        CheckConstraint("(state = 'kept') = (snapshot IS NOT NULL)", name="snapshot"),
        CheckConstraint("(scope = 'event') = (event_id IS NOT NULL)", name="event_id"),
        CheckConstraint("scope <> 'cluster' OR cluster IS NOT NULL", name="cluster"),
        CheckConstraint("size >= 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    """SHA-256 of question, snapshot and answer: the same run is kept once."""
    state: Mapped[str] = mapped_column(word(KeptState))
    kept_by: Mapped[str] = mapped_column(String(120))
    kept_at: Mapped[datetime]
    scope: Mapped[str] = mapped_column(word(RunScope))
    cluster: Mapped[str | None] = mapped_column(String(80))
    """Slug of the one whose partners were asked for, as it was then."""
    event_id: Mapped[int | None]
    """Number of the docking event, which need not be there any more."""
    audience: Mapped[str] = mapped_column(word(Visibility), index=True)
    drafts: Mapped[bool]
    as_of: Mapped[date]
    revision: Mapped[int]
    scorer: Mapped[str] = mapped_column(String(40))
    question: Mapped[dict[str, Any]]
    size: Mapped[int]
    """Bytes of the answer as stored."""
    snapshot: Mapped[str | None] = mapped_column(ForeignKey("run_snapshot.digest"), index=True)
    answer: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """JSON, compressed."""
