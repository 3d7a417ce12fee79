"""What is reported, when it is due, and that it went out."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.base import Base, one_of, word
from models.clusters import Cluster
from models.enums import (
    Channel,
    DeliveryState,
    Language,
    OnDoubt,
    ReportScope,
    RunKind,
    RunState,
    ScheduleState,
    Visibility,
)


class Schedule(Base):
    """A digest of pairings that falls due again and again.

    A deleted schedule is kept: its runs say what was sent to whom.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        one_of("state", ScheduleState),
        one_of("language", Language),
        one_of("scope", ReportScope),
        one_of("audience", Visibility),
        one_of("on_doubt", OnDoubt),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("(state = 'active') = (next_due_at IS NOT NULL)", name="next_due_at"),
        CheckConstraint("cluster_id IS NULL OR scope = 'cluster'", name="cluster_id"),
        CheckConstraint("event_id IS NULL OR scope = 'event'", name="event_id"),
        CheckConstraint("min_score BETWEEN 0 AND 1", name="min_score"),
        CheckConstraint("move BETWEEN 0 AND 1", name="move"),
        CheckConstraint("top BETWEEN 1 AND 500", name="top"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(160))
    state: Mapped[str] = mapped_column(word(ScheduleState))
    language: Mapped[str] = mapped_column(word(Language))
    cron: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(60))
    scope: Mapped[str] = mapped_column(word(ReportScope))
    cluster_id: Mapped[int | None] = mapped_column(
        ForeignKey("cluster.id", ondelete="SET NULL"), index=True
    )
    event_id: Mapped[int | None] = mapped_column(
        ForeignKey("event.id", ondelete="SET NULL"), index=True
    )
    topic: Mapped[str | None] = mapped_column(String(60))
    """A notation; a run says so when the taxonomy no longer has it."""
    min_score: Mapped[float]
    top: Mapped[int]
    move: Mapped[float]
    """By how much a score must have moved for the pair to count as changed."""
    audience: Mapped[str] = mapped_column(word(Visibility))
    skip_unchanged: Mapped[bool]
    on_doubt: Mapped[str] = mapped_column(word(OnDoubt))
    recipients: Mapped[list[str]]
    folder: Mapped[str | None] = mapped_column(String(60))
    next_due_at: Mapped[datetime | None] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    cluster: Mapped[Cluster | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form


class ReportRun(Base):
    """One due time of one schedule: the ledger's row, created once, and what it came to."""

    __tablename__ = "report_run"
    __table_args__ = (
        one_of("kind", RunKind),
        one_of("state", RunState),
        CheckConstraint("missed >= 0", name="missed"),
        CheckConstraint("(missed = 0) = (missed_since IS NULL)", name="missed_since"),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease"),
        CheckConstraint("state = 'due' OR lease_owner IS NULL", name="lease_owner"),
        CheckConstraint(
            "state NOT IN ('rendered', 'skipped') OR rendered_at IS NOT NULL", name="rendered_at"
        ),
        Index("ix_report_run_due_at_schedule_id", "due_at", "schedule_id"),
        Index("ix_report_run_state_next_attempt_at", "state", "next_attempt_at"),
    )

    schedule_id: Mapped[int] = mapped_column(ForeignKey("schedule.id"), primary_key=True)
    due_at: Mapped[datetime] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(word(RunKind))
    state: Mapped[str] = mapped_column(word(RunState))
    missed: Mapped[int]
    """How many earlier due times passed unnoticed and are made up for by this one run."""
    missed_since: Mapped[datetime | None]
    noticed_at: Mapped[datetime]
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    next_attempt_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(Text)
    rendered_at: Mapped[datetime | None]
    as_of: Mapped[date | None]
    revision: Mapped[int | None]
    scorer: Mapped[str | None] = mapped_column(String(40))
    audience: Mapped[str | None] = mapped_column(word(Visibility))
    weights: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    comparable: Mapped[str | None] = mapped_column(String(64))
    """Digest of what was asked: only runs that asked the same are compared."""
    compared_with: Mapped[datetime | None]
    """Due time of the run against which new, changed and gone were told."""
    subject: Mapped[str | None] = mapped_column(String(400))
    new: Mapped[int | None]
    changed: Mapped[int | None]
    gone: Mapped[int | None]
    unchanged: Mapped[int | None]
    snapshot: Mapped[dict[str, Any] | None] = deferred(mapped_column(JSON(none_as_null=True)))
    text: Mapped[str | None] = deferred(mapped_column(Text))
    html: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    xlsx: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))

    schedule: Mapped[Schedule] = relationship(lazy="raise")
    deliveries: Mapped[list["Delivery"]] = relationship(lazy="raise", order_by="Delivery.id")


class Delivery(Base):
    """One report on its way to one address or folder."""

    __tablename__ = "delivery"
    __table_args__ = (
        ForeignKeyConstraint(
            ["schedule_id", "due_at"], ["report_run.schedule_id", "report_run.due_at"]
        ),
        UniqueConstraint("schedule_id", "due_at", "channel", "target"),
        one_of("channel", Channel),
        one_of("state", DeliveryState),
        CheckConstraint("attempts >= 0", name="attempts"),
        CheckConstraint("doubtful BETWEEN 0 AND attempts", name="doubtful"),
        CheckConstraint("(channel = 'email') = (message_id IS NOT NULL)", name="message_id"),
        CheckConstraint("(state = 'sending') = (lease_owner IS NOT NULL)", name="lease_owner"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease_until"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
        Index("ix_delivery_state_next_attempt_at", "state", "next_attempt_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int]
    due_at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(word(Channel))
    target: Mapped[str] = mapped_column(String(254))
    message_id: Mapped[str | None] = mapped_column(String(400))
    """The same at every attempt, so that a receiver recognises a second copy."""
    state: Mapped[str] = mapped_column(word(DeliveryState))
    lease_owner: Mapped[str | None] = mapped_column(String(120))
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int]
    doubtful: Mapped[int]
    """Attempts that ended without a word from the server: it may hold the mail."""
    next_attempt_at: Mapped[datetime]
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]

    run: Mapped[ReportRun] = relationship(lazy="raise", overlaps="deliveries")
