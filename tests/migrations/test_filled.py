"""Migrations of full databases, both ways: no row is lost and no column is altered."""

from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    text,
)

from models import Base
from service import schema
from tests.conftest import Databases
from tests.support.contents import Change, assert_whole, damage, read_contents
from tests.support.engines import opened
from tests.support.filling import draw_rows
from tests.support.revisions import Filled, change_since, revisions, rows_at
from tests.support.schemas import fingerprint


@pytest.mark.parametrize("revision", revisions())
def test_every_row_survives_the_way_up_and_back(filled: Filled, revision: str) -> None:
    change = change_since(revision)
    with opened(filled.at(revision)) as engine:
        before = read_contents(engine)
        assert all(table.rows for table in before.values())
        schema.upgrade(engine)
        after = read_contents(engine)
        assert_whole(before, after, change)
        assert fingerprint(engine) == filled.schema_at(revisions()[-1])
        schema.downgrade(engine, revision)
        assert_whole(before, read_contents(engine), change, through=after)
        assert fingerprint(engine) == filled.schema_at(revision)


@pytest.mark.parametrize("revision", revisions())
def test_rows_are_drawn_for_every_column(revision: str) -> None:
    for table, rows in rows_at(revision).items():
        empty = {name for name in rows[0] if all(row[name] is None for row in rows)}
        assert not empty, table


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM delivery",
        "UPDATE meeting SET place = 'elsewhere' WHERE place IS NOT NULL",
        "INSERT INTO seed_load VALUES ('p', 'd', '2026-11-23')",
        "ALTER TABLE meeting DROP COLUMN place",
        "DROP TABLE veto",
    ],
)
def test_harm_is_noticed(filled: Filled, harm: str) -> None:
    with opened(filled.at(revisions()[-1])) as engine:
        before = read_contents(engine)
        with engine.begin() as connection:
            connection.execute(text(harm))
        assert damage(before, read_contents(engine), Change())


FAMILY = MetaData()
PARENT = Table("parent", FAMILY, Column("id", Integer, primary_key=True), Column("t", String(9)))
CHILD = Table(
    "child",
    FAMILY,
    Column("id", Integer, primary_key=True),
    Column("parent_id", ForeignKey("parent.id", ondelete="CASCADE"), nullable=False),
)


def widen(connection: Connection) -> None:
    operations = Operations(MigrationContext.configure(connection))
    with operations.batch_alter_table("parent") as batch:
        batch.alter_column("t", type_=String(50))


def test_children_lost_by_a_batch_operation_are_noticed(tmp_path: Path) -> None:
    """SQLite empties the children of a table that is dropped while foreign keys are on."""
    with opened(f"sqlite:///{tmp_path / 'x.db'}") as engine:
        FAMILY.create_all(engine)
        draw_rows(engine)
        before = read_contents(engine)
        schema._migrate(engine, "any", lambda config, _: widen(config.attributes["connection"]))
        assert_whole(before, read_contents(engine), Change())
        with engine.begin() as connection:
            widen(connection)
        said = damage(before, read_contents(engine), Change())
        assert [line.split(":")[0] for line in said] == ["child"]


def test_the_migrated_schema_is_the_one_of_the_models(databases: Databases) -> None:
    with opened(databases.fresh("empty")) as migrated, opened(databases.blank()) as created:
        Base.metadata.create_all(created)
        assert fingerprint(migrated, triggers=False) == fingerprint(created, triggers=False)


@pytest.mark.parametrize("part", ["check", "default", "index", "unique", "reference", "nullable"])
def test_a_difference_in_the_schema_is_noticed(databases: Databases, part: str) -> None:
    with opened(databases.blank()) as one, opened(databases.blank()) as other:
        table_without("").metadata.create_all(one)
        table_without(part).metadata.create_all(other)
        assert fingerprint(one) != fingerprint(other)


def table_without(part: str) -> Table:
    rule = CheckConstraint("n > 0", name="positive")
    unique = UniqueConstraint("m", name="once")
    parent = ForeignKey("t.id", name="up", ondelete=None if part == "reference" else "CASCADE")
    return Table(
        "t",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("n", Integer, server_default=None if part == "default" else "1"),
        Column("m", Integer, parent, nullable=part != "nullable"),
        *([] if part == "check" else [rule]),
        *([] if part == "unique" else [unique]),
        *([] if part == "index" else [Index("ix", "n", unique=True)]),
    )
