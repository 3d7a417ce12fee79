"""Whatever is wrong with a file: it is refused with its cause, and nothing is written."""

import hashlib
import json
import os
import pickle
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, inspect

from service.backup import archive
from service.backup.manifest import Manifest
from service.backup.restoring import restore
from service.errors import BackupRefused
from service.messages import catalogue
from tests.backup.conftest import Open, contents

Members = dict[str, bytes]
Change = Callable[[Members], None]


@pytest.fixture
def place(tmp_path: Path, opened: Open) -> Engine:
    """An empty place: none of these files gets as far as the engines differ."""
    return opened(f"sqlite:///{tmp_path / 'place.db'}")


def rewrite(file: Path, change: Change) -> None:
    """The same archive with other members; sizes and CRCs of the zip itself are right."""
    with zipfile.ZipFile(file) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)


def manifest_with(**fields: Any) -> Change:
    def change(members: Members) -> None:
        members["manifest.json"] = json.dumps(
            {**json.loads(members["manifest.json"]), **fields}
        ).encode()

    return change


def sign(members: Members, table: str) -> None:
    """Make the manifest agree with the lines of a table, as an attacker would."""
    manifest = json.loads(members["manifest.json"])
    lines = members[f"tables/{table}.jsonl"]
    manifest["tables"][table] = {
        "rows": lines.count(b"\n"),
        "size": len(lines),
        "sha256": hashlib.sha256(lines).hexdigest(),
    }
    members["manifest.json"] = json.dumps(manifest).encode()


def forged(table: str, old: bytes, new: bytes) -> Change:
    def change(members: Members) -> None:
        name = f"tables/{table}.jsonl"
        assert old in members[name]
        members[name] = members[name].replace(old, new, 1)
        sign(members, table)

    return change


def added(name: str, content: bytes) -> Change:
    return lambda members: members.update({name: content})


def removed(name: str) -> Change:
    def change(members: Members) -> None:
        del members[name]

    return change


def without_table(members: Members) -> None:
    manifest = json.loads(members["manifest.json"])
    del manifest["tables"]["veto"], members["tables/veto.jsonl"]
    members["manifest.json"] = json.dumps(manifest).encode()


def with_table(members: Members) -> None:
    members["tables/stranger.jsonl"] = b""
    sign(members, "stranger")


def tampered(members: Members) -> None:
    members["tables/topic.jsonl"] = members["tables/topic.jsonl"].replace(b"fabric", b"fabrik", 1)


def shortened(members: Members) -> None:
    name = "tables/statement.jsonl"
    members[name] = b"".join(members[name].splitlines(keepends=True)[:-1])


def bomb(members: Members) -> None:
    members["tables/topic.jsonl"] += b" " * 50_000_000


