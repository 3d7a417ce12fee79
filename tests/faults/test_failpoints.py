"""What stores many rows at once stores all of them or none, wherever it breaks."""

import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from models import Base
from service.db import Sessions, make_engine
from service.meetings import usecases
from service.reading.dispatch import read
from service.runtime import Runtime
from tests.conftest import SEED, Databases, shipped
from tests.support.clock import NOW
from tests.support.contents import read_contents
from tests.support.failpoints import Broken, failpoint
from tests.support.people import TESTER

ROOT = Path(__file__).resolve().parents[2]
ARTICLE = SEED / "meetings" / "humen-round-table-2017.txt"
TALK = "大连市服装协会会长：大连缺少面料生产企业。柯桥代表：柯桥的强项是面料。大朗的设计师流失。"
Work = Callable[[Sessions], object]
Counts = tuple[int, ...]

load = shipped()


def counts(engine: Engine) -> Counts:
    """The rows of every table, as somebody else sees them."""
    tables = Base.metadata.sorted_tables
    columns = [select(func.count()).select_from(table).scalar_subquery() for table in tables]
    with Sessions(engine).read() as session:
        return tuple(session.execute(select(*columns)).one())


class Engines:
    """One that works and is broken, and one that watches."""

    def __init__(self, url: str) -> None:
        self.working, self.watching = make_engine(url), make_engine(url)

    def close(self) -> None:
        self.working.dispose()
        self.watching.dispose()


def seen_meanwhile(url: str, work: Work, every: int = 1) -> tuple[Counter[Counts], int]:
    """What another connection saw before each statement of ``work``, and their number."""
    seen: Counter[Counts] = Counter()
    with closing(Engines(url)) as engines:

        def look() -> None:
            if counted.passed % every == 0:
                seen[counts(engines.watching)] += 1

        with failpoint(engines.working, watch=look) as counted:
            work(Sessions(engines.working))
    return seen, counted.passed


def verify_nothing_is_left(url: str, work: Work, points: Iterable[int]) -> None:
    """``work`` breaks at each of the points and leaves every row as it was."""
    with closing(Engines(url)) as engines:
        rows, before = counts(engines.watching), read_contents(engines.watching)
        for point in points:
            with failpoint(engines.working, point), pytest.raises(Broken):
                work(Sessions(engines.working))
            assert counts(engines.watching) == rows, point
        assert read_contents(engines.watching) == before


def verify_load(databases: Databases, *, every: int, points: int) -> None:
    empty = make_engine(databases.fresh("empty"))
    before = counts(empty)
    empty.dispose()
    seen, total = seen_meanwhile(databases.fresh("empty"), load, every)
    assert set(seen) == {before}
    chosen = random.Random(points).sample(range(1, total), min(points, total) - 1)
    verify_nothing_is_left(databases.fresh("empty"), load, [*chosen, total])
    print(f"{total} statements, watched at {seen.total()}, broken at {len(chosen) + 1}")  # noqa: T201 - the figure


def test_a_load_that_breaks_leaves_nothing(databases: Databases) -> None:
    verify_load(databases, every=100, points=2)


@pytest.mark.slow
def test_a_load_that_breaks_leaves_nothing_wherever_it_does(databases: Databases) -> None:
    verify_load(databases, every=1, points=500)


@pytest.mark.slow
def test_a_load_that_is_killed_leaves_nothing(databases: Databases) -> None:
    url = databases.fresh("empty")
    engine = make_engine(url)
    before = counts(engine)
    _, total = seen_meanwhile(databases.fresh("empty"), load, every=10**9)
    points = sorted(random.Random(50).sample(range(1, total + 1), 50))
    for point in points:
        command = [sys.executable, "-m", "tests.faults.loading", url, str(point)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        assert done.stdout.split() == ["-9"]
        assert counts(engine) == before, point
    load(Sessions(engine))
    assert counts(engine) > before
    engine.dispose()


def in_pieces(sessions: Sessions) -> None:
    """The careless way: a commit after each part."""
    shipped("register")(sessions)
    shipped("meetings")(sessions)


def test_a_load_in_pieces_is_noticed(databases: Databases) -> None:
    seen, _ = seen_meanwhile(databases.fresh("empty"), in_pieces, every=100)
    assert len(seen) == 2


def take_in(session: Session, runtime: Runtime, content: bytes) -> int:
    """Record a meeting and take its document in; how many drafts were read."""
    fields, reading = {"title_zh": "圆桌会议", "kind": "round_table"}, read(content)
    intake = usecases.take_in(
        session,
        TESTER,
        usecases.record_meeting(session, TESTER, fields, now=NOW).id,
        content,
        reading,
        runtime.extractor(session, reading.text, "圆桌会议"),
        filename="article.txt",
        now=NOW,
        time_zone="Asia/Shanghai",
    )
    return len(intake.drafts)


def statements_of_intake(runtime: Runtime, content: bytes) -> int:
    """How many there are, COMMIT included; changes nothing."""
    with runtime.sessions.read() as session:
        runtime.extractor(session, "", "")  # reads the register once for all
    engine = make_engine(runtime.settings.database)
    with failpoint(engine) as counted, Session(engine) as session:
        take_in(session, runtime, content)
        session.flush()
    engine.dispose()
    return counted.passed + 1


def verify_intake(runtime: Runtime, content: bytes) -> None:
    def work(sessions: Sessions) -> int:
        with sessions.write() as session:
            return take_in(session, runtime, content)

    total = statements_of_intake(runtime, content)
    verify_nothing_is_left(runtime.settings.database, work, range(1, total + 1))
    drafts = work(runtime.sessions)
    assert drafts > 0
    print(f"broken at each of {total} statements; {drafts} drafts in the end")  # noqa: T201 - the figure


def test_an_intake_that_breaks_at_any_statement_leaves_nothing(seeded: Runtime) -> None:
    verify_intake(seeded, TALK.encode())


@pytest.mark.slow
def test_a_long_intake_that_breaks_at_any_statement_leaves_nothing(seeded: Runtime) -> None:
    verify_intake(seeded, ARTICLE.read_bytes() + b"\n")


def test_an_intake_in_two_transactions_is_noticed(seeded: Runtime) -> None:
    def work(sessions: Sessions) -> None:
        for more in ("一", "二"):
            with sessions.write() as session:
                take_in(session, seeded, (TALK + more).encode())

    second = statements_of_intake(seeded, TALK.encode()) + 1
    with pytest.raises(AssertionError):
        verify_nothing_is_left(seeded.settings.database, work, [second])
