"""A commit that was acknowledged outlives a power cut, and the file stays whole (SQLite)."""

import random
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from models import SeedLoad
from service.engine import SQLITE_PRAGMAS, make_engine
from tests.conftest import prepare
from tests.support.power import Disk, on

FULL = "PRAGMA synchronous=FULL"
OFTEN = "PRAGMA wal_autocheckpoint=20"
"""Pages after which the log is written back, so that cuts fall into that too."""
INSERT = "INSERT INTO seed_load (part, digest, loaded_at) VALUES (?, ?, '2026-11-23 00:00:00')"
HALVES = {"a", "b"}


@dataclass
class Tally:
    acknowledged: int = 0
    lost: int = 0
    halved: int = 0
    corrupt: int = 0

    def __str__(self) -> str:
        return (
            f"{self.acknowledged} acknowledged, {self.lost} lost, {self.halved} halved,"
            f" {self.corrupt} corrupt"
        )


def program(synchronous: str = "FULL") -> list[str]:
    """The program's pragmas with another durability put in."""
    assert FULL in SQLITE_PRAGMAS
    put = {FULL: f"PRAGMA synchronous={synchronous}"}
    return [put.get(line, line) for line in SQLITE_PRAGMAS]


def commit_pairs(disk: Disk, database: Path, pragmas: Sequence[str], commits: int = 40) -> set[str]:
    """Commit two rows at a time until the power is cut; what was acknowledged before."""
    acknowledged: set[str] = set()
    with on(disk, database) as connection:
        for pragma in (*pragmas, OFTEN):
            connection.execute(pragma)
        for number in map(str, range(commits)):
            connection.execute("BEGIN IMMEDIATE")
            for half in sorted(HALVES):
                connection.execute(INSERT, (number + half, "0" * 64))
            connection.execute("COMMIT")
            if disk.dark:
                break
            acknowledged.add(number)
    return acknowledged


def found_by_the_program(database: Path) -> set[str] | None:
    """The keys that are stored; None if the file is damaged."""
    engine = make_engine(f"sqlite:///{database}")
    try:
        with engine.connect() as connection:
            if connection.scalar(text("PRAGMA integrity_check")) != "ok":
                return None
            return set(connection.scalars(select(SeedLoad.part)))
    except DatabaseError:  # too damaged to be checked
        return None
    finally:
        engine.dispose()


def tally(template: Path, folder: Path, pragmas: Sequence[str], cuts: int) -> Tally:
    found = Tally()
    rehearsal = Disk(random.Random(0))
    commit_pairs(rehearsal, Path(shutil.copy(template, folder / "rehearsal.db")), pragmas)
    for number in range(cuts):
        luck = random.Random(number)
        disk = Disk(luck, cut_at=luck.randint(1, rehearsal.operations))
        before, after = folder / f"{number}" / "x.db", folder / f"{number}after"
        for place in (before.parent, after):
            place.mkdir()
        acknowledged = commit_pairs(disk, Path(shutil.copy(template, before)), pragmas)
        assert disk.dark, "the work ended before the cut"
        disk.restore(after)
        keys = found_by_the_program(after / "x.db")
        found.acknowledged += len(acknowledged)
        if keys is None:
            found.corrupt += 1
            continue
        pairs = {key[:-1] for key in keys}
        found.lost += len(acknowledged - pairs)
        found.halved += sum(not {pair + half for half in HALVES} <= keys for pair in pairs)
    return found


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file at the newest schema, nothing waiting in its log."""
    path = tmp_path_factory.mktemp("power") / "template.db"
    prepare(f"sqlite:///{path}", None)
    assert not path.with_name("template.db-wal").exists()
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    shutil.rmtree(tmp_path)


def verify(found: Tally) -> None:
    print(found)  # noqa: T201 - the figure
    assert found.acknowledged > 0
    assert (found.lost, found.halved, found.corrupt) == (0, 0, 0)


def test_nothing_acknowledged_is_lost_in_a_power_cut(template: Path, folder: Path) -> None:
    verify(tally(template, folder, program(), cuts=20))


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_in_a_thousand_power_cuts(
    template: Path, folder: Path
) -> None:
    verify(tally(template, folder, program(), cuts=1000))


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_the_cut_is_felt_by_a_program_that_syncs_less(
    template: Path, folder: Path, synchronous: str
) -> None:
    found = tally(template, folder, program(synchronous), cuts=4)
    assert found.lost + found.corrupt > 0


@pytest.mark.slow
@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_a_thousand_cuts_of_a_program_that_syncs_less(
    template: Path, folder: Path, synchronous: str
) -> None:
    found = tally(template, folder, program(synchronous), cuts=1000)
    print(synchronous, found)  # noqa: T201 - the figure
    assert found.lost + found.corrupt > 0


def test_every_connection_of_the_pool_syncs_in_full(template: Path) -> None:
    engine = make_engine(f"sqlite:///{template}")
    readers = engine.execution_options(reads_only=True)
    with readers.connect() as first, readers.connect() as second:
        for connection in (first, second):
            assert connection.scalar(text("PRAGMA synchronous")) == 2
            assert connection.scalar(text("PRAGMA journal_mode")) == "wal"
    engine.dispose()
