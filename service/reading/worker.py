"""The process in which files are read: ``python -m service.reading.worker``.

It is a new program, not a copy of the server, so that it holds nothing of the server's memory, no
connection and no secret. For each file it forks a process that is bounded and then ends, so that
nothing is left of one file when the next one comes.
"""

import gc
import os
import select
import signal
import sys
import traceback
from pathlib import Path
from time import monotonic
from typing import BinaryIO

from service.errors import DomainError, UnreadableDocument
from service.reading import page, pdf, word  # noqa: F401 - imported once, for all forks
from service.reading.bounds import CPU_SECONDS, MEMORY_BYTES, WALL_SECONDS, bind_process
from service.reading.dispatch import read
from service.reading.frames import receive, send, send_reading, send_refusal

IDLE_SECONDS = 60.0
"""Without a file for so long the process ends; the next file starts another."""
OUT_OF_MEMORY = {signal.SIGABRT, signal.SIGTRAP, signal.SIGILL}
"""How libraries in C and C++ end when they get no more memory."""


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    gc.freeze()
    send(sink, {"ready": os.getpid()})
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        try:
            head, content = receive(source)
        except EOFError:
            return
        _answer(sink, head, content)


def _answer(sink: BinaryIO, head: dict[str, str | None], content: bytes) -> None:
    """The forked process's answer, or why there is none."""
    inlet, outlet = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(inlet)
        _read_and_exit(os.fdopen(outlet, "wb"), head, content)
    os.close(outlet)
    answer, is_late = _collected(inlet)
    if is_late:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if is_late or os.WIFSIGNALED(status) or not answer:
        send_refusal(sink, _cause_of(status, is_late=is_late))
    else:
        sink.write(answer)
        sink.flush()


def _collected(inlet: int) -> tuple[bytes, bool]:
    """What the fork wrote, and whether it took too long."""
    chunks: list[bytes] = []
    ends = monotonic() + WALL_SECONDS
    with os.fdopen(inlet, "rb", buffering=0) as file:
        while True:
            left = ends - monotonic()
            if left <= 0 or not select.select([file], [], [], left)[0]:
                return b"", True
            chunk = file.read(1 << 20)
            if not chunk:
                return b"".join(chunks), False
            chunks.append(chunk)


def _cause_of(status: int, *, is_late: bool) -> DomainError:
    """Why a fork ended without an answer, as far as its end tells."""
    if is_late:
        return UnreadableDocument("too-slow", seconds=int(WALL_SECONDS))
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return UnreadableDocument("too-slow", seconds=CPU_SECONDS)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in OUT_OF_MEMORY:
        return UnreadableDocument("too-heavy", limit=MEMORY_BYTES // 2**20)
    return UnreadableDocument("too-odd")


def _read_and_exit(answer: BinaryIO, head: dict[str, str | None], content: bytes) -> None:
    status = 1
    try:
        bind_process()
        try:
            reading = read(content, filename=head["filename"] or "", declared=head["declared"])
        except DomainError as refusal:
            send_refusal(answer, refusal)
        except MemoryError:
            send_refusal(answer, UnreadableDocument("too-heavy", limit=MEMORY_BYTES // 2**20))
        else:
            send_reading(answer, reading)
        status = 0
    except Exception as error:  # noqa: BLE001 - the last place that can say where it happened
        last = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        print(f"reading failed: {type(error).__name__} at {place}", file=sys.stderr)  # noqa: T201
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(sys.stdin.buffer, sys.stdout.buffer)
