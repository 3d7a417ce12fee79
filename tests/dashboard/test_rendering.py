"""What holds for every page: headers, no outside address, nothing inline."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event

from tests.dashboard.reading import read_page

PATHS = [
    "/",
    "/?cluster=dalian&open=all",
    "/?as_of=soon",
    '/?cluster=<script>x()</script>&topic="><b style="x">&min_score=%00&as_of=%ED%A0%80',
    "/clusters?q=%00%27<b>&province=%00&kind=%ff&shown=9999999999",
    "/clusters/%00",
    "/clusters",
    "/clusters/dalian",
    "/clusters/atlantis",
    "/pairs/dalian/keqiao",
    "/meetings",
    "/meetings/1",
    "/meetings/1/documents/1",
    "/events",
    "/no-such-page",
]


@pytest.mark.parametrize("path", PATHS)
def test_a_page_keeps_to_this_host_and_runs_nothing_of_its_own(
    client: TestClient, path: str
) -> None:
    response = client.get(path)
    assert response.headers["content-security-policy"].startswith("default-src 'self';")
    assert response.headers["x-content-type-options"] == "nosniff"
    page = read_page(response.text)
    for script in page.all("script"):  # files of this host, which the policy lets in
        assert script.raw == ""
        assert script.attributes["src"].startswith("/static/")
    assert page.all("style") == []
    for node in page.walk():
        assert "style" not in node.attributes
        assert not any(name.startswith("on") for name in node.attributes)
        for name in ("href", "src", "action"):
            target = node.attributes.get(name, "/")
            assert re.match(r"/(?!/)|#", target), target


@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_read_without_seeing_it(client: TestClient, path: str) -> None:
    page = read_page(client.get(path).text)
    assert len(page.all("main")) == len(page.all("header", "masthead")) == 1
    assert len(page.all("h1")) == 1
    assert page.all("a", "skip")[0].attributes["href"] == "#main"
    ids = [node.attributes["id"] for node in page.walk() if "id" in node.attributes]
    assert len(ids) == len(set(ids))
    labelled = {label.attributes["for"] for label in page.all("label")}
    kinds = ("input", "select", "textarea")
    fields = {node.attributes["id"] for kind in kinds for node in page.all(kind)}
    assert fields == labelled
    described = {n.attributes.get("aria-describedby") for n in page.walk()} - {None}
    assert described <= set(ids)


def test_static_files_are_kept_by_their_content(client: TestClient) -> None:
    page = read_page(client.get("/meetings").text)
    address = page.one("link", rel="stylesheet").attributes["href"]
    lasting = client.get(address)
    assert lasting.headers["content-type"].startswith("text/css")
    assert lasting.headers["cache-control"] == "public, max-age=31536000, immutable"
    plain = client.get(address.partition("?")[0])
    assert plain.headers["cache-control"] == "public, max-age=300"
    again = client.get(address, headers={"if-none-match": lasting.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_style_sheet_asks_for_nothing_else(client: TestClient) -> None:
    css = client.get("/static/duijie.css").text
    assert "url(" not in css
    assert "@import" not in css


@pytest.mark.parametrize(
    ("path", "queries"), [("/?cluster=keqiao", 7), ("/events/1?", 15), ("/?", 3)]
)
def test_longer_lists_ask_the_database_no_more_often(
    client: TestClient, shown: FastAPI, path: str, queries: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shown.state.identities, "timer", lambda: 0.0)  # looked up once
    statements: list[str] = []
    engine = shown.state.runtime.engine

    def count(*arguments: object) -> None:
        if arguments[2] != "BEGIN":  # SQLite's, which the driver of PostgreSQL sends unseen
            statements.append(str(arguments[2]))

    client.get(f"{path}&shown=1")
    event.listen(engine, "before_cursor_execute", count)
    try:
        counts = []
        for rows in (1, 3, 5):
            statements.clear()
            page = read_page(client.get(f"{path}&shown={rows}").text)
            assert len(page.all("li", "card")) == rows
            counts.append(len(statements))
    finally:
        event.remove(engine, "before_cursor_execute", count)
    assert counts == [queries] * 3
