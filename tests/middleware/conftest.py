"""What surrounds a request, around an application without tables; and what it logs."""

import io
import json
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service import logs
from tests.middleware import odd


@pytest.fixture(scope="session")
def odd_app() -> FastAPI:
    return odd.make()


@pytest.fixture(name="odd")
def odd_client(odd_app: FastAPI) -> TestClient:
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
    for name in ("uvicorn", "uvicorn.error"):  # a server of another test may have set them up
        library = logging.getLogger(name)
        library.handlers, library.propagate, library.disabled = [], True, False
        library.setLevel(logging.NOTSET)
    written = Lines()
    logs.configure(written)
    yield written
    structlog.reset_defaults()
    root.handlers[:], root.level, warnings.showwarning = kept
    threading.excepthook, sys.unraisablehook = hooks
