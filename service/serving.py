"""``duijie serve``: bring the database up to date, show the first pairings, serve."""

import asyncio
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import structlog
import uvicorn
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from models.enums import Visibility
from service import logs
from service.accounts import first_start
from service.main import create_app
from service.middleware.server import server_options
from service.output import note, show_table
from service.reports.jobs import run_worker
from service.runtime import Runtime, make_runtime
from service.settings import Settings
from service.suggestions import usecases
from service.suggestions.command import lines
from service.suggestions.schemas import SuggestionOut
from service.suggestions.views import RankingQuery

FIRST = 10
"""Pairings printed at the start."""
THREADS = 8
"""Requests that work at once. Computing does not go faster with more; answering the others does
go slower, since each of them waits for its turn among all that compute."""
READ_SECONDS = 0.2
REQUESTS_SECONDS = 8
"""How long a request may go on after the signal to end."""
END_SECONDS = 9.5
"""When the process ends after the signal, whatever still runs: then with exit code 1."""


def run(*, host: str | None, port: int | None) -> None:
    """Serve until a signal; return when all that was begun is finished."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end_at_once)
    logs.configure()
    given = {"host": host, "port": port}
    settings = Settings().model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    runtime = make_runtime(settings)
    upgrade(runtime)
    runtime.require_durable()
    first_start.welcome(runtime.sessions, runtime.clock, settings.link_base)
    stop = threading.Event()
    server = Server(create_app(runtime=runtime), settings, stop)
    threading.Thread(target=greet, args=(server, runtime), daemon=True).start()
    with working(runtime, stop):
        server.run()


class Server(uvicorn.Server):
    """Ends with 0 once all is finished, where uvicorn would die of the signal that it caught."""

    def __init__(self, app: FastAPI, settings: Settings, stop: threading.Event) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                host=settings.host,
                port=settings.port,
                timeout_graceful_shutdown=REQUESTS_SECONDS,
                **server_options(settings),
            )
        )
        self.stop = stop

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The first signal begins the end, the second is the end."""
        if self.should_exit:
            end_at_once(sig, frame)
        self.should_exit = True
        self.stop.set()
        last = threading.Timer(END_SECONDS, end_unfinished)
        last.daemon = True
        last.start()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        current_default_thread_limiter().total_tokens = THREADS
        await super().startup(sockets)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Requests on connections already taken are read before idle connections are closed."""
        for server in self.servers:
            server.close()
        await asyncio.sleep(READ_SECONDS)
        await super().shutdown(sockets)


def end_unfinished() -> None:
    structlog.get_logger().error("ended-unfinished", seconds=END_SECONDS)
    os._exit(1)


def end_at_once(number: int, _: FrameType | None) -> None:
    """Transactions that are open are rolled back, as after any crash."""
    os._exit(128 + number)


def greet(server: uvicorn.Server, runtime: Runtime) -> None:
    """Once the server listens, print where, and the first pairings: building them takes longer."""
    while not server.started:
        time.sleep(0.02)
    link = runtime.settings.link_base
    note(f"{link}/  ·  {link}/docs")
    first_pairings(runtime)


def upgrade(runtime: Runtime) -> None:
    """Migrate and load the shipped facts, telling of each step."""
    columns = SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn()
    with Progress(*columns, console=Console(file=sys.stderr)) as progress:
        tasks: list[TaskID] = []

        def step(name: str, rows: int) -> None:
            finish()
            tasks.append(progress.add_task(name, total=rows))

        def finish() -> None:
            for task in tasks:
                progress.advance(task, progress.tasks[task].remaining or 0)

        runtime.upgrade(step)
        finish()


def first_pairings(runtime: Runtime) -> None:
    with runtime.sessions.read() as session:
        query = RankingQuery(as_of=runtime.today(), audience=Visibility.PUBLIC, top=FIRST)
        ranking = usecases.suggest_pairs(session, runtime.rankings, query)
    rows = [
        SuggestionOut.model_validate(row).model_dump(mode="json", by_alias=True)
        for row in ranking.suggestions
    ]
    show_table(lines(rows))


@contextmanager
def working(runtime: Runtime, stop: threading.Event) -> Iterator[None]:
    """Due reports are worked off in a thread until ``stop``, unless switched off."""
    worker = threading.Thread(target=run_worker, args=(runtime, stop), name="reports", daemon=True)
    if runtime.settings.scheduler:
        worker.start()
    try:
        yield
    finally:
        stop.set()
        if worker.is_alive():
            worker.join()
