"""Loads of the shipped facts that are killed just before their n-th statement.

Run as ``python -m tests.faults.loading URL N...``; prints how each process ended, a signal's
number below zero.
"""

import sys
from functools import partial

from service.db import Sessions, make_engine
from tests.conftest import shipped
from tests.support.failpoints import failpoint, killed
from tests.support.forks import ended


def load_and_die(url: str, at: int) -> None:
    engine = make_engine(url)
    with failpoint(engine, at, fail=killed):
        shipped()(Sessions(engine))


def main(url: str, *points: str) -> None:
    for at in map(int, points):
        print(ended(partial(load_and_die, url, at)))  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(*sys.argv[1:])
