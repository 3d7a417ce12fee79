"""Propose the places that documents name and the register lacks, and carry out what is decided.

A proposal is derived from its drafts; only a dismissal is stored.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from models import PlaceDismissal
from models.enums import ClusterKind
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
from service.extraction.normalise import normalise
from service.lexicon import meanings
from service.paging import Page, decode_cursor, encode_cursor
from service.proposals import queries
from service.proposals.names import Register, guessed_kind
from service.proposals.views import (
    Bound,
    DismissalView,
    Group,
    ProposalView,
    grouped,
    key_of,
)
from service.statements import places
from service.text import fold

ENTITY = "proposal"
WIDE = {"province", "country"}
"""Levels of the regions that the lexicon knows and that are no single place of industry."""
AFTER = 6
"""Characters after a mention that may tell what kind of place it is."""


class NewCluster(Fields, Protocol):
    slug: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which proposals to list; None and the empty text ask for all."""

    q: str = ""
    kind: str | None = None
    document: int | None = None
    near: bool | None = None
    """Whether a registered name resembles it."""


ALL = Asked()


def list_proposals(
    session: Session,
    who: Principal,
    lexicon: Lexicon,
    asked: Asked = ALL,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[ProposalView]:
    """Those with most drafts first."""
    require(who, Action.WRITE_CLUSTERS)
    last: Any = tuple(decode_cursor(cursor, (int, str, str))) if cursor is not None else ()
    register = Register(lexicon.places.values())
    items: list[ProposalView] = []
    end: Sequence[str | int] = ()
    for group in open_groups(session):
        if group.order <= last or not _may_match(group, asked):
            continue
        found = view(session, group, register, lexicon)
        if asked.kind in {None, found.kind} and asked.near in {None, bool(found.near)}:
            if len(items) == limit:
                return Page(items, encode_cursor(end))
            items.append(found)
            end = group.order
    return Page(items, None)


def open_groups(session: Session, *, lock: bool = False) -> list[Group]:
    dismissed = {row.folded for row in queries.dismissals(session)}
    groups = grouped(places.waiting_drafts(session, lock=lock))
    return [group for group in groups if group.folded not in dismissed]


def _may_match(group: Group, asked: Asked) -> bool:
    named = fold(asked.q) in group.folded
    return named and asked.document in {None, *group.documents}


def view(session: Session, group: Group, register: Register, lexicon: Lexicon) -> ProposalView:
    sources = queries.sources(session, group.documents)
    kind, word = _kind(session, group, lexicon)
    return ProposalView(
        key=group.key,
        name=group.name,
        spellings=group.spellings,
        drafts=len(group.drafts),
        statements=[draft.id for draft in group.drafts],
        documents=[sources[id_] for id_ in group.documents],
        first_seen=min(draft.created_at for draft in group.drafts),
        near=register.near(group.name),
        kind=kind,
        kind_word=word,
        version=group.version,
    )


def _kind(session: Session, group: Group, lexicon: Lexicon) -> tuple[str, str]:
    entries = meanings(lexicon, group.name)
    if any(entry.family == "region" and entry.ref in WIDE for entry in entries):
        return ClusterKind.REGION, group.name
    kind, word = guessed_kind(group.name, ())
    if word or not group.documents:
        return kind, word
    text = normalise(queries.text_of(session, group.documents[0])).text
    return guessed_kind(group.name, _words_after(text, group.name))


def _words_after(text: str, name: str) -> list[str]:
    pieces = text.split(name)[1:]
    return [piece[:AFTER] for piece in pieces if piece]


def get_proposal(session: Session, who: Principal, lexicon: Lexicon, key: str) -> ProposalView:
    require(who, Action.WRITE_CLUSTERS)
    register = Register(lexicon.places.values())
    return view(session, _require_group(session, key), register, lexicon)


def _require_group(session: Session, key: str, *, lock: bool = False) -> Group:
    for group in open_groups(session, lock=lock):
        if group.key == key:
            return group
    raise NotFound("proposal-unknown", key=key)


def _take(session: Session, who: Principal, key: str, version: int | None) -> Group:
    """The proposal, if it is still what the caller saw; its drafts are held until the commit."""
    require(who, Action.WRITE_CLUSTERS)
    group = _require_group(session, key, lock=True)
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
