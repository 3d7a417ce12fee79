"""A database that is away is said so, soon, on every route, and forgotten when it is back."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from service.db import Sessions
from service.main import attach
from service.runtime import Runtime
from tests.outage.harness import OUTAGES, ask, asked, faults, outage, seconds_until_ready
from tests.support.proxy import Mode, Proxy

pytestmark = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)

PATIENT = 10.0
"""Seconds granted in the normal run, where other work shares the machine."""
PROMISED, BACK = 2.0, 5.0
VALUES = {
    "slug": "dalian",
    "notation": "fabric",
    "id_": "1",
    "document_id": "1",
    "schedule_id": "1",
    "due": "2026-11-23T08:00:00+08:00",
}
QUERIES = {"/api/v1/suggestions/explain": "?a=dalian&b=keqiao"}
PAGES = ("/", "/clusters", "/clusters/dalian", "/meetings", "/events")


@pytest.mark.parametrize("mode", OUTAGES)
def test_an_outage_is_said_so_and_ends_without_a_restart(
    far_client: TestClient, proxy: Proxy, mode: Mode
) -> None:
    answers = asked(far_client, proxy, "/api/v1/clusters", mode, PATIENT, times=2)
    with outage(proxy, mode):
        answers += [ask(far_client, path, mode, PATIENT) for path in ("/", "/readyz")]
        assert far_client.get("/healthz").text == "ok"
    assert faults(answers) == []
    assert seconds_until_ready(far_client, PATIENT) < PATIENT
    assert far_client.get("/api/v1/clusters").status_code == 200


def test_many_who_meet_silence_at_once_do_not_queue(far_client: TestClient, proxy: Proxy) -> None:
    path = "/api/v1/suggestions?as_of=2026-11-01"
    with ThreadPoolExecutor(30) as pool:
        list(pool.map(far_client.get, ["/readyz"] * 30))
        with outage(proxy, Mode.SILENT):
            answers = list(
                pool.map(lambda _: ask(far_client, path, Mode.SILENT, PATIENT), range(60))
            )
    assert faults(answers) == []


def test_a_connection_that_died_while_idle_is_not_served_again(
    far_client: TestClient, proxy: Proxy
) -> None:
    with ThreadPoolExecutor(5) as pool:
        list(pool.map(far_client.get, ["/readyz"] * 20))
    proxy.set_mode(Mode.REFUSE)
    proxy.set_mode(Mode.OPEN)
    answers = [far_client.get("/api/v1/clusters") for _ in range(20)]  # each connection in turn
    assert {answer.status_code for answer in answers} == {200}


def test_a_pool_that_is_used_up_is_said_so(far_client: TestClient, distant: Runtime) -> None:
    held = [distant.engine.connect() for _ in range(40)]
    try:
        answers = [ask(far_client, path, Mode.OPEN, PATIENT) for path in ("/readyz", "/")]
        assert faults(answers) == []
    finally:
        for connection in held:
            connection.close()
    assert far_client.get("/readyz").status_code == 200


@pytest.fixture
def naive_client(bare_app: FastAPI, distant: Runtime, proxy: Proxy) -> Iterator[TestClient]:
    """The same application on an engine with default options."""
    address = proxy.url.replace("postgresql:", "postgresql+psycopg:")
    engine = create_engine(address)
    attach(bare_app, replace(distant, engine=engine, sessions=Sessions(engine)))
    with TestClient(bare_app, raise_server_exceptions=False) as client:
        yield client
    engine.dispose()


def test_the_harness_catches_an_engine_with_default_options(
    naive_client: TestClient, proxy: Proxy
) -> None:
    answers = asked(naive_client, proxy, "/api/v1/clusters", Mode.SILENT, 3.0, times=1)
    assert [answer.status for answer in faults(answers)] == [None]


def gettable(app: FastAPI) -> list[str]:
    """Every documented GET with its blanks filled in."""
    paths = [path for path, item in app.openapi()["paths"].items() if "get" in item]
    return [path.format_map(VALUES) + QUERIES.get(path, "") for path in paths] + list(PAGES)


@pytest.mark.slow
def test_every_route_says_so_within_two_seconds(
    bare_app: FastAPI, far_client: TestClient, proxy: Proxy
) -> None:
    late, back, answers, alive = [], [], [], []
    for path in gettable(bare_app):
        if path == "/healthz":
            continue
        healthy = far_client.get(path).status_code
        assert healthy < 500, path
        for mode in OUTAGES:
            met = asked(far_client, proxy, path, mode, PATIENT)
            assert faults(met, healthy) == []
            answers += met
            with outage(proxy, mode):
                alive.append(ask(far_client, "/healthz", mode, PATIENT))
                assert ask(far_client, "/readyz", mode, PATIENT).status == 503
            back.append(seconds_until_ready(far_client, PATIENT))
    late = [answer for answer in answers if answer.seconds > PROMISED]
    slowest = max(answers, key=lambda answer: answer.seconds)
    print(f"{len(answers)} answers, slowest {slowest}, back in {max(back):.2f} s")  # noqa: T201
    assert {answer.status for answer in alive} == {200}
    assert late == []
    assert max(back) <= BACK
