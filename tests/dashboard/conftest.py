"""One application for all pages: they only read."""

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from service.main import create_app
from tests.conftest import Databases, runtime_on, shipped
from tests.dashboard.browsing import Visit, served, visiting
from tests.dashboard.desk import Browser, Desk
from tests.support.people import bearer

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

EVENT = {
    "name_zh": "面料与设计对接会",
    "name_en": "Docking on fabric and design",
    "held_on": "2026-12-12",
    "place": "大连",
    "themes": ["fabric", "design"],
    "participants": ["dalian", "keqiao", "dalang", "xiqiao", "xiping"],
}


@pytest.fixture(scope="session")
def shown(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """All shipped facts, one docking event and one veto."""
    runtime = runtime_on(databases.fresh("seeded", shipped()), tmp_path_factory.mktemp("pages"))
    app = create_app(runtime=runtime)
    app.state.identities.timer = lambda: 0.0  # callers are looked up once
    writer = TestClient(app, headers=bearer(Role.ORGANISER))
    assert writer.post("/api/v1/events", json=EVENT).status_code == 201
    veto = {"reason": '=HYPERLINK("x") 已有长期合同'}
    assert writer.put("/api/v1/clusters/dalian/vetoes/humen", json=veto).status_code == 200
    yield app
    runtime.engine.dispose()


@pytest.fixture
def client(shown: FastAPI) -> TestClient:
    """An organiser."""
    return TestClient(shown, raise_server_exceptions=False, headers=bearer(Role.ORGANISER))


@pytest.fixture
def desk(app: FastAPI) -> Desk:
    """All shipped facts, and nobody with an account yet."""
    return Desk(app)


@pytest.fixture
def admin(desk: Desk) -> Browser:
    return desk.person("admin", Role.ADMIN, display_name="张管理")


@pytest.fixture(scope="module")
def playwright() -> "Iterator[Playwright]":
    if shutil.which("chromium") is None and not os.environ.get("CI"):
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where it is used

    with sync_playwright() as started:
        yield started


@pytest.fixture
def entering(playwright: "Playwright", desk: Desk) -> Iterator[Visit]:
    """A browser on an application whose database is the test's own."""
    with served(desk.app) as address, visiting(playwright, address) as visit:
        yield visit
