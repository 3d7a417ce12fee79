"""The proposals that wait, with what can be said of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from models.enums import ClusterKind
from service.access import Action, Principal, require
from service.errors import NotFound
from service.extraction.lexicon import Lexicon
from service.extraction.normalise import normalise
from service.lexicon import meanings
from service.paging import Page, decode_cursor, encode_cursor
from service.proposals import queries
from service.proposals.names import Register, guessed_kind
from service.proposals.views import Group, ProposalView, grouped
from service.statements import places
from service.text import fold

WIDE = {"province", "country"}
"""Levels of the regions that the lexicon knows and that are no single place of industry."""
AFTER = 6
"""Characters after a mention that may tell what kind of place it is."""


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
    return view(session, require_group(session, key), register, lexicon)


def require_group(session: Session, key: str, *, lock: bool = False) -> Group:
    for group in open_groups(session, lock=lock):
        if group.key == key:
            return group
    raise NotFound("proposal-unknown", key=key)
