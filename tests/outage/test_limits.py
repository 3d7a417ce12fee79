"""What a request waits for, what a job waits for, and what the database may not be."""

import sqlite3
import time
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from models import SeedLoad
from service.engine import make_engine, require_durable
from service.errors import DatabaseNotReady
from service.main import create_app
from service.patience import REQUEST_SECONDS, Patience, patient
from service.postgres import PAUSE_SECONDS, TRIAL_SECONDS, Away, Breaker, Silent, watched
from service.runtime import Runtime
from service.transactions import ReadSession, WriteSession
from tests.conftest import runtime_on
from tests.support.clock import NOW

POSTGRES = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@pytest.fixture
def writing(database_url: str, tmp_path: Path) -> Iterator[tuple[Runtime, TestClient]]:
    """An application with a route that writes, one that reads and one that asks for long."""
    runtime = runtime_on(database_url, tmp_path)
    app = create_app(runtime=runtime)

    @app.post("/api/v1/effect")
    def effect(session: WriteSession, size: int = 1) -> None:
        session.add(SeedLoad(part="effect", digest="0" * 64, loaded_at=NOW))
        session.flush()
        session.execute(text("UPDATE seed_load SET part = :long"), {"long": "x" * size})

    @app.get("/api/v1/sleep")
    def sleep(session: ReadSession) -> None:
        session.execute(text("SELECT pg_sleep(30)"))

    with TestClient(app, raise_server_exceptions=False) as client:
        yield runtime, client
    runtime.engine.dispose()


def test_a_write_that_another_keeps_waiting_is_told_to_come_again(
    writing: tuple[Runtime, TestClient],
) -> None:
    runtime, client = writing
    with runtime.engine.connect() as other, other.begin():
        if other.dialect.name == "postgresql":
            other.execute(text("LOCK TABLE seed_load IN ACCESS EXCLUSIVE MODE"))
        busy = client.post("/api/v1/effect")
        assert client.get("/api/v1/clusters").status_code == 200
    assert busy.status_code == 503
    assert "others" in busy.json()["detail"]
    assert busy.headers["Retry-After"]
    assert client.post("/api/v1/effect").status_code == 200


@SQLITE
def test_a_database_locked_by_another_process_is_said_so(
    writing: tuple[Runtime, TestClient],
) -> None:
    runtime, client = writing
    other = sqlite3.connect(make_url(runtime.settings.database).database or "")
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    answers = [client.post("/api/v1/effect").status_code]
    other.close()
    assert answers == [503]
    assert client.post("/api/v1/effect").status_code == 200


@SQLITE
def test_a_full_disk_is_no_failure_of_the_program(writing: tuple[Runtime, TestClient]) -> None:
    runtime, client = writing

    @event.listens_for(runtime.engine, "checkout")
    def fill(connection: sqlite3.Connection, *_: object) -> None:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count={pages}")

    answer = client.post("/api/v1/effect?size=1000000")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/database-unavailable")
    assert client.get("/api/v1/clusters").status_code == 200


@SQLITE
def test_a_file_that_cannot_be_written_is_no_failure_of_the_program(
    database_url: str, tmp_path: Path
) -> None:
    url = f"sqlite:///file:{make_url(database_url).database}?mode=ro&uri=true"
    runtime = runtime_on(url, tmp_path)
    app = create_app(runtime=runtime)

    @app.post("/api/v1/effect")
    def effect(session: WriteSession) -> None:
        session.add(SeedLoad(part="effect", digest="0" * 64, loaded_at=NOW))

    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.post("/api/v1/effect")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert client.get("/api/v1/clusters").status_code == 200


@POSTGRES
def test_the_server_itself_ends_a_long_statement_of_a_request(
    writing: tuple[Runtime, TestClient],
) -> None:
    _, client = writing
    assert client.get("/api/v1/sleep").status_code == 503
    assert client.get("/readyz").status_code == 200


@POSTGRES
def test_a_job_may_wait_longer_than_a_request(writing: tuple[Runtime, TestClient]) -> None:
    runtime, _ = writing
    with runtime.sessions.read() as session:
        began = time.monotonic()
        session.execute(text(f"SELECT pg_sleep({REQUEST_SECONDS + 0.5})"))
        assert time.monotonic() - began > REQUEST_SECONDS
        assert session.scalar(text("SHOW statement_timeout")) == "51s"
    with patient(600), runtime.sessions.write() as session:
        assert session.scalar(text("SHOW lock_timeout")) == "450s"


@SQLITE
def test_foreign_keys_durability_and_erasure_hold_on_every_connection(database_url: str) -> None:
    engine = make_engine(database_url)
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}
    raw = [engine.raw_connection() for _ in range(3)]
    for connection in raw:
        for name, value in wanted.items():
            assert connection.cursor().execute(f"PRAGMA {name}").fetchone() == (value,)
        connection.close()
    engine.dispose()


def durable(engine: Engine, fsync: str, commit: str) -> None:
    """The check on a server whose settings are as given."""

    @event.listens_for(engine, "before_cursor_execute", retval=True)
    def say(*given: object) -> tuple[object, object]:
        answers = {"SHOW fsync": fsync, "SHOW synchronous_commit": commit}
        statement = str(given[2])
        answer = answers.get(statement)
        return (f"SELECT '{answer}'" if answer else statement), given[3]

    try:
        require_durable(engine)
    finally:
        event.remove(engine, "before_cursor_execute", say)


@POSTGRES
def test_a_server_that_may_lose_acknowledged_writes_is_refused(database_url: str) -> None:
    engine = make_engine(database_url)
    with pytest.raises(DatabaseNotReady):  # the tests' own server is quick, not durable
        require_durable(engine)
    for fsync, commit in (("off", "on"), ("on", "off")):
        with pytest.raises(DatabaseNotReady):
            durable(engine, fsync, commit)
    for commit in ("on", "local", "remote_write", "remote_apply"):
        durable(engine, "on", commit)
    engine.dispose()


def test_after_a_failed_connect_one_at_a_time_tries_again() -> None:
    now = [0.0]
    breaker = Breaker(clock=lambda: now[0])
    breaker.admit()
    breaker.failed(silent=True)
    with pytest.raises(Away):
        breaker.admit()
    now[0] = PAUSE_SECONDS
    breaker.admit()
    with pytest.raises(Away):
        breaker.admit()
    now[0] += TRIAL_SECONDS
    breaker.admit()
    breaker.connected()
    assert not breaker.silent
    breaker.admit()


def test_a_trial_is_made_at_once_when_only_a_statement_met_silence() -> None:
    breaker = Breaker()
    breaker.suspect()
    breaker.admit()
    with pytest.raises(Away):
        breaker.admit()


@pytest.mark.parametrize(("arrives", "outcome"), [(1, "answer"), (0, None)])
def test_only_silence_uses_up_patience(arrives: int, outcome: str | None) -> None:
    waiting = watched(answering(rounds=5), Patience(0.05))
    next(waiting)
    told = None
    try:
        while True:
            time.sleep(0.02)
            waiting.send(arrives)
    except StopIteration as finished:
        told = finished.value
    except Silent:
        pass
    assert told == outcome


def answering(rounds: int) -> Generator[int, int, str]:
    for _ in range(rounds):
        yield 1
    return "answer"


@POSTGRES
def test_an_outage_is_an_error_of_the_database_not_of_the_program(database_url: str) -> None:
    engine = make_engine(database_url.replace("postgres@", "nobody-here@"))
    with pytest.raises(OperationalError):
        engine.connect()
    engine.dispose()
