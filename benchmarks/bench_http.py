"""What surrounds each request costs: requests a second with it, without it, and by each server.

Run it with ``-m``. The variants take turns, since the machine is never quite alone; what counts is
the ratio of their medians.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Scope

from benchmarks.registry import Result, table
from service import logs
from service.main import create_app
from service.middleware.server import server_options
from service.runtime import Runtime, make_runtime
from service.settings import Settings

ROUNDS, REQUESTS, CONNECTIONS = 15, 192, 16
PATHS = ("/healthz", "/api/v1/clusters/keqiao")
Rate = Callable[[str], float]
HEADERS = [(b"host", b"a"), (b"accept", b"*/*"), (b"user-agent", b"bench")]


def bare(runtime: Runtime) -> FastAPI:
    """The same application without what surrounds a request."""
    app = create_app(runtime=runtime)
    app.user_middleware.clear()
    app.middleware_stack = FastAPI.build_middleware_stack(app)
    return app


def scope_of(path: str) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": HEADERS,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
        "state": {},
    }


async def nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


async def swallow(message: Message) -> None:
    if message["type"] == "http.response.start" and message["status"] != 200:
        raise RuntimeError(f"answered {message['status']}")


async def rate_inside(app: ASGIApp, path: str) -> float:
    """Requests a second, one after the other, without a network."""
    began = time.perf_counter()
    for _ in range(REQUESTS):
        await app(scope_of(path), nothing, swallow)
    return REQUESTS / (time.perf_counter() - began)


async def rate_outside(port: int, path: str) -> float:
    """Requests a second over kept-alive connections."""
    each = REQUESTS // CONNECTIONS
    ask = f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode()

    async def caller() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(each):
            writer.write(ask)
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = head.partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length))
        writer.close()

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(CONNECTIONS)))
    return each * CONNECTIONS / (time.perf_counter() - began)


def start(app: ASGIApp, settings: Settings, **changes: Any) -> tuple[uvicorn.Server, int]:
    options = server_options(settings) | changes
    server = uvicorn.Server(uvicorn.Config(app, port=0, lifespan="off", **options))
    Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.01)
    return server, server.servers[0].sockets[0].getsockname()[1]


def compare(title: str, path: str, first: Rate, second: Rate) -> Result:
    for rate in (first, second):
        rate(path)
    pairs = [(first(path), second(path)) for _ in range(ROUNDS)]
    one, other = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    return Result.more_is_better(f"{title} {path}", one, "requests/s", other)


def http() -> Iterator[Result]:
    logs.configure(Path("/dev/null").open("w", encoding="utf-8"))  # noqa: SIM115 - to the end
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), database_url="", scheduler=False)
        runtime = make_runtime(settings)
        runtime.upgrade()
        whole, plain = create_app(runtime=runtime), bare(runtime)
        loop = asyncio.new_event_loop()

        def inside(app: ASGIApp) -> Rate:
            return lambda path: loop.run_until_complete(rate_inside(app, path))

        def outside(port: int) -> Rate:
            return lambda path: loop.run_until_complete(rate_outside(port, path))

        bounded, port = start(whole, settings)
        quick, other = start(whole, settings, http="httptools")
        for path in PATHS:
            yield compare("surrounded : bare", path, inside(whole), inside(plain))
            yield compare("bounded heads : httptools", path, outside(port), outside(other))
        bounded.should_exit = quick.should_exit = True
        runtime.engine.dispose()


if __name__ == "__main__":
    table(http())
