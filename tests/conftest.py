"""Databases for the tests: every one real, migrated, and fresh for each test."""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import pytest
from anyio.from_thread import start_blocking_portal
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, make_url

from models.enums import Role
from service import schema
from service.db import Sessions, make_engine
from service.main import attach, create_app
from service.runtime import Runtime, make_runtime
from service.seeding.load import PARTS, load_seed
from service.settings import Settings
from service.suggestions.data import DataKey, RankingData
from tests.support import postgres
from tests.support.clock import NOW
from tests.support.people import add_keys, bearer

SEED = Path(__file__).resolve().parents[1] / "seed_data"
BACKENDS = ("sqlite", "postgresql")
TESTS = Path(__file__).parent
os.environ["DUIJIE_PHRASES"] = "tfidf"
"""Numbers do not depend on which extras are installed; tests of the others choose them."""
DATABASES = ("faults", "migrations", "backup", "outage", "integrity", "test_idempotency.py")
"""Where the database itself is tested."""
ONE_IS_ENOUGH = ("test_filled.py", "test_commands.py")
"""Save here: each revision goes up and back on one of them, and so do the three commands."""
MEETING = ("at_once", "twice", "all_or_nothing", "repeated", "ledger", "crash", "parallel")
"""Where several callers meet."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Most tests run on one database, which their name decides, and on the other among the slow.

    Those of the database itself, and those where callers meet, run on both.
    """
    twins: dict[str, dict[str, pytest.Item]] = {}
    for item in items:
        engine = next((name for name in BACKENDS if name in item.name), None)
        if engine and item.path.is_relative_to(TESTS) and not runs_on_both(item):
            twins.setdefault(item.nodeid.replace(engine, ""), {})[engine] = item
    for name, pair in twins.items():
        if len(pair) == len(BACKENDS) and not any(
            i.get_closest_marker("slow") for i in pair.values()
        ):
            pair[BACKENDS[crc32(name.encode()) % 2]].add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What is imported and collected stays to the end: no collection of garbage walks it again.

    Garbage is looked for more seldom: that took a tenth of the time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def runs_on_both(item: pytest.Item) -> bool:
    part = item.path.relative_to(TESTS).parts[0]
    if item.path.name in ONE_IS_ENOUGH:
        return False
    return part in DATABASES or any(word in item.nodeid for word in MEETING)


@pytest.fixture(scope="session", autouse=True)
def one_loop_for_all_clients() -> Iterator[None]:
    """A client would start a thread and an event loop of its own for each of its requests."""
    with start_blocking_portal("asyncio") as portal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(TestClient, "portal", portal)
        yield


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A server for the whole run; ``TEST_DATABASE_URL`` names another one."""
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        yield given
        return
    if postgres.find_binaries() is None and not os.environ.get("CI"):
        pytest.skip("no PostgreSQL: make test installs one")
    with postgres.server() as url:
        yield url


def prepare(url: str, fill: Callable[[Sessions], None] | None) -> None:
    engine = make_engine(url)
    schema.upgrade(engine)
    sessions = Sessions(engine)
    if fill:
        fill(sessions)
    add_keys(sessions)
    engine.dispose()


class Databases:
    """Makes databases of one backend by copying a template that was prepared once."""

    def __init__(self, backend: str, folder: Path, server: str | None) -> None:
        self.backend, self.folder, self.server = backend, folder, server
        self.templates: dict[str, str] = {}

    def fresh(self, name: str, fill: Callable[[Sessions], None] | None = None) -> str:
        """The address of a new copy of the template ``name``, prepared by ``fill``."""
        if name not in self.templates:
            template = self.blank()
            prepare(template, fill)
            self.templates[name] = template
        return self.copy(self.templates[name])

    def blank(self) -> str:
        """The address of a database without any table."""
        if self.backend == "sqlite":
            return f"sqlite:///{self.folder / uuid4().hex}.db"
        return self.create("")

    def copy(self, template: str) -> str:
        if self.backend == "sqlite":
            url = self.blank()
            shutil.copy(make_url(template).database or "", make_url(url).database or "")
            return url
        return self.create(f"TEMPLATE {make_url(template).database}")

    def create(self, option: str) -> str:
        assert self.server is not None
        name = f"t{uuid4().hex}"
        engine = create_engine(self.server, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} {option}")
        engine.dispose()
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session", params=BACKENDS)
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Databases:
    backend: str = request.param
    server = request.getfixturevalue("postgres_url") if backend == "postgresql" else None
    return Databases(backend, tmp_path_factory.mktemp(backend), server)


@pytest.fixture
def database_url(databases: Databases) -> str:
    """An empty database at the newest schema."""
    return databases.fresh("empty")


@pytest.fixture
def sessions(database_url: str) -> Iterator[Sessions]:
    engine = make_engine(database_url)
    yield Sessions(engine)
    engine.dispose()


def shipped(*parts: str) -> Callable[[Sessions], None]:
    """Fills a database with the given parts of the shipped facts."""

    def fill(sessions: Sessions) -> None:
        with sessions.write() as session:
            load_seed(session, SEED, now=NOW, time_zone="Asia/Shanghai", parts=parts or PARTS)

    return fill


@pytest.fixture
def seeded_url(databases: Databases) -> str:
    """A database with all shipped facts."""
    return databases.fresh("seeded", shipped())


@pytest.fixture
def register_url(databases: Databases) -> str:
    """A database with places and register statements only: nobody has said anything yet."""
    return databases.fresh("register", shipped("register"))


def runtime_on(url: str, folder: Path, now: datetime = NOW) -> Runtime:
    settings = Settings(database_url=url, data_dir=folder, scheduler=False)
    return make_runtime(settings, clock=lambda: now)


@pytest.fixture(scope="session")
def built() -> dict[DataKey, RankingData]:
    """Indexes of the shipped facts as loaded; copies of one database have the same."""
    return {}


@pytest.fixture
def seeded(
    databases: Databases, seeded_url: str, tmp_path: Path, built: dict[DataKey, RankingData]
) -> Iterator[Runtime]:
    """All shipped facts; what any test changes raises the revision and is its own."""
    runtime = runtime_on(seeded_url, tmp_path)
    kept = runtime.rankings._kept
    if databases.backend == "sqlite":
        kept.update(built)
    yield runtime
    if databases.backend == "sqlite":
        built.update({key: data for key, data in kept.items() if key.revision == 1})
    runtime.engine.dispose()


@pytest.fixture(scope="session")
def bare_app() -> FastAPI:
    """Building the routes takes longer than most tests: they share one application."""
    return create_app(Settings(database_url="sqlite://", scheduler=False))


@pytest.fixture
def app(bare_app: FastAPI, seeded: Runtime) -> FastAPI:
    """The application on all shipped facts."""
    attach(bare_app, seeded)
    return bare_app


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Calls as an organiser."""
    headers = bearer(Role.ORGANISER)
    with TestClient(app, raise_server_exceptions=False, headers=headers) as client:
        yield client
