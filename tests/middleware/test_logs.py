"""Logs are lines of JSON that hold nothing anybody said, whatever slot it was sent in."""

import gc
import json
import logging
import re
import threading
import warnings
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
import structlog
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from models import Cluster
from service import logs
from service.db import Sessions
from service.main import create_app
from service.middleware import observing
from service.runtime import Runtime
from service.settings import Settings
from tests.conftest import Databases
from tests.middleware.conftest import Lines
from tests.support.server import served

CANARY = "canary~7f3a"
"""With a character that no request id may have: those are told on purpose."""
FORGED = f'{CANARY}\r\n{{"event": "request", "status": 200}}\u2028\u0085\x1b[2J\x00"'
HEADERS = ("User-Agent", "Referer", "Cookie", "Authorization", "X-Request-ID", "If-Match", "Origin")
FIELDS = {"method", "route", "status", "ms", "bytes", "client", "request_id"}
ALWAYS = {"event", "level", "timestamp"}


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in app.openapi()["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def fields_of(app: FastAPI, operation: dict[str, Any]) -> set[str]:
    """Names of the members that the body of an operation takes."""
    named = re.findall(r"#/components/schemas/(\w+)", json.dumps(operation.get("requestBody", {})))
    schemas = app.openapi()["components"]["schemas"]
    return {name for schema in named for name in schemas[schema].get("properties", {})}


def drive(client: TestClient, app: FastAPI, word: str) -> int:
    """Put ``word`` into every slot of every operation; how many requests that took."""
    client.headers = {name: word.encode("ascii", "replace") for name in HEADERS}  # type: ignore[assignment]
    sent = 0
    for method, path, operation in operations(app):
        url = re.sub(r"\{\w+\}", quote(word, safe=""), path)
        near = re.sub(r"\{\w+\}", "1", path)
        slots = [p["name"] for p in operation.get("parameters", []) if p["in"] == "query"]
        asked = dict.fromkeys([*slots, word], word)
        calls: list[dict[str, Any]] = [{"url": url}, {"url": near, "params": asked}]
        if "requestBody" in operation:
            body = dict.fromkeys(fields_of(app, operation), word)
            file = {"file": (word, word.encode(), "text/plain")}
            calls += [
                {"url": near, kind: value} for kind, value in (("json", body), ("files", file))
            ]
        for call in calls:
            client.request(method, **call)
            sent += 1
    for url in (
        f"/{quote(word, safe='')}",
        f"/clusters/{quote(word, safe='')}",
        f"/?q={word[:10]}",
    ):
        client.get(url)
        sent += 1
    return sent


@pytest.fixture
def driven(seeded: Runtime) -> tuple[TestClient, FastAPI]:
    app = create_app(runtime=seeded)

    @app.get("/api/v1/broken/{name}")
    def broken(name: str, word: str = "") -> None:
        raise ValueError(name, word)

    @app.get("/api/v1/query/{name}")
    def query(name: str) -> None:
        with seeded.sessions.read() as session:
            session.execute(text("SELECT CAST(:name AS INTEGER) FROM nothing"), {"name": name})

    return TestClient(app, raise_server_exceptions=False), app


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
@pytest.mark.parametrize("word", [CANARY, FORGED], ids=["canary", "forged"])
def test_no_slot_reaches_the_log(
    driven: tuple[TestClient, FastAPI], lines: Lines, word: str
) -> None:
    sent = drive(*driven, word)
    assert sent > 100
    assert CANARY not in lines.getvalue()
    assert len(lines.of("request")) == sent
    assert len(lines.of("unexpected")) > 0, "the routes that fail were reached"
    for line in lines.getvalue().splitlines():
        entry = json.loads(line)
        if entry["event"] == "request":
            assert entry.keys() == FIELDS | ALWAYS


def test_a_log_that_tells_paths_is_found_out(
    odd: TestClient, lines: Lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observing, "route_of", lambda scope: scope["path"])
    for word in (CANARY, FORGED):
        odd.get(f"/api/v1/broken/{quote(word)}")
    assert lines.getvalue().count(CANARY) == 2


def test_a_line_says_what_an_operator_needs(odd: TestClient, lines: Lines) -> None:
    answer = odd.post("/api/v1/echo?word=x", json=[1, 2])
    (entry,) = lines.entries
    assert {name: entry[name] for name in ("event", "level", "method", "route", "status")} == {
        "event": "request",
        "level": "info",
        "method": "POST",
        "route": "/api/v1/echo",
        "status": 200,
    }
    assert entry["bytes"] == len(answer.content)
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert entry["client"] == "testclient"
    assert entry["ms"] >= 0


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/healthz", "/healthz"),
        ("/api/v1/clusters/keqiao", "/api/v1/clusters/{slug}"),
        ("/clusters/keqiao", "/clusters/{slug}"),
        ("/static/duijie.css", "/static/{path}"),
        ("/static/keqiao", "/static/{path}"),
        ("/openapi.json", "/openapi.json"),
        ("/keqiao", "unknown"),
        ("/api/v1/keqiao", "unknown"),
        ("/" + "x" * 9000, "unknown"),
    ],
)
def test_routes_are_told_by_template(odd: TestClient, lines: Lines, path: str, route: str) -> None:
    odd.get(path)
    assert [entry["route"] for entry in lines.of("request")] == [route]


