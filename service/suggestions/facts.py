"""What a ranking is computed from and shown with, whether it was just read or kept."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from models.enums import Visibility
from service.matching.index import MatchIndex
from service.suggestions.ground import Members, Names
from service.suggestions.views import Cited

Pair = frozenset[str]


class Key(Protocol):
    @property
    def revision(self) -> int: ...

    @property
    def audience(self) -> Visibility: ...

    @property
    def drafts(self) -> bool: ...


class Facts(Protocol):
    """As ``RankingData`` has it; see there."""

    @property
    def key(self) -> Key: ...

    @property
    def index(self) -> MatchIndex: ...

    @property
    def names(self) -> Names: ...

    @property
    def labels(self) -> Names: ...

    @property
    def provinces(self) -> Mapping[str, str | None]: ...

    @property
    def members(self) -> Members: ...

    @property
    def cited(self) -> Mapping[str, Cited]: ...

    @property
    def changed(self) -> Mapping[str, datetime]: ...

    @property
    def vetoes(self) -> Mapping[Pair, str]: ...

    @property
    def met(self) -> Mapping[Pair, Sequence[str | None]]: ...
