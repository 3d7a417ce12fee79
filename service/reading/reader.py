"""Reads files in a child process with bounds, so that no file can harm the server."""

import subprocess
import sys
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock, Timer
from typing import Any, BinaryIO, cast

from service.errors import TooManyRequests, UnreadableDocument
from service.reading import dispatch
from service.reading.bounds import ENVIRONMENT, WALL_SECONDS
from service.reading.frames import reading_of, receive, send
from service.reading.sniffing import sniff
from service.reading.types import TEXT, Reading

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 15.0
WAIT_SECONDS = 20.0
"""For other files to be read; who waits occupies a thread that others need."""
SPARE_SECONDS = 3.0
"""The child ends a slow file by itself; this long after that it is taken for hung."""


@dataclass(slots=True, eq=False, weakref_slot=True)
class Reader:
    """One file at a time, so that the memory of all reading together stays bounded.

    The child starts with the first file that needs it, within 0.3 s, and ends when it has had
    nothing to do for a minute. Plain text needs no library and is decoded here.
    """

    _child: "subprocess.Popen[bytes] | None" = None
    _lock: Lock = field(default_factory=Lock)

    def __call__(self, content: bytes, *, filename: str, declared: str | None = None) -> Reading:
        """As ``dispatch.read``, within the bounds.

        Raises
        ------
        UnreadableDocument
            Also for what takes too much time or memory.
        TooManyRequests
            Others have been reading for too long.
        """
        if sniff(content, filename) == TEXT:
            return dispatch.read(content, filename=filename, declared=declared)
        asked = {"filename": filename, "declared": declared}
        if not self._lock.acquire(timeout=WAIT_SECONDS):
            raise TooManyRequests("reader-busy", seconds=int(WALL_SECONDS))
        try:
            head, body = self._ask(asked, content)
        finally:
            self._lock.release()
        return reading_of(head, body)

    def _ask(self, asked: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
        for last_try in (False, True):  # a child may have ended, idle, at this very moment
            child = self._living()
            timer = Timer(WALL_SECONDS + SPARE_SECONDS, child.kill)
            timer.start()
            try:
                send(_pipe(child.stdin), asked, content)
                return receive(_pipe(child.stdout))
            except (EOFError, OSError) as error:
                self.close()
                if last_try:
                    raise UnreadableDocument("too-odd") from error
            finally:
                timer.cancel()
        raise AssertionError  # the second try returns or raises

    def _living(self) -> "subprocess.Popen[bytes]":
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = started()
            weakref.finalize(self, end, self._child)
        return self._child

    def close(self) -> None:
        """End the child; the next file starts another."""
        if self._child is not None:
            end(self._child)
            self._child = None


def started() -> "subprocess.Popen[bytes]":
    """A child that is ready; it knows nothing of this process's environment."""
    child = subprocess.Popen(
        [sys.executable, "-s", "-m", "service.reading.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env=ENVIRONMENT,
    )
    timer = Timer(START_SECONDS, child.kill)
    timer.start()
    try:
        receive(_pipe(child.stdout))
    except EOFError as error:
        end(child)
        raise UnreadableDocument("too-odd") from error
    finally:
        timer.cancel()
    return child


def end(child: "subprocess.Popen[bytes]") -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        try:
            _pipe(pipe).close()
        except OSError:  # what was not sent any more
            continue


def _pipe(pipe: Any) -> BinaryIO:
    return cast("BinaryIO", pipe)
