"""One shape for every failure, documented, in both languages."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from service import errors
from service.main import create_app
from service.messages import LANGUAGES, catalogue
from service.runtime import Runtime
from tests.conftest import runtime_on

ROOT = Path(__file__).resolve().parents[1]


def kinds(
    kind: type[errors.DomainError] = errors.DomainError,
) -> Iterator[type[errors.DomainError]]:
    yield kind
    for narrower in kind.__subclasses__():
        yield from kinds(narrower)


def test_every_slug_has_a_heading_and_a_title() -> None:
    text = (ROOT / "docs" / "problems.md").read_text(encoding="utf-8")
    headings = set(re.findall(r"^## (.+)$", text, re.MULTILINE))
    shipped = {kind for kind in kinds() if kind.__module__.startswith("service.")}
    outside = {"invalid-request", "unexpected", "database-unavailable"}
    assert headings == {kind.slug for kind in shipped} | outside
    for language in LANGUAGES:
        words = catalogue(language)
        assert all(words.find(f"title.{slug}") for slug in headings)


def test_every_message_that_is_raised_is_in_the_catalogue() -> None:
    raised: set[str] = set()
    for path in (ROOT / "service").rglob("*.py"):
        names = "|".join(kind.__name__ for kind in kinds())
        source = path.read_text(encoding="utf-8")
        raised |= set(re.findall(rf'(?:{names})\(\s*"([a-z-]+)"', source))
    assert len(raised) > 25
    for language in LANGUAGES:
        assert [key for key in raised if not catalogue(language).find(f"error.{key}")] == []


def test_a_failure_of_the_program_leaks_nothing(seeded: Runtime) -> None:
    app = create_app(runtime=seeded)

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("the secret")

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.get("/api/v1/broken")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "/problems/unexpected"
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql://nobody@127.0.0.1:1/none"]
)
def test_a_database_that_is_away_is_said_so(url: str, tmp_path: Path) -> None:
    if url.startswith("sqlite"):
        (tmp_path / "not-a-database").write_text("no database at all" * 100)
        url = f"sqlite:///{tmp_path / 'not-a-database'}"
    app = create_app(runtime=runtime_on(url, tmp_path))
    with TestClient(app, raise_server_exceptions=False) as client:
        for path in ("/api/v1/clusters", "/api/v1/suggestions", "/readyz"):
            answer = client.get(path)
            assert answer.status_code == 503, answer.text
            assert answer.json()["type"] == "/problems/database-unavailable"
            assert answer.headers["Retry-After"]
        assert client.get("/healthz").text == "ok"
