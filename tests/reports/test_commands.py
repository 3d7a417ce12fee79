"""``duijie report`` as a person types it."""

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from service.reports.commands import app


@pytest.fixture(autouse=True)
def home(seeded_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DUIJIE_DATABASE_URL", seeded_url)
    monkeypatch.setenv("DUIJIE_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.delenv("LC_MESSAGES", raising=False)
    return tmp_path


def duijie(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def plan(*options: str) -> Result:
    given = ("--cron", "0 8 * * MON", "--audience", "organisers", "--top", "3", *options)
    return duijie("schedule", "每周配对", *given)


def test_plan_run_list_and_show(home: Path) -> None:
    planned = plan("--folder", "weekly", "--for", "大连", "--format", "json")
    assert planned.exit_code == 0
    assert json.loads(planned.stdout)[0]["cluster"] == "dalian"
    ran = duijie("run", "1", "--format", "json")
    assert ran.exit_code == 0
    (report,) = json.loads(ran.stdout)
    assert [d["state"] for d in report["deliveries"]] == ["sent"]
    assert len(list((home / "reports" / "weekly").iterdir())) == 2
    shown = duijie("show", "1", "--xlsx", str(home / "a.xlsx"), "--format", "json")
    assert [pairing["change"] for pairing in json.loads(shown.stdout)] == ["new"] * 3
    assert openpyxl.load_workbook(home / "a.xlsx").sheetnames == ["概要", "配对", "理由"]
    again = duijie("show", "1", report["due_at"], "--format", "json")
    assert again.stdout == shown.stdout
    assert duijie("list", "--format", "csv").stdout.startswith("id,name,state,cron,")
    assert "weekly: sent" in duijie("list", "--runs", "--format", "csv").stdout


def test_a_delivery_that_failed_makes_the_exit_code_one() -> None:
    plan("--to", "a@x.example")
    ran = duijie("run", "1", "--format", "json")
    assert ran.exit_code == 1
    (report,) = json.loads(ran.stdout)
    assert "DUIJIE_SMTP_HOST" in report["deliveries"][0]["error"]
    assert "not everything arrived" in ran.stderr


def test_a_preview_is_a_page_on_stdout() -> None:
    plan("--language", "en")
    shown = duijie("preview", "1")
    assert shown.exit_code == 0
    assert shown.stdout.startswith("<!DOCTYPE html>")
    assert json.loads(duijie("list", "--runs", "--format", "json").stdout) == []


def test_pause_resume_delete_and_work() -> None:
    plan("--folder", "weekly")
    assert "paused" in duijie("pause", "1").stderr
    assert "active" in duijie("resume", "1").stderr
    assert duijie("worker", "--once").stderr == "0 pieces of work done\n"
    assert duijie("delete", "1").exit_code == 0
    assert json.loads(duijie("list", "--format", "json").stdout) == []


def test_refusals_have_exit_code_one_and_usage_two() -> None:
    unknown = duijie("run", "9")
    assert (unknown.exit_code, unknown.stdout) == (1, "")
    assert "there is no schedule 9" in unknown.stderr
    nowhere = plan("--for", "nowhere")
    assert (nowhere.exit_code, nowhere.stdout) == (1, "")
    wrong = plan("--to", "no address", "--time-zone", "Mars")
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "recipients.0" in wrong.stderr
    assert "time_zone" in wrong.stderr
    assert duijie("show", "1", "yesterday").exit_code == 1
