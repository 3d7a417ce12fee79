"""A restore keeps everything or nothing, and compares what the database gives back."""

from pathlib import Path
from typing import Self

import pytest
from alembic import command
from sqlalchemy import Engine, event, inspect

from models import Base
from service import schema
from service.backup import restoring
from service.backup.loading import require_same
from service.backup.manifest import Manifest
from service.backup.restoring import restore
from service.db import make_engine
from service.errors import BackupRefused
from tests.backup.conftest import Kept, Open, contents
from tests.conftest import Databases

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
    copied: Manifest, target: Engine, file: Path
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
    last: str, copied: Manifest, target: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
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


class Failpoint:
    """Counts the SQL statements, and lets one of them fail."""

    def __init__(self, engine: Engine, at: int | None = None) -> None:
        self.engine, self.at, self.count = engine, at, 0

    def __call__(self, *_arguments: object) -> None:
        self.count += 1
        if self.count == self.at:
            raise ConnectionResetError

    def __enter__(self) -> Self:
        event.listen(self.engine, "before_cursor_execute", self)
        return self

    def __exit__(self, *_error: object) -> None:
        event.remove(self.engine, "before_cursor_execute", self)


@pytest.mark.parametrize("steps", [6, pytest.param(None, marks=pytest.mark.slow)])
def test_a_restore_that_fails_at_any_statement_keeps_nothing(
    steps: int | None, copied: Manifest, target: Engine, file: Path
) -> None:
    clean = make_engine(Databases(target.dialect.name, file.parent, server_of(target)).blank())
    with Failpoint(clean) as all_of_them:
        restore(clean, file)
    clean.dispose()
    count = all_of_them.count
    assert count > 100
    for at in range(1, count + 1, count // steps if steps else 1):
        with Failpoint(target, at), pytest.raises(ConnectionResetError):
            restore(target, file)
        assert inspect(target).get_table_names() == []


def server_of(engine: Engine) -> str:
    return engine.url.set(database="postgres").render_as_string(hide_password=False)


def test_an_empty_database_at_any_schema_will_do(
    kept: Kept, copied: Manifest, target: Engine, file: Path, opened: Open
) -> None:
    with target.connect() as connection, connection.begin():
        command.upgrade(schema.alembic_config(connection), "0001")
    restore(target, file)
    assert contents(target) == contents(opened(kept.url))


def test_foreign_keys_are_watched_again_after_a_restore(
    copied: Manifest, target: Engine, file: Path
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
