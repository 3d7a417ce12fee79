"""The counters by which readers know how new their data is."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, one_of, word
from models.enums import Visibility


class DataRevision(Base):
    """One row for each circle of readers, raised by every write that can move its rankings.

    A circle's number does not move with what the circle may not see.
    """

    __tablename__ = "data_revision"
    __table_args__ = (one_of("audience", Visibility),)

    audience: Mapped[str] = mapped_column(word(Visibility), primary_key=True)
    value: Mapped[int]
    changed_at: Mapped[datetime]


class SeedLoad(Base):
    """Which shipped seed files were loaded last, by their digest."""

    __tablename__ = "seed_load"

    part: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]
