"""The match indexes of an application, shared by all requests."""

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter

from sqlalchemy.orm import Session

from service.db import data_revision
from service.matching.encoders import scorer_of
from service.metrics import Metrics
from service.phrases import CharacterPhrases, Phrases
from service.suggestions.data import DataKey, RankingData, load
from service.suggestions.views import RankingQuery

KEPT = 6
"""Indexes kept at once: some days and audiences of the newest revision."""


@dataclass(slots=True, eq=False)
class Rankings:
    """Indexes by revision, day, audience and drafts; the least recently used one goes first."""

    metrics: Metrics = field(default_factory=Metrics)
    phrases: Phrases = field(default_factory=CharacterPhrases)
    _kept: OrderedDict[DataKey, RankingData] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    @property
    def scorer(self) -> str:
        """As the runs of these rankings name it."""
        return scorer_of(self.phrases.version)

    def data(self, session: Session, query: RankingQuery) -> RankingData:
        """The index for ``query`` at the revision that ``session`` sees, built if need be."""
        key = key_of(session, query)
        with self._lock:  # one builds, the others wait for what it built
            data = self._kept.pop(key, None) or self._built(session, key)
            self._kept[key] = data
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return data

    def _built(self, session: Session, key: DataKey) -> RankingData:
        """Older ones of the same readers will not be asked for again."""
        for old in [kept for kept in self._kept if replaced(kept, key)]:
            del self._kept[old]
        began = perf_counter()
        data = load(session, key, self.phrases)
        self.metrics.index_built(perf_counter() - began, len(data.index.statements))
        return data

    def forget(self) -> None:
        """Words were erased that may stand in what is kept."""
        with self._lock:
            self._kept.clear()
        self.phrases.forget()


def replaced(kept: DataKey, key: DataKey) -> bool:
    return kept.audience == key.audience and kept.revision < key.revision


def key_of(session: Session, query: RankingQuery) -> DataKey:
    return DataKey(
        data_revision(session, query.audience), query.as_of, query.audience, query.drafts
    )
