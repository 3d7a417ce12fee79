"""How many requests come through in a minute, counted by all processes together."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event, func, select

from models import Counter
from models.enums import Role
from service import limits
from service.access import Principal
from service.db import Sessions, make_engine
from service.errors import TooManyRequests
from service.limits import Limits, counted_as
from service.main import attach
from service.runtime import make_runtime
from service.settings import Settings
from tests.accounts.office import ELSEWHERE, visitor
from tests.support.clock import NOW
from tests.support.people import bearer

NAME = "rate:key:1"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def replicas(database_url: str) -> Iterator[list[Limits]]:
    """Two processes on one database, with a limit of 40."""
    engines = [make_engine(database_url) for _ in range(2)]
    yield [Limits(Sessions(engine), 40) for engine in engines]
    for engine in engines:
        engine.dispose()


def passes(process: Limits, name: str = NAME, now: datetime = NOW) -> bool:
    try:
        if not process.take(name, now):
            process.lease(name, now)
    except TooManyRequests:
        return False
    return True


def passed(process: Limits, requests: int, name: str = NAME, now: datetime = NOW) -> int:
    return sum(passes(process, name, now) for _ in range(requests))


def together(processes: list[Limits], requests: int) -> int:
    with ThreadPoolExecutor(6) as pool:
        return sum(pool.map(lambda process: passed(process, requests), processes * 3))


def test_two_processes_together_let_through_what_is_allowed_and_no_more(
    replicas: list[Limits],
) -> None:
    assert together(replicas, 25) == 40
    assert [passed(process, 5) for process in replicas] == [0, 0]
    assert passed(replicas[0], 50, now=NOW + MINUTE) == 40


def test_counting_in_each_process_alone_would_be_noticed(
    replicas: list[Limits], monkeypatch: pytest.MonkeyPatch
) -> None:
    fetch = Limits._fetch

    def alone(self: Limits, name: str, minute: datetime, now: datetime) -> int:
        return fetch(self, f"{name}:{id(self)}", minute, now)

    monkeypatch.setattr(Limits, "_fetch", alone)
    assert together(replicas, 25) == 80


def test_who_is_refused_hears_when_the_minute_ends(replicas: list[Limits]) -> None:
    now = NOW + timedelta(seconds=17)
    passed(replicas[0], 41, now=now)
    with pytest.raises(TooManyRequests) as refused:
        replicas[0].take(NAME, now)
    assert refused.value.values == {"seconds": 43}


def test_others_are_counted_for_themselves(replicas: list[Limits]) -> None:
    assert passed(replicas[0], 41) == 40
    assert passes(replicas[0], "rate:key:2")


def test_most_requests_touch_nothing(sessions: Sessions) -> None:
    process = Limits(sessions, 6000)
    begun: list[object] = []
    event.listen(sessions.engine, "begin", begun.append)
    assert passed(process, 7000) == 6000
    assert len(begun) == 21


def test_a_database_that_is_away_lets_requests_through_and_is_left_alone(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'empty.db'}")
    tried: list[object] = []
    event.listen(engine, "begin", tried.append)
    clock = SimpleNamespace(seconds=0.0)
    process = Limits(Sessions(engine), 40, timer=lambda: clock.seconds)
    assert passed(process, 100) == 100
    assert len(tried) == 1
    clock.seconds = limits.REST_SECONDS
    assert passed(process, 100) == 100
    assert len(tried) == 2
    engine.dispose()


def test_counters_of_minutes_gone_by_are_removed(replicas: list[Limits]) -> None:
    for minute in range(4):
        passed(replicas[0], 3, now=NOW + minute * MINUTE)
    with replicas[0].sessions.read() as session:
        assert session.scalar(select(func.count()).select_from(Counter)) == 1


@pytest.mark.parametrize(
    ("who", "name"),
    [
        (visitor(ELSEWHERE), f"rate:from:{ELSEWHERE}"),
        (visitor("2001:db8::1"), "rate:from:2001:db8::/64"),
        (visitor("2001:db8::2"), "rate:from:2001:db8::/64"),
        (visitor("127.0.0.1"), None),
        (visitor("127.8.8.8"), None),
        (visitor("::1"), None),
        (visitor("::ffff:127.0.0.1"), None),
        (visitor(None), None),
        (Principal("a", Role.ADMIN, key_id=7, origin="127.0.0.1"), "rate:key:7"),
        (Principal("li", Role.VIEWER, account_id=7, sign_in_id=1, origin=ELSEWHERE), None),
    ],
)
def test_keys_and_visitors_are_counted(who: Principal, name: str | None) -> None:
    assert counted_as(who) == name


@pytest.fixture
def limited(bare_app: FastAPI, database_url: str, tmp_path: Path) -> Iterator[FastAPI]:
    """The whole application with a limit of 20."""
    settings = Settings(
        database_url=database_url, data_dir=tmp_path, scheduler=False, requests_per_minute=20
    )
    runtime = make_runtime(settings, clock=lambda: NOW)
    attach(bare_app, runtime)
    yield bare_app
    runtime.engine.dispose()


def answers(app: FastAPI, count: int, origin: str = ELSEWHERE, **headers: str) -> list[int]:
    with TestClient(app, client=(origin, 5), headers=headers) as client:
        return [client.get("/api/v1/topics").status_code for _ in range(count)]


def test_over_http_the_next_one_is_told_when_to_come_again(limited: FastAPI) -> None:
    assert answers(limited, 20) == [200] * 20
    with TestClient(limited, client=(ELSEWHERE, 5)) as client:
        refused = client.get("/api/v1/topics")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert refused.json()["type"] == "/problems/too-many-requests"
    assert answers(limited, 1, origin="192.0.2.1") == [200]
    assert answers(limited, 30, origin="127.0.0.1") == [200] * 30


def test_a_spoofed_address_counts_as_the_real_one(limited: FastAPI) -> None:
    for number in range(20):
        sent = {"X-Forwarded-For": f"192.0.2.{number}", "Forwarded": f"for=192.0.2.{number}"}
        assert answers(limited, 1, **sent) == [200]
    assert answers(limited, 1, **{"X-Forwarded-For": "192.0.2.99"}) == [429]


def test_keys_that_nobody_has_count_as_their_visitor(limited: FastAPI) -> None:
    tried = [
        answers(limited, 1, Authorization=f"Bearer dj_{number:040}")[0] for number in range(21)
    ]
    assert tried == [401] * 20 + [429]


def test_a_key_has_its_own_count_wherever_it_is_used(limited: FastAPI) -> None:
    key = bearer(Role.VIEWER)
    assert answers(limited, 10, **key) == [200] * 10
    assert answers(limited, 11, origin="127.0.0.1", **key) == [200] * 10 + [429]
    assert answers(limited, 1, **bearer(Role.ORGANISER)) == [200]


def test_zero_means_no_limit(limited: FastAPI) -> None:
    limited.state.limits = Limits(limited.state.sessions, 0)
    assert answers(limited, 30) == [200] * 30
