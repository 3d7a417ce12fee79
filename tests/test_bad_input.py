"""Bad input gets a clear problem document and changes nothing."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from models import Base, Counter
from service.db import data_revision
from service.runtime import Runtime

TXT = "text/plain"
UPLOADS: dict[str, tuple[int, str, tuple[str, bytes, str]]] = {
    "wrong media type": (415, "unsupported-media-type", ("a.png", b"\x89PNG", "image/png")),
    "empty": (422, "unreadable-document", ("a.txt", b"", TXT)),
    "blank": (422, "unreadable-document", ("a.txt", " \n\u3000".encode(), TXT)),
    "binary": (422, "unreadable-document", ("a.txt", bytes(range(256)) * 40, TXT)),
    "zeros": (422, "unreadable-document", ("a.txt", b"\x00" * 5000, TXT)),
    "50 MB": (413, "too-large", ("a.txt", b"x" * 50_000_000, TXT)),
}
REQUESTS: dict[str, tuple[int, str, str, str, Any]] = {
    "unknown cluster": (404, "cluster-not-found", "GET", "/clusters/atlantis", None),
    "unknown partner": (404, "cluster-not-found", "GET", "/clusters/atlantis/suggestions", None),
    "unknown topic": (404, "topic-not-found", "GET", "/suggestions?topic=magic", None),
    "unknown meeting": (404, "meeting-not-found", "GET", "/meetings/999999", None),
    "unknown event": (404, "event-not-found", "GET", "/events/999999/suggestions", None),
    "unknown path": (404, "http-404", "GET", "/nothing/here", None),
    "wrong method": (405, "http-405", "DELETE", "/topics", None),
    "bad cursor": (400, "bad-cursor", "GET", "/clusters?cursor=!!!", None),
    "cursor of another list": (400, "bad-cursor", "GET", "/suggestions?cursor=WyJhIiwxXQ", None),
    "date in words": (422, "invalid-request", "GET", "/suggestions?as_of=yesterday", None),
    "limit of words": (422, "invalid-request", "GET", "/clusters?limit=many", None),
    "same cluster twice": (
        422,
        "unprocessable",
        "GET",
        "/suggestions/explain?a=dalian&b=大连",
        None,
    ),
    "meeting on no day": (
        422,
        "invalid-request",
        "POST",
        "/meetings",
        {"title_zh": "会", "held_on": "2017-02-30"},
    ),
    "member too many": (
        422,
        "invalid-request",
        "POST",
        "/meetings",
        {"title_zh": "会", "admin": True},
    ),
    "NUL in a name": (422, "invalid-request", "POST", "/meetings", {"title_zh": "a\u0000b"}),
    "no JSON": (422, "invalid-request", "POST", "/meetings", b"{"),
    "statement of nobody": (
        404,
        "cluster-not-found",
        "POST",
        "/statements",
        {"cluster": "atlantis", "kind": "gap", "topic": "fabric", "phrase": "面料", "meeting": 1},
    ),
    "statement without meeting": (
        422,
        "unprocessable",
        "POST",
        "/statements",
        {"cluster": "dalian", "kind": "gap", "topic": "fabric", "phrase": "面料"},
    ),
    "register entry without source": (
        422,
        "unprocessable",
        "POST",
        "/statements",
        {
            "cluster": "dalian",
            "kind": "gap",
            "topic": "fabric",
            "phrase": "面料",
            "basis": "register",
        },
    ),
    "gap that asks": (
        422,
        "unprocessable",
        "POST",
        "/statements",
        {
            "cluster": "dalian",
            "kind": "gap",
            "topic": "fabric",
            "phrase": "面料",
            "meeting": 1,
            "asks": True,
        },
    ),
    "event with a stranger": (
        422,
        "unprocessable",
        "POST",
        "/events",
        {"name_zh": "会", "held_on": "2026-12-01", "place": "虎门", "participants": ["atlantis"]},
    ),
    "event in no zone": (
        422,
        "invalid-request",
        "POST",
        "/events",
        {"name_zh": "会", "held_on": "2026-12-01", "place": "虎门", "time_zone": "Mars/Base"},
    ),
    "taken slug": (
        409,
        "already-exists",
        "POST",
        "/clusters",
        {"slug": "dalian", "name_zh": "新名", "name_en": "New"},
    ),
    "taken alias": (
        409,
        "already-exists",
        "POST",
        "/clusters",
        {"slug": "newtown", "name_zh": "柯桥", "name_en": "New"},
    ),
}


def counted(runtime: Runtime) -> dict[str, int]:
    """Rows of each table; that requests come at all is counted in ``counter``."""
    with runtime.sessions.read() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table is not Counter.__table__
        }
        return counts | {"revision": data_revision(session)}


@pytest.fixture
def untouched(seeded: Runtime) -> Iterator[None]:
    before = counted(seeded)
    yield
    assert counted(seeded) == before


def assert_problem(answer: Any, status: int, slug: str) -> None:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"] == f"/problems/{slug}"
    assert problem["status"] == status
    assert problem["title"]
    assert len(problem["detail"]) > 5
    assert problem["instance"].startswith("/api/v1/")
    assert "Traceback" not in answer.text


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("case", UPLOADS)
def test_bad_uploads(client: TestClient, case: str) -> None:
    status, slug, file = UPLOADS[case]
    answer = client.post("/api/v1/meetings/1/documents", files={"file": file})
    assert_problem(answer, status, slug)


@pytest.mark.usefixtures("untouched")
def test_a_shipped_document_is_not_taken_in_again(client: TestClient) -> None:
    path = "/api/v1/meetings/1/documents/1/content"
    file = ("copy.txt", client.get(path).content, TXT)
    answer = client.post("/api/v1/meetings/2/documents", files={"file": file})
    assert_problem(answer, 409, "duplicate-document")


@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize("case", REQUESTS)
def test_bad_requests(client: TestClient, case: str) -> None:
    status, slug, method, path, body = REQUESTS[case]
    sent = {"content": body} if isinstance(body, bytes) else {"json": body} if body else {}
    headers = {"Content-Type": "application/json"} if isinstance(body, bytes) else {}
    assert_problem(client.request(method, f"/api/v1{path}", headers=headers, **sent), status, slug)


def test_chinese_readers_get_chinese(client: TestClient) -> None:
    answer = client.get("/api/v1/clusters/atlantis", headers={"Accept-Language": "zh-CN,en;q=0.5"})
    assert answer.json()["title"] == "没有这个产业集群"
    assert "atlantis" in answer.json()["detail"]
