"""Names of places that documents mention, the register lacks, and nobody wants proposed again."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class PlaceDismissal(Base):
    """A proposed place that a person dismissed; removed when that is taken back."""

    __tablename__ = "place_dismissal"
    __table_args__ = (
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("length(reason) > 0", name="reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    folded: Mapped[str] = mapped_column(String(80), unique=True)
    """What spellings of one name have in common."""
    reason: Mapped[str] = mapped_column(String(400))
    dismissed_by: Mapped[str] = mapped_column(String(120))
    dismissed_at: Mapped[datetime]
