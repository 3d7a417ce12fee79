"""Engines that are closed whatever happens, so that a failure is reported as itself."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from service.db import make_engine


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
