"""Who may sign in, and with which keys programs call."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of, word
from models.clusters import Cluster
from models.enums import AccountState, Role

REPRESENTS = "(role = 'representative') = (cluster_id IS NOT NULL)"


class Account(Base):
    """A person. Without ``password_hash`` nobody can sign in until a one-time link was used."""

    __tablename__ = "account"
    __table_args__ = (
        one_of("role", Role),
        one_of("state", AccountState),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint(REPRESENTS, name="represents"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    """What is typed to sign in."""
    folded: Mapped[str] = mapped_column(String(80), unique=True)
    display_name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(word(Role))
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"), index=True)
    state: Mapped[str] = mapped_column(word(AccountState), default=AccountState.ACTIVE)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    cluster: Mapped[Cluster | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form


class SignIn(Base):
    """One browser that is signed in. The cookie holds the token, the database its digest."""

    __tablename__ = "sign_in"
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    """To the minute."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    origin: Mapped[str | None] = mapped_column(String(64))
    agent: Mapped[str | None] = mapped_column(String(200))

    account: Mapped[Account] = relationship(lazy="raise")


class OneTimeLink(Base):
    """Lets an account set its password once."""

    __tablename__ = "one_time_link"
    __table_args__ = (CheckConstraint("length(token_hash) = 64", name="token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class ApiKey(Base):
    """What a program signs in with; shown once, stored as the digest of 32 random bytes."""

    __tablename__ = "api_key"
    __table_args__ = (
        one_of("role", Role),
        CheckConstraint("length(secret_hash) = 64", name="secret_hash"),
        CheckConstraint("length(label) > 0", name="label"),
        CheckConstraint(REPRESENTS, name="represents"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(16), unique=True)
    """How the key begins, so that people can tell keys apart."""
    secret_hash: Mapped[str] = mapped_column(String(64))
    role: Mapped[str] = mapped_column(word(Role))
    cluster_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"), index=True)
    scopes: Mapped[list[str]]
    """What of the role's rights the key has."""
    created_by: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    """To the minute."""
    used_from: Mapped[str | None] = mapped_column(String(64))

    cluster: Mapped[Cluster | None] = relationship(lazy="raise")


class Counter(Base):
    """How often something happened in one stretch of time, counted by all processes together."""

    __tablename__ = "counter"
    __table_args__ = (
        CheckConstraint("value >= 0", name="value"),
        Index("ix_counter_ends_at", "ends_at"),
    )

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    starts_at: Mapped[datetime] = mapped_column(primary_key=True)
    ends_at: Mapped[datetime]
    value: Mapped[int]
