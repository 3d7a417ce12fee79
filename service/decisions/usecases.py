"""Put a list before people, take down what they decide on it, take it back."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models import Cluster, Decision, Impression, Showing
from models.enums import Visibility
from service.access import Action, Principal, Reach, require, require_reach
from service.audit.usecases import Step, record, require_version
from service.clusters.usecases import require_cluster
from service.decisions import queries
from service.decisions.views import DecisionView, ShowingView, decision_view, showing_view
from service.errors import Conflict, NotFound, Unprocessable
from service.events.usecases import EventView, get_event
from service.paging import Page, read_page
from service.suggestions.rankings import Rankings
from service.suggestions.usecases import explain_pair, suggest_for_event
from service.suggestions.views import Suggestion, query_of

ENTITY, SHOWING = "decision", "showing"
TERMS = ("need", "offer", "mutual", "similarity")


def show_list(
    session: Session,
    rankings: Rankings,
    who: Principal,
    event_id: int,
    *,
    to: str | None,
    top: int,
    today: date,
    now: datetime,
) -> ShowingView:
    """Rank the event as it stands, and keep which pairs stand at which place.

    With ``to``, the partners of that participant, as its representative may see them.
    """
    require(who, Action.WRITE_EVENTS)
    query = query_of(who, today, top=top)
    if to is not None:
        query = replace(query, audience=Visibility.MEMBERS)
    ranking = suggest_for_event(session, rankings, who, event_id, query, of=to)
    addressee = require_cluster(session, to) if to is not None else None
    run = ranking.run
    showing = Showing(
        event_id=event_id,
        to_id=addressee.id if addressee else None,
        revision=run.revision,
        scorer=run.scorer,
        as_of=run.as_of,
        audience=run.audience,
        weights=dict(run.weights),
        shown_by=who.actor[:120],
        shown_at=now,
        impressions=list(_impressions(session, ranking.suggestions)),
    )
    session.add(showing)
    session.flush()
    stored = showing_view(showing, _slugs_of(session, [showing]))
    record(session, who, Step("shown", SHOWING, stored.id, None, None, stored), now=now)
    return stored


def _impressions(session: Session, suggestions: Iterable[Suggestion]) -> Iterable[Impression]:
    known: dict[str, int] = {}
    for suggestion in suggestions:
        for slug in (suggestion.for_, suggestion.cluster):
            if slug not in known:
                known[slug] = require_cluster(session, slug).id
        yield Impression(
            place=suggestion.rank,
            for_id=known[suggestion.for_],
            cluster_id=known[suggestion.cluster],
            **terms_of(suggestion),
        )


def terms_of(suggestion: Suggestion) -> dict[str, float]:
    """Without what rounding adds beyond 1."""
    return {term: min(1.0, getattr(suggestion, term)) for term in TERMS}


def _slugs_of(session: Session, showings: Iterable[Showing]) -> dict[int | None, str]:
    ids: set[int | None] = set()
    for showing in showings:
        ids.add(showing.to_id)
        for pair in showing.impressions:
            ids |= {pair.for_id, pair.cluster_id}
    return queries.slugs(session, ids)


def list_showings(
    session: Session, who: Principal, event_id: int, *, limit: int = 50, cursor: str | None = None
) -> Page[ShowingView]:
    """Newest first."""
    require(who, Action.WRITE_EVENTS)
    get_event(session, who, event_id)
    rows = queries.showings(event_id)
    page = read_page(session, rows, key=(Showing.id,), limit=limit, cursor=cursor, descending=True)
    slugs = _slugs_of(session, page.items)
    return Page([showing_view(showing, slugs) for showing in page.items], page.next_cursor)


def list_decisions(
    session: Session, who: Principal, event_id: int, *, limit: int = 50, cursor: str | None = None
) -> Page[DecisionView]:
    """Newest first; a representative sees what its own cluster decided."""
    reach = require_reach(who, Action.READ_DECISIONS)
    get_event(session, who, event_id)
    own = None if reach is Reach.ALL else who.cluster or ""
    rows = queries.decisions(event_id, side=own)
    page = read_page(session, rows, key=(Decision.id,), limit=limit, cursor=cursor, descending=True)
    ids = {i for d in page.items for i in (d.for_id, d.cluster_id)}
    slugs = queries.slugs(session, ids)
    return Page([decision_view(decision, slugs) for decision in page.items], page.next_cursor)


def decide(
    session: Session,
    rankings: Rankings,
    who: Principal,
    event_id: int,
    fields: dict[str, Any],
    *,
    today: date,
    now: datetime,
) -> DecisionView:
    """Take down what ``side`` (None: the organiser) decides on a pair of an event.

    Raises
    ------
    EventNotFound, ClusterNotFound, Forbidden
        The event or a cluster is unknown, or the side is somebody else's.
    Unprocessable
        The two are one, the side is neither of them, or one does not take part.
    Conflict
        The side has decided; that decision has to be taken back first.
    """
    require_reach(who, Action.WRITE_DECISIONS)
    event = get_event(session, who, event_id)
    one, other = (require_cluster(session, fields[name]) for name in ("for_", "cluster"))
    side = require_cluster(session, fields["side"]) if fields["side"] is not None else None
    require(who, Action.WRITE_DECISIONS, side.slug if side else None)
    _check_pair(event, one, other, side)
    queries.lock_event(session, event_id)
    side_id = side.id if side else None
    known = queries.decision(session, event_id, one, other, side_id)
    if known is not None:
        raise Conflict("decision-there", id=known.id)
    decision = Decision(
        event_id=event_id,
        side_id=side_id,
        verdict=fields["verdict"],
        decided_by=who.actor[:120],
        decided_at=now,
        **_as_seen(session, rankings, who, event, one, other, side_id, today),
    )
    session.add(decision)
    session.flush()
    stored = decision_view(decision, {c.id: c.slug for c in (one, other)})
    record(session, who, Step("taken", ENTITY, stored.id, stored.version, None, stored), now=now)
    return stored


def _check_pair(event: EventView, one: Cluster, other: Cluster, side: Cluster | None) -> None:
    if one is other:
        raise Unprocessable("same-cluster")
    if side is not None and side not in (one, other):
        raise Unprocessable("side-of-neither", side=side.slug)
    for cluster in (one, other):
        if cluster.slug not in event.participants:
            raise Unprocessable("not-present", slug=cluster.slug, event=event.id)


def _as_seen(
    session: Session,
    rankings: Rankings,
    who: Principal,
    event: EventView,
    one: Cluster,
    other: Cluster,
    side: int | None,
    today: date,
) -> dict[str, Any]:
    """The pair as the last list for this side showed it, else as it is today."""
    shown = queries.last_impression(session, event.id, one, other, side)
    if shown is not None:
        names = ("for_id", "cluster_id", "showing_id", "place", *TERMS)
        return {name: getattr(shown, name) for name in names}
    query = query_of(who, today, topics=tuple(event.themes))
    now = explain_pair(session, rankings, one.slug, other.slug, query).suggestion
    return {"for_id": one.id, "cluster_id": other.id, **terms_of(now)}


def take_back(
    session: Session,
    who: Principal,
    event_id: int,
    id_: int,
    *,
    version: int | None,
    now: datetime,
) -> None:
    """Remove a decision, so that the side can decide anew."""
    reach = require_reach(who, Action.WRITE_DECISIONS)
    get_event(session, who, event_id)
    own = None if reach is Reach.ALL else who.cluster or ""
    rows = queries.decisions(event_id, side=own).where(Decision.id == id_)
    decision = session.scalars(rows).one_or_none()
    if decision is None:
        raise NotFound("decision-unknown", id=id_)
    slugs = queries.slugs(session, {decision.for_id, decision.cluster_id})
    before = decision_view(decision, slugs)
    require_version(session, ENTITY, id_, before, version)
    session.delete(decision)
    record(session, who, Step("taken_back", ENTITY, id_, None, before, None), now=now)
