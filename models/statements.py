"""What clusters said of themselves, or a register says of them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of, partial_date, word
from models.clusters import Cluster
from models.enums import Basis, Evidence, StatementKind, Status, Visibility
from models.meetings import Document, Meeting
from models.places import PlaceDismissal
from models.topics import FacetValue, Topic


class Statement(Base):
    """One strength, gap or goal of one cluster, dated and sourced, never merged into a flag."""

    __tablename__ = "statement"
    __table_args__ = (
        one_of("kind", StatementKind),
        one_of("status", Status),
        one_of("visibility", Visibility),
        one_of("evidence", Evidence),
        CheckConstraint("basis IN ('meeting', 'register')", name="basis"),
        partial_date("stated_on"),
        CheckConstraint("weight BETWEEN 1 AND 5", name="weight"),
        CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
        CheckConstraint("version > 0", name="version"),
        CheckConstraint("kind = 'goal' OR NOT asks", name="asks"),
        CheckConstraint("cluster_id IS NOT NULL OR place_name IS NOT NULL", name="subject"),
        CheckConstraint(
            "cluster_id IS NOT NULL OR status IN ('draft', 'rejected')", name="registered_subject"
        ),
        CheckConstraint("basis <> 'meeting' OR meeting_id IS NOT NULL", name="meeting"),
        CheckConstraint("basis <> 'register' OR source_zh IS NOT NULL", name="source"),
        CheckConstraint("document_id IS NULL OR meeting_id IS NOT NULL", name="document"),
        CheckConstraint(
            "(span_start IS NULL) = (document_id IS NULL)"
            " AND (span_end IS NULL) = (document_id IS NULL)",
            name="span",
        ),
        CheckConstraint("span_start >= 0 AND span_end > span_start", name="span_order"),
        CheckConstraint("document_id IS NULL OR quote IS NOT NULL", name="quote"),
        CheckConstraint(
            "dismissal_id IS NULL OR (status = 'rejected' AND cluster_id IS NULL)",
            name="dismissal",
        ),
        Index("ix_statement_cluster_id_status", "cluster_id", "status"),
        Index("ix_statement_updated_at_id", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seed_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """Names the seed row it came from, so that loading twice changes nothing."""
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"))
    place_name: Mapped[str | None] = mapped_column(String(80))
    """The speaker's place as written, while the register lacks it."""
    kind: Mapped[str] = mapped_column(word(StatementKind))
    asks: Mapped[bool] = mapped_column(default=False)
    """A goal that asks for something from outside counts as a need."""
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"), index=True)
    phrase: Mapped[str] = mapped_column(String(200))
    """The capability itself in a few words: 面料生产企业."""
    phrase_en: Mapped[str | None] = mapped_column(String(200))
    quote: Mapped[str | None] = mapped_column(Text)
    span_start: Mapped[int | None]
    span_end: Mapped[int | None]
    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meeting.id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"), index=True)
    speaker: Mapped[str | None] = mapped_column(String(120))
    stated_on: Mapped[str | None] = mapped_column(String(10))
    """ISO date, of which only the year, or year and month, may be known."""
    known_from: Mapped[date | None]
    """Last day of ``stated_on``; without one, the day of entry. NULL: always known (register)."""
    weight: Mapped[int]
    status: Mapped[str] = mapped_column(word(Status), default=Status.DRAFT)
    visibility: Mapped[str] = mapped_column(word(Visibility), default=Visibility.MEMBERS)
    basis: Mapped[str] = mapped_column(word(Basis))
    source_zh: Mapped[str | None] = mapped_column(String(300))
    source_en: Mapped[str | None] = mapped_column(String(300))
    evidence: Mapped[str | None] = mapped_column(word(Evidence))
    confidence: Mapped[float | None]
    """Of the extraction, in [0, 1]; NULL for what a person typed or a register says."""
    rule: Mapped[str | None] = mapped_column(String(200))
    """What fired in the extraction."""
    figures: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Numbers in the quote: text, start, end (in the document), value, unit, of."""
    dismissal_id: Mapped[int | None] = mapped_column(ForeignKey("place_dismissal.id"), index=True)
    """Rejected because its place was dismissed; lifting that makes it a draft again."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    cluster: Mapped[Cluster | None] = relationship(lazy="raise")
    topic: Mapped[Topic] = relationship(lazy="raise")
    meeting: Mapped[Meeting | None] = relationship(lazy="raise")
    document: Mapped[Document | None] = relationship(lazy="raise")
    dismissal: Mapped[PlaceDismissal | None] = relationship(lazy="raise")
    facet_values: Mapped[list[FacetValue]] = relationship(
        lazy="raise", secondary="statement_facet", order_by=FacetValue.id
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form


class StatementFacet(Base):
    __tablename__ = "statement_facet"

    statement_id: Mapped[int] = mapped_column(
        ForeignKey("statement.id", ondelete="CASCADE"), primary_key=True
    )
    facet_value_id: Mapped[int] = mapped_column(
        ForeignKey("facet_value.id"), primary_key=True, index=True
    )
