"""What was sent is sent again while it is true, to those it is for, and to nobody else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from models.enums import Role, Visibility
from service.runtime import Runtime
from service.suggestions import pages as module
from service.suggestions.pages import Asked, KeptPage, Pages
from tests.access.requests import STATEMENT
from tests.support.people import bearer

URL = "/api/v1/clusters/dalian/suggestions?limit=5"
ALL = "/api/v1/suggestions?limit=5"
ASKED = Asked("/x", b"", date(2026, 11, 23), Visibility.MEMBERS, None)


def page(revision: int, audience: Visibility = Visibility.MEMBERS, body: bytes = b"[]") -> KeptPage:
    return KeptPage(audience, revision, "tag", (), body, "/x")


@pytest.fixture
def asked(seeded: Runtime) -> Iterator[list[str]]:
    """Statements that the database was sent."""
    sent: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    event.listen(seeded.engine, "before_cursor_execute", note)
    yield sent
    event.remove(seeded.engine, "before_cursor_execute", note)


@pytest.mark.parametrize("url", [URL, ALL])
def test_asked_again_nothing_but_memory_is_touched(
    client: TestClient, asked: list[str], url: str
) -> None:
    client.app.state.revisions.timer = lambda: 0.0  # type: ignore[attr-defined]
    client.app.state.identities.timer = lambda: 0.0  # type: ignore[attr-defined]
    first = client.get(url)
    client.get(url)
    asked.clear()
    again = client.get(url)
    assert asked == []
    assert (again.status_code, again.content) == (first.status_code, first.content)
    mine, other = (
        {name: value for name, value in answer.headers.items() if name != "x-request-id"}
        for answer in (first, again)
    )
    assert mine == other


def test_it_is_logged_and_counted_like_any_other(client: TestClient) -> None:
    for _ in range(3):
        client.get(URL)
    metrics = client.app.state.runtime.metrics.text().decode()  # type: ignore[attr-defined]
    series = '{method="GET",route="/api/v1/clusters/{slug}/suggestions",status="2xx"}'
    assert f"duijie_requests_total{series} 3.0" in metrics


def test_each_reader_gets_what_its_circle_may_see(app: FastAPI) -> None:
    def answers() -> list[Any]:
        found = []
        for headers in ({}, *(bearer(role) for role in Role), {"Authorization": "Bearer dj_none"}):
            with TestClient(app, headers=headers) as client:
                found.append([client.get(f"{URL}{more}") for more in ("", "&drafts=true")])
        return [[(a.status_code, a.content) for a in pair] for pair in found]

    cold = answers()
    assert {status for pair in cold for status, _ in pair} == {200, 401, 403}
    assert answers() == answers() == cold


def test_who_may_no_longer_read_is_refused_though_the_page_is_kept(
    client: TestClient, app: FastAPI
) -> None:
    made = client.post(
        "/api/v1/keys", json={"label": "x", "role": "viewer"}, headers=bearer(Role.ADMIN)
    ).json()
    key = {"Authorization": f"Bearer {made['secret']}"}
    assert [client.get(URL, headers=key).status_code for _ in range(2)] == [200, 200]
    client.post(f"/api/v1/keys/{made['id']}/revoke", headers=bearer(Role.ADMIN))
    assert client.get(URL, headers=key).status_code == 401


def test_closed_to_visitors_it_is_closed_for_kept_pages_too(app: FastAPI) -> None:
    with TestClient(app) as visitor:
        assert [visitor.get(URL).status_code for _ in range(2)] == [200, 200]
        app.state.settings = app.state.settings.model_copy(update={"public_reading": False})
        assert visitor.get(URL).status_code == 401


def test_a_write_here_is_seen_by_the_next_reader(client: TestClient) -> None:
    client.app.state.revisions.timer = lambda: 0.0  # type: ignore[attr-defined]
    before = [client.get(ALL) for _ in range(2)][1]
    client.put("/api/v1/clusters/dalian/vetoes/keqiao", json={"reason": "旧怨"})
    after = client.get(ALL)
    assert int(after.headers["Duijie-Revision"]) > int(before.headers["Duijie-Revision"])


def test_the_revision_of_a_write_elsewhere_is_waited_for(
    client: TestClient, seeded: Runtime
) -> None:
    """Within the second in which this process does not look by itself."""
    revisions: Any = client.app.state.revisions  # type: ignore[attr-defined]
    revisions.timer = lambda: 0.0
    kept = [client.get(URL) for _ in range(2)][1]
    own = int(kept.headers["Duijie-Revision"])
    with seeded.engine.begin() as elsewhere:
        elsewhere.exec_driver_sql("UPDATE data_revision SET value = value + 1")
    assert client.get(URL).headers["Duijie-Revision"] == str(own), "a second old at most"
    newer = client.get(URL, headers={"Duijie-Revision": str(own + 1)})
    assert newer.headers["Duijie-Revision"] == str(own + 1)
    held = {"If-None-Match": kept.headers["ETag"]}
    assert client.get(URL, headers=held).status_code == 200
    assert client.get(URL, headers={"Duijie-Revision": str(own + 2)}).status_code == 409
    assert client.get(URL, headers={"Duijie-Revision": "x"}).status_code == 422


def test_erased_words_leave_what_is_kept(client: TestClient) -> None:
    kept = client.app.state.rankings.pages  # type: ignore[attr-defined]
    typed = client.post("/api/v1/statements", json=STATEMENT | {"quote": "zqxerased"}).json()
    client.post(f"/api/v1/statements/{typed['id']}/confirm")
    url = f"{URL}&topic=trims"
    assert "zqxerased" in client.get(url).text
    assert any(b"zqxerased" in page.body for page in kept._kept.values())
    wanted = {"statements": [typed["id"]], "rehearsal": False}
    client.post("/api/v1/erasures", json=wanted, headers=bearer(Role.ADMIN))
    assert not kept._kept
    assert "zqxerased" not in client.get(url).text


def test_pages_of_an_older_revision_go_when_a_newer_one_comes() -> None:
    pages = Pages()
    other = replace(ASKED, path="/y")
    pages.keep(ASKED, page(1))
    pages.keep(replace(ASKED, path="/z"), page(7, Visibility.ORGANISERS))
    pages.keep(other, page(2))
    assert pages.find(ASKED) is None
    pages.keep(ASKED, page(1))
    assert pages.find(ASKED) is None, "computed before, finished after"
    assert pages.find(replace(ASKED, path="/z")) is not None


def test_few_are_kept_and_not_too_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT", 3)
    monkeypatch.setattr(module, "KEPT_BYTES", 20)
    pages, names = Pages(), [replace(ASKED, path=f"/{i}") for i in range(4)]
    for name in names[:3]:
        pages.keep(name, page(1))
    pages.find(names[0])
    pages.keep(names[3], page(1))
    assert [pages.find(name) is not None for name in names] == [True, False, True, True]
    pages.keep(names[1], page(1, body=b"x" * 18))
    assert pages._bytes == 20 == sum(len(kept.body) for kept in pages._kept.values())
