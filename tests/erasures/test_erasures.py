"""Erased words are gone everywhere; that they were erased stays."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, make_url, text

from models import Base
from models.enums import Role
from service.reports import building
from service.reports.jobs import make_worker
from service.runtime import Runtime
from tests.support.people import bearer
from tests.test_cli import duijie

Json = dict[str, Any]

SPEAKER = "谢某某"
WORDS = "我们镇严重缺少鹅黄色桑蚕丝面料"
MINUTES = (
    "对接座谈会纪要\n"
    f"大连产业集群代表{SPEAKER}表示，{WORDS}，希望引进更多面料企业。\n"
    "西平产业集群代表朱某某表示，西平希望引进更多辅料企业。\n"
    f"会后{SPEAKER}参观了展厅。\n"
)
ADMIN = bearer(Role.ADMIN)
NEEDLES = [form for word in (WORDS, SPEAKER) for form in (word, json.dumps(word)[1:-1])]
"""As text, and as JSON columns of the embedded database store it."""


@pytest.fixture
def meeting(client: TestClient) -> Json:
    """Minutes taken in and confirmed, and a report that cites them, put into a folder."""
    made = client.post(
        "/api/v1/meetings", json={"title_zh": "座谈会", "held_on": "2026-11-20"}
    ).json()
    file = ("minutes.txt", MINUTES.encode(), "text/plain")
    url = f"/api/v1/meetings/{made['id']}/documents"
    headers = {"Idempotency-Key": "the-only-one"}
    intake: Json = client.post(url, files={"file": file}, headers=headers).json()
    for draft in intake["drafts"]:
        assert client.post(f"/api/v1/statements/{draft['id']}/confirm").status_code == 200
    schedule = {"name": "周报", "cron": "0 8 * * MON", "folder": "weekly", "cluster": "dalian"}
    assert client.post("/api/v1/schedules", json=schedule | {"top": 500}).status_code == 201
    client.post("/api/v1/schedules/1/run")
    return intake


def work(runtime: Runtime) -> None:
    worker = make_worker(runtime)
    while worker.work_once():
        pass


def said_by(client: TestClient, intake: Json, words: str) -> list[int]:
    return [d["id"] for d in intake["drafts"] if words in (d["quote"] or "")]


def erase(client: TestClient, **wanted: Any) -> Json:
    answer = client.post("/api/v1/erasures", json=wanted, headers=ADMIN)
    assert answer.status_code == 200, answer.text
    erased: Json = answer.json()
    return erased


def everything(engine: Engine) -> str:
    """All that the database says."""
    with engine.connect() as connection:
        rows = [
            connection.execute(text(f'SELECT * FROM "{table.name}"')).all()  # noqa: S608 - our own
            for table in Base.metadata.sorted_tables
        ]
    return "\n".join(
        cell.decode("utf-8", "replace") if isinstance(cell, bytes) else str(cell)
        for table in rows
        for row in table
        for cell in row
    )


def test_a_rehearsal_says_what_would_go_and_changes_nothing(
    client: TestClient, seeded: Runtime, meeting: Json
) -> None:
    work(seeded)
    client.get("/api/v1/topics", headers=ADMIN)  # notes that the key was used
    before = everything(seeded.engine)
    told = erase(client, speaker=SPEAKER)
    assert told["rehearsal"] is True
    assert told["documents"] == [meeting["document"]["id"]]
    assert set(told["statements"]) >= set(said_by(client, meeting, "桑蚕丝"))
    assert [report["schedule"] for report in told["reports"]] == [1]
    assert told["files"] == 2
    assert everything(seeded.engine) == before


def test_the_words_of_a_speaker_go_everywhere(
    client: TestClient, seeded: Runtime, meeting: Json
) -> None:
    work(seeded)
    ids = said_by(client, meeting, "桑蚕丝")
    folder = seeded.settings.report_folders / "weekly"
    assert WORDS in everything(seeded.engine)
    assert any(WORDS.encode() in path.read_bytes() for path in folder.iterdir())
    erased = erase(client, speaker=SPEAKER, rehearsal=False)
    left = everything(seeded.engine)
    assert [needle for needle in NEEDLES if needle in left] == []
    assert list(folder.iterdir()) == []
    assert erased["files"] == 2
    for id_ in ids:
        assert client.get(f"/api/v1/statements/{id_}").status_code == 404
    audit = [row for row in left.splitlines() if row == "statement.erased"]
    assert len(audit) == len(erased["statements"])


def test_the_document_keeps_its_length_and_every_other_quote(
    client: TestClient, meeting: Json
) -> None:
    erase(client, speaker=SPEAKER, rehearsal=False)
    document = meeting["document"]
    url = f"/api/v1/meetings/{document['meeting']}/documents/{document['id']}"
    kept = client.get(url).json()["text"]
    assert len(kept) == len(MINUTES)
    assert "西平希望引进更多辅料企业" in kept
    assert "▒" in kept
    rows = client.get("/api/v1/statements", params={"document": document["id"]}).json()
    assert rows
    assert all(kept[row["start"] : row["end"]] == row["quote"] for row in rows)
    original = client.get(f"{url}/content")
    assert (original.status_code, original.json()["type"]) == (410, "/problems/gone")


def test_kept_reports_are_gone_and_rankings_forget(
    client: TestClient, seeded: Runtime, meeting: Json
) -> None:
    work(seeded)
    url = "/api/v1/clusters/dalian/suggestions"
    assert WORDS in client.get(url, params={"topic": "fabric"}).text
    due = client.get("/api/v1/reports").json()[0]["due_at"]
    assert client.get(f"/api/v1/reports/1/{due}/html").status_code == 200
    erase(client, statements=said_by(client, meeting, "桑蚕丝"), rehearsal=False)
    assert WORDS not in client.get(url, params={"topic": "fabric"}).text
    for form in ("html", "xlsx", "pairings"):
        gone = client.get(f"/api/v1/reports/1/{due}/{form}")
        assert (gone.status_code, gone.json()["type"]) == (410, "/problems/gone")
    assert client.get("/api/v1/reports").json()[0]["state"] == "erased"


def test_a_report_that_was_being_made_is_made_again(
    client: TestClient, seeded: Runtime, meeting: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = said_by(client, meeting, "桑蚕丝")

    def slow(*arguments: Any, **more: Any) -> Any:
        rendered = building.render(*arguments, **more)
        if ids:
            erase(client, statements=ids, rehearsal=False)
            ids.clear()
        return rendered

    monkeypatch.setattr("service.reports.jobs.render", slow)
    work(seeded)
    assert WORDS not in everything(seeded.engine)
    assert client.get("/api/v1/reports").json()[0]["state"] == "rendered"


def test_an_answer_that_held_the_words_is_not_given_again(
    client: TestClient, meeting: Json
) -> None:
    file = ("minutes.txt", MINUTES.encode(), "text/plain")
    url = f"/api/v1/meetings/{meeting['document']['meeting']}/documents"
    headers = {"Idempotency-Key": "the-only-one"}
    again = client.post(url, files={"file": file}, headers=headers)
    assert (again.status_code, again.json()) == (201, meeting)
    erase(client, statements=said_by(client, meeting, "桑蚕丝"), rehearsal=False)
    gone = client.post(url, files={"file": file}, headers=headers)
    assert (gone.status_code, gone.json()["type"]) == (410, "/problems/gone")


def test_a_shipped_statement_that_was_erased_is_not_loaded_again(
    client: TestClient, seeded: Runtime
) -> None:
    shipped = client.get("/api/v1/statements?meeting=1&limit=1").json()[0]
    erase(client, statements=[shipped["id"]], rehearsal=False)
    with seeded.sessions.write() as session:
        session.execute(text("UPDATE seed_load SET digest = 'another'"))
    count = len(client.get("/api/v1/statements?meeting=1&limit=200").json())
    seeded.upgrade()
    assert len(client.get("/api/v1/statements?meeting=1&limit=200").json()) == count


def test_nothing_is_left_in_the_files_of_the_embedded_database(
    client: TestClient, seeded: Runtime, meeting: Json
) -> None:
    if seeded.engine.dialect.name != "sqlite":
        pytest.skip("the files are the server's")
    path = Path(make_url(seeded.settings.database).database or "")
    files = [path, path.with_name(f"{path.name}-wal")]

    def found() -> list[str]:
        kept = b"".join(file.read_bytes() for file in files if file.exists())
        return [needle for needle in NEEDLES if needle.encode() in kept]

    assert found() == NEEDLES
    erase(client, speaker=SPEAKER, rehearsal=False)
    assert found() == []


def test_the_former_contents_of_an_entry_can_go_alone(client: TestClient) -> None:
    url = "/api/v1/meetings/1"
    stored = client.get(url).json()
    fields = {k: stored[k] for k in ("title_zh", "title_en", "kind", "held_on", "place")}
    fields |= {"host": "某人的真名", "visibility": "public"}
    assert client.put(url, json=fields, headers={"If-Match": '"1"'}).status_code == 200
    fields["host"] = None
    assert client.put(url, json=fields, headers={"If-Match": '"2"'}).status_code == 200
    erased = erase(client, histories=[{"entity": "meeting", "id": "1"}], rehearsal=False)
    assert erased["statements"] == []
    stale = client.put(url, json=fields, headers={"If-Match": '"2"'}).json()
    assert stale["known"] is None
    assert "某人的真名" not in str(stale)


def test_the_command_rehearses_unless_told_otherwise(
    client: TestClient, seeded: Runtime, meeting: Json
) -> None:
    asked = ("erase", "--speaker", SPEAKER, "--format", "json")
    told = duijie(*asked, DUIJIE_DATABASE_URL=seeded.settings.database)
    assert told.returncode == 0, told.stderr
    (row,) = json.loads(told.stdout)
    assert (row["rehearsal"], row["documents"]) == (True, [meeting["document"]["id"]])
    assert WORDS in everything(seeded.engine)
    done = duijie(*asked, "--yes", DUIJIE_DATABASE_URL=seeded.settings.database)
    assert json.loads(done.stdout)[0]["rehearsal"] is False
    left = everything(seeded.engine)
    assert [needle for needle in NEEDLES if needle in left] == []


@pytest.mark.parametrize(
    ("wanted", "status"),
    [({}, 422), ({"statements": [999999]}, 404), ({"speaker": "无此人"}, 404)],
)
def test_what_is_not_there_is_refused(client: TestClient, wanted: Json, status: int) -> None:
    answer = client.post("/api/v1/erasures", json=wanted, headers=ADMIN)
    assert answer.status_code == status


def test_only_an_admin_erases(client: TestClient) -> None:
    wanted = {"statements": [1], "rehearsal": False}
    assert client.post("/api/v1/erasures", json=wanted).status_code == 403
    assert client.get("/api/v1/statements/1").status_code == 200
