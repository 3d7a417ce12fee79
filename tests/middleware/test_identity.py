"""Each request has a name that its answer and its log lines share, and no other's."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.main import create_app
from service.settings import Settings
from tests.middleware.conftest import Lines
from tests.support.server import served

CALLERS = 24


@pytest.mark.parametrize("given", ["a" * 8, "Trace-01.b_c", "Z9" * 32])
def test_a_safe_name_is_taken_over(odd: TestClient, lines: Lines, given: str) -> None:
    answer = odd.get("/healthz", headers={"X-Request-ID": given})
    assert answer.headers["x-request-id"] == given
    assert [entry["request_id"] for entry in lines.entries] == [given]


@pytest.mark.parametrize(
    "given", ["short", "a" * 65, "with space", "line\tbreak", "quote\"'<b>", "名字名字名字名字", ""]
)
def test_any_other_is_replaced(odd: TestClient, lines: Lines, given: str) -> None:
    answer = odd.get("/healthz", headers=[(b"X-Request-ID", given.encode())])
    made = answer.headers["x-request-id"]
    assert len(made) == 32
    assert [entry["request_id"] for entry in lines.entries] == [made]


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/clusters", "/api/v1/broken/x", "/docs"])
def test_failures_have_one_too(odd: TestClient, lines: Lines, path: str) -> None:
    answer = odd.get(path)
    assert {entry["request_id"] for entry in lines.entries} == {answer.headers["x-request-id"]}


def test_names_do_not_leak_between_threads(lines: Lines) -> None:
    app = create_app(Settings(database_url="sqlite://", scheduler=False))
    together = Barrier(CALLERS)

    @app.get("/api/v1/told/{caller}")
    def told(caller: str) -> None:
        together.wait(timeout=20)
        structlog.get_logger().info("told", caller=caller)
        together.wait(timeout=20)
        structlog.get_logger().info("told", caller=caller)

    with served(app, Settings()) as server, ThreadPoolExecutor(CALLERS) as pool:
        names = [f"request-{i:04}" for i in range(2 * CALLERS)]
        for half in (names[:CALLERS], names[CALLERS:]):
            heads = [
                f"GET /api/v1/told/{name} HTTP/1.1\r\nHost: a\r\nX-Request-ID: {name}\r\n\r\n"
                for name in half
            ]
            list(pool.map(lambda head: server.send(head.encode()), heads))
    assert len(lines.of("told")) == 4 * CALLERS
    assert all(entry["request_id"] == entry["caller"] for entry in lines.of("told"))


def test_a_pipelined_request_has_its_own(odd_app: FastAPI, lines: Lines) -> None:
    first = b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-ID: first-of-two\r\n\r\n"
    second = b"GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with served(odd_app, Settings()) as server:
        server.send(first + second)
    names = [entry["request_id"] for entry in lines.of("request")]
    assert names[0] == "first-of-two"
    assert len(names) == len(set(names)) == 2
