from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from models.enums import Role
from service.clusters.schemas import ClusterIn
from service.clusters.usecases import register_cluster
from service.db import Sessions
from service.main import attach
from service.runtime import Runtime
from tests.accounts.office import Office
from tests.conftest import Databases, runtime_on
from tests.support.clock import NOW
from tests.support.people import OWN_CLUSTER, TESTER, bearer


@pytest.fixture
def office(sessions: Sessions) -> Office:
    return Office(sessions)


def one_cluster(sessions: Sessions) -> None:
    """All that a representative needs."""
    fields = ClusterIn(slug=OWN_CLUSTER, name_zh="大连", name_en="Dalian")
    with sessions.write() as session:
        register_cluster(session, TESTER, OWN_CLUSTER, fields, now=NOW)


@pytest.fixture
def small_url(databases: Databases) -> str:
    return databases.fresh("one cluster", one_cluster)


@pytest.fixture
def small(small_url: str, tmp_path: Path) -> Iterator[Runtime]:
    """One cluster, and the keys of the tests."""
    runtime = runtime_on(small_url, tmp_path)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def served(bare_app: FastAPI, small: Runtime) -> FastAPI:
    """The application on ``small``."""
    attach(bare_app, small)
    return bare_app


@pytest.fixture
def api(served: FastAPI) -> Iterator[TestClient]:
    """Calls as an admin."""
    with TestClient(served, headers=bearer(Role.ADMIN)) as client:
        yield client
