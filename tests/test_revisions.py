"""How new the data is, as one process knows it."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event

from models.enums import Visibility
from service.db import Sessions, make_engine, raise_revision
from service.revisions import FRESH_SECONDS, Commits, Revisions
from tests.support.clock import NOW

READERS = Visibility.MEMBERS


def write(sessions: Sessions) -> None:
    with sessions.write() as session:
        raise_revision(session, NOW)


@pytest.fixture
def elsewhere(database_url: str, sessions: Sessions) -> Any:
    """Another process on the same database."""
    engine = make_engine(database_url)
    yield Sessions(engine)
    engine.dispose()


def test_it_knows_for_a_second_what_it_read(sessions: Sessions, elsewhere: Sessions) -> None:
    seconds = [0.0]
    revisions = Revisions(sessions, timer=lambda: seconds[0])
    assert revisions.known(READERS) is None
    write(elsewhere)
    revisions.look()
    write(elsewhere)
    seconds[0] = FRESH_SECONDS - 0.01
    assert revisions.known(READERS) == 1
    seconds[0] = FRESH_SECONDS
    assert revisions.known(READERS) is None


def test_a_write_of_its_own_is_known_at_once(sessions: Sessions) -> None:
    revisions = Revisions(sessions, timer=lambda: 0.0)
    revisions.look()
    write(sessions)
    assert revisions.known(READERS) is None
    assert asyncio.run(revisions.latest(READERS)) == 1
    assert revisions.known(READERS) == 1


def test_a_write_during_a_look_is_not_missed(sessions: Sessions) -> None:
    revisions = Revisions(sessions, timer=lambda: 0.0)
    written: list[None] = []

    def overtaken(_session: Any) -> None:
        if not written:
            written.append(None)
            write(sessions)

    event.listen(sessions._read, "after_commit", overtaken)
    revisions.look()
    assert written
    assert revisions.last(READERS) == 0
    assert revisions.known(READERS) is None


def test_the_latest_is_what_others_have_just_written(
    sessions: Sessions, elsewhere: Sessions
) -> None:
    revisions = Revisions(sessions, timer=lambda: 0.0)

    async def follow() -> list[int]:
        found = []
        for _ in range(3):
            write(elsewhere)
            found.append(await revisions.latest(READERS))
        return found

    assert asyncio.run(follow()) == [1, 2, 3]


def test_one_looks_for_all_that_wait_at_once(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    revisions = Revisions(sessions, timer=lambda: 0.0)
    monkeypatch.setattr(revisions.commits, "count", lambda: None)
    write(sessions)
    looks: list[Any] = []
    event.listen(sessions._read, "after_begin", lambda *given: looks.append(given))

    async def together() -> list[int]:
        return await asyncio.gather(*(revisions.latest(READERS) for _ in range(20)))

    assert asyncio.run(together()) == [1] * 20
    assert len(looks) <= 2, "one that was under way, and one for all that came meanwhile"


def test_a_count_of_commits_spares_the_look(sessions: Sessions, elsewhere: Sessions) -> None:
    """SQLite tells it; where nothing tells, the database is asked each time."""
    commits = Commits(sessions.engine)
    is_sqlite = sessions.engine.dialect.name == "sqlite"
    before = commits.count()
    assert (before is not None) == is_sqlite
    assert commits.count() == before
    write(elsewhere)
    assert (commits.count() != before) == is_sqlite
    sessions.engine.dispose()
    assert (commits.count() is not None) == is_sqlite
    commits.close()
