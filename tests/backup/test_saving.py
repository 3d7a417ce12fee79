"""The file is private, whole or absent, and says what it is."""

import json
import os
import stat
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from migrations import HEAD
from models import Base
from service.backup.codecs import codec_of
from service.backup.manifest import Manifest
from service.backup.saving import save
from service.errors import BackupRefused, DatabaseNotReady
from tests.backup.conftest import Kept, Open
from tests.conftest import Databases
from tests.support.clock import NOW


@pytest.fixture
def embedded(kept: Kept, opened: Open) -> Engine:
    """A full database, for what happens to files only."""
    return opened(kept.url)


def test_the_manifest_says_what_the_file_is(source: Engine, made: Manifest, file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        stored = json.loads(archive.read("manifest.json"))
        statements = archive.read("tables/statement.jsonl").splitlines()
    assert stored["format"] == 1
    assert (stored["revision"], stored["engine"]) == (HEAD, source.dialect.name)
    assert stored["made_at"] == "2026-11-23T04:00:00Z"
    assert stored["tables"]["statement"]["rows"] == len(statements)
    first = json.loads(statements[0])
    assert (first["created_at"], first["asks"]) == ("2026-11-23T04:00:00+00:00", False)


def test_only_its_owner_may_read_it(kept: Kept) -> None:
    assert stat.S_IMODE(kept.file.stat().st_mode) == 0o600


def test_a_file_that_is_there_stays_unless_told_otherwise(
    embedded: Engine, copied: Manifest, file: Path
) -> None:
    before = file.read_bytes()
    with pytest.raises(BackupRefused, match="backup-exists"):
        save(embedded, file, now=NOW)
    assert file.read_bytes() == before
    again = save(embedded, file, now=NOW, force=True)
    assert again == copied
    assert [path.name for path in file.parent.glob(".*")] == []


def test_a_file_that_appeared_meanwhile_stays(embedded: Engine, file: Path) -> None:
    def meanwhile(_rows: int) -> None:
        file.write_text("somebody else's")

    with pytest.raises(BackupRefused, match="backup-exists"):
        save(embedded, file, now=NOW, starts=meanwhile)
    assert file.read_text() == "somebody else's"
    assert [path.name for path in file.parent.glob(".*")] == []


def test_a_back_up_that_breaks_off_leaves_no_file(source: Engine, file: Path) -> None:
    def broken(table: str, _rows: int) -> None:
        if table == "topic":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        save(source, file, now=NOW, progress=broken)
    assert not file.exists()
    assert [path.name for path in file.parent.glob(".*")] == []


def test_the_file_is_on_the_disk_before_it_has_its_name(
    embedded: Engine, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        synced.append(file.exists())
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    save(embedded, file, now=NOW)
    assert synced == [False, True]


def test_a_folder_that_is_not_there_is_said_so(embedded: Engine, tmp_path: Path) -> None:
    with pytest.raises(BackupRefused, match="backup-folder"):
        save(embedded, tmp_path / "none" / "a.zip", now=NOW)
    with pytest.raises(BackupRefused, match="backup-exists"):
        save(embedded, tmp_path, now=NOW, force=True)


def test_a_database_without_a_schema_is_said_so(
    databases: Databases, opened: Open, file: Path
) -> None:
    with pytest.raises(DatabaseNotReady):
        save(opened(databases.blank()), file, now=NOW)
    assert not file.exists()


def test_a_value_that_no_other_database_takes_is_named(source: Engine, file: Path) -> None:
    if source.dialect.name == "postgresql":
        pytest.skip("PostgreSQL lets nobody write a word into a number")
    with source.begin() as connection:
        connection.execute(text("UPDATE data_revision SET value = 'many'"))
    with pytest.raises(BackupRefused) as refused:
        save(source, file, now=NOW)
    assert refused.value.values == {
        "table": "data_revision",
        "row": 1,
        "cause": "value: expected int, got str",
    }
    assert not file.exists()


def test_every_column_has_a_codec() -> None:
    for table in Base.metadata.sorted_tables:
        assert table.primary_key.columns, f"{table.name} has no order without a primary key"
        for column in table.columns:
            codec_of(column.type)


def test_progress_reaches_the_number_of_rows(source: Engine, file: Path) -> None:
    told: list[int] = []
    made = save(
        source, file, now=NOW, starts=told.append, progress=lambda _table, rows: told.append(rows)
    )
    assert told[0] == made.rows == sum(told[1:])
