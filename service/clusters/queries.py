"""Reads of the register."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from models import Cluster, ClusterAlias, Veto
from service.text import fold


def escaped(text: str) -> str:
    """For a LIKE pattern with the escape character ``/``."""
    return text.replace("/", "//").replace("%", "/%").replace("_", "/_")


def listed(*, kind: str | None, province: str | None, q: str | None) -> Select[Cluster]:
    rows = select(Cluster).options(selectinload(Cluster.aliases), joinedload(Cluster.part_of))
    if kind:
        rows = rows.where(Cluster.kind == kind)
    if province:
        rows = rows.where(Cluster.province == province)
    if q:
        part = f"%{escaped(fold(q))}%"
        named = select(ClusterAlias.cluster_id).where(ClusterAlias.folded.like(part, escape="/"))
        rows = rows.where(Cluster.id.in_(named))
    return rows


def by_slug(session: Session, slug: str) -> Cluster | None:
    rows = listed(kind=None, province=None, q=None).where(Cluster.slug == slug)
    return session.scalars(rows).one_or_none()


def by_name(session: Session, name: str) -> Cluster | None:
    """The cluster of this slug, name or alias."""
    alias = select(ClusterAlias.cluster_id).where(ClusterAlias.folded == fold(name))
    rows = listed(kind=None, province=None, q=None)
    found = session.scalars(rows.where(or_(Cluster.slug == fold(name), Cluster.id.in_(alias))))
    return min(found, key=lambda cluster: cluster.slug != fold(name), default=None)


def every(session: Session) -> Sequence[Cluster]:
    return session.scalars(listed(kind=None, province=None, q=None)).all()


def owners(session: Session, names: Collection[str] | None = None) -> dict[str, str]:
    """Slugs by the folded ``names`` under which clusters are found; by all such names without."""
    rows = select(ClusterAlias.folded, Cluster.slug).join(
        Cluster, ClusterAlias.cluster_id == Cluster.id
    )
    if names is not None:
        rows = rows.where(ClusterAlias.folded.in_(names))
    return {row.folded: row.slug for row in session.execute(rows)}


def vetoes(session: Session) -> Sequence[Veto]:
    return session.scalars(select(Veto)).all()


def veto(session: Session, one: Cluster, other: Cluster) -> Veto | None:
    low, high = sorted((one.id, other.id))
    rows = select(Veto).where(Veto.low_id == low, Veto.high_id == high)
    return session.scalars(rows).one_or_none()
