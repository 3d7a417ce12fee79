"""Dockings that were held before, as the press reported them. They never feed a score."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.clusters.usecases import require_cluster
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
