"""Schedules and reports over HTTP."""

import io
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

from service.reports.due import EXPECTED
from service.reports.jobs import make_worker
from service.runtime import Runtime

WEEKLY: dict[str, Any] = {"name": "每周配对", "cron": "0 8 * * MON", "folder": "weekly", "top": 3}


def create(client: TestClient, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/schedules", json={**WEEKLY, **fields})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


def ran(client: TestClient, runtime: Runtime, **fields: Any) -> str:
    """The address of a report that was made and delivered just now."""
    schedule = create(client, **fields)
    answer = client.post(f"/api/v1/schedules/{schedule['id']}/run")
    assert answer.status_code == 202
    assert answer.json()["state"] == "due"
    worker = make_worker(runtime)
    while worker.work_once():
        pass
    return answer.headers["Location"]


def test_a_schedule_is_created_with_its_next_due_time(client: TestClient) -> None:
    answer = client.post("/api/v1/schedules", json=WEEKLY)
    assert answer.headers["Location"] == "/api/v1/schedules/1"
    assert answer.headers["ETag"] == '"1"'
    assert answer.json() == {
        "id": 1,
        "name": "每周配对",
        "state": "active",
        "language": "zh",
        "cron": "0 8 * * MON",
        "time_zone": "Asia/Shanghai",
        "scope": "all",
        "cluster": None,
        "event": None,
        "topic": None,
        "min_score": 0.0,
        "top": 3,
        "move": 0.02,
        "audience": "members",
        "skip_unchanged": False,
        "on_doubt": "resend",
        "recipients": [],
        "folder": "weekly",
        "next_due_at": "2026-11-30T00:00:00Z",
        "version": 1,
        "updated_at": "2026-11-23T04:00:00Z",
    }
    assert client.get("/api/v1/schedules/1").json() == answer.json()


def test_bad_fields_are_refused_where_they_stand(client: TestClient) -> None:
    bad = {
        "cron": "61 8 * * MON",
        "time_zone": "Mars",
        "recipients": ["a@b.example", "a\r\nBcc: c"],
    }
    answer = client.post("/api/v1/schedules", json={**WEEKLY, **bad})
    assert answer.status_code == 422
    assert {error["pointer"]: error["detail"] for error in answer.json()["errors"]} == {
        "#/cron": f"Value error, Bad minute; {EXPECTED}",
        "#/time_zone": (
            "Value error, expected a time zone of the IANA database, such as Asia/Shanghai"
        ),
        "#/recipients/1": "Value error, expected a mail address such as zhang@example.org",
    }
    assert client.get("/api/v1/schedules").json() == []


@pytest.mark.parametrize(
    ("field", "value", "cause"),
    [
        ("cluster", "nowhere", "nowhere"),
        ("event", 99, "99"),
        ("topic", "no_topic", "no_topic"),
    ],
)
def test_what_the_register_lacks_is_refused_by_name(
    client: TestClient, field: str, value: object, cause: str
) -> None:
    answer = client.post("/api/v1/schedules", json={**WEEKLY, field: value})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unprocessable")
    assert cause in answer.json()["detail"]


def test_a_cluster_and_an_event_together_are_refused(client: TestClient) -> None:
    answer = client.post("/api/v1/schedules", json={**WEEKLY, "cluster": "dalian", "event": 1})
    assert answer.status_code == 422
    assert "not both" in answer.json()["detail"]


def test_an_alias_is_taken_and_recipients_are_kept_once(client: TestClient) -> None:
    created = create(
        client, cluster="大连", recipients=["Zhang@b.example", "zhang@B.example", "li@b.example"]
    )
    assert (created["cluster"], created["scope"]) == ("dalian", "cluster")
    assert created["recipients"] == ["Zhang@b.example", "li@b.example"]


def test_an_edit_needs_the_version_that_was_read(client: TestClient) -> None:
    create(client)
    url = "/api/v1/schedules/1"
    changed = {**WEEKLY, "cron": "0 9 * * TUE"}
    answer = client.put(url, json=changed, headers={"If-Match": '"1"'})
    assert answer.json()["next_due_at"] == "2026-11-24T01:00:00Z"
    assert answer.headers["ETag"] == '"2"'
    stale = client.put(url, json=WEEKLY, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["type"]) == (412, "/problems/stale-version")
    assert client.get(url).json()["cron"] == "0 9 * * TUE"


def test_pausing_and_resuming(client: TestClient) -> None:
    create(client)
    paused = client.post("/api/v1/schedules/1/pause").json()
    assert (paused["state"], paused["next_due_at"]) == ("paused", None)
    resumed = client.post("/api/v1/schedules/1/resume").json()
    assert (resumed["state"], resumed["next_due_at"]) == ("active", "2026-11-30T00:00:00Z")


def test_a_deleted_schedule_is_gone_and_its_reports_stay(
    client: TestClient, seeded: Runtime
) -> None:
    report = ran(client, seeded)
    assert client.delete("/api/v1/schedules/1", headers={"If-Match": '"1"'}).status_code == 204
    for answer in (
        client.get("/api/v1/schedules/1"),
        client.post("/api/v1/schedules/1/run"),
        client.post("/api/v1/schedules/1/resume"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert client.get("/api/v1/schedules").json() == []
    assert client.get(report).json()["state"] == "rendered"
    assert len(client.get("/api/v1/reports").json()) == 1


def test_nothing_of_a_deleted_schedule_is_sent(client: TestClient, seeded: Runtime) -> None:
    create(client)
    client.post("/api/v1/schedules/1/run")
    client.delete("/api/v1/schedules/1", headers={"If-Match": '"1"'})
    assert not make_worker(seeded).work_once()
    (run,) = client.get("/api/v1/reports").json()
    assert (run["state"], run["error"]) == ("failed", "the schedule was deleted")


def test_a_report_is_there_as_facts_pairs_page_and_workbook(
    client: TestClient, seeded: Runtime, tmp_path: Path
) -> None:
    url = ran(client, seeded, cluster="dalian", audience="organisers")
    assert url == "/api/v1/reports/1/2026-11-23T04:00:00Z"
    facts = client.get(url).json()
    assert {name: facts[name] for name in ("kind", "state", "new", "changed", "as_of")} == {
        "kind": "manual",
        "state": "rendered",
        "new": 3,
        "changed": 0,
        "as_of": "2026-11-23",
    }
    assert [(d["channel"], d["target"], d["state"]) for d in facts["deliveries"]] == [
        ("folder", "weekly", "sent")
    ]
    told = client.get(f"{url}/pairings").json()
    suggested = client.get("/api/v1/clusters/dalian/suggestions?limit=3").json()
    assert [pairing["suggestion"] for pairing in told["pairings"]] == suggested
    page = client.get(f"{url}/html")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    (kept,) = (tmp_path / "reports" / "weekly").glob("*.html")
    assert page.content == kept.read_bytes()
    book = client.get(f"{url}/xlsx")
    assert book.headers["content-disposition"] == (
        'attachment; filename="duijie-1-20261123T040000Z.xlsx"'
    )
    assert openpyxl.load_workbook(io.BytesIO(book.content)).sheetnames == ["概要", "配对", "理由"]


def test_the_same_instant_in_another_zone_is_the_same_report(
    client: TestClient, seeded: Runtime
) -> None:
    ran(client, seeded)
    answer = client.get("/api/v1/reports/1/2026-11-23T12:00:00+08:00")
    assert answer.json()["due_at"] == "2026-11-23T04:00:00Z"


def test_a_report_that_is_not_there_or_not_ready_says_so(client: TestClient) -> None:
    create(client)
    missing = client.get("/api/v1/reports/1/2026-11-23T00:00:00Z")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")
    due = client.post("/api/v1/schedules/1/run").headers["Location"]
    waiting = client.get(f"{due}/html")
    assert (waiting.status_code, waiting.json()["type"]) == (409, "/problems/wrong-state")
    assert client.get("/api/v1/reports/1/yesterday").status_code == 422


def test_a_preview_keeps_and_sends_nothing(
    client: TestClient, seeded: Runtime, tmp_path: Path
) -> None:
    create(client, language="en")
    page = client.get("/api/v1/schedules/1/preview")
    assert "The first report with these settings" in page.text
    assert client.get("/api/v1/reports").json() == []
    assert not make_worker(seeded).work_once()
    assert not (tmp_path / "reports").exists()


def test_lists_come_in_pages(client: TestClient) -> None:
    for number in range(3):
        create(client, name=f"s{number}")
        client.post(f"/api/v1/schedules/{number + 1}/run")
    for url, key in (("/api/v1/schedules", "id"), ("/api/v1/reports", "schedule_id")):
        whole = [row[key] for row in client.get(url).json()]
        first = client.get(f"{url}?limit=2")
        rest = client.get(first.links["next"]["url"])
        assert [row[key] for row in [*first.json(), *rest.json()]] == whole
        assert len(whole) == 3
        assert "next" not in rest.links
        assert client.get(f"{url}?cursor=rubbish").status_code == 400
    assert [r["schedule_id"] for r in client.get("/api/v1/reports?schedule=2").json()] == [2]
    assert client.get("/api/v1/reports?state=failed").json() == []


def test_only_a_stuck_delivery_can_be_retried(client: TestClient, seeded: Runtime) -> None:
    url = ran(client, seeded)
    sent = client.post(f"{url}/deliveries/1/retry")
    assert (sent.status_code, sent.json()["type"]) == (409, "/problems/wrong-state")
    assert client.post(f"{url}/deliveries/2/retry").status_code == 404
