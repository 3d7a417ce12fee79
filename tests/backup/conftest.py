"""A database with something in every table, and empty places of both engines."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, Text, cast, select, update

from models import (
    Base,
    Cluster,
    Delivery,
    Event,
    ReportRun,
    Schedule,
    Statement,
    Topic,
    Veto,
)
from models.enums import Language, OnDoubt, ReportScope, RunKind, RunState, Visibility
from service.backup.manifest import Manifest
from service.backup.saving import save
from service.db import Sessions, make_engine
from tests.conftest import BACKENDS, Databases, shipped
from tests.support.clock import NOW

ODD = "Ёж 👕 \u2028=1+1\t\"'\\ {} 面料"
"""Characters that a careless writer of lines, quotes or templates breaks."""


def fill(sessions: Sessions) -> None:
    """The shipped facts, and a row or more in the tables that they leave empty."""
    shipped()(sessions)
    with sessions.write() as session:
        first, second = session.scalars(select(Cluster).order_by(Cluster.id).limit(2))
        first.part_of_id, first.titles_en = second.id, [ODD, ""]
        first.latitude, first.longitude = 0.1 + 0.2, -1e-300
        changed = update(Statement).where(Statement.id == 1)
        session.execute(changed.values(confidence=1 / 3, speaker=ODD))
        session.add(
            Veto(low_id=first.id, high_id=second.id, reason=ODD, created_at=NOW, updated_at=NOW)
        )
        session.add(
            Event(
                name_zh="对接会",
                held_on=date(2026, 12, 1),
                time_zone="Asia/Shanghai",
                place="柯桥",
                created_at=NOW,
                updated_at=NOW,
                themes=[session.get(Topic, 1)],
                participants=[first, second],
            )
        )
        session.add(schedule())
        session.flush()
        session.add_all([run(session.scalar(select(Schedule.id)), day) for day in range(2)])
        session.flush()
        session.add(delivery(session.scalars(select(ReportRun)).first()))


def schedule() -> Schedule:
    return Schedule(
        name=ODD,
        state="active",
        language=Language.ZH,
        cron="0 8 * * MON",
        time_zone="Asia/Shanghai",
        scope=ReportScope.ALL,
        min_score=0.0,
        top=5,
        move=0.02,
        audience=Visibility.MEMBERS,
        skip_unchanged=True,
        on_doubt=OnDoubt.ASK,
        recipients=["a@example.org"],
        next_due_at=NOW + timedelta(microseconds=1),
        created_at=NOW,
        updated_at=NOW,
    )


def run(schedule_id: int, day: int) -> ReportRun:
    """The first is rendered, the second still due."""
    rendered: dict[str, Any] = {
        "state": RunState.RENDERED,
        "rendered_at": NOW,
        "as_of": date(2026, 11, 23),
        "weights": {"need": 0.1, "柯": None},
        "snapshot": {"pairs": []},
        "text": ODD,
        "html": bytes(range(256)),
        "xlsx": b"PK\x03\x04",
    }
    return ReportRun(
        schedule_id=schedule_id,
        due_at=datetime(2026, 11, 23, tzinfo=UTC) + timedelta(days=day),
        kind=RunKind.SCHEDULED,
        missed=0,
        noticed_at=NOW,
        attempts=0,
        next_attempt_at=NOW,
        **(rendered if day == 0 else {"state": RunState.DUE}),
    )


def delivery(of: ReportRun) -> Delivery:
    return Delivery(
        schedule_id=of.schedule_id,
        due_at=of.due_at,
        channel="folder",
        target="weekly",
        state="sent",
        sent_at=NOW,
        attempts=1,
        doubtful=0,
        next_attempt_at=NOW,
        created_at=NOW,
    )


Contents = dict[str, list[tuple[Any, ...]]]


def contents(engine: Engine) -> Contents:
    """All rows of all tables; JSON as its text, so that null in it and no value differ."""
    found = {}
    with Sessions(engine).read() as session:
        for table in Base.metadata.sorted_tables:
            shown = [
                cast(c, Text) if c.type.__class__.__name__ == "JSON" else c for c in table.columns
            ]
            rows = [tuple(row) for row in session.execute(select(*shown))]
            found[table.name] = sorted(rows, key=repr)
    return found


Open = Callable[[str], Engine]


@pytest.fixture
def opened() -> Iterator[Open]:
    """Opens databases, and closes them after the test."""
    engines: list[Engine] = []

    def open_(url: str) -> Engine:
        engines.append(make_engine(url))
        return engines[-1]

    yield open_
    for engine in engines:
        engine.dispose()


@pytest.fixture
def source(databases: Databases, opened: Open) -> Engine:
    """A full database of either engine."""
    return opened(databases.fresh("full", fill))


@pytest.fixture(params=BACKENDS)
def target(request: pytest.FixtureRequest, tmp_path: Path, opened: Open) -> Engine:
    """An empty place of either engine, without any table."""
    server = request.getfixturevalue("postgres_url") if request.param == "postgresql" else None
    return opened(Databases(request.param, tmp_path, server).blank())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "duijie.zip"


@pytest.fixture
def made(source: Engine, file: Path) -> Manifest:
    """The back-up of ``source`` in ``file``."""
    return save(source, file, now=NOW)


@dataclass(frozen=True)
class Kept:
    """A back-up made once, for tests to which the engine it came from does not matter."""

    url: str
    file: Path
    manifest: Manifest


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    folder = tmp_path_factory.mktemp("kept")
    url = Databases("sqlite", folder, None).fresh("full", fill)
    engine = make_engine(url)
    manifest = save(engine, folder / "kept.zip", now=NOW)
    engine.dispose()
    return Kept(url, folder / "kept.zip", manifest)


@pytest.fixture
def copied(kept: Kept, file: Path) -> Manifest:
    """A copy of it in ``file``."""
    shutil.copy(kept.file, file)
    return kept.manifest
