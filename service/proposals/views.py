"""Proposed and dismissed places, as every face of the program shows them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from models import Statement
from service.proposals.names import Near
from service.proposals.queries import Source
from service.text import fold, sort_key


@dataclass(frozen=True, slots=True)
class ProposalView:
    key: str
    name: str
    spellings: Sequence[str]
    drafts: int
    statements: Sequence[int]
    documents: Sequence[Source]
    first_seen: datetime
    near: Sequence[Near]
    kind: str
    """Guessed."""
    kind_word: str
    """What the guess rests on; empty where nothing told."""
    version: int


@dataclass(frozen=True, slots=True)
class DismissalView:
    key: str
    name: str
    reason: str
    statements: int
    dismissed_by: str
    dismissed_at: datetime


@dataclass(frozen=True, slots=True)
class Bound:
    """What became of a proposal: whose its drafts are now."""

    cluster: str
    statements: Sequence[int]


@dataclass(frozen=True, slots=True)
class Group:
    """The drafts of one place, in the order of entry."""

    folded: str
    drafts: Sequence[Statement]

    @property
    def key(self) -> str:
        return key_of(self.folded)

    @property
    def spellings(self) -> list[str]:
        """The most frequent first."""
        counts = Counter(draft.place_name or "" for draft in self.drafts)
        return [name for name, _ in counts.most_common()]

    @property
    def name(self) -> str:
        return self.spellings[0]

    @property
    def documents(self) -> list[int]:
        return sorted({d.document_id for d in self.drafts if d.document_id is not None})

    @property
    def order(self) -> tuple[int, str, str]:
        """Those with most drafts first, then by pinyin."""
        return 10**9 - len(self.drafts), sort_key(self.name), self.key

    @property
    def version(self) -> int:
        """Another number as soon as a draft is added, changed or decided."""
        state = repr([(draft.id, draft.version) for draft in self.drafts])
        return int(sha256(state.encode()).hexdigest()[:7], 16)


def key_of(folded: str) -> str:
    """Names a place in an address, whatever characters its name has."""
    return sha256(folded.encode()).hexdigest()[:16]


def grouped(drafts: Sequence[Statement]) -> list[Group]:
    """By name; spellings that fold alike are one place."""
    groups: dict[str, list[Statement]] = {}
    for draft in drafts:
        groups.setdefault(fold(draft.place_name or ""), []).append(draft)
    return sorted((Group(name, found) for name, found in groups.items()), key=lambda g: g.order)
