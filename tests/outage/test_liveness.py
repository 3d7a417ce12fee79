"""Whether the process lives is answered while everything else is slow."""

import http.client
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI

from service.main import create_app
from tests.conftest import runtime_on

SLOW_REQUESTS = 45
"""More than the forty threads that work at once."""


@contextmanager
def listening(app: FastAPI) -> Iterator[int]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield server.servers[0].sockets[0].getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture
def release() -> threading.Event:
    return threading.Event()


@pytest.fixture
def app(release: threading.Event, tmp_path: Path) -> FastAPI:
    """An application with a route that hangs until released, and a naive liveness."""
    app = create_app(runtime=runtime_on("sqlite://", tmp_path))

    @app.get("/hangs")
    def hangs() -> None:
        release.wait(30)

    @app.get("/naive")
    def naive() -> str:
        return "ok"

    return app


def get(port: int, path: str, timeout: float = 60) -> float:
    """Seconds until the answer.

    Raises
    ------
    TimeoutError
        There was none in time.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    began = time.monotonic()
    try:
        connection.request("GET", path)
        assert connection.getresponse().read() in {b"ok", b'"ok"', b"null"}
    finally:
        connection.close()
    return time.monotonic() - began


@contextmanager
def hanging(port: int, release: threading.Event) -> Iterator[None]:
    with ThreadPoolExecutor(SLOW_REQUESTS) as pool:
        waiting = [pool.submit(get, port, "/hangs") for _ in range(SLOW_REQUESTS)]
        time.sleep(0.5)
        try:
            yield
        finally:
            release.set()
        assert all(answer.result() > 0 for answer in waiting)


def test_liveness_is_answered_while_every_thread_is_taken(
    app: FastAPI, release: threading.Event
) -> None:
    with listening(app) as port, hanging(port, release):
        assert max(get(port, "/healthz") for _ in range(20)) < 10
        with pytest.raises(TimeoutError):  # a liveness in the pool waits behind the slow ones
            get(port, "/naive", timeout=0.5)


@pytest.mark.slow
def test_liveness_takes_less_than_fifty_milliseconds(
    app: FastAPI, release: threading.Event
) -> None:
    with listening(app) as port, hanging(port, release):
        times = sorted(get(port, "/healthz") for _ in range(1000))
    print(f"p50 {times[500] * 1000:.1f} ms, p99 {times[990] * 1000:.1f} ms")  # noqa: T201
    assert times[990] < 0.05
