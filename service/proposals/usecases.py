"""Carry out what is decided on the places that documents name and the register lacks.

A proposal is derived from its drafts; only a dismissal is stored.
"""

from dataclasses import asdict
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from models import PlaceDismissal
from service.access import Action, Principal, require
from service.audit.usecases import Step, record, require_version
from service.clusters.usecases import (
    Fields,
    add_alias,
    register_cluster,
    require_cluster,
)
from service.errors import NotFound, Unprocessable
from service.extraction.lexicon import Lexicon
from service.lexicon import meanings
from service.proposals import queries
from service.proposals.listing import require_group
from service.proposals.views import (
    Bound,
    DismissalView,
    Group,
    key_of,
)
from service.statements import places
from service.text import fold

ENTITY = "proposal"


class NewCluster(Fields, Protocol):
    slug: str


def _take(session: Session, who: Principal, key: str, version: int | None) -> Group:
    """The proposal, if it is still what the caller saw; its drafts are held until the commit."""
    require(who, Action.WRITE_CLUSTERS)
    group = require_group(session, key, lock=True)
    require_version(session, ENTITY, key, _facts(group), version)
    return group


def _facts(group: Group) -> dict[str, Any]:
    ids = [draft.id for draft in group.drafts]
    return {"name": group.name, "statements": ids, "version": group.version}


def accept(
    session: Session,
    who: Principal,
    key: str,
    fields: NewCluster,
    *,
    version: int | None,
    now: datetime,
) -> Bound:
    """Register the place, known by every name under which it was written; its drafts are its own.

    Raises
    ------
    AlreadyExists
        The slug or a name is taken.
    NotFound, StaleVersion
        Somebody decided it meanwhile, or more drafts came.
    """
    group = _take(session, who, key, version)
    known = {fold(name) for name in (fields.name_zh, fields.name_en, *fields.aliases)}
    fields.aliases = [
        *fields.aliases,
        *(name for name in group.spellings[:1] if fold(name) not in known),
    ]
    stored = register_cluster(session, who, fields.slug, fields, now=now)
    return _bind(session, who, group, stored.slug, "accepted", now)


def merge(
    session: Session,
    who: Principal,
    key: str,
    cluster: str,
    lexicon: Lexicon,
    *,
    alias: bool,
    version: int | None,
    now: datetime,
) -> Bound:
    """Give the drafts to a registered place; with ``alias`` it is known by this name from now on.

    Raises
    ------
    AlreadyExists, Unprocessable
        The name means another place, or something else, already.
    """
    group = _take(session, who, key, version)
    target = require_cluster(session, cluster)
    if alias:
        require_unambiguous(lexicon, group.name, target.slug)
        add_alias(session, who, target, group.name, now=now)
    return _bind(session, who, group, target.slug, "merged", now)


def require_unambiguous(lexicon: Lexicon, name: str, slug: str) -> None:
    """Unprocessable if documents would be read otherwise: as a region, a product, another place."""
    for entry in meanings(lexicon, name):
        if entry.family in {"place", "landmark"}:
            if entry.ref.slug != slug:
                raise Unprocessable("alias-other-place", name=name, other=entry.ref.name_zh)
        elif entry.family != "region":
            raise Unprocessable("alias-a-word", name=name)


def _bind(
    session: Session, who: Principal, group: Group, slug: str, step: str, now: datetime
) -> Bound:
    before = _facts(group)
    places.bind(session, who, group.drafts, require_cluster(session, slug), now)
    bound = Bound(slug, [draft.id for draft in group.drafts])
    after = {"name": group.name, **asdict(bound)}
    record(session, who, Step(step, ENTITY, group.key, None, before, after), now=now)
    return bound


def dismiss(
    session: Session, who: Principal, key: str, reason: str, *, version: int | None, now: datetime
) -> DismissalView:
    """Reject the drafts with the cause; the name is not proposed again until that is undone."""
    group = _take(session, who, key, version)
    before = _facts(group)
    dismissal = PlaceDismissal(
        name=group.name,
        folded=group.folded,
        reason=reason,
        dismissed_by=who.actor[:120],
        dismissed_at=now,
    )
    session.add(dismissal)
    session.flush()
    places.dismiss(session, who, group.drafts, dismissal, now)
    after = _dismissal_view(dismissal, len(group.drafts))
    record(session, who, Step("dismissed", ENTITY, key, None, before, after), now=now)
    return after


def list_dismissals(session: Session, who: Principal) -> list[DismissalView]:
    require(who, Action.WRITE_CLUSTERS)
    counts = queries.rejected_by(session)
    return [_dismissal_view(row, counts.get(row.id, 0)) for row in queries.dismissals(session)]


def _dismissal_view(row: PlaceDismissal, statements: int) -> DismissalView:
    return DismissalView(
        key=key_of(row.folded),
        name=row.name,
        reason=row.reason,
        statements=statements,
        dismissed_by=row.dismissed_by,
        dismissed_at=row.dismissed_at,
    )


def restore(session: Session, who: Principal, key: str, *, now: datetime) -> list[int]:
    """Take a dismissal back; the numbers of the statements that are drafts again."""
    require(who, Action.WRITE_CLUSTERS)
    dismissal = next((d for d in queries.dismissals(session) if key_of(d.folded) == key), None)
    if dismissal is None:
        raise NotFound("dismissal-unknown", key=key)
    drafts = places.restore(session, who, dismissal, now)
    before = _dismissal_view(dismissal, len(drafts))
    session.delete(dismissal)
    session.flush()
    record(session, who, Step("restored", ENTITY, key, None, before, None), now=now)
    return [draft.id for draft in drafts]


def dismissal_of(session: Session, place_name: str) -> PlaceDismissal | None:
    """The dismissal under which a newly found name falls."""
    return queries.dismissal(session, fold(place_name))
