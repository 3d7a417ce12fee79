"""Rankings over HTTP beside a FastAPI no-op, how soon a server is ready, what a write costs.

Run it with ``-m``. The no-op is a bare FastAPI application in the same server process, asked over
the same kind of connections in turn with ours; what counts is CPU time of that process a request,
since the machine is never quite alone. Callers sign in with a key.
"""

import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from sqlalchemy.orm import Session
from starlette.types import ASGIApp, Receive, Scope, Send

from benchmarks.callers import CONNECTIONS, LIMITS, Caller, Turn, free_port, server, wait_for
from benchmarks.made_up_register import runtime_with
from benchmarks.registry import Result
from models import Statement
from models.enums import Role, Visibility
from service import logs
from service.access import program
from service.accounts.keys import create_key
from service.db import data_revision, raise_revision, touch
from service.main import create_app
from service.middleware.server import server_options
from service.runtime import Runtime, make_runtime
from service.settings import Settings
from service.suggestions.data import DataKey, RankingData, load
from service.suggestions.views import RankingQuery

CLUSTERS, ROUNDS, REQUESTS = 2000, 5, 640
Row = dict[str, Any]
OWN = ("/noop", "/cpu", "/forget")


def serve(folder: str) -> None:
    """In a process of its own: our application and, beside it, the no-op; prints its port."""
    logs.configure(Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
    settings = Settings(data_dir=Path(folder), database_url="")
    runtime = make_runtime(settings)
    ours, bare = create_app(runtime=runtime), FastAPI()

    @bare.get("/noop")
    async def noop() -> dict[str, bool]:
        return {"ok": True}

    @bare.get("/cpu")
    async def cpu() -> float:
        return time.process_time()

    @bare.get("/forget")
    async def forget(_: Request) -> None:
        runtime.rankings.pages.clear()

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        app: ASGIApp = bare if scope.get("path") in OWN else ours
        await app(scope, receive, send)

    uvicorn.run(
        both, port=int(os.environ["DUIJIE_PORT"]), lifespan="off", **server_options(settings)
    )


def over_http(folder: Path, key: str) -> Iterator[Row]:
    """CPU time a request of each kind of answer, and the no-op's."""
    with server(folder, key) as caller:
        one = "/api/v1/clusters/made-up-0007/suggestions?limit=20"
        _, head = asyncio.run(caller.ask([one] * CONNECTIONS))
        tag = head.partition(b"etag: ")[2].partition(b"\r\n")[0].decode()
        kinds: dict[str, list[Turn]] = {}
        for number in range(ROUNDS):
            caller.own("/forget")
            some = [
                f"/api/v1/clusters/made-up-{(number * 100 + i) % 1800:04}/suggestions?limit=20"
                for i in range(64)
            ]
            held = {"status": b"304", "lines": f"If-None-Match: {tag}\r\n"}
            for name, turn in (
                ("no-op", caller.measure(["/noop"] * REQUESTS)),
                ("computed anew", caller.measure(some)),
                (
                    "asked before",
                    caller.measure([one] * CONNECTIONS) and caller.measure([one] * REQUESTS),
                ),
                ("304", caller.measure([one] * REQUESTS, **held)),  # type: ignore[arg-type]
            ):
                kinds.setdefault(name, []).append(turn)
    for name, turns in kinds.items():
        for unit, read in (("ms CPU", cpu_of), ("ms p99", p99_of)):
            pairs = [
                (read(turn), read(base)) for turn, base in zip(turns, kinds["no-op"], strict=True)
            ]
            value, baseline = (statistics.median(side) for side in zip(*pairs, strict=True))
            ratio = statistics.median(base / mine for mine, base in pairs)
            yield row(f"top-20 over HTTP, {name}", value, unit, baseline, ratio)


def cpu_of(turn: Turn) -> float:
    return turn.cpu_ms


def p99_of(turn: Turn) -> float:
    return turn.p99_ms


def row(name: str, value: float, unit: str, baseline: float | None, ratio: float | None) -> Row:
    return {"name": name, "value": value, "unit": unit, "baseline": baseline, "ratio": ratio}


def rebuilding(runtime: Runtime) -> Iterator[Row]:
    """The index after one statement was edited: in part, and whole as the baseline."""
    query = RankingQuery(as_of=runtime.today(), audience=Visibility.ORGANISERS)
    took: list[tuple[float, float]] = []
    with runtime.sessions.read() as session:
        base = load(session, key_at(session, query))
    for _ in range(5):
        edit_one(runtime)
        with runtime.sessions.read() as session:
            key = key_at(session, query)
            part, whole = timed(session, key, base), timed(session, key, None)
        took.append((part, whole))
    part, whole = (statistics.median(side) for side in zip(*took, strict=True))
    yield row("index after one edited statement", part, "ms CPU", whole, whole / part)


def key_at(session: Any, query: RankingQuery) -> DataKey:
    revision = data_revision(session, query.audience)
    return DataKey(revision, query.as_of, query.audience, query.drafts)


def edit_one(runtime: Runtime) -> None:
    with runtime.sessions.write() as session:
        statement = session.get(Statement, 5000)
        statement.weight = statement.weight % 5 + 1
        touch(statement, runtime.clock())
        raise_revision(session, runtime.clock())


def timed(session: Session, key: DataKey, base: RankingData | None) -> float:
    """Milliseconds of CPU time that the index takes."""
    began = time.process_time()
    load(session, key, base)
    return 1000 * (time.process_time() - began)


def commands(folder: Path) -> Iterator[Row]:
    """CPU and wall time of whole processes."""
    ranking = ["suggest", "--for", "dalian", "--top", "5", "--format", "json"]
    for name, arguments in (("duijie --help", ["--help"]), ("duijie suggest", ranking)):
        times = [spent([sys.executable, "-m", "service.cli", *arguments], folder) for _ in range(5)]
        for unit, side in zip(("s CPU", "s"), zip(*times, strict=True), strict=True):
            yield row(name, statistics.median(side), unit, None, None)


def spent(command: list[str], folder: Path) -> tuple[float, float]:
    began, before = time.perf_counter(), of_children()
    environment = {**os.environ, "DUIJIE_DATA_DIR": str(folder), "DUIJIE_DATABASE_URL": ""}
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own
    return of_children() - before, time.perf_counter() - began


def of_children() -> float:
    """CPU seconds of all child processes that have ended."""
    times = os.times()
    return times.children_user + times.children_system


def starting(folder: Path, key: str) -> Iterator[Row]:
    """From the command to the first ranking that a signed-in caller has in hand."""
    port, times = free_port(), []
    environment = {**os.environ, **LIMITS, "DUIJIE_DATA_DIR": str(folder), "DUIJIE_PORT": str(port)}
    for _ in range(3):
        began, before = time.perf_counter(), of_children()
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "serve"],
            env={**environment, "DUIJIE_DATABASE_URL": ""},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(f"http://127.0.0.1:{port}/healthz")
        asyncio.run(Caller(port, key).ask(["/api/v1/clusters/dalian/suggestions?limit=20"]))
        took = time.perf_counter() - began
        process.kill()
        process.wait()
        times.append((of_children() - before, took))
    for unit, side in zip(("s CPU", "s"), zip(*times, strict=True), strict=True):
        yield row("server, to the first ranking", statistics.median(side), unit, None, None)


def suggestions() -> Iterator[Result]:
    return (Result(**found) for found in measured(CLUSTERS))


def measured(n_clusters: int) -> Iterator[Row]:
    """Row by row, since all of it takes minutes."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runtime = runtime_with(folder, n_clusters)
        with runtime.sessions.write() as session:
            made = create_key(
                session, program("bench"), label="bench", role=Role.ORGANISER, now=runtime.clock()
            )
        yield from over_http(folder, made.secret)
        yield from rebuilding(runtime)
        yield from commands(folder)
        yield from starting(folder, made.secret)
        runtime.engine.dispose()


def main() -> None:
    if sys.argv[1:2] == ["serve"]:
        serve(sys.argv[2])
        return
    for found in measured(int(sys.argv[1]) if len(sys.argv) > 1 else CLUSTERS):
        print(json.dumps(found, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
