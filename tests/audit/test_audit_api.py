"""/api/v1/audit: who did what, for admins alone."""

import csv
import json
from dataclasses import replace
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import delete, select

from models import AuditEntry, Change
from models.enums import Role
from service.audit import export
from service.audit.usecases import Step, record
from service.db import Sessions
from tests.support.clock import NOW
from tests.support.people import ORGANISER, TESTER, bearer

HOSTILE = '=HYPERLINK("http://x")'


@pytest.fixture
def sessions(app: FastAPI) -> Sessions:
    found: Sessions = app.state.sessions
    return found


@pytest.fixture
def admin(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, headers=bearer(Role.ADMIN))


@pytest.fixture(autouse=True)
def told(sessions: Sessions) -> None:
    """Five entries, an hour apart, after those of the shipped facts."""
    steps = [
        (TESTER, Step("created", "meeting", 7, 1, None, {"place": "虎门", "host": HOSTILE})),
        (ORGANISER, Step("edited", "meeting", 7, 2, {"place": "虎门"}, {"place": "大连"})),
        (ORGANISER, Step("created", "statement", 7, 1, None, {"quote": "缺少面料"})),
        (TESTER, Step("run", "schedule", 7, 1)),
        (ORGANISER.at("192.0.2.7", "req-1"), Step("confirmed", "statement", 8, 2, {}, {"x": 1})),
    ]
    with sessions.write() as session:
        for hour, (who, step) in enumerate(steps, start=1):
            record(session, who, step, now=NOW + timedelta(hours=hour))


def rows_of(client: TestClient, query: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"/api/v1/audit?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def deeds(client: TestClient, query: str) -> list[str]:
    return [f"{row['action']} {row['entity_id']}" for row in rows_of(client, query)]


def test_the_newest_entry_stands_first_with_all_that_is_known(admin: TestClient) -> None:
    newest = rows_of(admin, "limit=1")[0]
    assert newest.pop("id") > 0
    assert newest == {
        "at": "2026-11-23T09:00:00Z",
        "actor": "organiser",
        "account": None,
        "key": None,
        "origin": "192.0.2.7",
        "request_id": "req-1",
        "action": "statement.confirmed",
        "entity": "statement",
        "entity_id": "8",
        "version": 2,
        "before": {},
        "after": {"x": 1},
        "erased": False,
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("entity=meeting&entity_id=7", ["meeting.edited 7", "meeting.created 7"]),
        ("action=statement.confirmed", ["statement.confirmed 8"]),
        ("action=meeting", ["meeting.edited 7", "meeting.created 7"]),
        ("action=meet", []),
        ("actor=organiser&entity=statement", ["statement.confirmed 8", "statement.created 7"]),
        (
            "since=2026-11-23T07:00:00Z&until=2026-11-23T09:00:00Z",
            ["schedule.run 7", "statement.created 7"],
        ),
        ("since=2026-11-23T16:00:00%2B08:00&limit=1", ["statement.confirmed 8"]),
    ],
)
def test_filters_narrow_the_list(admin: TestClient, query: str, expected: list[str]) -> None:
    assert deeds(admin, query) == expected


def test_pages_follow_each_other_without_a_gap(admin: TestClient) -> None:
    whole = [row["id"] for row in rows_of(admin, "limit=200")][:5]
    seen: list[int] = []
    path = "/api/v1/audit?limit=2"
    while len(seen) < 5:
        answer = admin.get(path)
        seen += [row["id"] for row in answer.json()]
        path = answer.headers["link"].partition("<")[2].partition(">")[0]
    assert seen[:5] == whole


@pytest.mark.parametrize("path", ["/api/v1/audit", "/api/v1/audit/export?format=json"])
def test_nobody_but_an_admin_reads_it(app: FastAPI, path: str) -> None:
    for role in Role:
        status = TestClient(app, headers=bearer(role)).get(path).status_code
        assert status == (200 if role is Role.ADMIN else 403), role
    assert TestClient(app).get(path).status_code == 401


def test_words_that_were_erased_are_said_to_be_erased(
    admin: TestClient, sessions: Sessions
) -> None:
    entries = select(AuditEntry.id).where(AuditEntry.entity_id == "7", AuditEntry.version == 1)
    with sessions.write() as session:
        ids = session.scalars(entries.where(AuditEntry.entity == "statement")).all()
        session.execute(delete(Change).where(Change.audit_id.in_(ids)))
        record(session, TESTER, Step("erased", "statement", 7), now=NOW + timedelta(hours=9))
    found = {row["action"]: row for row in rows_of(admin, "entity_id=7")}
    assert found["statement.created"]["after"] is None
    states = {action: row["erased"] for action, row in found.items()}
    assert states == {
        "statement.erased": True,
        "schedule.run": False,
        "statement.created": True,
        "meeting.edited": False,
        "meeting.created": False,
    }


def test_the_export_as_csv_has_no_live_formula(admin: TestClient) -> None:
    answer = admin.get("/api/v1/audit/export?entity=meeting")
    assert answer.headers["content-disposition"] == 'attachment; filename="duijie-audit.csv"'
    head, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    assert tuple(head) == export.COLUMNS
    shown = [(row[head.index("action")], json.loads(row[head.index("after")])) for row in rows]
    assert shown == [
        ("meeting.edited", {"place": "大连"}),
        ("meeting.created", {"place": "虎门", "host": HOSTILE}),
    ]


def test_an_actor_that_is_a_formula_stays_text(admin: TestClient, sessions: Sessions) -> None:
    with sessions.write() as session:
        who = replace(ORGANISER, actor=HOSTILE)
        record(session, who, Step("edited", "meeting", 1), now=NOW)
    answer = admin.get("/api/v1/audit/export", params={"actor": HOSTILE})
    assert f'"\'{HOSTILE.replace(chr(34), chr(34) * 2)}"' in answer.content.decode("utf-8-sig")
    workbook = admin.get("/api/v1/audit/export", params={"actor": HOSTILE, "format": "xlsx"})
    cell = openpyxl.load_workbook(BytesIO(workbook.content))["audit"].cell(2, 3)
    assert (cell.value, cell.data_type) == (HOSTILE, "s")


def test_the_export_as_json_is_the_list(admin: TestClient) -> None:
    answer = admin.get("/api/v1/audit/export?format=json&actor=organiser")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == rows_of(admin, "actor=organiser&limit=200")


def test_a_long_export_says_where_it_goes_on(
    admin: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "PAGE", 1)
    monkeypatch.setattr(export, "MOST", 2)
    first = admin.get("/api/v1/audit/export?format=json&actor=organiser")
    path = first.headers["link"].partition("<")[2].partition(">")[0]
    second = admin.get(path)
    assert "link" not in second.headers
    assert first.json() + second.json() == rows_of(admin, "actor=organiser&limit=200")
    assert len(first.json()) == 2
