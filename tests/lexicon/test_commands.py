"""``duijie lexicon``."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from service.cli import app
from service.db import Sessions
from service.runtime import Runtime
from tests.lexicon.conftest import Json, read

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def here(seeded: Runtime, seeded_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands work on the test's own database."""
    assert isinstance(seeded.sessions, Sessions)
    monkeypatch.setenv("DUIJIE_DATABASE_URL", seeded_url)
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)


def run(*words: str, code: int = 0) -> str:
    result = RUNNER.invoke(app, ["lexicon", *words])
    assert result.exit_code == code, result.output
    return result.stdout if code == 0 else result.stderr


def rows(*words: str) -> list[Json]:
    found: list[Json] = json.loads(run(*words, "--format", "json"))
    return found


def test_a_wording_is_rehearsed_applied_listed_and_withdrawn() -> None:
    words = ("add", "topic", "盘纽襻子", "--target", "trims", "--note", "旗袍用")
    assert "strict" in run(*words)
    assert rows("list", "--own") == []
    (told,) = rows(*words, "--apply")
    assert told["applied"]
    (row,) = rows("list", "--own")
    assert (row["form"], row["note"]) == ("盘纽襻子", "旗袍用")
    assert "command line" in row["created_by"]
    (told,) = rows("withdraw", str(row["id"]))
    assert not told["applied"]
    rows("withdraw", str(row["id"]), "--apply")
    assert rows("list", "--own") == []


def test_a_lost_statement_is_printed() -> None:
    words = ("add", "topic", "面料", "--target", "fabric", "--remove")
    (told,) = rows(*words)
    assert any("面料" in row["quote"] for row in told["measured"]["lost"])
    assert "lost" in run(*words)
    csv = run(*words, "--format", "csv").splitlines()
    assert csv[0] == "lexicon,count,precision,recall,f1,tp,fp,fn"
    assert [line.split(",")[:2] for line in csv[1:]] == [
        ["before", "strict"],
        ["after", "strict"],
        ["before", "need"],
        ["after", "need"],
    ]


def test_measuring_on_files_of_ones_own(tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    row = {"article": "a", "cluster": "Dalian", "kind": "gap", "topic_code": "fabric"}
    gold.write_text(json.dumps(row), encoding="utf-8")
    (tmp_path / "a.txt").write_text("大连：我们缺少面料企业。", encoding="utf-8")
    (told,) = rows("measure", "--gold", str(gold), "--docs", str(tmp_path))
    assert (told["documents"], told["before"]["strict"]["f1"]) == (1, 1.0)
    assert told["before"] == told["after"]
    (told,) = rows("measure", "--database")
    assert told["documents"] == 44


def test_refusals_name_the_cause(tmp_path: Path) -> None:
    assert "regular expressions" in run("add", "topic", "盘.*", "--target", "trims", code=1)
    assert "--docs" in run("measure", "--gold", str(tmp_path), code=1)
    assert "99999" in run("withdraw", "99999", code=1)


def test_documents_that_people_have_gone_through_are_measured_too(client: TestClient) -> None:
    first, *others = read(client, "大连：我们缺少面料企业，希望引进拉链厂。")
    client.post(f"/api/v1/statements/{first['id']}/confirm")
    (told,) = rows("measure", "--database")
    assert told["documents"] == 44  # a draft of it still waits
    for draft in others:
        client.post(f"/api/v1/statements/{draft['id']}/reject")
    (more,) = rows("measure", "--database")
    assert more["documents"] == 45
    strict, before = more["before"]["strict"], told["before"]["strict"]
    assert (strict["tp"] - before["tp"], strict["fp"] - before["fp"]) == (1, len(others))
