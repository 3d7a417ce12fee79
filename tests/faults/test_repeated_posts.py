"""A POST that is sent twice takes effect once, whatever lies between the two."""

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, event, func, select
from structlog.testing import capture_logs

from models import AuditEntry, Meeting, Statement
from models.enums import Role
from service import guard, idempotency
from service.main import attach
from service.runtime import Runtime
from tests.conftest import Databases, runtime_on, shipped
from tests.support.people import bearer
from tests.support.proxy import Mode, Proxy

MEETINGS = "/api/v1/meetings"
PLAIN = "大连：我们缺少辅料企业。".encode()


def told(answer: Response) -> tuple[object, ...]:
    names = ("content-type", "location", "etag", "duijie-revision")
    return answer.status_code, answer.content, {name: answer.headers.get(name) for name in names}


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def count(runtime: Runtime, table: Any, *where: Any) -> int:
    with runtime.sessions.read() as session:
        return session.scalar(select(func.count()).select_from(table).where(*where)) or 0


POSTS: dict[str, tuple[str, dict[str, Any]]] = {
    "meeting": (MEETINGS, {"json": {"title_zh": "一次"}}),
    "statement": (
        "/api/v1/statements",
        {
            "json": {
                "cluster": "dalian",
                "kind": "gap",
                "topic": "trims",
                "phrase": "一次",
                "meeting": 1,
            }
        },
    ),
    "cluster": (
        "/api/v1/clusters",
        {"json": {"slug": "once", "name_zh": "一次镇", "name_en": "Once"}},
    ),
    "event": (
        "/api/v1/events",
        {"json": {"name_zh": "一次", "held_on": "2027-01-10", "place": "大连"}},
    ),
    "schedule": ("/api/v1/schedules", {"json": {"name": "一次", "cron": "0 8 * * *"}}),
    "document": (f"{MEETINGS}/1/documents", {"files": {"file": ("a.txt", PLAIN, "text/plain")}}),
}


@pytest.mark.parametrize("noun", POSTS)
def test_a_repetition_gets_the_first_answer_and_does_nothing(
    client: TestClient, seeded: Runtime, noun: str
) -> None:
    path, sent = POSTS[noun]
    first = client.post(path, headers=keyed("one"), **sent)
    assert first.status_code == 201, first.text
    entries = count(seeded, AuditEntry)
    again = client.post(path, headers=keyed("one"), **sent)
    assert told(again) == told(first)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert count(seeded, AuditEntry) == entries


def test_a_step_that_is_repeated_is_taken_once(client: TestClient, seeded: Runtime) -> None:
    path, sent = POSTS["statement"]
    url = f"{path}/{client.post(path, **sent).json()['id']}/confirm"
    first = client.post(url, headers=keyed("step"))
    again = client.post(url, headers=keyed("step"))
    assert told(first) == told(again)
    assert first.json()["version"] == 2
    assert client.post(url, headers=keyed("another step")).status_code == 409


@pytest.mark.parametrize("change", ["path", "query"])
def test_a_key_belongs_to_one_request(client: TestClient, seeded: Runtime, change: str) -> None:
    path, sent = POSTS["meeting"]
    first = client.post(path, headers=keyed("one"), **sent)
    path = {"path": "/api/v1/events", "query": f"{path}?x=1"}.get(change, path)
    other = client.post(path, headers=keyed("one"), **sent)
    assert other.status_code == 422
    if change != "path":  # elsewhere the body is wrong before the key is
        assert other.json()["type"] == "/problems/idempotency-key-reused"
    assert count(seeded, Meeting, Meeting.seed_key.is_(None)) == 1
    assert told(client.post(MEETINGS, headers=keyed("one"), **POSTS["meeting"][1])) == told(first)


