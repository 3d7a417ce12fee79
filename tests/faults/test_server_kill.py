"""``kill -9`` of the server: what it acknowledged is there, and a repetition takes effect once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx2
import pytest
from sqlalchemy import func, select

from models import AuditEntry, Document, Meeting, Statement
from service.db import Sessions, make_engine
from tests.conftest import Databases, shipped
from tests.faults.served import CARELESS, Server, commanded, serving

WORDS = "大连：我们缺少辅料企业，希望引进拉链厂。\n大连：我们有职业装制造优势。\n"
Start = Callable[[str, Path], AbstractContextManager[Server]]
PATIENCE = 30.0
DRAFTS = 3
"""How many drafts are read from ``WORDS``."""


@dataclass
class Writing:
    """What one writer of one kind sends under a key; the key stands in what is stored."""

    path: str
    asked: Callable[[str], dict[str, object]]
    stored: Callable[[Sessions], Counter[str]]
    """How often each key took effect."""


def meeting_body(key: str) -> dict[str, object]:
    return {"json": {"title_zh": key}}


def statement_body(key: str) -> dict[str, object]:
    fields = {"cluster": "dalian", "kind": "gap", "topic": "trims", "meeting": 1}
    return {"json": {**fields, "phrase": key}}


def document_body(key: str) -> dict[str, object]:
    return {"files": {"file": (f"{key}.txt", (WORDS + key).encode(), "text/plain")}}


def meetings(sessions: Sessions) -> Counter[str]:
    with sessions.read() as session:
        return Counter(session.scalars(select(Meeting.title_zh)))


def statements(sessions: Sessions) -> Counter[str]:
    with sessions.read() as session:
        return Counter(session.scalars(select(Statement.phrase)))


def documents(sessions: Sessions) -> Counter[str]:
    with sessions.read() as session:
        return Counter(
            name.removesuffix(".txt") for name in session.scalars(select(Document.filename))
        )


KINDS = (
    Writing("/api/v1/meetings", meeting_body, meetings),
    Writing("/api/v1/statements", statement_body, statements),
    Writing("/api/v1/meetings", meeting_body, meetings),
    Writing("/api/v1/meetings/1/documents", document_body, documents),
)
"""One for each of the four writers."""


@dataclass
class Tally:
    cycles: int = 0
    acknowledged: int = 0
    unanswered: int = 0
    lost: int = 0
    twice: int = 0
    halved: int = 0
    unaudited: int = 0

    @property
    def faults(self) -> int:
        return self.lost + self.twice + self.halved + self.unaudited

    def __str__(self) -> str:
        return (
            f"{self.cycles} kills, {self.acknowledged} acknowledged, {self.unanswered} unanswered"
            f" and repeated: {self.lost} lost, {self.twice} twice, {self.halved} halved,"
            f" {self.unaudited} without an audit entry"
        )


@dataclass
class Writers:
    """Four at once, each of its kind, until the server is gone."""

    server: Server
    kinds: tuple[Writing, ...]
    answered: list[tuple[Writing, str]] = field(default_factory=list)
    unanswered: list[tuple[Writing, str]] = field(default_factory=list)

    def write(self, client: httpx2.Client, kind: Writing, key: str) -> bool:
        headers = {"Idempotency-Key": key}
        answer = client.post(kind.path, headers=headers, **kind.asked(key))  # type: ignore[arg-type]
        return answer.status_code == 201

    def work(self, kind: Writing) -> None:
        with self.server.client() as client:
            while True:
                key = uuid4().hex
                try:
                    done = self.write(client, kind, key)
                except httpx2.TransportError:
                    self.unanswered.append((kind, key))
                    return
                (self.answered if done else self.unanswered).append((kind, key))

    def until(self, kill: Callable[[], None], seconds: float) -> None:
        """Kill so long after the first acknowledgement: the server is at full work then."""
        threads = [threading.Thread(target=self.work, args=(kind,)) for kind in self.kinds]
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + PATIENCE
        while not self.answered and time.monotonic() < deadline:
            time.sleep(0.005)
        time.sleep(seconds)
        kill()
        for thread in threads:
            thread.join()


def repeat(server: Server, unanswered: list[tuple[Writing, str]]) -> None:
    """Each key again until it succeeds, as a client does that never heard an answer."""
    writers = Writers(server, ())
    with server.client() as client:
        for kind, key in unanswered:
            for attempt in range(20):
                if writers.write(client, kind, key):
                    break
                time.sleep(0.1 * attempt)
            else:
                pytest.fail(f"{kind.path} {key} was never answered")


def halved(sessions: Sessions) -> int:
    """Documents that are not there with exactly the drafts that were read from them."""
    with sessions.read() as session:
        rows = (
            select(func.count(Statement.id))
            .select_from(Document)
            .outerjoin(Statement, Statement.document_id == Document.id)
            .where(Document.text.startswith(WORDS))
            .group_by(Document.id)
        )
        return sum(count != DRAFTS for count in session.scalars(rows))


def unaudited(sessions: Sessions) -> int:
    """Meetings without the entry that says who recorded them, and entries without a meeting."""
    with sessions.read() as session:
        rows = select(AuditEntry.entity_id).where(AuditEntry.action == "meeting.created")
        told = Counter(session.scalars(rows))
        there = Counter(str(id_) for id_ in session.scalars(select(Meeting.id).where(RECORDED)))
    return (told - there).total() + (there - told).total()


RECORDED = Meeting.seed_key.is_(None)


def count(found: Tally, sessions: Sessions, writers: Writers) -> None:
    """After a kill and before anything else is written."""
    stored = {kind.path: kind.stored(sessions) for kind in writers.kinds}
    found.cycles += 1
    found.acknowledged += len(writers.answered)
    found.unanswered += len(writers.unanswered)
    found.lost += sum(not stored[kind.path][key] for kind, key in writers.answered)
    found.halved += halved(sessions)


def kill(
    url: str,
    folder: Path,
    cycles: int,
    kinds: tuple[Writing, ...] = KINDS,
    *,
    repeats: bool = True,
    start: Start = serving,
) -> Tally:
    engine, luck, found = make_engine(url), random.Random(cycles), Tally()
    sessions = Sessions(engine)
    unanswered: list[tuple[Writing, str]] = []
    keys: list[tuple[Writing, str]] = []
    for _ in range(cycles):
        with start(url, folder) as server:
            repeat(server, unanswered)
            writers = Writers(server, kinds)
            writers.until(server.kill, luck.uniform(0.05, 0.5))
        count(found, sessions, writers)
        unanswered = writers.unanswered if repeats else []
        keys += writers.answered + unanswered
    if repeats:
        with start(url, folder) as server:
            repeat(server, unanswered)
        stored = {kind.path: kind.stored(sessions) for kind in kinds}
        found.twice = sum(stored[kind.path][key] != 1 for kind, key in keys)
        found.unaudited = unaudited(sessions)
    engine.dispose()
    print(found)  # noqa: T201 - the figure
    return found


@pytest.fixture
def spoken_url(databases: Databases) -> str:
    return databases.fresh("seeded", shipped())


@pytest.mark.parametrize("cycles", [2, pytest.param(100, marks=pytest.mark.slow)])
def test_nothing_acknowledged_is_lost_when_the_server_is_killed(
    spoken_url: str, tmp_path: Path, cycles: int
) -> None:
    found = kill(spoken_url, tmp_path, cycles)
    assert found.acknowledged > 0
    assert found.unanswered > 0
    assert found.faults == 0


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_commit_after_the_answer_loses_what_was_acknowledged(
    spoken_url: str, tmp_path: Path
) -> None:
    """Negative control, beside the real route under the same slow commits."""
    start = partial(serving, commit_seconds=0.1)
    careful = (Writing("/api/v1/meetings", meeting_body, meetings),) * 4
    assert kill(spoken_url, tmp_path, 3, careful, start=start).faults == 0
    careless = (Writing(CARELESS, meeting_body, meetings),) * 4
    start = partial(start, careless=True)
    assert kill(spoken_url, tmp_path, 3, careless, start=start, repeats=False).lost > 0


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_the_command_that_people_start_loses_nothing_either(
    spoken_url: str, tmp_path: Path
) -> None:
    found = kill(spoken_url, tmp_path, 1, start=commanded)
    assert found.acknowledged > 0
    assert found.faults == 0
