"""Register clusters, and find them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from models import Cluster, ClusterAlias
from models.enums import ClusterKind, Language
from service.access import Action, Principal, require
from service.audit.usecases import Step, record, require_version
from service.clusters import queries
from service.db import raise_revision, touch
from service.errors import (
    AlreadyExists,
    ClusterNotFound,
    Unprocessable,
)
from service.paging import Page, read_page
from service.text import fold, sort_key

ENTITY = "cluster"
STORED_AS_GIVEN = (
    "name_zh",
    "name_en",
    "kind",
    "country",
    "province",
    "province_en",
    "admin_level",
    "latitude",
    "longitude",
    "titles",
    "titles_en",
    "products",
    "products_en",
)


@dataclass(frozen=True, slots=True)
class ClusterView:
    slug: str
    name_zh: str
    name_en: str
    kind: str
    country: str
    province: str | None
    province_en: str | None
    admin_level: str | None
    latitude: float | None
    longitude: float | None
    titles: Sequence[str]
    titles_en: Sequence[str]
    products: Sequence[str]
    products_en: Sequence[str]
    part_of: str | None
    aliases: Sequence[str]
    version: int
    updated_at: datetime


class Fields(Protocol):
    """What a cluster consists of, whoever hands it in."""

    name_zh: str
    name_en: str
    kind: ClusterKind
    country: str
    province: str | None
    province_en: str | None
    admin_level: str | None
    latitude: float | None
    longitude: float | None
    titles: list[str]
    titles_en: list[str]
    products: list[str]
    products_en: list[str]
    part_of: str | None
    aliases: list[str]


def view(cluster: Cluster) -> ClusterView:
    own = {cluster.slug, fold(cluster.name_zh), fold(cluster.name_en)}
    return ClusterView(
        slug=cluster.slug,
        part_of=cluster.part_of.slug if cluster.part_of else None,
        aliases=[alias.name for alias in cluster.aliases if alias.folded not in own],
        version=cluster.version,
        updated_at=cluster.updated_at,
        **{name: getattr(cluster, name) for name in STORED_AS_GIVEN},
    )


def list_clusters(
    session: Session,
    *,
    kind: str | None = None,
    province: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ClusterView]:
    """In the order of the Chinese names' pinyin."""
    rows = queries.listed(kind=kind, province=province, q=q)
    key = (Cluster.sort_key, Cluster.id)
    page = read_page(session, rows, key=key, limit=limit, cursor=cursor)
    return Page([view(cluster) for cluster in page.items], page.next_cursor)


def find_cluster(session: Session, slug: str) -> Cluster | None:
    return queries.by_slug(session, slug)


def require_cluster(session: Session, name: str) -> Cluster:
    """The cluster of this slug, registered name or alias, or ClusterNotFound."""
    cluster = queries.by_name(session, name)
    if cluster is None:
        raise ClusterNotFound(name)
    return cluster


def get_cluster(session: Session, name: str) -> ClusterView:
    return view(require_cluster(session, name))


def register_cluster(
    session: Session, who: Principal, slug: str, fields: Fields, *, now: datetime
) -> ClusterView:
    require(who, Action.WRITE_CLUSTERS, slug)
    if queries.by_slug(session, slug):
        raise AlreadyExists("slug-taken", slug=slug)
    cluster = Cluster(slug=slug, created_at=now, aliases=[])
    session.add(cluster)
    stored = _store(session, cluster, fields, now)
    record(session, who, Step("created", ENTITY, slug, stored.version, None, stored), now=now)
    return stored


def change_cluster(
    session: Session,
    who: Principal,
    name: str,
    fields: Fields,
    *,
    version: int | None,
    now: datetime,
) -> ClusterView:
    """Replace what is stored, or StaleVersion if ``version`` is no longer the newest."""
    cluster = require_cluster(session, name)
    require(who, Action.WRITE_CLUSTERS, cluster.slug)
    before = view(cluster)
    require_version(session, ENTITY, cluster.slug, before, version)
    stored = _store(session, cluster, fields, now)
    step = Step("edited", ENTITY, cluster.slug, stored.version, before, stored)
    record(session, who, step, now=now)
    return stored


def _store(session: Session, cluster: Cluster, fields: Fields, now: datetime) -> ClusterView:
    with session.no_autoflush:
        set_fields(session, cluster, fields, now)
    raise_revision(session, now)
    return view(cluster)


def set_fields(
    session: Session,
    cluster: Cluster,
    fields: Fields,
    now: datetime,
    *,
    clusters: Mapping[str, Cluster] | None = None,
    owners: dict[str, str] | None = None,
) -> None:
    """Everything but the slug. ``clusters`` by slug and ``owners`` of all names save look-ups."""
    cluster.part_of = _parent(session, cluster, fields.part_of, clusters)
    for name in STORED_AS_GIVEN:
        setattr(cluster, name, getattr(fields, name))
    cluster.sort_key = sort_key(cluster.name_zh)
    touch(cluster, now)
    set_names(session, cluster, fields.aliases, owners)


def _parent(
    session: Session,
    cluster: Cluster,
    slug: str | None,
    clusters: Mapping[str, Cluster] | None = None,
) -> Cluster | None:
    if slug is None:
        return None
    parent = queries.by_slug(session, slug) if clusters is None else clusters.get(slug)
    if parent is None:
        raise Unprocessable("part-of-unknown", slug=slug)
    if parent is cluster:
        raise Unprocessable("part-of-itself")
    return parent


def set_names(
    session: Session,
    cluster: Cluster,
    aliases: Sequence[str],
    owners: dict[str, str] | None = None,
) -> None:
    """Make the cluster found by its slug, both names and ``aliases``; AlreadyExists on a clash.

    ``owners``: slugs by every folded name, kept up to date here; looked up if not given.
    """
    wanted = {fold(name): name for name in reversed([cluster.name_zh, cluster.name_en, *aliases])}
    wanted.setdefault(cluster.slug, cluster.slug)
    if owners is None:
        owners = queries.owners(session, wanted)
    for folded, name in wanted.items():
        if owners.setdefault(folded, cluster.slug) != cluster.slug:
            raise AlreadyExists("name-taken", name=name)
    kept = [alias for alias in cluster.aliases if alias.folded in wanted]
    known = {alias.folded for alias in kept}
    new = [
        ClusterAlias(name=name, folded=folded, language=language_of(name))
        for folded, name in sorted(wanted.items())
        if folded not in known
    ]
    cluster.aliases = kept + new


def add_alias(
    session: Session, who: Principal, cluster: Cluster, name: str, *, now: datetime
) -> None:
    """The cluster is known by this name too; AlreadyExists if another one is."""
    require(who, Action.WRITE_CLUSTERS, cluster.slug)
    if fold(name) in {alias.folded for alias in cluster.aliases}:
        return
    before = view(cluster)
    with session.no_autoflush:
        set_names(session, cluster, [*(alias.name for alias in cluster.aliases), name])
        touch(cluster, now)
    raise_revision(session, now)
    after = view(cluster)
    step = Step("edited", ENTITY, cluster.slug, after.version, before, after)
    record(session, who, step, now=now)


def language_of(name: str) -> Language:
    return Language.EN if name.isascii() else Language.ZH
