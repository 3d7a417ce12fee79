"""Dockings that were held before, as the press reported them. They never feed a score."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.clusters.usecases import require_cluster
from service.dates import last_day
from service.events import queries


@dataclass(frozen=True, slots=True)
class DockingView:
    """Seen from one cluster; ``partner`` is a slug where ``registered``, else a name."""

    held_on: str | None
    partner: str
    registered: bool
    supplies: bool
    """Whether the cluster was the supplying side."""
    topic: str
    facts_zh: str
    source_zh: str
    source_en: str | None


def list_dockings(session: Session, name: str) -> list[DockingView]:
    """What is known of a cluster's dockings, the latest first, those without a date last.

    Raises
    ------
    ClusterNotFound
        If the name is unknown.
    """
    cluster = require_cluster(session, name)
    views = []
    for docking, topic, supplier, receiver in queries.dockings(session, cluster.id):
        supplies = docking.supplier_id == cluster.id
        slug, written = (
            (receiver, docking.receiver_name) if supplies else (supplier, docking.supplier_name)
        )
        views.append(
            DockingView(
                held_on=docking.held_on,
                partner=slug or written or "",
                registered=slug is not None,
                supplies=supplies,
                topic=topic,
                facts_zh=docking.facts_zh,
                source_zh=docking.source_zh,
                source_en=docking.source_en,
            )
        )
    return sorted(views, key=lambda view: view.held_on or "", reverse=True)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A side of a docking that is not registered, by its name as reported."""

    name: str
    supplies: bool
    topic: str
    held_on: str | None
    facts_zh: str
    source_zh: str
    source_en: str | None


def list_strangers(session: Session, as_of: date) -> list[Stranger]:
    """Unregistered sides of the dockings held up to a day, the latest first, undated ones last."""
    found = [
        Stranger(
            name=name,
            supplies=supplies,
            topic=topic,
            held_on=docking.held_on,
            facts_zh=docking.facts_zh,
            source_zh=docking.source_zh,
            source_en=docking.source_en,
        )
        for docking, topic in queries.with_strangers(session)
        if not docking.held_on or last_day(docking.held_on) <= as_of
        for name, supplies in ((docking.supplier_name, True), (docking.receiver_name, False))
        if name
    ]
    return sorted(found, key=lambda stranger: stranger.held_on or "", reverse=True)
