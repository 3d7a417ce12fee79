"""The head of a request is bounded: by the program, and before that by the server."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.middleware import bounds
from service.settings import Settings
from tests.support.server import Served, served

CASES = {
    "path": (414, f"/api/v1/{'x' * bounds.MAX_ADDRESS_BYTES}", 0, 0),
    "query": (414, f"/api/v1/topics?q={'x' * bounds.MAX_ADDRESS_BYTES}", 0, 0),
    "parameters": (422, "/api/v1/topics?" + "a=1&" * bounds.MAX_PARAMETERS, 0, 0),
    "headers": (431, "/api/v1/topics", bounds.MAX_HEADERS + 1, 1),
    "header bytes": (431, "/api/v1/topics", 4, bounds.MAX_HEADERS_BYTES // 4),
}


@pytest.fixture(scope="module")
def server(odd_app: FastAPI) -> Iterator[Served]:
    with served(odd_app, Settings()) as running:
        yield running


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("case", CASES)
def test_too_long_or_too_many(odd: TestClient, case: str, language: str) -> None:
    status, path, count, size = CASES[case]
    headers = {f"X-{i}": "y" * size for i in range(count)} | {"Accept-Language": language}
    answer = odd.get(path, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"/problems/http-{status}"
    assert re.search(r"\d{3,5}", answer.json()["detail"])
    assert bool(re.search(r"[\u4e00-\u9fff]", answer.json()["detail"])) == (language == "zh")


def test_what_a_browser_sends_passes(odd: TestClient) -> None:
    headers = {f"X-{i}": "y" * 100 for i in range(40)}
    path = "/healthz?" + "&".join(f"parameter{i}=value" for i in range(99))
    assert odd.get(path, headers=headers).status_code == 200


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"x" * 300_000,
        b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Endless: " + b"y" * 300_000,
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X-Many: 1\r\n" * 30_000,
        b"POST /api/v1/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n1\r\n1\r\n0\r\n" + b"X-Trailer: 1\r\n" * 30_000,
    ],
    ids=["address", "header", "headers", "trailers"],
)
def test_the_server_hangs_up_on_a_head_without_end(server: Served, head: bytes) -> None:
    pieces = [head[i : i + 16384] for i in range(0, len(head), 16384)]
    assert server.send(*pieces).status in (400, 0)
    alive = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert server.send(alive).body == b"ok"
