"""The revisions build the models' schema, both ways, on both databases."""

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from migrations import HEAD
from models import Base
from service import schema
from service.db import make_engine
from service.errors import DatabaseNotReady
from tests.conftest import Databases


def test_the_newest_revision_is_the_one_that_the_program_expects() -> None:
    scripts = ScriptDirectory.from_config(schema.alembic_config())
    assert scripts.get_heads() == [HEAD]


def checks(connection: Connection) -> set[tuple[str, str | None]]:
    inspector = inspect(connection)
    return {
        (table, check["name"])
        for table in inspector.get_table_names()
        for check in inspector.get_check_constraints(table)
    }


def test_upgrade_from_nothing_and_back_leaves_nothing(databases: Databases) -> None:
    engine = make_engine(databases.blank())
    schema.upgrade(engine)
    assert schema.current_revision(engine) == HEAD
    assert set(inspect(engine).get_table_names()) == {*Base.metadata.tables, "alembic_version"}
    schema.downgrade(engine)
    assert inspect(engine).get_table_names() == ["alembic_version"]
    schema.upgrade(engine)
    schema.require_current(engine)
    engine.dispose()


def test_the_models_need_no_further_migration(database_url: str) -> None:
    engine = make_engine(database_url)
    with engine.connect() as connection, connection.begin():
        command.check(schema.alembic_config(connection))  # raises when a difference is found
    assert schema.current_revision(engine) == HEAD
    engine.dispose()


def test_migrated_and_created_schema_have_the_same_check_constraints(
    databases: Databases, database_url: str
) -> None:
    migrated, created = make_engine(database_url), make_engine(databases.blank())
    Base.metadata.create_all(created)
    with migrated.connect() as one, created.connect() as other:
        assert checks(one) == checks(other)
        assert len(checks(one)) > 40
    migrated.dispose()
    created.dispose()


def test_an_older_schema_is_refused_with_the_command_that_mends_it(databases: Databases) -> None:
    engine = make_engine(databases.blank())
    with pytest.raises(DatabaseNotReady, match="schema"):
        schema.require_current(engine)
    engine.dispose()
