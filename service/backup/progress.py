"""How far a back-up is."""

from collections.abc import Callable, Iterable, Iterator

Progress = Callable[[str, int], None]
"""Told the name of a table and how many more of its rows have been worked on."""
TOLD_EVERY = 1000


def told(rows: Iterable[bytes], name: str, progress: Progress) -> Iterator[bytes]:
    """The same rows; ``progress`` hears of them now and then, and at the end."""
    done = 0
    for done, row in enumerate(rows, start=1):
        yield row
        if done % TOLD_EVERY == 0:
            progress(name, TOLD_EVERY)
    progress(name, done % TOLD_EVERY)
