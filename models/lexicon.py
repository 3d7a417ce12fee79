"""What organisers changed in the shipped lexicon."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of, word
from models.enums import LexiconEffect, LexiconPart

IN_FORCE = text("withdrawn_at IS NULL")


class LexiconChange(Base):
    """One wording added to the lexicon or taken out of it, in force until it is withdrawn."""

    __tablename__ = "lexicon_change"
    __table_args__ = (
        one_of("part", LexiconPart),
        one_of("effect", LexiconEffect),
        CheckConstraint("(part = 'ignore') = (target = '')", name="target"),
        CheckConstraint("length(form) > 0", name="form"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn"),
        CheckConstraint("version > 0", name="version"),
        Index(
            "uq_lexicon_change_in_force",
            "part",
            "target",
            "form",
            unique=True,
            sqlite_where=IN_FORCE,
            postgresql_where=IN_FORCE,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part: Mapped[str] = mapped_column(word(LexiconPart))
    effect: Mapped[str] = mapped_column(word(LexiconEffect))
    target: Mapped[str] = mapped_column(String(80))
    """Id of a cue rule, notation of a topic, ``facet:value``; empty for an ignored wording."""
    form: Mapped[str] = mapped_column(String(40))
    """Simplified; ``…`` in a cue stands for some characters of the same clause."""
    note: Mapped[str | None] = mapped_column(String(400))
    created_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    withdrawn_by: Mapped[str | None] = mapped_column(String(120))
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form
