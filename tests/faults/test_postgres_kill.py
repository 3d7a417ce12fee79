"""A commit that was acknowledged outlives ``kill -9`` of PostgreSQL in the middle of its work."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import delete, event, select

from models import SeedLoad
from service.db import Sessions, make_engine
from tests.conftest import prepare
from tests.support import postgres
from tests.support.clock import NOW
from tests.support.engines import opened
from tests.support.mortal_postgres import MortalServer, mortal_server
from tests.support.writing import under_load

HALVES = ("-a", "-b")


@pytest.fixture(scope="module")
def server() -> Iterator[MortalServer]:
    if postgres.find_binaries() is None:
        pytest.skip("no PostgreSQL that this test may kill")
    with mortal_server() as server:
        prepare(server.url, None)
        yield server


@dataclass
class Tally:
    cycles: int = 0
    acknowledged: int = 0
    lost: int = 0
    halved: int = 0

    def __str__(self) -> str:
        return (
            f"{self.cycles} kills, {self.acknowledged} acknowledged, {self.lost} lost,"
            f" {self.halved} halved"
        )


def write_pair(sessions: Sessions, key: str) -> None:
    with sessions.write() as session:
        session.add_all(
            SeedLoad(part=key + half, digest="0" * 64, loaded_at=NOW) for half in HALVES
        )


def stored(sessions: Sessions) -> set[str]:
    with sessions.read() as session:
        return set(session.scalars(select(SeedLoad.part)))


def careless(engine: Any) -> None:
    """Acknowledge before the log is on the disk, which the server lets each client choose."""

    @event.listens_for(engine, "connect")
    def configure(connection: Any, record: object) -> None:
        connection.execute("SET synchronous_commit = off")
        connection.commit()


def kill_once(server: MortalServer, luck: random.Random, found: Tally, *, careful: bool) -> None:
    with opened(server.url) as engine:
        if not careful:
            careless(engine)
        sessions = Sessions(engine)
        with under_load(lambda key: write_pair(sessions, key)) as acknowledged:
            time.sleep(luck.uniform(0.1, 0.5))
            server.kill()
    server.start()
    with opened(server.url) as engine:  # another: the one that saw the death waits a moment
        keys = stored(Sessions(engine))
        with engine.begin() as connection:
            connection.execute(delete(SeedLoad))
    pairs = {key.removesuffix("-a").removesuffix("-b") for key in keys}
    found.cycles += 1
    found.acknowledged += len(acknowledged)
    found.lost += len(acknowledged - pairs)
    found.halved += sum(not {pair + half for half in HALVES} <= keys for pair in pairs)


def kill(server: MortalServer, cycles: int, *, careful: bool = True) -> Tally:
    luck, found = random.Random(cycles), Tally()
    for _ in range(cycles):
        kill_once(server, luck, found, careful=careful)
    print(f"{found}; slowest start {max(server.started):.2f} s")  # noqa: T201 - the figure
    return found


def test_nothing_acknowledged_is_lost_when_postgres_is_killed(server: MortalServer) -> None:
    found = kill(server, 3)
    assert found.acknowledged > 0
    assert (found.lost, found.halved) == (0, 0)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_in_two_hundred_kills(server: MortalServer) -> None:
    found = kill(server, 200)
    assert found.acknowledged > 0
    assert (found.lost, found.halved) == (0, 0)


def test_a_kill_is_felt_by_a_client_that_does_not_wait_for_the_log(server: MortalServer) -> None:
    found = Tally()
    luck = random.Random(1)
    while not found.lost and found.cycles < 20:
        kill_once(server, luck, found, careful=False)
    assert found.lost > 0


@pytest.mark.slow
def test_two_hundred_kills_of_a_client_that_does_not_wait(server: MortalServer) -> None:
    assert kill(server, 200, careful=False).lost > 0


def test_the_program_waits_for_the_log(server: MortalServer) -> None:
    engine = make_engine(server.url)
    with engine.connect() as connection:
        for setting in ("synchronous_commit", "fsync", "full_page_writes"):
            assert connection.exec_driver_sql(f"SHOW {setting}").scalar() == "on"
    engine.dispose()
