"""Vectors of capability phrases, kept so that none is computed twice."""

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class PhraseVector(Base):
    """Follows from the phrase alone, so a row never changes, and a lost one is computed again."""

    __tablename__ = "phrase_vector"
    __table_args__ = (
        CheckConstraint("length(digest) = 64", name="digest"),
        CheckConstraint("length(vector) > 0", name="vector"),
    )

    encoder: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Version of the encoder."""
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the phrase in UTF-8, hexadecimal."""
    vector: Mapped[bytes] = mapped_column(LargeBinary)
    """16-bit whole numbers, low byte first."""
