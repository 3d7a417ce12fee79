"""Many clusters in one transaction: the same steps as one by one, written down all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models import Cluster
from service.access import Action, Principal, require
from service.audit.usecases import Step, record_all, require_version
from service.clusters import queries
from service.clusters.usecases import ENTITY, ClusterView, Fields, set_fields, view
from service.db import raise_revision
from service.errors import AlreadyExists, ClusterNotFound


@dataclass(frozen=True, slots=True)
class Wanted:
    """One cluster as it is to be; ``version`` is what the caller knows, None of a new one."""

    slug: str
    fields: Fields
    version: int | None = None


def store_all(
    session: Session, who: Principal, wanted: Sequence[Wanted], *, now: datetime
) -> list[ClusterView]:
    """Register or change them all; no cluster comes twice, and a part may precede its whole.

    Raises
    ------
    AlreadyExists, ClusterNotFound, StaleVersion
        As ``register_cluster`` and ``change_cluster``, for the first that cannot be stored.
    """
    require(who, Action.WRITE_CLUSTERS)
    clusters = {cluster.slug: cluster for cluster in queries.every(session)}
    before = {
        one.slug: view(clusters[one.slug]) if one.slug in clusters else None for one in wanted
    }
    for one in wanted:
        _require_expected(session, one, before[one.slug])
        if one.slug not in clusters:
            clusters[one.slug] = Cluster(slug=one.slug, created_at=now, aliases=[])
    owners = queries.owners(session)
    session.add_all(clusters.values())
    with session.no_autoflush:
        for one in wanted:
            cluster = clusters[one.slug]
            set_fields(session, cluster, one.fields, now, clusters=clusters, owners=owners)
    session.flush()
    after = [view(clusters[one.slug]) for one in wanted]
    steps = [_step(before[stored.slug], stored) for stored in after]
    if steps:
        record_all(session, who, steps, now=now)
        raise_revision(session, now)
    return after


def _step(before: ClusterView | None, after: ClusterView) -> Step:
    if before is None:
        return Step("created", ENTITY, after.slug, after.version, None, after)
    return Step("edited", ENTITY, after.slug, after.version, before, after)


def _require_expected(session: Session, one: Wanted, stored: ClusterView | None) -> None:
    if stored is None:
        if one.version is not None:
            raise ClusterNotFound(one.slug)
    elif one.version is None:
        raise AlreadyExists("slug-taken", slug=one.slug)
    else:
        require_version(session, ENTITY, one.slug, stored, one.version)
