"""Asks while the database fails in a given way, and says what came back and how late."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillWaiting
from contextlib import contextmanager
from dataclasses import dataclass

from fastapi.testclient import TestClient

from tests.support.proxy import Mode, Proxy

OUTAGES = (Mode.REFUSE, Mode.SILENT, Mode.RESET, Mode.SLOW)
UNASKED = {401, 403}
"""Refused before the database is looked at."""


@dataclass(frozen=True, slots=True)
class Answer:
    path: str
    mode: Mode
    status: int | None
    """None: still waiting at the limit."""
    seconds: float
    retry_after: str | None = None


def ask(client: TestClient, path: str, mode: Mode, limit: float) -> Answer:
    with ThreadPoolExecutor(1) as pool:
        return ask_in(pool, client, path, mode, limit)


def ask_in(
    pool: ThreadPoolExecutor, client: TestClient, path: str, mode: Mode, limit: float
) -> Answer:
    """One GET; it is waited for no longer than ``limit`` seconds, and left to the pool then."""
    began = time.monotonic()
    try:
        response = pool.submit(client.get, path).result(limit)
    except StillWaiting:
        return Answer(path, mode, None, limit)
    seconds = time.monotonic() - began
    return Answer(path, mode, response.status_code, seconds, response.headers.get("Retry-After"))


def asked(
    client: TestClient, proxy: Proxy, path: str, mode: Mode, limit: float, *, times: int = 3
) -> list[Answer]:
    """What is answered when an outage strikes while all is well.

    The first request meets it on a pooled connection, the second on a new one, the others when it
    is known.
    """
    assert client.get("/readyz").status_code == 200
    with ThreadPoolExecutor(times) as pool, outage(proxy, mode):
        return [ask_in(pool, client, path, mode, limit) for _ in range(times)]


@contextmanager
def outage(proxy: Proxy, mode: Mode) -> Iterator[None]:
    proxy.set_mode(mode)
    try:
        yield
    finally:
        proxy.set_mode(Mode.OPEN)


def seconds_until_ready(client: TestClient, limit: float) -> float:
    began = time.monotonic()
    while client.get("/readyz").status_code != 200:
        if time.monotonic() - began > limit:
            return limit
        time.sleep(0.05)
    return time.monotonic() - began


def faults(answers: list[Answer], healthy: int = 200) -> list[Answer]:
    """Answers that are late, or do not say that the database is away."""
    right = {503} | ({healthy} & UNASKED)
    return [
        answer
        for answer in answers
        if answer.status not in right or (answer.status == 503 and not answer.retry_after)
    ]