def test_who_asked_is_told_if_known(lines: Lines) -> None:
    class Principal:
        actor = "key:12 \r\n organiser"

    app = create_app(Settings(database_url="sqlite://", scheduler=False))

    @app.get("/api/v1/known")
    def known(request: Request) -> None:
        request.state.principal = Principal()

    client = TestClient(app)
    client.get("/api/v1/known")
    client.get("/healthz")
    assert [entry.get("actor") for entry in lines.of("request")] == [Principal.actor, None]
    assert len(lines.getvalue().splitlines()) == 2


def test_a_failure_is_told_once_with_its_place(odd_app: FastAPI, lines: Lines) -> None:
    ask = f"GET /api/v1/broken/{CANARY} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with served(odd_app, Settings()) as server:
        assert server.send(ask.encode()).status == 500
    (entry,) = lines.of("unexpected")
    assert [line["event"] for line in lines.entries] == ["unexpected", "request"]
    assert entry["exception"] == "ValueError"
    assert re.fullmatch(r"tests/middleware/odd\.py:\d+:secret", entry["at"][-1])
    assert CANARY not in lines.getvalue()


def test_an_error_of_the_database_is_told_by_its_code(
    sessions: Sessions, databases: Databases
) -> None:
    def store() -> None:
        with sessions.write() as session:
            session.add(Cluster(slug=CANARY, name_zh=CANARY))

    with pytest.raises(DBAPIError) as raised:
        store()
    facts = logs.failure(raised.value)
    on_postgresql = databases.backend == "postgresql"
    assert (CANARY in str(raised.value)) == on_postgresql, "PostgreSQL quotes the row"
    assert facts["code"] == ("23502" if on_postgresql else "SQLITE_CONSTRAINT_NOTNULL")
    assert facts["exception"] == "sqlalchemy.exc.IntegrityError"
    assert CANARY not in json.dumps(facts)


def test_libraries_warnings_and_threads_write_the_same_lines(lines: Lines) -> None:
    class Broken:
        def __del__(self) -> None:
            raise ValueError(CANARY)

    def die() -> None:
        raise ValueError(CANARY)

    library = logging.getLogger("uvicorn.error")
    library.warning("Bad %s", CANARY)
    library.error(f"Task exception was never retrieved\nfuture: {CANARY}")
    library.error(OSError(98, "address already in use"))
    library.error(ValueError(CANARY))
    library.info("not told")
    try:
        die()
    except ValueError:
        library.exception("It failed")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = logs.show_warning
        warnings.warn(CANARY, UserWarning, stacklevel=1)
    thread = threading.Thread(target=die, name="worker")
    thread.start()
    thread.join()
    Broken()
    gc.collect()
    structlog.get_logger().info("odd", value=Broken)
    assert CANARY not in lines.getvalue()
    assert [entry["event"] for entry in lines.entries] == [
        *("Bad %s", "Task exception was never retrieved", "address already in use", "ValueError"),
        *("It failed", "warning", "thread-died", "unraisable", "odd"),
    ]
    failed, warned, died, unraised = lines.entries[4:8]
    assert failed["logger"] == "uvicorn.error"
    assert failed["at"][-1].endswith(":die")
    assert (warned["exception"], warned["level"]) == ("UserWarning", "warning")
    assert (died["thread"], died["exception"]) == ("worker", "ValueError")
    assert unraised["exception"] == "ValueError"
