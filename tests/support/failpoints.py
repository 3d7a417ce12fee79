"""Failures put at a chosen SQL statement of an engine."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NoReturn

from sqlalchemy import Engine, event

POINTS = ("before_cursor_execute", "commit")


class Broken(Exception):
    """What a failpoint raises."""


def broken() -> NoReturn:
    raise Broken


def killed() -> None:
    """``kill -9`` of this very process."""
    os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Failpoint:
    at: int | None
    fail: Callable[[], None]
    watch: Callable[[], None] | None
    passed: int = 0

    def reach(self, *_given: object) -> None:
        if self.watch:
            self.watch()
        self.passed += 1
        if self.passed == self.at:
            self.fail()


@contextmanager
def failpoint(
    engine: Engine,
    at: int | None = None,
    *,
    fail: Callable[[], None] = broken,
    watch: Callable[[], None] | None = None,
) -> Iterator[Failpoint]:
    """Count the statements, COMMIT included, and fail just before number ``at``.

    Without ``at`` they are only counted. ``watch`` is called before each of them.
    """
    point = Failpoint(at, fail, watch)
    for name in POINTS:
        event.listen(engine, name, point.reach)
    try:
        yield point
    finally:
        for name in POINTS:
            event.remove(engine, name, point.reach)
