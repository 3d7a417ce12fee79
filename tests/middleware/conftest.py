"""An application without tables and with some more routes: what surrounds them is the same."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Annotated, Any

import pytest
import structlog
from fastapi import Body, Depends, FastAPI, HTTPException, Request, UploadFile
from fastapi.testclient import TestClient

from service import logs
from service.main import create_app
from service.settings import Settings


def secret(name: str) -> str:
    raise ValueError(f"nobody may read {name}")


def stranger() -> None:
    raise HTTPException(401)


@pytest.fixture(scope="session")
def odd_app() -> FastAPI:
    app = create_app(Settings(database_url="sqlite://", scheduler=False))

    @app.get("/api/v1/broken/{name}")
    def broken(name: str) -> str:
        return secret(name)

    @app.post("/api/v1/echo")
    def echo(body: Annotated[Any, Body()]) -> int:
        return len(json.dumps(body))

    @app.post("/api/v1/upload")
    def upload(file: UploadFile) -> int:
        return len(file.file.read())

    @app.post("/api/v1/unread")
    def unread() -> str:
        return "not read"

    @app.post("/api/v1/guarded", dependencies=[Depends(stranger)])
    async def guarded(request: Request) -> int:
        return len(await request.body())

    @app.get("/api/v1/caller")
    def caller(request: Request) -> list[str]:
        return [request.client.host if request.client else "", request.url.scheme]

    return app


@pytest.fixture
def odd(odd_app: FastAPI) -> TestClient:
    return TestClient(odd_app, raise_server_exceptions=False)


class Lines(io.StringIO):
    """What was logged, line by line."""

    @property
    def entries(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [entry for entry in self.entries if entry["event"] == event]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """Logs as the server configures them, kept in memory."""
    root = logging.getLogger()
    kept = root.handlers[:], root.level, warnings.showwarning
    hooks = threading.excepthook, sys.unraisablehook
    written = Lines()
    logs.configure(written)
    yield written
    structlog.reset_defaults()
    root.handlers[:], root.level, warnings.showwarning = kept
    threading.excepthook, sys.unraisablehook = hooks
