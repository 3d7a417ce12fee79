"""Every answer carries the headers that keep it from being misused, failures included."""

from collections.abc import Mapping

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.main import create_app
from service.middleware import security
from service.runtime import Runtime
from service.settings import Settings
from tests.support.server import served

ANSWERS = {
    "liveness": ("GET", "/healthz", 200),
    "no such page": ("GET", "/nowhere", 404),
    "no such route": ("GET", "/api/v1/nowhere", 404),
    "redirect": ("GET", "/api/v1/topics/", 307),
    "wrong method": ("DELETE", "/api/v1/topics", 405),
    "static file": ("GET", "/static/duijie.css", 200),
    "no such file": ("GET", "/static/nothing.css", 404),
    "description": ("GET", "/openapi.json", 200),
    "documentation": ("GET", "/docs", 200),
    "refused": ("GET", "/metrics", 403),
    "invalid": ("GET", "/api/v1/suggestions?as_of=soon", 422),
    "long address": ("GET", f"/api/v1/{'x' * 9000}", 414),
    "no database": ("GET", "/api/v1/clusters", 503),
    "no database for a page": ("GET", "/", 503),
    "failure": ("GET", "/api/v1/broken/thing", 500),
}
EXPECTED = {
    "content-security-policy",
    "x-content-type-options",
    "x-frame-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "cache-control",
}


def lacking(headers: Mapping[str, str]) -> set[str]:
    return EXPECTED - {name.lower() for name in headers}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_answer_is_guarded(odd: TestClient, case: str) -> None:
    method, path, status = ANSWERS[case]
    answer = odd.request(method, path, follow_redirects=False)
    assert answer.status_code == status
    assert lacking(answer.headers) == set()
    for name in EXPECTED:
        assert len(answer.headers.get_list(name)) == 1
    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy, "scripts come from default-src alone"
    assert policy.startswith(("default-src 'self';", "default-src 'none';"))


def test_too_large_is_guarded(odd: TestClient) -> None:
    answer = odd.post("/api/v1/echo", json="x" * 2_000_000)
    assert answer.status_code == 413
    assert lacking(answer.headers) == set()


def test_an_application_without_the_layer_is_found_out() -> None:
    answer = TestClient(FastAPI()).get("/docs")
    assert lacking(answer.headers) == EXPECTED


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_downloads_and_pages_keep_their_own(client: TestClient) -> None:
    page = client.get("/clusters/keqiao")
    assert page.headers["content-security-policy"] == security.PAGE
    assert page.headers["cache-control"] == "private, no-cache"
    document = client.get("/api/v1/meetings/1/documents/1/content")
    assert document.headers["content-disposition"].startswith("attachment;")
    assert document.headers["content-security-policy"] == security.CLOSED
    table = client.get("/?format=csv")
    for answer in (page, document, table):
        assert answer.status_code == 200
        assert lacking(answer.headers) == set()
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_no_policy_lets_a_page_run_what_stands_in_it() -> None:
    policies = [value for value in vars(security).values() if str(value).startswith("default-src")]
    assert len(policies) == 4
    for policy in policies:
        rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
        scripts = rules.get("script-src", rules["default-src"])
        assert scripts in ("'self'", "'none'")


def test_browsers_are_bound_to_https_only_over_https(odd_app: FastAPI) -> None:
    plain = TestClient(odd_app).get("/healthz")
    assert "strict-transport-security" not in plain.headers
    tls = TestClient(odd_app, base_url="https://testserver").get("/healthz")
    assert tls.headers["strict-transport-security"] == "max-age=31536000"


def test_what_the_server_itself_refuses_is_guarded(odd_app: FastAPI) -> None:
    with served(odd_app, Settings()) as server:
        answer = server.send(b"GARBAGE\r\n\r\n")
        again = server.send(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.status == 400
    assert lacking(dict(answer.headers)) == set()
    assert again.body == b"ok"
    assert again.header("server") is None


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_failure_behind_a_page_is_guarded(seeded: Runtime) -> None:
    app = create_app(runtime=seeded)

    @app.get("/broken")
    def broken() -> None:
        raise RuntimeError

    answer = TestClient(app, raise_server_exceptions=False).get("/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == security.PAGE
    assert lacking(answer.headers) == set()
