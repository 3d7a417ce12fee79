"""Where something was said, and the documents that record it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from models.base import Base, one_of, partial_date, word
from models.enums import MeetingKind, Visibility


class Meeting(Base):
    __tablename__ = "meeting"
    __table_args__ = (
        one_of("kind", MeetingKind),
        one_of("visibility", Visibility),
        partial_date("held_on"),
        CheckConstraint("length(title_zh) > 0", name="title_zh"),
        CheckConstraint("version > 0", name="version"),
        Index("ix_meeting_held_on_id", "held_on", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    seed_key: Mapped[str | None] = mapped_column(String(80), unique=True)
    """Names the shipped meeting it came from, so that loading twice changes nothing."""
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str | None] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(word(MeetingKind))
    held_on: Mapped[str | None] = mapped_column(String(10))
    """ISO date, of which only the year, or year and month, may be known."""
    place: Mapped[str | None] = mapped_column(String(160))
    host: Mapped[str | None] = mapped_column(String(300))
    visibility: Mapped[str] = mapped_column(word(Visibility), default=Visibility.MEMBERS)
    """Bounds that of everything said there: no statement of it is seen by a wider circle."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    documents: Mapped[list["Document"]] = relationship(lazy="raise", order_by="Document.id")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form


class Document(Base):
    """The bytes as received and the text as decoded; quotes are spans of that text."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("length(sha256) = 64", name="sha256"),
        CheckConstraint("size > 0", name="size"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    meeting_id: Mapped[int] = mapped_column(ForeignKey("meeting.id"), index=True)
    filename: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(120))
    charset: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    """NULL after an erasure; the digest still tells the same file when it comes again."""
    text: Mapped[str] = deferred(mapped_column(Text))
    """Erased words stand in it as blanks, so that every other quote stays where it is."""
    uploaded_at: Mapped[datetime]
