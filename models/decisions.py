"""What was put before people at an event, what they decided, and what came of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of, word
from models.enums import Result, Verdict, Visibility

TERMS = ("need", "offer", "mutual", "similarity")


def shares(*columns: str) -> list[CheckConstraint]:
    return [CheckConstraint(f"{column} BETWEEN 0 AND 1", name=column) for column in columns]


class Showing(Base):
    """A list of pairs of an event, put before those who decide, with the run that made it."""

    __tablename__ = "showing"
    __table_args__ = (
        one_of("audience", Visibility),
        Index("ix_showing_event_id_id", "event_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    to_id: Mapped[int | None] = mapped_column(
        ForeignKey("cluster.id", ondelete="CASCADE"), index=True
    )
    """The participant whose partners were shown to it; NULL: all pairs, to the organiser."""
    revision: Mapped[int]
    scorer: Mapped[str] = mapped_column(String(40))
    as_of: Mapped[date]
    audience: Mapped[str] = mapped_column(word(Visibility))
    weights: Mapped[dict[str, Any]]
    shown_by: Mapped[str] = mapped_column(String(120))
    shown_at: Mapped[datetime]

    impressions: Mapped[list["Impression"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="Impression.place"
    )


class Impression(Base):
    """A pair in a list that was shown, and what its terms were then."""

    __tablename__ = "impression"
    __table_args__ = (
        CheckConstraint("place > 0", name="place"),
        CheckConstraint("for_id <> cluster_id", name="pair"),
        *shares(*TERMS),
        UniqueConstraint("showing_id", "for_id", "cluster_id"),
    )

    showing_id: Mapped[int] = mapped_column(
        ForeignKey("showing.id", ondelete="CASCADE"), primary_key=True
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, as it stood in the list."""
    for_id: Mapped[int] = mapped_column(ForeignKey("cluster.id", ondelete="CASCADE"), index=True)
    cluster_id: Mapped[int] = mapped_column(
        ForeignKey("cluster.id", ondelete="CASCADE"), index=True
    )
    need: Mapped[float]
    offer: Mapped[float]
    mutual: Mapped[float]
    similarity: Mapped[float]


class Decision(Base):
    """Whether a pair is to meet at an event, by one side or by the organiser.

    The terms are those of the pair as it was shown, or of the day of the decision where no list
    had shown it; they are seen from ``for_id``.
    """

    __tablename__ = "decision"
    __table_args__ = (
        one_of("verdict", Verdict),
        CheckConstraint("for_id <> cluster_id", name="pair"),
        CheckConstraint("side_id IS NULL OR side_id IN (for_id, cluster_id)", name="side"),
        CheckConstraint("(showing_id IS NULL) = (place IS NULL)", name="shown"),
        CheckConstraint("place > 0", name="place"),
        CheckConstraint("version > 0", name="version"),
        *shares(*TERMS),
        Index("ix_decision_event_id_id", "event_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    for_id: Mapped[int] = mapped_column(ForeignKey("cluster.id", ondelete="CASCADE"), index=True)
    cluster_id: Mapped[int] = mapped_column(
        ForeignKey("cluster.id", ondelete="CASCADE"), index=True
    )
    side_id: Mapped[int | None] = mapped_column(
        ForeignKey("cluster.id", ondelete="CASCADE"), index=True
    )
    """Which of the two decided; NULL: the organiser."""
    verdict: Mapped[str] = mapped_column(word(Verdict))
    showing_id: Mapped[int | None] = mapped_column(
        ForeignKey("showing.id", ondelete="CASCADE"), index=True
    )
    place: Mapped[int | None]
    """In the list that showed it."""
    need: Mapped[float]
    offer: Mapped[float]
    mutual: Mapped[float]
    similarity: Mapped[float]
    decided_by: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form


class Outcome(Base):
    """What came of a pair, at an event or later; each step of it is a row of its own."""

    __tablename__ = "outcome"
    __table_args__ = (
        one_of("result", Result),
        CheckConstraint("for_id <> cluster_id", name="pair"),
        CheckConstraint("amount_yuan IS NULL OR result = 'contract'", name="amount_of"),
        CheckConstraint("amount_yuan > 0", name="amount_yuan"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), index=True
    )
    for_id: Mapped[int] = mapped_column(ForeignKey("cluster.id", ondelete="CASCADE"), index=True)
    cluster_id: Mapped[int] = mapped_column(
        ForeignKey("cluster.id", ondelete="CASCADE"), index=True
    )
    result: Mapped[str] = mapped_column(word(Result))
    amount_yuan: Mapped[int | None] = mapped_column(BigInteger)
    note: Mapped[str | None] = mapped_column(String(400))
    happened_on: Mapped[date]
    recorded_by: Mapped[str] = mapped_column(String(120))
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form


class Blend(Base):
    """Weights that were learnt, from what, and how they did on events they had not seen.

    In force is the one that was activated last and not retired; without any, the shipped blend.
    """

    __tablename__ = "blend"
    __table_args__ = (
        *shares(*TERMS),
        CheckConstraint("abs(need + offer + mutual + similarity - 1) < 0.000001", name="sum"),
        CheckConstraint("(activated_at IS NULL) = (activated_by IS NULL)", name="activated"),
        CheckConstraint("(retired_at IS NULL) = (retired_by IS NULL)", name="retired"),
        CheckConstraint("retired_at IS NULL OR activated_at IS NOT NULL", name="state"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need: Mapped[float]
    offer: Mapped[float]
    mutual: Mapped[float]
    similarity: Mapped[float]
    better: Mapped[bool]
    """Whether it did better than the blend in force, on events kept aside."""
    evidence: Mapped[dict[str, Any]]
    figures: Mapped[dict[str, Any]]
    learnt_by: Mapped[str] = mapped_column(String(120))
    learnt_at: Mapped[datetime]
    forced: Mapped[bool] = mapped_column(default=False)
    """Whether it was activated although it did no better."""
    activated_by: Mapped[str | None] = mapped_column(String(120))
    activated_at: Mapped[datetime | None]
    retired_by: Mapped[str | None] = mapped_column(String(120))
    retired_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form
