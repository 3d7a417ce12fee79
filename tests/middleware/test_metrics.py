"""What the program counts: under few labels, apart for each application, and right."""

from collections.abc import Callable
from datetime import date
from threading import Barrier, Thread

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from models.enums import Visibility
from service.main import create_app
from service.reports.jobs import outcome_of
from service.reports.mail import Undelivered
from service.runtime import Runtime
from service.settings import Settings
from service.suggestions import usecases
from service.suggestions.views import RankingQuery

Labels = dict[str, str]


def read(client: TestClient) -> Callable[..., float]:
    """The metrics as a scraper sees them: value by name and labels, 0 for none."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    found = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
    return lambda name, **labels: found.get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.fixture
def app() -> FastAPI:
    app = create_app(Settings(database_url="sqlite://", scheduler=False))

    @app.get("/api/v1/broken")
    def broken() -> None:
        raise ValueError

    return app


@pytest.fixture
def watched(app: FastAPI) -> TestClient:
    return TestClient(app, client=("127.0.0.1", 1), raise_server_exceptions=False)


def test_requests_are_counted_by_template_and_class(watched: TestClient) -> None:
    asked = {
        ("GET", "/healthz", "2xx"): ["/healthz"] * 3,
        ("GET", "/api/v1/clusters/{slug}", "5xx"): ["/api/v1/clusters/a", "/api/v1/clusters/b"],
        ("GET", "unknown", "4xx"): [f"/{name}" for name in ("one", "two", "three?four=five")],
        ("GET", "/api/v1/broken", "5xx"): ["/api/v1/broken"],
    }
    for paths in asked.values():
        for path in paths:
            watched.get(path)
    value = read(watched)
    for (method, route, status), paths in asked.items():
        labels = {"method": method, "route": route}
        assert value("duijie_requests_total", **labels, status=status) == len(paths)
        assert value("duijie_request_seconds_count", **labels) == len(paths)
        assert value("duijie_request_seconds_sum", **labels) > 0


def test_labels_stay_few_whatever_is_asked(watched: TestClient) -> None:
    for i in range(30):
        watched.request(f"METHOD{i}", f"/path{i}?query={i}")
        watched.request("GET", f"/api/v1/clusters/name-{i}")
    text = watched.get("/metrics").text
    series = [line for line in text.splitlines() if line.startswith("duijie_requests_total")]
    assert len(series) == 2
    assert all("name-" not in line and "path" not in line for line in series)


def test_requests_in_flight_rise_and_fall(app: FastAPI, watched: TestClient) -> None:
    together = Barrier(4)

    @app.get("/api/v1/held")
    def held() -> None:
        together.wait(timeout=20)
        together.wait(timeout=20)

    threads = [Thread(target=watched.get, args=("/api/v1/held",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    together.wait(timeout=20)
    during = read(watched)("duijie_requests_in_flight")
    together.wait(timeout=20)
    for thread in threads:
        thread.join()
    assert during == 4, "three held, and the one that reads"
    assert read(watched)("duijie_requests_in_flight") == 1


def test_applications_count_apart(watched: TestClient) -> None:
    other = TestClient(
        create_app(Settings(database_url="sqlite://", scheduler=False)), client=("127.0.0.1", 1)
    )
    watched.get("/healthz")
    labels = {"method": "GET", "route": "/healthz", "status": "2xx"}
    assert read(watched)("duijie_requests_total", **labels) == 1
    assert read(other)("duijie_requests_total", **labels) == 0


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_rankings_and_indexes_are_timed(seeded: Runtime) -> None:
    seeded.rankings._kept.clear()
    client = TestClient(create_app(runtime=seeded), client=("127.0.0.1", 1))
    query = RankingQuery(date(2026, 11, 23), Visibility.PUBLIC, top=3)
    with seeded.sessions.read() as session:
        for name in ("dalian", "keqiao"):
            usecases.suggest_for(session, seeded.rankings, name, query)
        usecases.explain_pair(session, seeded.rankings, "dalian", "keqiao", query)
        value = read(client)
        assert value("duijie_database_connections_in_use") == 1
    assert value("duijie_ranking_seconds_count", use="suggest_for") == 2
    assert value("duijie_ranking_seconds_count", use="explain_pair") == 1
    assert value("duijie_ranking_seconds_sum", use="suggest_for") > 0
    assert value("duijie_index_build_seconds_count") == 1
    (index,) = seeded.rankings._kept.values()
    assert value("duijie_index_statements") == len(index.index.statements) > 0
    assert read(client)("duijie_database_connections_in_use") == 0


def test_jobs_and_the_process_are_counted(app: FastAPI, watched: TestClient) -> None:
    for failure in (
        None,
        Undelivered("no"),
        Undelivered("no", final=True),
        Undelivered("perhaps", doubtful=True),
    ):
        app.state.runtime.metrics.job("delivery", outcome_of(failure))
    value = read(watched)
    for outcome in ("sent", "attempt-failed", "failed", "handed-over"):
        assert value("duijie_jobs_total", kind="delivery", outcome=outcome) == 1
    assert value("process_resident_memory_bytes") > 0
    assert value("process_open_fds") > 0


def test_the_description_tells_of_the_metrics(watched: TestClient) -> None:
    operation = watched.get("/openapi.json").json()["paths"]["/metrics"]["get"]
    assert list(operation["responses"]["200"]["content"]) == ["text/plain"]
    assert watched.get("/metrics").headers["content-type"].startswith("text/plain; version=")
