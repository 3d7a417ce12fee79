"""Values that break naive programs, in every slot of every route: refused, never a failure."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from service.main import attach
from tests.access.cast import BOTH_ENGINES
from tests.conftest import Databases, runtime_on, shipped
from tests.support.people import bearer

TEXTS = (
    "NaN",
    "Infinity",
    "1e400",
    "-1",
    "0",
    str(2**31),
    str(2**63),
    "9" * 5000,
    "a\x00b",
    "\ufffe\u202e",
    "%",
    "../../etc/passwd",
    "'; DROP TABLE cluster; --",
    "0001-01-01",
    "9999-12-31",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-12:00",
    "字" * 60_000,
)
BODIES = (
    b"NaN",
    b'{"weight": Infinity}',
    b'{"title_zh": "\\ud800"}',
    b'{"title_zh": "\xff\xfe"}',
    b'{"title_zh": "a", "title_zh": "b", "kind": 1e400}',
    b"[" * 100_000,
    b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    json.dumps({"latitude": 10**400, "meeting": 2**63, "weight": True}).encode(),
)


@pytest.fixture(scope="module")
def client(
    databases: Databases, bare_app: FastAPI, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TestClient]:
    url = databases.fresh("seeded", shipped())
    runtime = runtime_on(url, tmp_path_factory.mktemp("data"))
    attach(bare_app, runtime)
    yield TestClient(bare_app, raise_server_exceptions=False, headers=bearer(Role.ADMIN))
    runtime.engine.dispose()


def operations(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in app.openapi()["paths"].items():
        for method, operation in item.items():
            yield method.upper(), path, operation


def filled(path: str, operation: dict[str, Any], slot: str, value: str) -> str:
    """The path with ``value`` in one slot and something harmless in the others."""
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            name = parameter["name"]
            text = value if name == slot else "1"
            path = path.replace(f"{{{name}}}", quote(text, safe=""))
    return path


@BOTH_ENGINES
def test_no_parameter_makes_the_program_fail(client: TestClient, bare_app: FastAPI) -> None:
    failed, tried = [], set()
    for method, path, operation in operations(bare_app):
        if method != "GET":
            continue
        for parameter in operation.get("parameters", []):
            slot, place = parameter["name"], parameter["in"]
            shared = path + slot if place == "path" else json.dumps(parameter, sort_keys=True)
            if shared in tried:  # the rankings take the same parameters, and all the same headers
                continue
            tried.add(shared)
            for value in TEXTS:
                url = filled(path, operation, slot if place == "path" else "", value)
                asked: dict[str, Any] = {}
                if place == "query":
                    asked["params"] = {slot: value[:2000]}
                elif place == "header":
                    asked["headers"] = {slot: value[:2000].encode("utf-8").replace(b"\0", b"")}
                answer = client.get(url[:9000], **asked)
                if answer.status_code >= 500:
                    failed.append((path, slot, value[:20], answer.status_code))
    assert failed == []


def test_no_body_makes_the_program_fail(client: TestClient, bare_app: FastAPI) -> None:
    failed = []
    headers = {"Content-Type": "application/json"}
    for method, path, operation in operations(bare_app):
        if "requestBody" not in operation:
            continue
        url = filled(path, operation, "", "")
        for body in BODIES:
            answer = client.request(method, url, content=body, headers=headers)
            assert answer.status_code != 201
            if answer.status_code >= 500:
                failed.append((method, path, body[:30], answer.status_code))
    assert failed == []
