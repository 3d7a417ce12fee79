"""One database and one event for all tests of gatherings: what they write changes no other."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from service.main import attach
from service.runtime import Runtime
from tests.conftest import Databases, runtime_on, shipped
from tests.support.people import bearer

Json = dict[str, Any]

EVENT: Json = {
    "name_zh": "全链对接会",
    "held_on": "2026-12-08",
    "place": "虎门会展中心",
    "participants": [
        *("dalian", "xiping", "keqiao", "xiqiao", "shishi", "dalang", "humen", "xinjiang"),
        *("wangjiang", "cenhe", "yibin", "shengze"),
    ],
}


@dataclass(frozen=True)
class Stage:
    runtime: Runtime
    url: str
    database: str


def unhurried(runtime: Runtime) -> Runtime:
    """Without a limit a minute: the clock of the tests stands still."""
    settings = runtime.settings.model_copy(update={"requests_per_minute": 0})
    return replace(runtime, settings=settings)


@pytest.fixture(scope="session")
def stage(
    databases: Databases, bare_app: FastAPI, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    """All shipped facts and one event."""
    database = databases.fresh("seeded", shipped())
    runtime = unhurried(runtime_on(database, tmp_path_factory.mktemp("gatherings")))
    attach(bare_app, runtime)
    answer = TestClient(bare_app, headers=bearer(Role.ORGANISER)).post("/api/v1/events", json=EVENT)
    assert answer.status_code == 201, answer.text
    yield Stage(runtime, f"/api/v1/events/{answer.json()['id']}", database)
    runtime.engine.dispose()


@pytest.fixture
def client(stage: Stage, bare_app: FastAPI) -> TestClient:
    """An organiser."""
    attach(bare_app, stage.runtime)
    return TestClient(bare_app, headers=bearer(Role.ORGANISER))


@pytest.fixture
def event(stage: Stage) -> str:
    return stage.url
