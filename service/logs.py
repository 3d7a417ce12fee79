"""Logs as lines of JSON on stderr, without messages of exceptions or values of variables.

A message may quote what somebody said in confidence: PostgreSQL's DETAIL does, ValueErrors do.
"""

import logging
import sys
import threading
import traceback
import warnings
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.types import EventDict

TOLD = "told in the log"
FRAMES = 15
"""Innermost frames of a failure that are told."""
ROOT = Path(__file__).resolve().parents[1]


def configure(stream: TextIO | None = None) -> None:
    """Let this program, its libraries and Python itself write to one place, stderr by default."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            describe_exception,
            structlog.processors.JSONRenderer(default=lambda value: type(value).__name__),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
    )
    logging.basicConfig(handlers=[Library()], level=logging.WARNING, force=True)
    warnings.showwarning = show_warning
    threading.excepthook = thread_died
    sys.unraisablehook = unraisable


def describe_exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """What failed and where, in place of ``exc_info``; never what was said about it."""
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    error = given[1] if isinstance(given, tuple) else given
    return {**event, **failure(error)} if isinstance(error, BaseException) else event


def failure(error: BaseException) -> dict[str, Any]:
    """The kinds of an exception and of those behind it, the database's code, and the frames."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    facts: dict[str, Any] = {
        "exception": kind_of(error),
        "at": [f"{place(f.filename)}:{f.lineno}:{f.name}" for f in frames],
    }
    behind = error.__cause__ or error.__context__
    if behind is not None:
        facts["because"] = kind_of(behind)
    raw = getattr(error, "orig", error)
    code = getattr(raw, "sqlstate", None) or getattr(raw, "sqlite_errorname", None)
    return {**facts, "code": code} if isinstance(code, str) else facts


def kind_of(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")


def place(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(ROOT) and "site-packages" not in path.parts:
        return str(path.relative_to(ROOT))
    return filename.rpartition("site-packages/")[2]


def log_failure(event: str, error: BaseException, **facts: str | int) -> None:
    """Tell of a failure once; the server, which sees it pass, does not repeat it."""
    structlog.get_logger().error(event, **facts, exc_info=error)
    error.add_note(TOLD)


class Library(logging.Handler):
    """What libraries log, by template: their values may be anything."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if TOLD not in getattr(error, "__notes__", ()):
            log = structlog.get_logger().bind(logger=record.name)
            log.log(max(record.levelno, logging.INFO), template_of(record.msg), exc_info=error)


def template_of(message: object) -> str:
    """The first line as written in the source; asyncio puts the exception into the next."""
    if isinstance(message, OSError):
        return message.strerror or kind_of(message)
    return message.partition("\n")[0] if isinstance(message, str) else type(message).__name__


def show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    del message, file, line
    at = f"{place(filename)}:{lineno}"
    structlog.get_logger().warning("warning", exception=category.__name__, at=[at])


def thread_died(died: threading.ExceptHookArgs) -> None:
    name = died.thread.name if died.thread else ""
    structlog.get_logger().error("thread-died", thread=name, exc_info=died.exc_value)


def unraisable(failed: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger().error("unraisable", exc_info=failed.exc_value)
