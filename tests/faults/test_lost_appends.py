"""Clients that change one entry at once: no change is lost, and nobody sees time go back."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from models import Cluster
from service.audit.usecases import require_version
from service.db import Sessions, make_engine, touch
from service.errors import StaleVersion
from tests.conftest import Databases
from tests.support.clock import NOW
from tests.support.filling import put_rows
from tests.support.histories import Step, Verdict, judge
from tests.support.revisions import revisions, rows_at

CLIENTS, ROWS, ROUND = 4, 3, 500
"""Lists begin anew after each round, so that they stay short."""
Append = Callable[[Sessions, int, str], list[str]]
"""Appends to the list of a row; returns the list that it saw before."""


def put(session: Session, row: Cluster, values: list[str]) -> None:
    row.products = values
    touch(row, NOW)
    session.flush()


def in_one_transaction(sessions: Sessions, id_: int, value: str) -> list[str]:
    with sessions.write() as session:
        row = session.get_one(Cluster, id_)
        seen = list(row.products)
        put(session, row, [*seen, value])
    return seen


def after_reading(sessions: Sessions, id_: int, value: str) -> list[str]:
    """As a person edits: read, think, send back with the version that was read."""
    with sessions.read() as session:
        row = session.get_one(Cluster, id_)
        seen, version = list(row.products), row.version
    with sessions.write() as session:
        row = session.get_one(Cluster, id_)
        require_version(session, "cluster", id_, {"version": row.version}, version)
        put(session, row, [*seen, value])
    return seen


def without_version(sessions: Sessions, id_: int, value: str) -> list[str]:
    """The careless way."""
    with sessions.read() as session:
        seen = list(session.get_one(Cluster, id_).products)
    with sessions.write() as session:
        row = update(Cluster).where(Cluster.id == id_)
        session.execute(row.values(products=[*seen, value]))
    return seen


@dataclass
class Clients:
    sessions: Sessions
    ways: tuple[Append, ...]
    rows: list[int] = field(default_factory=list)
    conflicts: int = 0

    def begin(self) -> None:
        with self.sessions.write() as session:
            found = session.scalars(select(Cluster).order_by(Cluster.id).limit(ROWS)).all()
            for row in found:
                put(session, row, [])
            self.rows = [row.id for row in found]

    def look(self) -> dict[int, list[str]]:
        """All lists in one statement, which sees one moment on both databases."""
        with self.sessions.read() as session:
            found = session.execute(
                select(Cluster.id, Cluster.products).where(Cluster.id.in_(self.rows))
            )
            return {id_: list(products) for id_, products in found}

    def append(self, luck: random.Random, value: str) -> Step:
        id_ = luck.choice(self.rows)
        while True:
            try:
                seen = luck.choice(self.ways)(self.sessions, id_, value)
            except (StaleDataError, StaleVersion):
                self.conflicts += 1
                continue
            return Step({id_: seen}, id_, value)

    def work(self, client: int, transactions: int) -> list[Step]:
        luck, numbers = random.Random(client), count()
        return [
            self.append(luck, f"{client}.{next(numbers)}")
            if luck.random() < 0.7
            else Step(self.look())
            for _ in range(transactions)
        ]

    def round(self, transactions: int) -> Verdict:
        self.begin()
        with ThreadPoolExecutor(CLIENTS) as pool:
            share = [transactions // CLIENTS] * CLIENTS
            histories = list(pool.map(self.work, range(CLIENTS), share))
        return judge(histories, self.look())


@pytest.fixture
def sessions(databases: Databases) -> Iterator[Sessions]:
    def fill(sessions: Sessions) -> None:
        put_rows(sessions.engine, rows_at(revisions()[-1]))

    engine = make_engine(databases.fresh("filled", fill))
    yield Sessions(engine)
    engine.dispose()


CAREFUL = (in_one_transaction, after_reading)


def test_no_append_is_lost_among_four_clients(sessions: Sessions) -> None:
    assert Clients(sessions, CAREFUL).round(300).sound


@pytest.mark.slow
def test_no_append_is_lost_in_ten_thousand_transactions(sessions: Sessions) -> None:
    clients = Clients(sessions, CAREFUL)
    for _ in range(10_000 // ROUND):
        assert clients.round(ROUND).sound
    print(f"10,000 transactions, {clients.conflicts} conflicts tried again")  # noqa: T201 - the figure
    assert clients.conflicts > 0


def test_appends_without_a_version_are_lost_and_it_is_noticed(sessions: Sessions) -> None:
    verdict = Clients(sessions, (without_version,)).round(300)
    print(verdict)  # noqa: T201 - the figure
    assert verdict.lost > 0
    assert verdict.forked > 0


A, B, C = Step({1: []}, 1, "a"), Step({1: ["a"]}, 1, "b"), Step({1: ["a", "b"]})


@pytest.mark.parametrize(
    ("clients", "final", "fault"),
    [
        ([[A], [B, C]], {1: ["a", "b"]}, None),
        ([[A], [B]], {1: ["a"]}, "lost"),
        ([[A]], {1: ["a", "a"]}, "doubled"),
        ([[A]], {1: ["a", "x"]}, "unknown"),
        ([[B], [C]], {1: ["b"]}, "forked"),
    ],
)
def test_a_history_is_judged(
    clients: list[list[Step]], final: dict[int, list[str]], fault: str | None
) -> None:
    verdict = judge(clients, final)
    assert verdict.sound == (fault is None)
    assert fault is None or getattr(verdict, fault) > 0


def test_a_reader_who_sees_time_go_back_is_noticed() -> None:
    final = {1: ["a", "b"]}
    assert judge([[A], [B], [Step({1: ["a"]}), C]], final).sound
    assert judge([[A], [B], [C, Step({1: ["a"]})]], final).cycle


def test_readers_who_see_two_changes_in_different_orders_are_noticed() -> None:
    writers = [[Step({1: []}, 1, "a")], [Step({2: []}, 2, "b")]]
    final = {1: ["a"], 2: ["b"]}
    one, other = Step({1: ["a"], 2: []}), Step({1: [], 2: ["b"]})
    assert judge([*writers, [one]], final).sound
    assert judge([*writers, [one], [other]], final).cycle
