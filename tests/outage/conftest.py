"""An application whose database lies behind a proxy that fails on demand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service.main import attach
from service.runtime import Runtime
from tests.conftest import Databases, runtime_on, shipped
from tests.support.proxy import Proxy


@pytest.fixture
def proxy(databases: Databases) -> Iterator[Proxy]:
    """In front of a PostgreSQL with all shipped facts."""
    if databases.backend != "postgresql":
        pytest.skip("a file has no network")
    with Proxy(databases.fresh("seeded", shipped())) as proxy:
        yield proxy


@pytest.fixture
def distant(proxy: Proxy, tmp_path: Path) -> Iterator[Runtime]:
    runtime = runtime_on(proxy.url, tmp_path)
    yield runtime
    runtime.engine.dispose()


@pytest.fixture
def far_client(bare_app: FastAPI, distant: Runtime) -> Iterator[TestClient]:
    attach(bare_app, distant)
    with TestClient(bare_app, raise_server_exceptions=False) as client:
        yield client
