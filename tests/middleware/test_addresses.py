"""Whose word on the caller's address counts, and who may read the metrics."""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ValidationError

from service.middleware.server import server_options
from service.settings import Settings
from tests.middleware.conftest import Lines
from tests.support.server import served

FORWARDED = (
    b"GET /api/v1/caller HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
    b"X-Forwarded-For: 198.51.100.7, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n\r\n"
)


@pytest.mark.parametrize(
    ("proxies", "address", "scheme"),
    [
        ("", "127.0.0.1", "http"),
        ("10.0.0.0/8, ::1", "127.0.0.1", "http"),
        ("127.0.0.1", "203.0.113.9", "https"),
        ("127.0.0.0/8, 203.0.113.0/24", "198.51.100.7", "https"),
    ],
)
def test_only_trusted_proxies_are_believed(
    odd_app: FastAPI, lines: Lines, proxies: str, address: str, scheme: str
) -> None:
    with served(odd_app, Settings.model_validate({"trusted_proxies": proxies})) as server:
        answer = server.send(FORWARDED)
    assert answer.json == [address, scheme]
    assert [entry["client"] for entry in lines.of("request")] == [address]
    assert (answer.header("strict-transport-security") is not None) == (scheme == "https")


def test_nobody_is_trusted_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    options = server_options(Settings())
    assert (options["proxy_headers"], options["forwarded_allow_ips"]) == (False, [])


@pytest.mark.parametrize("given", ["*", "10.0.0.1/8", "proxy.example", "10.0.0.0/33"])
def test_what_is_no_network_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("DUIJIE_TRUSTED_PROXIES", given)
    with pytest.raises(ValidationError):
        Settings()


def test_networks_are_read_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUIJIE_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
    monkeypatch.setenv("DUIJIE_METRICS_FROM", "")
    settings = Settings()
    assert [str(network) for network in settings.trusted_proxies] == ["10.0.0.0/8", "::1/128"]
    assert settings.metrics_from == ()


@pytest.mark.parametrize(
    ("peer", "networks", "status"),
    [
        ("127.0.0.1", None, 200),
        ("::1", None, 200),
        ("10.1.2.3", None, 403),
        ("10.1.2.3", "10.1.0.0/16", 200),
        ("127.0.0.1", "10.1.0.0/16", 403),
        ("testclient", None, 403),
    ],
)
def test_metrics_are_for_the_networks_named(
    odd_app: FastAPI, peer: str, networks: str | None, status: int
) -> None:
    kept = odd_app.state.settings
    if networks is not None:
        odd_app.state.settings = Settings.model_validate({"metrics_from": networks})
    try:
        answer = TestClient(odd_app, client=(peer, 5)).get("/metrics")
    finally:
        odd_app.state.settings = kept
    assert answer.status_code == status
    kind = "text/plain" if status == 200 else "application/problem+json"
    assert answer.headers["content-type"].startswith(kind)


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
def test_metrics_are_not_shown_through_a_proxy_that_nobody_named(
    odd_app: FastAPI, header: str
) -> None:
    near = TestClient(odd_app, client=("127.0.0.1", 5))
    assert near.get("/metrics", headers={header: "127.0.0.1"}).status_code == 403
