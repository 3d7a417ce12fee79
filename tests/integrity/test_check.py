"""Whatever a person breaks by hand is named: that fault, and no other."""

import sqlite3
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from service import schema
from service.db import Sessions, make_engine
from service.integrity.check import CHECKS, faults
from service.messages import LANGUAGES, catalogue
from tests.backup.conftest import fill
from tests.conftest import Databases

Found = set[tuple[str, str, str]]


@pytest.fixture
def engine(databases: Databases) -> Iterator[Engine]:
    engine = make_engine(databases.fresh("full", fill))
    yield engine
    engine.dispose()


UNWATCHED = {
    "sqlite": ("PRAGMA foreign_keys=OFF", "PRAGMA ignore_check_constraints=ON"),
    "postgresql": ("SET session_replication_role = replica",),
}


def by_hand(engine: Engine, script: str) -> None:
    """Run SQL as somebody would who switched every safeguard off."""
    with engine.connect() as connection:
        cursor = connection.connection.cursor()
        for statement in (*UNWATCHED[engine.dialect.name], *script.split(";")):
            cursor.execute(statement)
        connection.connection.commit()
        connection.invalidate()


def found(engine: Engine) -> Found:
    with Sessions(engine).read() as session:
        listed = list(faults(session))
    for fault in listed:
        for language in LANGUAGES:
            assert catalogue(language).translate(f"fault.{fault.kind}", **fault.values)
    triples = [(fault.table, fault.row, fault.kind) for fault in listed]
    assert len(triples) == len(set(triples))
    return set(triples)


BROKEN: dict[str, tuple[str, Found]] = {
    "a parent that is gone": (
        "UPDATE cluster SET part_of_id = 99999 WHERE id = 3",
        {("cluster", "3", "dangling")},
    ),
    "a parent of two columns": (
        "UPDATE delivery SET due_at = '2020-01-01 00:00:00+00:00'",
        {("delivery", "1", "dangling")},
    ),
    "a circle of topics": (
        "UPDATE topic SET broader_id = 3 - id WHERE id IN (1, 2)",
        {("topic", "1", "circle")},
    ),
    "a circle of places": (
        "UPDATE cluster SET part_of_id = (id - 1) % 3 + 2 WHERE id IN (2, 3, 4)",
        {("cluster", "2", "circle")},
    ),
    "the order of names": (
        "UPDATE cluster SET sort_key = 'zzz' WHERE id = 7",
        {("cluster", "7", "sort-key")},
    ),
    "a name that look-ups miss": (
        "UPDATE cluster_alias SET folded = 'ABC' WHERE id = 2",
        {("cluster_alias", "2", "folded")},
    ),
    "a dismissed name that new documents miss": (
        """
        INSERT INTO place_dismissal (name, folded, reason, dismissed_by, dismissed_at)
        VALUES ('賀州', '賀州', '-', '-', '2026-11-25 00:00:00')
        """,
        {("place_dismissal", "1", "folded")},
    ),
    "a figure": (
        'UPDATE statement SET figures = \'[{"text": "九", "start": 0, "end": 1}]\' WHERE id = LAST',
        {("statement", "LAST", "figure")},
    ),
    "a quote": (
        "UPDATE statement SET span_start = span_start + 1, span_end = span_end + 1 WHERE id = LAST",
        {("statement", "LAST", "quote")},
    ),
    "the size of a document": (
        "UPDATE document SET size = size + 1 WHERE id = 1",
        {("document", "1", "document-size")},
    ),
    "the digest of a document": (
        "UPDATE document SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x') WHERE id = 1",
        {("document", "1", "document-sha256")},
    ),
    "the text of a document": (
        "UPDATE document SET text = text || '!' WHERE id = 1",
        {("document", "1", "document-text")},
    ),
    "the day from which a statement counts": (
        "UPDATE statement SET known_from = '2030-01-01' WHERE id = LAST",
        {("statement", "LAST", "known-from")},
    ),
    "a register statement with a day": (
        "UPDATE statement SET known_from = '2030-01-01' WHERE id = 1",
        {("statement", "1", "known-from")},
    ),
    "a date that is none": (
        "UPDATE statement SET stated_on = '2017-13' WHERE id = LAST",
        {("statement", "LAST", "stated-on")},
    ),
    "a version without its line": (
        "UPDATE statement SET version = 5 WHERE id = 1",
        {("statement", "1", "history")},
    ),
    "no revision": (
        "DELETE FROM data_revision WHERE audience <> 'public'",
        {("data_revision", "members", "revision"), ("data_revision", "organisers", "revision")},
    ),
    "a report without its page": (
        "UPDATE report_run SET html = NULL WHERE state = 'rendered'",
        {("report_run", "1/2026-11-23T00:00:00+00:00", "report-content")},
    ),
    "a schedule that never falls due": (
        "UPDATE schedule SET cron = '0 8 31 2 *'",
        {("schedule", "1", "schedule")},
    ),
    "a time zone that does not exist": (
        "UPDATE schedule SET time_zone = 'Asia/Atlantis'",
        {("schedule", "1", "schedule")},
    ),
}


