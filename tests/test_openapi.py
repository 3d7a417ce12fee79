"""The OpenAPI document is true: what it promises holds for whatever is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from service.main import create_app
from service.runtime import make_runtime
from service.settings import Settings
from tests.conftest import Databases, runtime_on, shipped

EXAMPLES = 8
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


def operations() -> list[tuple[str, str]]:
    """Method and path of every documented route; no database is touched."""
    runtime = make_runtime(Settings(database_url="sqlite://", scheduler=False))
    paths = create_app(runtime=runtime).openapi()["paths"]
    return [(method.upper(), path) for path, item in paths.items() for method in item]


@pytest.fixture(scope="module")
def described(
    databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[schemathesis.BaseSchema]:
    url = databases.fresh("seeded", shipped())
    runtime = runtime_on(url, tmp_path_factory.mktemp("data"))
    yield schemathesis.openapi.from_asgi("/openapi.json", create_app(runtime=runtime))
    runtime.engine.dispose()


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), operations())
def test_whatever_is_sent(described: Any, method: str, path: str, mode: GenerationMode) -> None:
    operation = described[path][method]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        case.call_and_validate(checks=CHECKS)

    try:
        call()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE
        pytest.skip("nothing that could be sent has the wrong form")


def test_the_document_covers_every_route_of_the_api(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    nouns = {path.split("/")[3] for path in document["paths"] if path.startswith("/api/v1/")}
    assert nouns >= {
        "audit",
        "clusters",
        "events",
        "facets",
        "meetings",
        "reports",
        "schedules",
        "statements",
        "suggestions",
        "topics",
    }
    for path, item in document["paths"].items():
        for method, operation in item.items():
            problem = operation["responses"].get("4XX")
            assert problem, f"{method} {path} does not say what a refusal looks like"
            assert "application/problem+json" in problem["content"]
            assert "422" not in operation["responses"]
