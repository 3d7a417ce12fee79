"""Pairs that somebody refused for one event: out of its ranking, and of no other."""

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models import Cluster, Decision
from models.enums import Verdict


def refused(session: Session, event_id: int) -> list[tuple[str, str]]:
    """The slugs of each pair, in order; who refused it is not said."""
    one, other = aliased(Cluster), aliased(Cluster)
    rows = (
        select(one.slug, other.slug)
        .select_from(Decision)
        .join(one, Decision.for_id == one.id)
        .join(other, Decision.cluster_id == other.id)
        .where(Decision.event_id == event_id, Decision.verdict == Verdict.NO)
    )
    return sorted({(min(pair), max(pair)) for pair in session.execute(rows).all()})
