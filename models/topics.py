"""The taxonomy (SKOS), the facets, and the rules of the value chain."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of, word
from models.enums import Facet, LabelKind, Language, StatementKind, TopicGroup


class Topic(Base):
    """A node of the taxonomy; ``broader`` is its parent, NULL at the top."""

    __tablename__ = "topic"
    __table_args__ = (
        one_of("topic_group", TopicGroup),
        CheckConstraint("broader_id <> id", name="broader"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    notation: Mapped[str] = mapped_column(String(60), unique=True)
    group: Mapped[str] = mapped_column("topic_group", word(TopicGroup))
    broader_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    know_how: Mapped[bool] = mapped_column(default=False)
    """A partner cluster can teach it only to one that resembles it."""

    labels: Mapped[list["TopicLabel"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="TopicLabel.id"
    )
    broader: Mapped["Topic | None"] = relationship(lazy="raise", remote_side=[id])


class TopicLabel(Base):
    """prefLabel or altLabel of a topic in one language."""

    __tablename__ = "topic_label"
    __table_args__ = (
        one_of("kind", LabelKind),
        one_of("language", Language),
        UniqueConstraint("topic_id", "language", "text"),
        Index(
            "uq_topic_label_preferred",
            "topic_id",
            "language",
            unique=True,
            sqlite_where=text("kind = 'preferred'"),
            postgresql_where=text("kind = 'preferred'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(word(LabelKind))
    language: Mapped[str] = mapped_column(word(Language))
    text: Mapped[str] = mapped_column(String(160))


class FacetValue(Base):
    """One value of a facet, such as material: cotton."""

    __tablename__ = "facet_value"
    __table_args__ = (one_of("facet", Facet), UniqueConstraint("facet", "value"))

    id: Mapped[int] = mapped_column(primary_key=True)
    facet: Mapped[str] = mapped_column(word(Facet))
    value: Mapped[str] = mapped_column(String(60))
    label_zh: Mapped[str] = mapped_column(String(80))
    label_en: Mapped[str] = mapped_column(String(80))
    names: Mapped[list[str]]
    """Other wordings, in both languages, by which the value is recognised in a text."""


class ChainRule(Base):
    """A rule of the value chain: who makes garments needs fabric, whether it says so or not."""

    __tablename__ = "chain_rule"
    __table_args__ = (
        one_of("from_kind", StatementKind),
        one_of("kind", StatementKind),
        CheckConstraint("weight BETWEEN 1 AND 5", name="weight"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    from_kind: Mapped[str] = mapped_column(word(StatementKind))
    from_topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    kind: Mapped[str] = mapped_column(word(StatementKind))
    topic_id: Mapped[int] = mapped_column(ForeignKey("topic.id"))
    weight: Mapped[int]
    phrase: Mapped[str] = mapped_column(String(200))
    phrase_en: Mapped[str] = mapped_column(String(200))
    unless: Mapped[list[str]]
    """Special cases of the topic that do not fire: sweaters need no fabric."""
    inherits: Mapped[list[str]]
    """Facets that the implied statement takes over: children's wear needs its own fabric."""
    reason_zh: Mapped[str] = mapped_column(Text)
    reason_en: Mapped[str] = mapped_column(Text)
