"""What an erasure takes away, and what it cannot reach."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ErasedReport:
    """``sent_to``: addresses that hold a copy already; only people can ask for it back."""

    schedule: int
    due: datetime
    sent_to: Sequence[str]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The same words in another document, which may be somebody else's."""

    meeting: int
    document: int
    start: int


@dataclass(frozen=True, slots=True)
class ErasureView:
    """Of a rehearsal, what would be erased. It never repeats the words."""

    rehearsal: bool
    statements: Sequence[int]
    documents: Sequence[int]
    characters: int
    """Of the documents, that became blanks."""
    reports: Sequence[ErasedReport]
    files: int
    """Of the report folders, that were removed."""
    elsewhere: Sequence[Elsewhere]
    runs: Sequence[int] = ()
    """Kept runs that used it, and answer no more."""
