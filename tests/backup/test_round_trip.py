"""A back-up brings everything back, into either engine, and the program works on it."""

import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, inspect, make_url, select, text

from migrations import HEAD
from models import Base, Cluster, Veto
from service import schema
from service.backup.manifest import Manifest
from service.backup.restoring import restore
from service.backup.saving import save
from service.backup.tables import _built, shape_of, shapes_at
from service.db import Sessions
from service.main import attach
from tests.backup.conftest import Kept, Open, contents
from tests.conftest import Databases, runtime_on
from tests.support.clock import NOW


def test_every_row_of_every_table_comes_back(
    source: Engine, made: Manifest, target: Engine, file: Path, tmp_path: Path
) -> None:
    restore(target, file)
    before, after = contents(source), contents(target)
    assert after == before
    assert {name: part.rows for name, part in made.tables.items()} == {
        name: len(rows) for name, rows in before.items()
    }
    assert sum(bool(rows) for rows in before.values()) >= 21
    schema.require_current(target)
    again = save(target, tmp_path / "again.zip", now=NOW)
    assert again.tables == made.tables
    assert members(tmp_path / "again.zip") == members(file)


def members(file: Path) -> dict[str, bytes]:
    """All but the manifest, which names the engine."""
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "manifest" not in name}


def rankings(app: FastAPI, engine: Engine, folder: Path) -> list[Any]:
    runtime = runtime_on(engine.url.render_as_string(hide_password=False), folder)
    attach(app, runtime)
    with TestClient(app) as client:
        answers = [
            client.get("/api/v1/clusters/dalian/suggestions", params={"limit": 20}),
            client.get("/api/v1/suggestions", params={"limit": 50}),
        ]
    runtime.engine.dispose()
    assert [answer.status_code for answer in answers] == [200, 200]
    return [answer.json() for answer in answers]


@pytest.mark.usefixtures("copied")
def test_a_restored_database_gives_the_same_rankings(
    kept: Kept, target: Engine, file: Path, bare_app: FastAPI, tmp_path: Path, opened: Open
) -> None:
    restore(target, file)
    used = tmp_path / "used.db"
    shutil.copy(make_url(kept.url).database or "", used)  # a server leaves its traces
    source = opened(f"sqlite:///{used}")
    before, after = (rankings(bare_app, engine, tmp_path) for engine in (source, target))
    assert before == after
    assert len(before[1]) == 50


@pytest.mark.usefixtures("copied")
def test_a_new_row_gets_the_number_after_the_highest(target: Engine, file: Path) -> None:
    restore(target, file)
    with Sessions(target).write() as session:
        highest = max(session.scalars(select(Cluster.id)))
        veto = Veto(low_id=highest - 1, high_id=highest, reason="-", created_at=NOW, updated_at=NOW)
        session.add(veto)
        session.flush()
        assert veto.id == 2


def test_no_table_of_the_database_is_missing(made: Manifest, source: Engine) -> None:
    stored = set(inspect(source).get_table_names()) - {"alembic_version"}
    assert stored == set(Base.metadata.tables)
    assert stored == set(made.tables)


def test_models_and_migrations_have_the_same_shape_in_a_back_up() -> None:
    models = {shape.name: shape for shape in shapes_at(HEAD)}
    built = {
        table.name: shape_of(table)
        for table in _built(HEAD).sorted_tables
        if table.name != "alembic_version"
    }
    assert models == built


def test_a_database_of_an_older_schema_is_saved_and_migrated_after_the_restore(
    databases: Databases, opened: Open, target: Engine, file: Path
) -> None:
    old = opened(databases.blank())
    with old.connect() as connection, connection.begin():
        command.upgrade(schema.alembic_config(connection), "0001")
        for statement in FIRST_ROWS.replace("{bytes}", BYTES[old.dialect.name]).split(";"):
            connection.exec_driver_sql(statement.replace("{times}", TIMES))
    made = save(old, file, now=NOW)
    assert (made.revision, made.tables["statement_change"].rows) == ("0001", 2)
    assert restore(target, file).revision == "0001"
    schema.require_current(target)
    rows = contents(target)
    assert [row[1] for row in rows["cluster"]] == ["part", "whole"]
    with Sessions(target).read() as session:
        change = (
            "SELECT version, CAST(before AS TEXT)"
            " FROM change JOIN audit_entry ON id = audit_id ORDER BY version"
        )
        assert [tuple(row) for row in session.execute(text(change))] == [(1, None), (2, None)]
        document = session.execute(text("SELECT content, uploaded_at FROM document")).one()
        assert bytes(document[0]) == b"\xe9\x9d\xa2"
        assert str(document[1]).startswith("2026-11-23 04:00:00")
        assert session.scalars(select(Cluster.part_of_id).order_by(Cluster.id)).all() == [2, None]


BYTES = {"sqlite": "X'e99da2'", "postgresql": "'\\xe99da2'"}
TIMES = "'2026-11-23 04:00:00.000000', '2026-11-23 04:00:00.000001'"
FIRST_ROWS = """
INSERT INTO cluster (id, slug, name_zh, name_en, sort_key, kind, country, titles, titles_en,
    products, products_en, part_of_id, version, created_at, updated_at)
VALUES (2, 'whole', '全', 'Whole', 'quan', 'region', 'CN', '[]', '["\\u00e9"]', '[]', '[]',
    NULL, 1, {times});
INSERT INTO cluster (id, slug, name_zh, name_en, sort_key, kind, country, titles, titles_en,
    products, products_en, part_of_id, version, created_at, updated_at)
VALUES (1, 'part', '部', 'Part', 'bu', 'cluster', 'CN', '[]', '[]', '[]', '[]', 2, 1, {times});
INSERT INTO topic (id, notation, topic_group, know_how) VALUES (1, 'fabric', 'chain', false);
INSERT INTO meeting (id, title_zh, kind, version, created_at, updated_at)
VALUES (1, '会', 'forum', 1, {times});
INSERT INTO document (id, meeting_id, filename, media_type, charset, size, sha256, content, text,
    uploaded_at)
VALUES (1, 1, 'a.txt', 'text/plain', 'utf-8', 3,
    '0000000000000000000000000000000000000000000000000000000000000000', {bytes}, '面',
    '2026-11-23 04:00:00.000000');
INSERT INTO statement (id, cluster_id, kind, asks, topic_id, phrase, quote, span_start, span_end,
    meeting_id, document_id, weight, status, visibility, basis, confidence, version, created_at,
    updated_at)
VALUES (1, 1, 'gap', false, 1, '面', '面', 0, 1, 1, 1, 3, 'draft', 'members', 'meeting', 0.1, 2,
    {times});
INSERT INTO statement_change (id, statement_id, version, action, actor, changed_at, before, after)
VALUES (1, 1, 1, 'created', 'a', '2026-11-23 04:00:00', NULL, '{}');
INSERT INTO statement_change (id, statement_id, version, action, actor, changed_at, before, after)
VALUES (2, 1, 2, 'edited', 'a', '2026-11-23 04:00:00', 'null', '{}')
"""
