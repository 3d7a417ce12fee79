"""``duijie import`` and ``duijie export``."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from service.cli import app
from service.runtime import Runtime
from tests.exchange.tables import csv_of, xlsx_of

HEAD = ("集群", "类别", "主题", "要点", "会议")
GOOD = (HEAD, ("大连", "短板", "面料", "面料厂", "1"))
CLUSTERS = (("名称", "英文名"), ("新镇", "New Town"))


@pytest.fixture
def run(seeded: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Runs a command on the database of the test; Chinese messages."""
    monkeypatch.setenv("DUIJIE_DATABASE_URL", seeded.settings.database_url)
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(app, arguments)

    return call


def test_a_file_is_shown_and_with_apply_taken_in(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    row = ("新镇", "优势", "面料", "袜子", "1")
    file.write_bytes(xlsx_of({"集群": CLUSTERS, "陈述": [*GOOD, row]}))
    shown = run("import", str(file), "--format", "json")
    assert shown.exit_code == 0, shown.output
    assert json.loads(shown.stdout)[0]["counts"]["new"] == 3
    assert "什么也没有写入；加上 --apply 才会写入" in shown.stderr
    done = run("import", str(file), "--apply", "--format", "json")
    assert json.loads(done.stdout)[0]["applied"]
    again = run("import", str(file), "--apply", "--format", "json")
    counts = json.loads(again.stdout)[0]["counts"]
    assert counts == {"new": 0, "changed": 0, "unchanged": 3, "refused": 0}


def test_faults_end_with_code_one(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(csv_of([HEAD, ("大连", "短板", "面聊", "x", "1")]))
    for more in ((), ("--apply",)):
        refused = run("import", str(file), *more)
        assert refused.exit_code == 1
        assert "第 2 行“主题”列：不认识“面聊”，是否“面料”？" in refused.stderr
        assert "Traceback" not in refused.output


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\xff\xff"])
def test_a_file_that_cannot_be_read_ends_with_its_cause(
    run: Any, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(content)
    refused = run("import", str(file))
    assert refused.exit_code == 1
    assert refused.stderr.strip()
    assert "Traceback" not in refused.output


def test_what_there_is_not_is_a_usage_error(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv_of(GOOD))
    assert run("import", str(tmp_path / "a.csv"), "--what", "meetings").exit_code == 2
    assert run("export", "meetings", str(tmp_path / "b.csv")).exit_code == 2


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("what", ["clusters", "statements"])
def test_an_export_comes_in_again(run: Any, tmp_path: Path, what: str, kind: str) -> None:
    file = tmp_path / f"out.{kind}"
    assert run("export", what, str(file)).exit_code == 0
    back = run("import", str(file), "--format", "json")
    counts = json.loads(back.stdout)[0]["counts"]
    assert counts["unchanged"] > 100
    assert counts["new"] == counts["changed"] == counts["refused"] == 0


def test_the_result_comes_as_table_and_csv(run: Any, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv_of(GOOD))
    table = run("import", str(tmp_path / "a.csv"))
    assert "面料厂" in table.stdout
    lines = run("import", str(tmp_path / "a.csv"), "--format", "csv").stdout.splitlines()
    assert lines[0] == "sheet,row,doing,entry,column,old,new"
    assert "statements,2,new,dalian,要点,—,面料厂" in lines