def test_the_shipped_facts_and_what_is_made_of_them_have_no_faults(engine: Engine) -> None:
    assert found(engine) == set()


def test_an_empty_database_has_no_faults(databases: Databases) -> None:
    engine = make_engine(databases.blank())
    schema.upgrade(engine)
    assert found(engine) == set()
    engine.dispose()


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_broken_by_hand_is_named(name: str, engine: Engine) -> None:
    script, expected = BROKEN[name]
    with engine.connect() as connection:
        newest = "SELECT max(id) FROM statement WHERE document_id IS NOT NULL"
        last = str(connection.scalar(text(newest)))
    by_hand(engine, script.replace("LAST", last))
    assert found(engine) == {
        (table, row.replace("LAST", last), kind) for table, row, kind in expected
    }


RULES = {
    "sqlite": "SELECT 1",
    "postgresql": """
        ALTER TABLE cluster DROP CONSTRAINT ck_cluster_kind;
        ALTER TABLE statement DROP CONSTRAINT ck_statement_weight;
        ALTER TABLE delivery DROP CONSTRAINT ck_delivery_sent_at;
        ALTER TABLE blend DROP CONSTRAINT ck_blend_sum
    """,
}
FORBIDDEN = """
    UPDATE cluster SET kind = 'city' WHERE id = 4;
    UPDATE statement SET weight = 6 WHERE id IN (2, 3);
    UPDATE delivery SET sent_at = NULL;
    INSERT INTO blend (need, offer, mutual, similarity, better, evidence, figures, learnt_by,
                       learnt_at, forced, version)
    VALUES (0.5, 0.4, 0.3, 0.2, TRUE, '{}', '{}', '-', '2026-11-25 00:00:00', FALSE, 1)
"""


def test_values_that_a_rule_of_the_schema_forbids_are_named(engine: Engine) -> None:
    by_hand(engine, RULES[engine.dialect.name])
    by_hand(engine, FORBIDDEN)
    assert found(engine) == {
        ("cluster", "4", "check"),
        ("statement", "2", "check"),
        ("statement", "3", "check"),
        ("delivery", "1", "check"),
        ("blend", "1", "check"),
    }


def test_an_erased_document_is_not_compared(engine: Engine) -> None:
    """Its bytes are gone and its text is blanked."""
    by_hand(
        engine,
        "DELETE FROM change; DELETE FROM statement_facet; DELETE FROM statement;"
        "UPDATE document SET content = NULL, text = '□' WHERE id = 1",
    )
    assert found(engine) == set()


@pytest.fixture
def file(engine: Engine) -> str:
    if engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps its files itself")
    return engine.url.database or ""


INDEX = "FROM sqlite_schema WHERE name = 'ix_cluster_province'"


def test_an_index_that_lost_a_row_is_named(engine: Engine, file: str) -> None:
    engine.dispose()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA writable_schema=ON")
    kept = connection.execute(f"SELECT * {INDEX}").fetchone()
    connection.execute(f"DELETE {INDEX}")
    connection.close()
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("UPDATE cluster SET province = 'x' WHERE id = 3")
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", kept)
    connection.close()
    with Sessions(engine).read() as session:
        listed = list(faults(session))
    assert {(fault.table, fault.kind) for fault in listed} == {("sqlite", "file")}
    assert any("ix_cluster_province" in str(fault.values["cause"]) for fault in listed)


@pytest.mark.usefixtures("file")
def test_a_value_that_is_not_of_its_columns_type_is_named(engine: Engine) -> None:
    by_hand(
        engine,
        "UPDATE schedule SET next_due_at = 'tomorrow';"
        "UPDATE facet_value SET names = '[' WHERE id = 4;"
        "UPDATE cluster SET latitude = 'north' WHERE id IN (3, 5)",
    )
    assert {triple for triple in found(engine) if triple[2] == "unreadable"} == {
        ("schedule", "1", "unreadable"),
        ("facet_value", "4", "unreadable"),
        ("cluster", "3", "unreadable"),
        ("cluster", "5", "unreadable"),
    }


def test_every_check_takes_part() -> None:
    assert len(CHECKS) == len(set(CHECKS)) == 15
