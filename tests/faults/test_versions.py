"""Every edit says which version it edits; who is late sees both."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from tests.access.cast import ONE_ENGINE, Cast
from tests.access.requests import sent_with
from tests.access.test_matrix import Row, table
from tests.access.walk import routes_of
from tests.support.people import bearer

EDITING = {"PUT", "PATCH", "DELETE"}
SET_OR_REPLACE = {("PUT", "/api/v1/clusters/{slug}/vetoes/{other}")}
"""May make what is not there; asks for the version only of what is."""


def edits() -> list[Row]:
    return [r for r in table() if r.method in EDITING and r.expected["admin"] == "ok"]


def test_every_editing_route_asks_for_the_version(bare_app: FastAPI) -> None:
    """In the document, too."""
    paths = bare_app.openapi()["paths"]
    routes = {(method, path) for method, path in routes_of(bare_app) if method in EDITING}
    assert routes == {(row.method, row.path) for row in edits()}
    for method, path in routes:
        parameters = paths[path][method.lower()]["parameters"]
        assert "if-match" in {parameter["name"].lower() for parameter in parameters}, (method, path)


@ONE_ENGINE
def test_an_edit_without_a_version_is_refused(cast: Cast) -> None:
    rows, found = edits(), []
    assert len(rows) > 9
    for row in rows:
        sent = {**row.sent(), "headers": {}}
        answer = cast.client("admin").request(row.method, row.url(cast.names), **sent)
        if answer.status_code != 428:
            found.append((row.method, row.path, answer.status_code))
    assert found == []


@ONE_ENGINE
def test_who_is_late_sees_what_stands_there_and_what_they_knew(cast: Cast) -> None:
    """Stale everywhere; where a history is kept, with both versions."""
    for row in edits():
        url = row.url(cast.names)
        sent = {**row.sent(), "headers": {"If-Match": '"987654"'}}
        answer = cast.client("admin").request(row.method, url, **sent)
        assert answer.status_code == 412, (row.method, row.path, answer.text)
        problem = answer.json()
        assert problem["type"] == "/problems/stale-version"
        assert (problem["expected"], problem["known"]) == (987654, None)
        assert problem["stored"]["version"] == problem["version"], (row.method, row.path)


@pytest.mark.parametrize(
    ("url", "change"),
    [
        ("/api/v1/statements/1", {"weight": 2}),
        ("/api/v1/clusters/dalian", {"name_zh": "大连", "name_en": "Dalian"}),
        ("/api/v1/meetings/1", {"title_zh": "改名"}),
    ],
)
def test_both_versions_are_shown(client: TestClient, url: str, change: dict[str, object]) -> None:
    method = "PATCH" if "weight" in change else "PUT"
    first = client.request(method, url, json=change, headers={"If-Match": '"1"'})
    assert first.status_code == 200, first.text
    further = {name: 5 if value == 2 else f"{value}二" for name, value in change.items()}
    known = first.headers["ETag"]
    second = client.request(method, url, json=further, headers={"If-Match": known})
    assert second.status_code == 200
    late = client.request(method, url, json=change, headers={"If-Match": known})
    assert late.status_code == 412
    problem = late.json()
    name = next(iter(change))
    assert (problem["known"][name], problem["stored"][name]) == (change[name], further[name])
    assert (problem["known"]["version"], problem["stored"]["version"]) == (2, 3)
    assert client.get(url).json()[name] == further[name]


def test_a_step_may_leave_the_version_out(client: TestClient) -> None:
    """Its state guards it; who sends a version is held to it."""
    sent = sent_with("POST", "/api/v1/statements")
    url = f"/api/v1/statements/{client.post('/api/v1/statements', **sent).json()['id']}"
    assert client.post(f"{url}/confirm", headers={"If-Match": '"9"'}).status_code == 412
    assert client.post(f"{url}/confirm").status_code == 200
    assert client.post(f"{url}/confirm", headers=bearer(Role.ADMIN)).status_code == 409
