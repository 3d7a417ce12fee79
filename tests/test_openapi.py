"""The OpenAPI document is true: what it promises holds for whatever is sent."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import negative_data_rejection

from models.enums import Role
from service.main import create_app
from service.runtime import make_runtime
from service.settings import Settings
from tests.conftest import Databases, runtime_on, shipped
from tests.support.people import bearer

EXAMPLES, MANY = 5, 60
MULTIPART = "multipart/form-data"
ALLOWED: dict[str, Any] = {
    # What no schema can say: another version is stored, a rule of the domain, a made-up cursor.
    "positive_data_acceptance": {
        "expected-statuses": [*("2xx", 400, 401, 403, 404, 409, 412, 413, 415, 422, 428)]
    },
    "negative_data_rejection": {
        "expected-statuses": [400, 401, 403, 404, 406, 409, 411, 412, 413, 415, 422, 428]
    },
    "missing_required_header": {"expected-statuses": [401, 403, 422, 428]},
}
"""Statuses beside the default; all checks of the tool are on, and none allows a 5xx."""


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
    config = SchemathesisConfig.from_dict({"checks": ALLOWED})
    yield schemathesis.openapi.from_asgi(
        "/openapi.json", create_app(runtime=runtime), config=config
    )
    runtime.engine.dispose()


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), operations())
def test_whatever_is_sent(described: Any, method: str, path: str, mode: GenerationMode) -> None:
    """As an admin, who gets past every guard."""
    send(described[path][method], mode, EXAMPLES, Role.ADMIN)


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("role", [None, *Role])
@pytest.mark.parametrize(("method", "path"), operations())
def test_whatever_anybody_sends(
    described: Any, method: str, path: str, role: Role | None, mode: GenerationMode
) -> None:
    send(described[path][method], mode, MANY, role)


def send(operation: Any, mode: GenerationMode, examples: int, role: Role | None) -> None:
    """Whatever stands for a file is bytes, so no upload violates its schema."""
    bodies = operation.definition.raw.get("requestBody", {}).get("content", {})

    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        case.call_and_validate(
            headers=bearer(role) if role else None,
            excluded_checks=[negative_data_rejection] if MULTIPART in bodies else [],
        )

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
