"""Docking events, and dockings that the press reported."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, partial_date
from models.clusters import Cluster
from models.topics import Topic


class Event(Base):
    """A docking event: when, where, on which themes, with whom."""

    __tablename__ = "event"
    __table_args__ = (
        CheckConstraint("length(name_zh) > 0", name="name_zh"),
        CheckConstraint("version > 0", name="version"),
        Index("ix_event_held_on_id", "held_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name_zh: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str | None] = mapped_column(String(300))
    held_on: Mapped[date]
    time_zone: Mapped[str] = mapped_column(String(60))
    place: Mapped[str] = mapped_column(String(160))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    themes: Mapped[list[Topic]] = relationship(
        lazy="raise", secondary="event_theme", order_by=Topic.id
    )
    participants: Mapped[list[Cluster]] = relationship(
        lazy="raise", secondary="event_participant", order_by=(Cluster.sort_key, Cluster.id)
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form


class EventTheme(Base):
    __tablename__ = "event_theme"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), primary_key=True, index=True)


class EventParticipant(Base):
    __tablename__ = "event_participant"

    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True
    )
    cluster_id: Mapped[int] = mapped_column(ForeignKey("cluster.id"), primary_key=True, index=True)


class Docking(Base):
    """A docking that was held. It never feeds a score; it says who has met before."""

    __tablename__ = "docking"
    __table_args__ = (
        partial_date("held_on"),
        CheckConstraint("supplier_id IS NOT NULL OR supplier_name IS NOT NULL", name="supplier"),
        CheckConstraint("receiver_id IS NOT NULL OR receiver_name IS NOT NULL", name="receiver"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    held_on: Mapped[str | None] = mapped_column(String(10))
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"), index=True)
    supplier_name: Mapped[str | None] = mapped_column(String(120))
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"), index=True)
    receiver_name: Mapped[str | None] = mapped_column(String(120))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    kind: Mapped[str] = mapped_column(String(60))
    grade: Mapped[str] = mapped_column(String(1))
    subject_en: Mapped[str | None] = mapped_column(String(300))
    facts_zh: Mapped[str] = mapped_column(Text)
    source_zh: Mapped[str] = mapped_column(String(300))
    source_en: Mapped[str | None] = mapped_column(String(300))
