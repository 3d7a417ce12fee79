"""Pairs that must not meet, whatever their score."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Cluster, Veto
from models.enums import Visibility
from service.access import Action, Principal, require
from service.audit.usecases import Step, record, require_version
from service.clusters import queries
from service.clusters.usecases import require_cluster
from service.db import raise_revision, touch
from service.errors import NotFound, Unprocessable, VersionRequired


@dataclass(frozen=True, slots=True)
class VetoView:
    cluster: str
    other: str
    reason: str
    version: int
    created_at: datetime


def list_vetoes(session: Session, who: Principal, name: str) -> list[VetoView]:
    require(who, Action.WRITE_CLUSTERS)
    cluster = require_cluster(session, name)
    rows = select(Veto).where((Veto.low_id == cluster.id) | (Veto.high_id == cluster.id))
    found = session.scalars(rows.order_by(Veto.id)).all()
    others = {veto.low_id + veto.high_id - cluster.id: veto for veto in found}
    named = session.execute(select(Cluster.id, Cluster.slug).where(Cluster.id.in_(others)))
    return [veto_view(others[id_], cluster.slug, slug) for id_, slug in named]


def veto_view(veto: Veto, cluster: str, other: str) -> VetoView:
    return VetoView(cluster, other, veto.reason, veto.version, veto.created_at)


def pair_id(one: str, other: str) -> str:
    """How the audit names a pair of two slugs."""
    return "+".join(sorted((one, other)))


def set_veto(
    session: Session,
    who: Principal,
    name: str,
    other: str,
    *,
    reason: str,
    version: int | None,
    now: datetime,
) -> VetoView:
    """Never pair the two; with the ``version`` of a veto that is there, replace its reason.

    Raises
    ------
    VersionRequired, StaleVersion
        There is a veto, and the caller does not say that it knows it as it is now.
    """
    require(who, Action.WRITE_CLUSTERS)
    one, two = require_cluster(session, name), require_cluster(session, other)
    if one is two:
        raise Unprocessable("veto-itself")
    pair = pair_id(one.slug, two.slug)
    veto, before = queries.veto(session, one, two), None
    if veto is None:
        low, high = sorted((one.id, two.id))
        veto = Veto(low_id=low, high_id=high, created_at=now)
        session.add(veto)
    else:
        before = veto_view(veto, one.slug, two.slug)
        if version is None:
            raise VersionRequired("version-required")
        require_version(session, "veto", pair, before, version)
    veto.reason = reason
    touch(veto, now)
    raise_revision(session, now, Visibility.ORGANISERS if before else Visibility.PUBLIC)
    stored = veto_view(veto, one.slug, two.slug)
    record(session, who, Step("set", "veto", pair, stored.version, before, stored), now=now)
    return stored


def lift_veto(
    session: Session, who: Principal, name: str, other: str, *, version: int | None, now: datetime
) -> None:
    require(who, Action.WRITE_CLUSTERS)
    one, two = require_cluster(session, name), require_cluster(session, other)
    veto = queries.veto(session, one, two)
    if veto is None:
        raise NotFound("veto-unknown", one=one.slug, other=two.slug)
    before, pair = veto_view(veto, one.slug, two.slug), pair_id(one.slug, two.slug)
    require_version(session, "veto", pair, before, version)
    session.delete(veto)
    raise_revision(session, now)
    record(session, who, Step("lifted", "veto", pair, None, before, None), now=now)
