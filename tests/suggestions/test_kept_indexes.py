"""Which indexes are kept, who waits for whom, and what is forgotten."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest

from models.enums import Visibility
from service.suggestions import rankings as module
from service.suggestions.data import DataKey
from service.suggestions.rankings import KEPT, Rankings
from service.suggestions.views import RankingQuery
from tests.support.clock import NOW

SECONDS = 10
MEMBERS = RankingQuery(NOW.date(), Visibility.MEMBERS)
ORGANISERS = RankingQuery(NOW.date(), Visibility.ORGANISERS)


@dataclass
class Works:
    """Stands for the database: a session is the revision that it sees."""

    rankings: Rankings = field(default_factory=Rankings)
    built: list[tuple[DataKey, Any]] = field(default_factory=list)
    begun: Event = field(default_factory=Event)
    go_on: Event = field(default_factory=Event)
    fails: bool = False

    def load(self, _session: object, key: DataKey, _phrases: object, base: Any) -> Any:
        self.built.append((key, base))
        self.begun.set()
        assert self.go_on.wait(SECONDS)
        if self.fails:
            self.fails = False
            raise ConnectionError
        return SimpleNamespace(key=key, index=SimpleNamespace(statements=()))

    def ask(self, revision: int, query: RankingQuery = MEMBERS) -> Any:
        session: Any = revision
        return self.rankings.data(session, query)


@pytest.fixture
def works(monkeypatch: pytest.MonkeyPatch) -> Works:
    works = Works()
    works.go_on.set()
    monkeypatch.setattr(module, "load", works.load)
    monkeypatch.setattr(module, "data_revision", lambda session, _audience: session)
    return works


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as pool:
        yield pool


def begin(works: Works, pool: ThreadPoolExecutor, revision: int) -> Future[Any]:
    """Somebody builds, and is not finished before ``works.go_on`` is set."""
    works.begun.clear()
    works.go_on.clear()
    asked = pool.submit(works.ask, revision)
    assert works.begun.wait(SECONDS)
    return asked


def test_who_asks_for_what_is_kept_waits_for_nobody(works: Works, pool: ThreadPoolExecutor) -> None:
    kept = works.ask(1, ORGANISERS)
    under_way = begin(works, pool, 1)
    assert works.ask(1, ORGANISERS) is kept
    assert not under_way.done()
    works.go_on.set()
    assert under_way.result(SECONDS).key.audience is Visibility.MEMBERS


def test_one_builds_for_all_that_ask_for_the_same(works: Works, pool: ThreadPoolExecutor) -> None:
    first = begin(works, pool, 1)
    others = [pool.submit(works.ask, 1) for _ in range(3)]
    works.go_on.set()
    assert {id(other.result(SECONDS)) for other in others} == {id(first.result(SECONDS))}
    assert len(works.built) == 1


def test_where_a_build_fails_the_next_one_tries(works: Works, pool: ThreadPoolExecutor) -> None:
    works.fails = True
    first = begin(works, pool, 1)
    other = pool.submit(works.ask, 1)
    works.go_on.set()
    with pytest.raises(ConnectionError):
        first.result(SECONDS)
    assert other.result(SECONDS).key.revision == 1


def test_a_newer_one_is_built_upon_the_last_of_the_same_readers(works: Works) -> None:
    one = works.ask(1)
    works.ask(1, ORGANISERS)
    two = works.ask(2)
    assert works.built[-1] == (two.key, one)
    assert works.rankings.kept(one.key) is None
    assert works.rankings.kept(two.key) is two


def test_what_was_erased_while_it_was_built_is_not_kept(
    works: Works, pool: ThreadPoolExecutor
) -> None:
    under_way = begin(works, pool, 1)
    works.rankings.forget()
    works.go_on.set()
    key = under_way.result(SECONDS).key
    assert works.rankings.kept(key) is None
    works.ask(2)
    assert works.built[-1][1] is None


def test_one_that_was_overtaken_is_not_kept(works: Works, pool: ThreadPoolExecutor) -> None:
    newest, held = works.ask(2), begin(works, pool, 1)
    works.go_on.set()
    late = held.result(SECONDS)
    assert (late.key.revision, works.rankings.kept(late.key)) == (1, None)
    assert works.rankings.kept(newest.key) is newest


def test_few_are_kept_and_the_longest_unused_goes_first(works: Works) -> None:
    days = [NOW.date().replace(day=day) for day in range(1, KEPT + 2)]
    queries = [RankingQuery(day, Visibility.MEMBERS) for day in days]
    first, *_ = kept = [works.ask(1, query) for query in queries[:KEPT]]
    assert works.ask(1, queries[0]) is first
    works.ask(1, queries[KEPT])
    assert [works.rankings.kept(data.key) is data for data in kept] == [True, False] + [True] * (
        KEPT - 2
    )
