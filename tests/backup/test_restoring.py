"""A restore keeps everything or nothing, and compares what the database gives back."""

from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, inspect

from models import Base
from service import schema
from service.backup import restoring
from service.backup.loading import require_same
from service.backup.manifest import Manifest
from service.backup.restoring import restore
from service.errors import BackupRefused
from tests.backup.conftest import contents

SPOILERS = {
    "sqlite": """
        CREATE TRIGGER spoil AFTER INSERT ON facet_value WHEN new.id = 3
        BEGIN UPDATE facet_value SET label_en = 'x' WHERE id = new.id; END
    """,
    "postgresql": """
        CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN IF new.id = 3 THEN new.label_en = 'x'; END IF; RETURN new; END $$;
        CREATE TRIGGER spoil BEFORE INSERT ON facet_value FOR EACH ROW EXECUTE FUNCTION spoil()
    """,
}


def test_a_database_that_changes_what_is_loaded_is_found_out(
    made: Manifest, target: Engine, file: Path
) -> None:
    schema.upgrade(target)
    with target.begin() as connection:
        connection.exec_driver_sql(SPOILERS[target.dialect.name])
    with pytest.raises(BackupRefused, match="restore-differs") as refused:
        restore(target, file)
    assert refused.value.values == {"table": "facet_value"}
    assert not any(contents(target).values())


@pytest.mark.parametrize("last", ["cluster", "topic", "statement_facet"])
def test_a_restore_that_breaks_off_keeps_nothing(
    last: str, made: Manifest, target: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compared = require_same

    def failing(name: str, *arguments: object) -> None:
        if name == last:
            raise KeyboardInterrupt
        compared(name, *arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(restoring, "require_same", failing)
    with pytest.raises(KeyboardInterrupt):
        restore(target, file)
    assert inspect(target).get_table_names() == []
    monkeypatch.undo()
    restore(target, file)


def test_an_empty_database_at_any_schema_will_do(
    source: Engine, made: Manifest, target: Engine, file: Path
) -> None:
    with target.connect() as connection, connection.begin():
        command.upgrade(schema.alembic_config(connection), "0001")
    restore(target, file)
    assert contents(target) == contents(source)


def test_foreign_keys_are_watched_again_after_a_restore(
    made: Manifest, target: Engine, file: Path
) -> None:
    restore(target, file)
    with target.connect() as connection:
        if target.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_no_two_tables_refer_to_each_other() -> None:
    """Rows are loaded table by table, referred ones first: a circle could not be."""
    seen: set[str] = set()
    for table in Base.metadata.sorted_tables:
        parents = {key.column.table.name for key in table.foreign_keys} - {table.name}
        assert parents <= seen, table.name
        seen.add(table.name)