def test_twins_at_one_moment_have_one_effect_and_one_answer(
    client: TestClient, seeded: Runtime
) -> None:
    """Those that a busy database turned away (503) come again, as they are told to."""
    path, sent = POSTS["statement"]
    for round_ in range(5):
        start = Barrier(4)

        def post(_: int, round_: int = round_, start: Barrier = start) -> Response:
            start.wait()
            answer = client.post(path, headers=keyed(f"twin {round_}"), **sent)
            while answer.status_code == 503:
                answer = client.post(path, headers=keyed(f"twin {round_}"), **sent)
            return answer

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(post, range(4)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({str(told(answer)) for answer in answers}) == 1
        assert sum("Idempotency-Replayed" in answer.headers for answer in answers) == 3
        assert count(seeded, Statement, Statement.phrase == "一次") == round_ + 1


class Crash(Exception):
    """The work on a request ends here, and whoever asked hears no answer."""


class Crashes:
    """Dies at some of the places between a request and its answer."""

    def __init__(self, engine: Engine, luck: random.Random, chance: float) -> None:
        self.luck, self.chance = luck, chance
        self.died: dict[str, int] = dict.fromkeys(("statement", "kept", "commit", "answer"), 0)
        self.armed = False
        event.listen(engine, "before_cursor_execute", lambda *_: self.at("statement", 0.1))
        event.listen(engine, "commit", lambda *_: self.at("commit"))

    def at(self, place: str, share: float = 1.0) -> None:
        if self.armed and self.luck.random() < self.chance * share:
            self.armed = False
            self.died[place] += 1
            raise Crash

    def around(self, finish: Callable[..., None]) -> Callable[..., None]:
        def crashing(*given: Any) -> None:
            finish(*given)
            self.at("kept")

        return crashing


@pytest.fixture
def crashes(seeded: Runtime, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crashes]:
    crashes = Crashes(seeded.engine, random.Random(3), 0.2)
    monkeypatch.setattr(guard, "finish", crashes.around(guard.finish))
    with capture_logs():  # a crash is no news here
        yield crashes


def insistent(client: TestClient, crashes: Crashes, key: str) -> int:
    """Post until an answer arrives; how many times that took."""
    for tries in range(1, 60):
        try:
            crashes.armed = True
            answer = client.post(MEETINGS, json={"title_zh": key}, headers=keyed(key))
            crashes.at("answer", 2)
        except Crash:
            continue
        if answer.status_code == 201:
            crashes.armed = False
            return tries
    pytest.fail(f"{key} was never answered")


def effects(runtime: Runtime) -> list[str]:
    with runtime.sessions.read() as session:
        return sorted(session.scalars(select(Meeting.title_zh).where(Meeting.seed_key.is_(None))))


@pytest.mark.parametrize("posts", [25, pytest.param(200, marks=pytest.mark.slow)])
def test_posts_between_crashes_take_effect_once_each(
    client: TestClient, seeded: Runtime, crashes: Crashes, posts: int
) -> None:
    keys = [f"{number:03d}" for number in range(posts)]
    tries = sum(insistent(client, crashes, key) for key in keys)
    print(f"{posts} posts, {tries} tries, crashes {crashes.died}")  # noqa: T201 - the figure
    assert all(crashes.died.values())
    assert effects(seeded) == keys


def test_a_key_in_a_transaction_of_its_own_would_do_it_twice(
    client: TestClient, seeded: Runtime, crashes: Crashes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: the key is kept only once the answer is on its way."""
    monkeypatch.setattr(idempotency, "take", lambda *_: None)
    keys = [f"{number:03d}" for number in range(25)]
    for key in keys:
        insistent(client, crashes, key)
    assert len(effects(seeded)) > len(keys)


@pytest.fixture
def proxied(databases: Databases, tmp_path: Any) -> Iterator[tuple[Runtime, Proxy]]:
    with Proxy(databases.fresh("seeded", shipped())) as proxy:
        runtime = runtime_on(proxy.url, tmp_path)
        yield replace(runtime), proxy
        runtime.engine.dispose()


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
@pytest.mark.parametrize("posts", [4, pytest.param(100, marks=pytest.mark.slow)])
def test_a_swallowed_answer_to_commit_is_repeated_to_one_effect(
    bare_app: Any, proxied: tuple[Runtime, Proxy], posts: int
) -> None:
    runtime, proxy = proxied
    attach(bare_app, runtime)
    client = TestClient(bare_app, raise_server_exceptions=False, headers=bearer(Role.ORGANISER))
    client.get("/api/v1/me")  # the key is known: nothing else commits
    keys = [f"{number:03d}" for number in range(posts)]
    for key in keys:
        asked = {"json": {"title_zh": key}, "headers": keyed(key)}
        proxy.set_mode(Mode.DEAF)
        unknown = client.post(MEETINGS, **asked)  # type: ignore[arg-type]
        proxy.set_mode(Mode.OPEN)
        assert unknown.status_code == 503
        assert unknown.headers["Retry-After"]
        answers = [client.post(MEETINGS, **asked) for _ in range(2)]  # type: ignore[arg-type]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json() == answers[1].json()
    assert proxy.swallowed >= posts
    assert effects(runtime) == keys
