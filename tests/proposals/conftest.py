"""A document that speaks of places which the register lacks."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from tests.support.people import bearer

Json = dict[str, Any]
MINUTES = (
    "贺州产业集群代表李某表示，我们缺少面料企业，希望引进拉链厂。\n"
    "青州镇代表说，青州镇缺少设计人才。\n"
    "大连：我们有职业装制造优势。\n"
)


def take_in(client: TestClient, text: str, name: str = "minutes.txt") -> Json:
    """A new meeting with this document; what was read in it."""
    meeting = client.post("/api/v1/meetings", json={"title_zh": name, "held_on": "2026-05"}).json()
    answer = client.post(
        f"/api/v1/meetings/{meeting['id']}/documents",
        files={"file": (name, text.encode(), "text/plain")},
    )
    assert answer.status_code == 201, answer.text
    taken: Json = answer.json()
    return taken


def proposals(client: TestClient, **asked: Any) -> dict[str, Json]:
    answer = client.get("/api/v1/proposals", params=asked)
    assert answer.status_code == 200, answer.text
    return {row["name"]: row for row in answer.json()}


def of_place(taken: Json, name: str) -> list[int]:
    return [row["id"] for row in taken["drafts"] if row["place_name"] == name]


@pytest.fixture
def taken(client: TestClient) -> Json:
    return take_in(client, MINUTES)


@pytest.fixture
def admin(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, headers=bearer(Role.ADMIN))
