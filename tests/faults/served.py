"""The real application behind the real server, in a process of its own that can be killed."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Annotated, Any

import httpx2
import uvicorn
from fastapi import Depends, FastAPI
from sqlalchemy import event
from sqlalchemy.orm import Session

from models import Meeting
from models.enums import MeetingKind, Role
from service.access import Action
from service.clock import Now
from service.guard import Guarded, needs
from service.main import attach, create_app
from service.middleware.server import server_options
from service.settings import Settings
from service.transactions import _posting
from tests.conftest import runtime_on
from tests.support.people import bearer

APP = create_app(Settings(database_url="sqlite://", scheduler=False))
"""Made once, where the processes to be killed are forked from."""
FORKING = get_context("forkserver")
FORKING.set_forkserver_preload(["tests.faults.served"])

ROOT = Path(__file__).resolve().parents[2]
CARELESS = "/api/v1/careless"


def add_careless_route(app: FastAPI) -> None:
    """One that commits where FastAPI puts the end of a dependency by itself: after the answer."""

    @needs(Action.WRITE_MEETINGS)
    def careless(
        meeting: dict[str, Any], session: Annotated[Session, Depends(_posting)], now: Now
    ) -> None:
        kind = {"kind": MeetingKind.OTHER, "visibility": "members"}
        session.add(Meeting(**meeting, **kind, created_at=now, updated_at=now))

    app.router.routes.append(Guarded(CARELESS, careless, methods=["POST"], status_code=201))


def slow_commits(engine: Any, seconds: float) -> None:
    """As on a disk that takes its time."""

    @event.listens_for(engine, "commit")
    def wait(_connection: object) -> None:
        time.sleep(seconds)


def serve(url: str, folder: str, port: int, commit_seconds: float, *, careless: bool) -> None:
    """What the process to be killed does."""
    runtime = runtime_on(url, Path(folder))
    settings = runtime.settings.model_copy(update={"requests_per_minute": 0})
    runtime = replace(runtime, settings=settings)
    if commit_seconds:
        slow_commits(runtime.engine, commit_seconds)
    attach(APP, runtime)
    if careless:
        add_careless_route(APP)
    uvicorn.run(APP, host="127.0.0.1", port=port, **server_options(runtime.settings))


@dataclass
class Server:
    port: int
    kill: Callable[[], None]
    """SIGKILL: nothing of it runs any more, no handler, no commit."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, role: Role = Role.ORGANISER, timeout: float = 30) -> httpx2.Client:
        return httpx2.Client(
            base_url=self.url, headers=bearer(role), timeout=timeout, trust_env=False
        )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def wait_for(url: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx2.TransportError):
            httpx2.get(f"{url}/healthz", timeout=2, trust_env=False)
            return
        time.sleep(0.02)
    raise TimeoutError(f"nobody listens at {url}")


@contextmanager
def serving(
    url: str, folder: Path, *, commit_seconds: float = 0, careless: bool = False
) -> Iterator[Server]:
    port = free_port()
    given = (url, os.fspath(folder), port, commit_seconds)
    process = FORKING.Process(target=serve, args=given, kwargs={"careless": careless})
    process.start()

    def kill() -> None:
        process.kill()
        process.join()

    with watched(Server(port, kill)) as server:
        yield server


@contextmanager
def commanded(url: str, folder: Path) -> Iterator[Server]:
    """``duijie serve`` itself, as people start it."""
    port = free_port()
    settings = {"DUIJIE_DATABASE_URL": url, "DUIJIE_DATA_DIR": os.fspath(folder)}
    process = subprocess.Popen(
        [sys.executable, "-m", "service.cli", "serve", "--port", str(port)],
        env={**os.environ, **settings, "DUIJIE_SCHEDULER": "false"},
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def kill() -> None:
        process.kill()
        process.wait()

    with watched(Server(port, kill)) as server:
        yield server


@contextmanager
def watched(server: Server) -> Iterator[Server]:
    try:
        wait_for(server.url)
        yield server
    finally:
        server.kill()
