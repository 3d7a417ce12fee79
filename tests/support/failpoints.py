"""Failures put at a chosen SQL statement of an engine."""

import os
import signal
from collections.abc import Callable
from typing import NoReturn

from sqlalchemy import Engine, event


class Broken(Exception):
    """What a failpoint raises."""


def broken() -> NoReturn:
    raise Broken


def killed() -> None:
    """``kill -9`` of this very process."""
    os.kill(os.getpid(), signal.SIGKILL)


class Failpoint:
    """Counts the statements of an engine, COMMIT included, and fails just before number ``at``.

    Without ``at`` it only counts. ``watch`` is called before each statement.
    """

    def __init__(
        self,
        engine: Engine,
        at: int | None = None,
        *,
        fail: Callable[[], None] = broken,
        watch: Callable[[], None] | None = None,
    ) -> None:
        self.at, self.fail, self.watch = at, fail, watch
        self.passed = 0
        event.listen(engine, "before_cursor_execute", self.reach)
        event.listen(engine, "commit", self.reach)

    def reach(self, *_given: object) -> None:
        if self.watch:
            self.watch()
        self.passed += 1
        if self.passed == self.at:
            self.fail()
