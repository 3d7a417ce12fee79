"""One change that wins a shipped statement, and one that loses some."""

from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from tests.support.people import bearer

Json = dict[str, Any]
NEW: Json = {"part": "topic", "target": "trims", "form": "盘纽襻子", "note": "旗袍用"}
"""Stands in no shipped meeting."""
TAKEN: Json = {"part": "topic", "effect": "remove", "target": "fabric", "form": "面料"}


@pytest.fixture
def admin(app: FastAPI) -> TestClient:
    return TestClient(app, raise_server_exceptions=False, headers=bearer(Role.ADMIN))


def change(client: TestClient, fields: Json, *, apply: bool = True) -> Json:
    answer = client.post("/api/v1/lexicon", json={**fields, "apply": apply})
    assert answer.status_code == 200, answer.text
    found: Json = answer.json()
    return found


def listed(client: TestClient, **asked: Any) -> list[Json]:
    rows, url = [], "/api/v1/lexicon"
    params: Json | None = {"limit": 200, **asked}
    while url:
        page = client.get(url, params=params)
        assert page.status_code == 200, page.text
        rows += page.json()
        url, params = page.links.get("next", {}).get("url", ""), None
    return rows


def read(client: TestClient, text: str) -> list[Json]:
    """The drafts of a new document."""
    meeting = client.post("/api/v1/meetings", json={"title_zh": "会"}).json()["id"]
    file = {"file": ("a.txt", text.encode(), "text/plain")}
    answer = client.post(f"/api/v1/meetings/{meeting}/documents", files=file)
    assert answer.status_code == 201, answer.text
    found: list[Json] = answer.json()["drafts"]
    return found
