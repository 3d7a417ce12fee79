"""What was changed by whom, what it was before and after, and which requests were answered."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base


class AuditEntry(Base):
    """That something was done. The database refuses to change or remove an entry.

    It never says in which words: what stood there before and after is in ``Change``, which can be
    erased.
    """

    __tablename__ = "audit_entry"
    __table_args__ = (
        CheckConstraint("length(action) > 0", name="action"),
        Index("ix_audit_entry_entity_entity_id", "entity", "entity_id", "version"),
        Index("ix_audit_entry_at_id", "at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None]
    key_id: Mapped[int | None]
    origin: Mapped[str | None] = mapped_column(String(64))
    """Network address of the caller; none on the machine itself."""
    request_id: Mapped[str | None] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(40))
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[str] = mapped_column(String(160))
    version: Mapped[int | None]
    """Of the entry after the change, where it has one."""

    change: Mapped["Change | None"] = relationship(lazy="raise", back_populates="entry")


class Change(Base):
    """What an entry was before and after: the history, which an erasure removes."""

    __tablename__ = "change"

    audit_id: Mapped[int] = mapped_column(ForeignKey("audit_entry.id"), primary_key=True)
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))

    entry: Mapped[AuditEntry] = relationship(lazy="raise", back_populates="change")


class IdempotencyKey(Base):
    """A POST that was answered, with its answer, in the transaction of its effect."""

    __tablename__ = "idempotency_key"
    __table_args__ = (
        CheckConstraint("length(key_hash) = 64", name="key_hash"),
        CheckConstraint("length(request_hash) = 64", name="request_hash"),
        Index("ix_idempotency_key_created_at", "created_at"),
    )

    caller: Mapped[str] = mapped_column(String(120), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    """NULL after an erasure took words that stood in it."""
    created_at: Mapped[datetime]
