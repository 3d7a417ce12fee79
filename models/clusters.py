"""Places and bodies that can meet."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, one_of, word
from models.enums import ClusterKind, Language


class Cluster(Base):
    """A place with an industry, or an institution that serves such places."""

    __tablename__ = "cluster"
    __table_args__ = (
        one_of("kind", ClusterKind),
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates"),
        CheckConstraint("length(slug) > 0", name="slug"),
        CheckConstraint("length(name_zh) > 0", name="name_zh"),
        CheckConstraint("length(country) = 2", name="country"),
        CheckConstraint("part_of_id <> id", name="part_of"),
        CheckConstraint("version > 0", name="version"),
        Index("ix_cluster_sort_key_id", "sort_key", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str] = mapped_column(String(80), unique=True)
    name_en: Mapped[str] = mapped_column(String(160))
    sort_key: Mapped[str] = mapped_column(String(200))
    """Pinyin of ``name_zh``: the same order on every database."""
    kind: Mapped[str] = mapped_column(word(ClusterKind))
    country: Mapped[str] = mapped_column(String(2))
    """ISO 3166-1 alpha-2."""
    province: Mapped[str | None] = mapped_column(String(80), index=True)
    province_en: Mapped[str | None] = mapped_column(String(80))
    admin_level: Mapped[str | None] = mapped_column(String(40))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    titles: Mapped[list[str]]
    titles_en: Mapped[list[str]]
    products: Mapped[list[str]]
    products_en: Mapped[list[str]]
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("cluster.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    aliases: Mapped[list["ClusterAlias"]] = relationship(
        lazy="raise", cascade="all, delete-orphan", order_by="ClusterAlias.id"
    )
    part_of: Mapped["Cluster | None"] = relationship(lazy="raise", remote_side=[id])

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form


class ClusterAlias(Base):
    """Another name under which a cluster occurs; ``folded`` is what look-ups compare."""

    __tablename__ = "cluster_alias"
    __table_args__ = (
        one_of("language", Language),
        UniqueConstraint("folded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(
        ForeignKey("cluster.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(160))
    folded: Mapped[str] = mapped_column(String(160))
    language: Mapped[str] = mapped_column(word(Language))


class Veto(Base):
    """Two clusters that are never paired, and why. The lower id stands first."""

    __tablename__ = "veto"
    __table_args__ = (
        UniqueConstraint("low_id", "high_id"),
        CheckConstraint("low_id < high_id", name="order"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    low_id: Mapped[int] = mapped_column(ForeignKey("cluster.id", ondelete="CASCADE"))
    high_id: Mapped[int] = mapped_column(ForeignKey("cluster.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(400))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's declarative form
