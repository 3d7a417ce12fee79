"""The counters by which readers know how new their data is."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class DataRevision(Base):
    """One row, raised by every write that can move a ranking."""

    __tablename__ = "data_revision"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    value: Mapped[int]
    changed_at: Mapped[datetime]


class SeedLoad(Base):
    """Which shipped seed files were loaded last, by their digest."""

    __tablename__ = "seed_load"

    part: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime]
