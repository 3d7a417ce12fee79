"""Writers that remember what was acknowledged, for tests that kill something beneath them."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

Write = Callable[[str], object]
"""Stores something under a new key; returns when it was acknowledged, raises when it was not."""


@contextmanager
def under_load(write: Write, writers: int = 4) -> Iterator[set[str]]:
    """Write from several threads, each until its first failure or the end of the block.

    The set holds the acknowledged keys once the block has been left.
    """
    acknowledged: set[str] = set()
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            key = uuid4().hex
            try:
                write(key)
            except Exception:  # noqa: BLE001 - whatever it was: not acknowledged
                return
            acknowledged.add(key)

    threads = [threading.Thread(target=work) for _ in range(writers)]
    for thread in threads:
        thread.start()
    try:
        yield acknowledged
    finally:
        over.set()
        for thread in threads:
            thread.join()
