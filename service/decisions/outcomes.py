"""What came of pairs: met, did not come, samples, a contract."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Cluster, Outcome
from service.access import Action, Principal, Reach, require_reach
from service.audit.usecases import Step, record, require_version
from service.clusters.usecases import require_cluster
from service.decisions import queries
from service.decisions.views import OutcomeView, outcome_view
from service.errors import Forbidden, NotFound, Unprocessable
from service.events.usecases import get_event
from service.paging import Page, read_page

ENTITY = "outcome"


def list_outcomes(
    session: Session,
    who: Principal,
    *,
    event: int | None = None,
    cluster: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[OutcomeView]:
    """Newest entry first; a representative sees those of its own cluster."""
    reach = require_reach(who, Action.READ_DECISIONS)
    of = [require_cluster(session, cluster).slug] if cluster else []
    of += [] if reach is Reach.ALL else [who.cluster or ""]
    rows = queries.outcomes(event=event, of=of)
    page = read_page(session, rows, key=(Outcome.id,), limit=limit, cursor=cursor, descending=True)
    slugs = queries.slugs(session, {i for o in page.items for i in (o.for_id, o.cluster_id)})
    return Page([outcome_view(outcome, slugs) for outcome in page.items], page.next_cursor)


def record_outcome(
    session: Session, who: Principal, fields: dict[str, Any], *, now: datetime
) -> OutcomeView:
    """Write down what came of a pair; of its own pairs a representative may too.

    Raises
    ------
    EventNotFound, ClusterNotFound, Forbidden, Unprocessable
        The event or a cluster is unknown, the pair is somebody else's, both are one, or an amount
        stands without a contract.
    """
    one, other = (require_cluster(session, fields[name]) for name in ("for_", "cluster"))
    _require_own(who, one, other)
    if one is other:
        raise Unprocessable("same-cluster")
    if fields["amount_yuan"] is not None and fields["result"] != "contract":
        raise Unprocessable("amount-without-contract")
    if fields["event"] is not None:
        get_event(session, who, fields["event"])
    outcome = Outcome(
        event_id=fields["event"],
        for_id=one.id,
        cluster_id=other.id,
        **{name: fields[name] for name in ("result", "amount_yuan", "note", "happened_on")},
        recorded_by=who.actor[:120],
        recorded_at=now,
    )
    session.add(outcome)
    session.flush()
    stored = outcome_view(outcome, {one.id: one.slug, other.id: other.slug})
    record(session, who, Step("recorded", ENTITY, stored.id, stored.version, None, stored), now=now)
    return stored


def withdraw_outcome(
    session: Session, who: Principal, id_: int, *, version: int | None, now: datetime
) -> None:
    require_reach(who, Action.WRITE_DECISIONS)
    outcome = session.get(Outcome, id_)
    sides = outcome and [session.get_one(Cluster, i) for i in (outcome.for_id, outcome.cluster_id)]
    if outcome is None or not sides or not _is_own(who, *sides):
        raise NotFound("no-such-outcome", id=id_)
    before = outcome_view(outcome, {side.id: side.slug for side in sides})
    require_version(session, ENTITY, id_, before, version)
    session.delete(outcome)
    record(session, who, Step("withdrawn", ENTITY, id_, None, before, None), now=now)


def _is_own(who: Principal, one: Cluster, other: Cluster) -> bool:
    return any(who.may(Action.WRITE_DECISIONS, side.slug) for side in (one, other))


def _require_own(who: Principal, one: Cluster, other: Cluster) -> None:
    require_reach(who, Action.WRITE_DECISIONS)
    if not _is_own(who, one, other):
        raise Forbidden("not-your-cluster", own=who.cluster or "")
