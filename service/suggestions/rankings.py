"""The match indexes of an application, shared by all requests."""

from collections import OrderedDict
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter

from sqlalchemy import event
from sqlalchemy.orm import Session

from service.db import data_revision
from service.matching.encoders import scorer_of
from service.metrics import Metrics
from service.phrases import CharacterPhrases, Phrases
from service.suggestions.data import DataKey, RankingData, load
from service.suggestions.pages import Pages
from service.suggestions.views import RankingQuery

KEPT = 6
"""Indexes kept at once: some days and audiences of the newest revision."""


@dataclass(frozen=True, slots=True, eq=False)
class Building:
    """An index that somebody is just making."""

    erasures: int
    """How many there had been when it was begun."""
    base: RankingData | None
    data: Future[RankingData] = field(default_factory=Future)


@dataclass(slots=True, eq=False)
class Rankings:
    """Indexes by revision, day, audience and drafts; the least recently used one goes first.

    Who asks for an index that is kept waits for nobody; who asks for one that is being built waits
    for that one alone.
    """

    metrics: Metrics = field(default_factory=Metrics)
    phrases: Phrases = field(default_factory=CharacterPhrases)
    pages: Pages = field(default_factory=Pages)
    """What was sent of them."""
    _kept: OrderedDict[DataKey, RankingData] = field(default_factory=OrderedDict)
    _building: dict[DataKey, Building] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _erasures: int = 0

    @property
    def scorer(self) -> str:
        """As the runs of these rankings name it."""
        return scorer_of(self.phrases.version)

    def data(self, session: Session, query: RankingQuery) -> RankingData:
        """The index for ``query`` at the revision that ``session`` sees, built if need be."""
        key = key_of(session, query)
        while True:
            with self._lock:
                kept = self._used(key)
                under_way = self._building.get(key)
                if kept is None and under_way is None:
                    mine = self._building[key] = Building(self._erasures, self._base(key))
            if kept is not None:
                return kept
            if under_way is None:
                return self._built(session, key, mine)
            wait((under_way.data,))
            if under_way.data.exception() is None:
                return under_way.data.result()

    def kept(self, key: DataKey) -> RankingData | None:
        """The index if it is at hand; touches no database and waits for nobody."""
        with self._lock:
            return self._used(key)

    def forget(self) -> None:
        """Words were erased that may stand in what is kept, or is just being built."""
        with self._lock:
            self._erasures += 1
            self._kept.clear()
            self._building.clear()
        self.pages.clear()
        self.phrases.forget()

    def forget_after(self, session: Session) -> None:
        """Forget once ``session`` has committed: before that, others still read the words."""
        event.listen(session, "after_commit", lambda _: self.forget(), once=True)

    def _used(self, key: DataKey) -> RankingData | None:
        data = self._kept.get(key)
        if data is not None:
            self._kept.move_to_end(key)
        return data

    def _base(self, key: DataKey) -> RankingData | None:
        """The newest older index of the same readers and day, of which a part may still hold."""
        alike = [kept for kept in self._kept if kept.is_alike(key) and kept.revision < key.revision]
        newest = max(alike, key=lambda kept: kept.revision, default=None)
        return self._kept[newest] if newest else None

    def _built(self, session: Session, key: DataKey, mine: Building) -> RankingData:
        began = perf_counter()
        try:
            data = load(session, key, self.phrases, mine.base)
        except BaseException as error:
            self._end(key, mine)
            mine.data.set_exception(error)
            raise
        self.metrics.index_built(perf_counter() - began, len(data.index.statements))
        self._end(key, mine, data)
        mine.data.set_result(data)
        return data

    def _end(self, key: DataKey, mine: Building, data: RankingData | None = None) -> None:
        """Keep what was built; older ones of the same readers will not be asked for again."""
        with self._lock:
            if self._building.get(key) is mine:
                del self._building[key]
            overtaken = any(replaced(key, kept) for kept in self._kept)
            if data is None or overtaken or mine.erasures != self._erasures:
                return
            for old in [kept for kept in self._kept if replaced(kept, key)]:
                del self._kept[old]
            self._kept[key] = data
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)


def replaced(kept: DataKey, key: DataKey) -> bool:
    return kept.audience == key.audience and kept.revision < key.revision


def key_of(session: Session, query: RankingQuery) -> DataKey:
    return DataKey(
        data_revision(session, query.audience), query.as_of, query.audience, query.drafts
    )
