"""A POST that is sent again takes effect once, and gets the answer of the first time."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from models import IdempotencyKey, Meeting
from models.enums import Role
from service.runtime import Runtime
from tests.support.people import bearer

URL = "/api/v1/meetings"
MEETING = {"title_zh": "只此一次"}


def post(client: TestClient, key: str, body: Any = None, **headers: str) -> Any:
    return client.post(URL, json=body or MEETING, headers={"Idempotency-Key": key, **headers})


def stored(runtime: Runtime) -> int:
    with runtime.sessions.read() as session:
        rows = select(func.count()).select_from(Meeting).filter_by(title_zh=MEETING["title_zh"])
        return session.scalar(rows) or 0


def test_the_same_again_gets_the_same_answer(client: TestClient, seeded: Runtime) -> None:
    first, again = post(client, "k"), post(client, "k")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    for name in ("Location", "ETag", "Duijie-Revision"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["Idempotency-Replayed"] == "true"
    assert stored(seeded) == 1


def test_another_body_with_the_key_is_refused(client: TestClient, seeded: Runtime) -> None:
    post(client, "k")
    other = post(client, "k", {"title_zh": "另一次"})
    assert (other.status_code, other.json()["type"]) == (422, "/problems/idempotency-key-reused")
    assert stored(seeded) == 1


def test_the_key_of_another_caller_is_another_key(client: TestClient, seeded: Runtime) -> None:
    post(client, "k")
    assert "Idempotency-Replayed" not in post(client, "k", **bearer(Role.ADMIN)).headers
    assert stored(seeded) == 2


def test_a_file_with_another_boundary_is_the_same(client: TestClient) -> None:
    url, file = f"{URL}/1/documents", ("a.txt", "大连缺少面料企业。".encode(), "text/plain")
    headers = {"Idempotency-Key": "k"}
    first = client.post(url, files={"file": file}, headers=headers)
    again = client.post(url, files={"file": file}, headers=headers)
    assert (first.status_code, again.status_code) == (201, 201), again.text
    assert again.json() == first.json()
    changed = ("a.txt", "大连缺少辅料企业。".encode(), "text/plain")
    assert client.post(url, files={"file": changed}, headers=headers).status_code == 422


def test_a_refusal_is_not_kept(client: TestClient) -> None:
    url, headers = "/api/v1/clusters", {"Idempotency-Key": "k"}
    town = {"slug": "dalian", "name_zh": "新镇", "name_en": "New"}
    assert client.post(url, json=town, headers=headers).status_code == 409
    town["slug"] = "new-town"
    assert client.post(url, json=town, headers=headers).status_code == 201


def test_twins_take_effect_once(client: TestClient, seeded: Runtime) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: post(client, "k"), range(8)))
    taken = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 503}
    assert len({answer.json()["id"] for answer in taken}) == 1
    assert stored(seeded) == 1


def test_what_broke_before_the_commit_is_done_by_the_repetition(
    client: TestClient, seeded: Runtime
) -> None:
    broken: list[bool] = []

    def break_once(*_: object) -> None:
        if not broken:
            broken.append(True)
            raise OperationalError("COMMIT", {}, RuntimeError("gone"))

    event.listen(seeded.engine, "commit", break_once)
    try:
        statuses: list[int] = []
        while not statuses or statuses[-1] != 201:
            statuses.append(post(client, "k").status_code)
    finally:
        event.remove(seeded.engine, "commit", break_once)
    assert broken
    assert statuses[-1] == 201
    assert stored(seeded) == 1


def test_a_secret_is_shown_once_and_stored_nowhere(client: TestClient, seeded: Runtime) -> None:
    wanted = {"label": "probe", "role": "viewer"}
    headers = {"Idempotency-Key": "k", **bearer(Role.ADMIN)}
    first = client.post("/api/v1/keys", json=wanted, headers=headers).json()
    again = client.post("/api/v1/keys", json=wanted, headers=headers).json()
    assert first["secret"].startswith("dj_")
    assert again == first | {"secret": None}
    with seeded.sessions.read() as session:
        bodies = session.scalars(select(IdempotencyKey.body)).all()
    assert bodies
    assert not [body for body in bodies if first["secret"].encode() in (body or b"")]


def test_every_post_says_that_it_takes_a_key(app: FastAPI) -> None:
    paths = app.openapi()["paths"]
    posts = {path: item["post"] for path, item in paths.items() if "post" in item}
    without = [
        path
        for path, operation in posts.items()
        if "idempotency-key"
        not in {parameter["name"].lower() for parameter in operation.get("parameters", [])}
    ]
    assert len(posts) > 10
    assert without == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_every_edit_says_which_version_it_edits(
    client: TestClient, app: FastAPI, method: str
) -> None:
    """The first veto of a pair is the one thing that is put without a version."""
    paths = [path for path, item in app.openapi()["paths"].items() if method in item]
    assert paths
    headers = bearer(Role.ADMIN)
    for path in paths:
        url = path.replace("{id_}", "1").replace("{slug}", "dalian").replace("{other}", "keqiao")
        answer = client.request(method, url, json={}, headers=headers)
        first_veto = method == "put" and path.endswith("/vetoes/{other}")
        assert answer.status_code == (422 if first_veto else 428), (path, answer.text)
