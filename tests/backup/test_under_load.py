"""A back-up made while others write holds what was acknowledged before, all of one moment."""

import json
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, make_url

from service.backup import saving
from service.backup.saving import save
from service.backup.tables import Shape, lines
from tests.backup.conftest import Open
from tests.backup.writers import Writers, writers
from tests.conftest import Databases
from tests.support.clock import NOW


@pytest.fixture
def busy(seeded_url: str, opened: Open) -> Engine:
    return opened(seeded_url)


def names(file: Path, table: str, column: str) -> set[str]:
    with zipfile.ZipFile(file) as archive:
        rows = map(json.loads, archive.read(f"tables/{table}.jsonl").splitlines())
        return {row[column] for row in rows if row[column].startswith("writer-")}


def back_up(crowd: Writers, file: Path) -> tuple[set[str], set[str]]:
    """Acknowledged rows that are missing, and transactions of which only one half is there."""
    before = set(crowd.so_far())

    def meanwhile(table: str, _rows: int) -> None:
        if table in {"facet_value", "meeting"}:
            crowd.wait_for_more()

    save(crowd.engine, file, now=NOW, progress=meanwhile)
    facets, seeds = names(file, "facet_value", "value"), names(file, "seed_load", "part")
    return before - facets, facets ^ seeds


@pytest.mark.parametrize("count", [3, pytest.param(40, marks=pytest.mark.slow)])
def test_nothing_acknowledged_is_missing_and_no_transaction_is_halved(
    count: int, busy: Engine, tmp_path: Path
) -> None:
    with writers(busy) as crowd:
        found = [back_up(crowd, tmp_path / f"{number}.zip") for number in range(count)]
    assert found == [(set(), set())] * count
    assert len(crowd.acknowledged) > 2 * count


def test_the_check_sees_a_back_up_that_is_not_of_one_moment(
    busy: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def moving(engine: Engine) -> Iterator[Connection]:
        with engine.connect().execution_options(reads_only=True) as connection:
            yield connection

    def at_another_moment(connection: Connection, shape: Shape) -> Iterator[bytes]:
        connection.rollback()
        return lines(connection, shape)

    monkeypatch.setattr(saving, "snapshot", moving)
    monkeypatch.setattr(saving, "lines", at_another_moment)
    with writers(busy) as crowd:
        _, halved = back_up(crowd, tmp_path / "moving.zip")
    assert halved


@pytest.mark.parametrize("count", [3, pytest.param(40, marks=pytest.mark.slow)])
def test_a_copy_of_the_main_file_misses_rows(
    count: int, tmp_path: Path, opened: Open, seeded_url: str, databases: Databases
) -> None:
    """Why ``cp`` is no back-up, and that these writers would show it."""
    if databases.backend != "sqlite":
        pytest.skip("PostgreSQL has no one file to copy")
    missing = []
    with writers(opened(seeded_url)) as crowd:
        for number in range(count):
            before = set(crowd.so_far())
            copy = tmp_path / f"{number}.db"
            shutil.copy(make_url(seeded_url).database or "", copy)
            missing.append(before - stored(copy))
            crowd.wait_for_more()
    assert sum(map(bool, missing)) > count / 2


def stored(copy: Path) -> set[str]:
    connection = sqlite3.connect(f"file:{copy}?immutable=1", uri=True)
    try:
        return {row[0] for row in connection.execute("SELECT value FROM facet_value")}
    except sqlite3.DatabaseError:
        return set()
    finally:
        connection.close()
