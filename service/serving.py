"""``duijie serve``: bring the database up to date, show the first pairings, serve."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

from models.enums import Visibility
from service import logs
from service.accounts import first_start
from service.main import create_app
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


def run(*, host: str | None, port: int | None) -> None:
    logs.configure()
    given = {"host": host, "port": port}
    settings = Settings().model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    runtime = make_runtime(settings)
    upgrade(runtime)
    first_start.welcome(runtime.sessions, runtime.clock, settings.link_base)
    app = create_app(runtime=runtime)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            timeout_graceful_shutdown=10,
        )
    )
    threading.Thread(target=greet, args=(server, runtime), daemon=True).start()
    with working(runtime):
        server.run()


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
def working(runtime: Runtime) -> Iterator[None]:
    """Due reports are worked off in a thread while the server runs, unless switched off."""
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(runtime, stop), name="reports")
    if runtime.settings.scheduler:
        worker.start()
    try:
        yield
    finally:
        stop.set()
        if worker.is_alive():
            worker.join(timeout=10)