REFUSED: dict[str, tuple[Change, str, str]] = {
    "path outside": (added("../../etc/cron.d/x", b"* * * * * root x"), "backup-members", "../"),
    "absolute path": (added("/etc/x", b""), "backup-members", "/etc/x"),
    "pickle": (added("tables/cluster.pickle", pickle.dumps([1])), "backup-members", "pickle"),
    "no manifest": (removed("manifest.json"), "backup-members", "manifest.json"),
    "member gone": (removed("tables/cluster.jsonl"), "backup-members", "cluster"),
    "manifest no JSON": (added("manifest.json", b"\x80\x04."), "backup-manifest", "manifest.json"),
    "manifest deep": (added("manifest.json", b"[" * 100_000), "backup-manifest", "manifest.json"),
    "manifest huge": (added("manifest.json", b" " * 9_000_000), "backup-members", "manifest.json"),
    "manifest wrong": (manifest_with(made_at="today"), "backup-manifest", "made_at"),
    "newer format": (manifest_with(format=2), "backup-format", "2"),
    "newer schema": (manifest_with(revision="9999"), "backup-schema", "9999"),
    "no revision": (manifest_with(revision="../x"), "backup-manifest", "revision"),
    "relative revision": (manifest_with(revision="head"), "backup-schema", "head"),
    "table missing": (without_table, "backup-tables", "veto"),
    "table added": (with_table, "backup-tables", "stranger"),
    "changed": (tampered, "backup-checksum", "topic"),
    "shortened": (shortened, "backup-checksum", "statement"),
    "bomb": (bomb, "backup-checksum", "topic"),
    "other columns": (forged("topic", b'"notation"', b'"nonation"'), "backup-value", "notation"),
    "other type": (forged("topic", b'"know_how":false', b'"know_how":"x"'), "backup-value", "bool"),
    "no base64": (forged("document", b'"content":"', b'"content":"*'), "backup-value", "document"),
    "no offset": (forged("cluster", b"+00:00", b""), "backup-value", "offset"),
    "deep line": (forged("topic", b'{"', b"[" * 100_000 + b'{"'), "backup-value", "topic"),
    "a rule of the schema": (
        forged("topic", b'"topic_group":"chain"', b'"topic_group":"chains"'),
        "restore-table",
        "topic",
    ),
    "dangling": (forged("veto", b'"low_id":1', b'"low_id":0'), "restore-dangling", "cluster"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_hostile_or_broken_file_is_refused(
    name: str, copied: Manifest, file: Path, place: Engine, tmp_path: Path
) -> None:
    change, key, said = REFUSED[name]
    rewrite(file, change)
    before = sorted(tmp_path.parent.rglob("*"))
    with pytest.raises(BackupRefused) as refused:
        restore(place, file)
    assert refused.value.message == key
    assert said in catalogue("en").detail_of(refused.value)
    assert inspect(place).get_table_names() == []
    grown = set(tmp_path.parent.rglob("*")) - set(before)
    assert {path.name for path in grown} <= {"place.db", "place.db-wal", "place.db-shm"}


def test_a_member_twice_is_refused(copied: Manifest, file: Path, place: Engine) -> None:
    with (
        zipfile.ZipFile(file, "a") as again,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        again.writestr("tables/topic.jsonl", b"")
    with pytest.raises(BackupRefused, match="backup-members"):
        restore(place, file)


def test_a_size_that_the_zip_file_lies_about_is_not_believed(
    copied: Manifest, file: Path, place: Engine
) -> None:
    rewrite(file, bomb)
    raw = bytearray(file.read_bytes())
    real = (len(b" ") * 50_000_000 + copied.tables["topic"].size).to_bytes(4, "little")
    told = copied.tables["topic"].size.to_bytes(4, "little")
    assert raw.count(real) == 2
    file.write_bytes(raw.replace(real, told))
    with pytest.raises(BackupRefused):
        restore(place, file)
    assert inspect(place).get_table_names() == []


def test_a_row_longer_than_memory_allows_is_refused_both_ways(
    copied: Manifest, file: Path, place: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    longest = max(copied.tables["document"].size // copied.tables["document"].rows, 1000)
    monkeypatch.setattr(archive, "LINE_LIMIT", longest)
    with pytest.raises(BackupRefused, match="backup-checksum"):
        restore(place, file)


@pytest.mark.parametrize("content", [b"", b"PK", os.urandom(5000), pickle.dumps({"a": 1})])
def test_what_is_no_zip_file_is_refused(content: bytes, file: Path, place: Engine) -> None:
    file.write_bytes(content)
    with pytest.raises(BackupRefused, match="backup-damaged"):
        restore(place, file)
    with pytest.raises(BackupRefused, match="backup-folder"):
        restore(place, file.with_name("none.zip"))


def mutants(raw: bytes, count: int, draw: random.Random) -> Iterator[bytes]:
    for number in range(count):
        mutant = bytearray(raw)
        if number % 3 == 0:
            yield bytes(mutant[: draw.randrange(len(raw))])
            continue
        for _ in range(draw.choice((1, 1, 8))):
            mutant[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
        yield bytes(mutant)


@pytest.mark.parametrize("count", [60, pytest.param(3000, marks=pytest.mark.slow)])
def test_damage_is_refused_or_harmless(count: int, copied: Manifest, file: Path) -> None:
    """A bit may flip in a part of the zip file that nobody reads; never in what is restored."""
    raw, refused = file.read_bytes(), 0
    for mutant in mutants(raw, count, random.Random(20261123)):
        file.write_bytes(mutant)
        try:
            with archive.open_archive(file) as opened:
                parts = opened.manifest.tables
                for table in parts:
                    for _ in opened.lines(table):
                        pass
            assert parts == copied.tables
        except BackupRefused:
            refused += 1
    assert refused > count * 0.9


def test_the_place_must_be_empty(copied: Manifest, target: Engine, file: Path) -> None:
    restore(target, file)
    before = contents(target)
    with pytest.raises(BackupRefused, match="restore-not-empty"):
        restore(target, file)
    assert contents(target) == before


def test_tables_of_another_program_are_left_alone(
    copied: Manifest, target: Engine, file: Path
) -> None:
    with target.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE visitor (name TEXT)")
    with pytest.raises(BackupRefused, match="restore-not-empty"):
        restore(target, file)
    assert inspect(target).get_table_names() == ["visitor"]


@pytest.mark.parametrize("name", ["a rule of the schema", "dangling"])
def test_rows_that_the_schema_forbids_are_refused_with_their_table(
    name: str, copied: Manifest, target: Engine, file: Path
) -> None:
    rewrite(file, REFUSED[name][0])
    with pytest.raises(BackupRefused) as refused:
        restore(target, file)
    assert refused.value.values["table"] in {"topic", "veto"}
    assert inspect(target).get_table_names() == []
