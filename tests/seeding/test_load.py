"""The shipped facts in a database: loaded once, and never over people's work."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from models import ApiKey, Base, Cluster, Statement
from service.db import data_revision
from service.runtime import Runtime
from service.seeding.load import load_seed
from service.seeding.table import SeedError
from service.statements import usecases
from tests.conftest import SEED, Databases, runtime_on
from tests.support.clock import NOW
from tests.support.people import TESTER


def counts(runtime: Runtime) -> dict[str, int]:
    with runtime.sessions.read() as session:
        found = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table is not ApiKey.__table__
        }
        return found | {"revision": data_revision(session)}


def load(runtime: Runtime, root: Path = SEED, **more: Any) -> bool:
    with runtime.sessions.write() as session:
        return load_seed(session, root, now=NOW, time_zone="Asia/Shanghai", **more)


def test_loading_twice_changes_nothing(seeded: Runtime) -> None:
    before = counts(seeded)
    assert before["cluster"] >= 170
    assert load(seeded) is False
    assert counts(seeded) == before


def test_a_new_release_adds_and_leaves_peoples_work_alone(seeded: Runtime, tmp_path: Path) -> None:
    with seeded.sessions.write() as session:
        id_ = session.scalars(select(Statement.id).where(Statement.basis == "register")).first()
        fields: dict[str, Any] = {"weight": 1, "phrase": "改过"}
        usecases.edit(session, TESTER, id_, fields, version=1, now=NOW, time_zone="UTC")
    root = tmp_path / "seed"
    shutil.copytree(SEED, root)
    with (root / "clusters.csv").open("a", encoding="utf-8") as file:
        header = (SEED / "clusters.csv").read_text(encoding="utf-8").splitlines()[0].split(",")
        new = {
            "slug": "newtown",
            "name_zh": "新镇",
            "name_en": "Newtown",
            "kind": "cluster",
            "country": "CN",
            "part_of": "shaoxing",
        }
        file.write(",".join(new.get(column, "") for column in header) + "\n")
    before = counts(seeded)
    assert load(seeded, root) is True
    after = counts(seeded)
    assert after["cluster"] == before["cluster"] + 1
    assert after["statement"] == before["statement"]
    with seeded.sessions.read() as session:
        assert session.get_one(Statement, id_).phrase == "改过"
        versions = set(session.scalars(select(Cluster.version)))
    assert versions == {1}


def test_a_broken_file_writes_nothing(seeded: Runtime, tmp_path: Path) -> None:
    root = tmp_path / "seed"
    shutil.copytree(SEED, root)
    with (root / "dockings.csv").open("a", encoding="utf-8") as file:
        file.write("broken\n")
    before = counts(seeded)
    with pytest.raises(SeedError, match=r"dockings\.csv, line \d+"):
        load(seeded, root)
    assert counts(seeded) == before


def test_starters_that_come_together_take_turns(
    databases: Databases, seeded: Runtime, tmp_path: Path
) -> None:
    url = databases.blank()
    command = [sys.executable, "-m", "service.cli", "db", "upgrade"]
    env = {**os.environ, "DUIJIE_DATABASE_URL": url}
    starters = [
        subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    said = [starter.communicate(timeout=120)[1] for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0, 0], said
    runtime = runtime_on(url, tmp_path)
    assert counts(runtime) == counts(seeded)
    runtime.engine.dispose()
