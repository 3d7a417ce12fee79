"""A ranking that was kept gives the same bytes, whatever happens to the data."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from models import AuditEntry, KeptRun, RunSnapshot
from models.enums import Role
from service.backup.restoring import restore
from service.backup.saving import save
from service.integrity.check import faults
from service.main import attach
from service.runtime import Runtime
from service.suggestions.views import RankingQuery
from tests.access.cast import BOTH_ENGINES
from tests.conftest import runtime_on
from tests.support.clock import NOW
from tests.support.commands import Run
from tests.support.people import bearer
from tests.support.saying import posted, say

pytestmark = BOTH_ENGINES
ASKED = "/api/v1/runs?cluster=dalian&limit=5"
ADMIN = bearer(Role.ADMIN)


def kept(client: TestClient, asked: str = ASKED) -> dict[str, Any]:
    return posted(client, asked, None)


def test_the_answer_is_that_of_the_ranking(client: TestClient) -> None:
    rows = client.get("/api/v1/clusters/dalian/suggestions?limit=5").json()
    made = client.post(ASKED)
    run = made.json()
    assert (made.status_code, made.headers["Location"]) == (201, f"/api/v1/runs/{run['id']}")
    answer = client.get(f"/api/v1/runs/{run['id']}")
    assert answer.json()["suggestions"] == rows
    assert answer.json()["more"] is True
    assert answer.json()["run"]["revision"] == run["revision"] == 1
    assert (run["scope"], run["cluster"], run["event"]) == ("cluster", "dalian", None)
    assert answer.headers["ETag"] == f'"{run["digest"]}"'
    same = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(f"/api/v1/runs/{run['id']}", headers=same).status_code == 304


QUESTIONS = (
    "cluster=dalian&limit=5",
    "limit=30&rank_by=mutual&province=浙江",
    "topic=fabric&topic=design&weight_need=0.5&weight_similarity=0.5&met_since=2017-01-01",
    "cluster=虎门&drafts=true&as_of=2018-01-01&kind=cluster&min_score=0.05",
    "event=1&limit=10",
    "event=1&cluster=keqiao&audience=members&confidence=high",
    "audience=public&updated_since=2026-11-01T00:00:00Z&basis=complementarity",
)


@pytest.mark.parametrize("asked", [QUESTIONS[1:2], pytest.param(QUESTIONS, marks=pytest.mark.slow)])
def test_every_question_gives_the_same_bytes_after_the_data_moved_on(
    client: TestClient, asked: tuple[str, ...]
) -> None:
    event = {
        "name_zh": "对接会",
        "held_on": "2026-12-12",
        "place": "大连",
        "themes": ["fabric"],
        "participants": ["dalian", "keqiao", "xiqiao", "humen"],
    }
    assert posted(client, "/api/v1/events", event)["id"] == 1
    numbers = [kept(client, f"/api/v1/runs?{question}")["id"] for question in asked]
    before = [client.get(f"/api/v1/runs/{number}").content for number in numbers]
    filled = [answer for answer in before if json.loads(answer)["suggestions"]]
    assert len(filled) > len(asked) / 2
    say(client, "keqiao", "strength", "fabric", "面料", visibility="public")
    for number, answer in zip(numbers, before, strict=True):
        assert client.get(f"/api/v1/runs/{number}").content == answer
        assert client.get(f"/api/v1/runs/{number}/again").content == answer


@pytest.mark.slow
def test_what_a_schedule_would_report_is_kept(client: TestClient) -> None:
    schedule = {"name": "周报", "cron": "0 8 * * MON", "cluster": "dalian", "top": 3}
    number = posted(client, "/api/v1/schedules", schedule | {"audience": "public"})["id"]
    run = kept(client, f"/api/v1/runs?schedule={number}")
    assert (run["cluster"], run["audience"], run["question"]["top"]) == ("dalian", "public", 3)
    assert len(client.get(f"/api/v1/runs/{run['id']}").json()["suggestions"]) == 3
    assert client.post("/api/v1/runs?schedule=99").status_code == 404


def test_the_same_run_is_kept_once_and_runs_of_one_revision_share_their_facts(
    client: TestClient, seeded: Runtime
) -> None:
    first, again = kept(client), kept(client)
    other = kept(client, "/api/v1/runs?limit=3")
    assert first == again
    assert other["id"] != first["id"]
    kept(client, "/api/v1/runs?limit=3&audience=members")
    with seeded.sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(RunSnapshot)) == 2
        steps = session.scalars(select(AuditEntry.action).where(AuditEntry.entity == "kept_run"))
        assert list(steps) == ["kept_run.kept"] * 3


def test_runs_are_listed_latest_first_in_pages_and_by_filter(client: TestClient) -> None:
    for asked in ("limit=1", "limit=2", "cluster=dalian", "limit=3"):
        kept(client, f"/api/v1/runs?{asked}")
    page = client.get("/api/v1/runs?limit=3")
    assert [run["id"] for run in page.json()] == [4, 3, 2]
    further = client.get(page.links["next"]["url"])
    assert [run["id"] for run in further.json()] == [1]
    for asked, expected in (
        ("scope=pairs", [4, 2, 1]),
        ("cluster=dalian", [3]),
        ("audience=public", []),
        ("as_of=2020-01-01", []),
        ("state=kept&scope=cluster", [3]),
    ):
        assert [run["id"] for run in client.get(f"/api/v1/runs?{asked}").json()] == expected


def test_deleted_runs_are_gone_and_their_number_with_them(
    client: TestClient, seeded: Runtime
) -> None:
    kept(client, "/api/v1/runs?limit=1&as_of=2018-01-01")
    kept(client, "/api/v1/runs?limit=1")
    last = kept(client)
    assert client.post("/api/v1/runs/delete?before=2019-01-01").json() == {"deleted": [1]}
    assert client.post(f"/api/v1/runs/{last['id']}/delete").json() == {"deleted": [last["id"]]}
    assert client.get(f"/api/v1/runs/{last['id']}").status_code == 404
    assert [run["id"] for run in client.get("/api/v1/runs").json()] == [2]
    with seeded.sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(RunSnapshot)) == 1
    assert kept(client, "/api/v1/runs?limit=4")["id"] == last["id"] + 1
    assert kept(client)["id"] == last["id"]


def test_an_erasure_takes_the_runs_that_used_the_words(client: TestClient, seeded: Runtime) -> None:
    early = kept(client, "/api/v1/runs?limit=2&as_of=2016-01-01")
    said = say(client, "dalian", "gap", "trims", "鹅黄色拉链", quote=None)
    late, hidden = kept(client), kept(client, f"{ASKED}&audience=public")
    assert said["visibility"] == "members"
    wanted = {"statements": [said["id"]], "rehearsal": True}
    shown = client.post("/api/v1/erasures", json=wanted, headers=ADMIN).json()
    assert shown["runs"] == [late["id"]]
    assert client.get(f"/api/v1/runs/{late['id']}").status_code == 200
    client.post("/api/v1/erasures", json={**wanted, "rehearsal": False}, headers=ADMIN)
    for path in ("", "/again", "/question", "/compare"):
        gone = client.get(f"/api/v1/runs/{late['id']}{path}")
        assert (gone.status_code, gone.json()["type"]) == (410, "/problems/gone")
    assert [run["state"] for run in client.get("/api/v1/runs").json()] == ["kept", "erased", "kept"]
    for left in (early, hidden):
        assert client.get(f"/api/v1/runs/{left['id']}/again").status_code == 200
    assert "its words were erased" in client.get("/runs?lang=en").text
    with seeded.sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(RunSnapshot)) == 2
        run = session.get(KeptRun, late["id"])
        assert run is not None
        assert (run.answer, run.snapshot, run.size) == (None, None, 0)


def test_drafts_in_a_run_are_for_those_who_may_read_drafts(
    client: TestClient, app: FastAPI
) -> None:
    kept(client, f"{ASKED}&drafts=true")
    kept(client)
    narrow = posted_key(app, ["reports:read"])
    assert [run["id"] for run in narrow.get("/api/v1/runs").json()] == [2]
    assert narrow.get("/api/v1/runs/1").status_code == 404
    assert narrow.post(ASKED).status_code == 403


def posted_key(app: FastAPI, scopes: list[str]) -> TestClient:
    """A key of an organiser that may do no more than ``scopes``."""
    admin = TestClient(app, headers=ADMIN)
    body = {"label": "narrow", "role": "organiser", "scopes": scopes}
    made = admin.post("/api/v1/keys", json=body).json()
    return TestClient(app, headers={"Authorization": f"Bearer {made['secret']}"})


@pytest.mark.slow
def test_a_run_comes_back_from_a_back_up(
    client: TestClient, app: FastAPI, seeded: Runtime, tmp_path: Path
) -> None:
    """Into the embedded database, from either."""
    kept(client)
    answer = client.get("/api/v1/runs/1").content
    save(seeded.engine, tmp_path / "all.zip", now=NOW)
    other = runtime_on(f"sqlite:///{tmp_path / 'other.db'}", tmp_path)
    restore(other.engine, tmp_path / "all.zip")
    attach(app, other)
    assert client.get("/api/v1/runs/1").content == answer
    assert client.get("/api/v1/runs/1/again").content == answer
    other.engine.dispose()


@pytest.mark.slow
def test_the_check_finds_what_was_altered(client: TestClient, seeded: Runtime) -> None:
    kept(client)
    with seeded.sessions.read() as session:
        assert list(faults(session)) == []
    with seeded.sessions.write() as session:
        session.execute(
            text("UPDATE kept_run SET question = replace(question, '0.45', '0.4')")
            if seeded.engine.dialect.name == "sqlite"
            else text("UPDATE kept_run SET question = replace(question::text, '0.45', '0.4')::json")
        )
        session.add(RunSnapshot(digest="0" * 64, payload=b""))
    with seeded.sessions.read() as session:
        found = {(fault.table, fault.row, fault.kind) for fault in faults(session)}
    assert found == {
        ("kept_run", "1", "run-content"),
        ("run_snapshot", "0" * 64, "run-unused"),
    }


def test_commands_keep_list_show_and_delete(client: TestClient, run: Run) -> None:
    asked = ("suggest", "--for", "大连", "--top", "5", "--as-of", "2026-11-23")
    done = run(*asked, "--keep", "--format", "json")
    assert done.stderr == "Kept as run 1\n"
    answer = run("run", "show", "1").stdout
    assert json.loads(answer)["suggestions"] == [
        {**row, **{name: full[name] for name in full if name not in row}}
        for row, full in zip(
            json.loads(done.stdout), json.loads(answer)["suggestions"], strict=True
        )
    ]
    assert client.get("/api/v1/runs/1").text == answer
    listed = json.loads(run("run", "list", "--format", "json").stdout)
    assert [(row["id"], row["cluster"]) for row in listed] == [(1, "dalian")]
    assert run("run", "delete", "1").stderr == "Kept runs deleted: 1 (1)\n"
    assert "no run with the number 1" in run("run", "show", "1", code=1).stderr


def test_all_of_a_question_is_kept(client: TestClient) -> None:
    assert set(kept(client)["question"]) == {
        *(field for field in RankingQuery.__dataclass_fields__ if field != "waiting"),
        *("weights_named", "of", "event", "present", "refused"),
    }
