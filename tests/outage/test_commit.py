"""A COMMIT whose answer is lost is never guessed."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from models import SeedLoad
from service.db import Sessions
from service.engine import make_engine
from service.errors import OutcomeUnknown
from service.main import create_app
from service.runtime import Runtime
from service.transactions import WriteSession
from tests.support.clock import NOW
from tests.support.proxy import Mode, Proxy

pytestmark = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)


def effects(sessions: Sessions) -> int:
    with sessions.read() as session:
        rows = select(func.count()).select_from(SeedLoad).where(SeedLoad.part.like("effect%"))
        return session.scalar(rows) or 0


def store(sessions: Sessions, name: str) -> None:
    """Once, however often it is repeated: the name is the key."""
    with sessions.write() as session:
        if session.get(SeedLoad, name) is None:
            session.add(SeedLoad(part=name, digest="0" * 64, loaded_at=NOW))


def test_a_lost_answer_to_commit_leaves_the_outcome_open(distant: Runtime, proxy: Proxy) -> None:
    """The server did commit: who took the failure for a refusal would do it twice."""
    proxy.set_mode(Mode.DEAF)
    with pytest.raises(OutcomeUnknown):
        store(distant.sessions, "effect")
    assert proxy.swallowed == 1
    proxy.set_mode(Mode.OPEN)
    assert effects(distant.sessions) == 1


def interrupted(sessions: Sessions, proxy: Proxy, mode: Mode, *, flushed: bool) -> None:
    """Store a row; ``mode`` begins before it reaches the database, or before COMMIT."""
    with sessions.write() as session:
        session.connection()
        session.add(SeedLoad(part="effect", digest="0" * 64, loaded_at=NOW))
        if flushed:
            session.flush()
            session.connection().connection.driver_connection.patience.left = 0.1
        proxy.set_mode(mode)
        session.flush()


@pytest.mark.parametrize("mode", [Mode.SILENT, Mode.RESET, Mode.REFUSE])
def test_an_outage_at_commit_leaves_the_outcome_open(
    distant: Runtime, proxy: Proxy, mode: Mode
) -> None:
    with pytest.raises(OutcomeUnknown):
        interrupted(distant.sessions, proxy, mode, flushed=True)


@pytest.mark.parametrize("mode", [Mode.RESET, Mode.REFUSE])
def test_a_connection_lost_before_commit_has_changed_nothing(
    distant: Runtime, proxy: Proxy, mode: Mode
) -> None:
    with pytest.raises(OperationalError):
        interrupted(distant.sessions, proxy, mode, flushed=False)
    proxy.set_mode(Mode.OPEN)
    engine = make_engine(proxy.url)
    assert effects(Sessions(engine)) == 0
    engine.dispose()


def test_who_only_read_is_not_told_of_an_unknown_outcome(distant: Runtime, proxy: Proxy) -> None:
    proxy.set_mode(Mode.DEAF)
    with pytest.raises(OperationalError):
        effects(distant.sessions)


def repeated(sessions: Sessions, proxy: Proxy, count: int) -> int:
    """Store ``count`` rows, each answer to COMMIT cut once, each repeated; how many were cut."""
    cut = 0
    for number in range(count):
        proxy.set_mode(Mode.DEAF)
        try:
            store(sessions, f"effect {number}")
        except OutcomeUnknown:
            cut += 1
        proxy.set_mode(Mode.OPEN)
        store(sessions, f"effect {number}")
    return cut


@pytest.mark.parametrize("count", [5, pytest.param(100, marks=pytest.mark.slow)])
def test_repeating_after_a_cut_commit_has_one_effect_each(
    distant: Runtime, proxy: Proxy, count: int
) -> None:
    assert repeated(distant.sessions, proxy, count) == count
    assert effects(distant.sessions) == count


def test_an_unknown_outcome_is_told_with_what_to_do(distant: Runtime, proxy: Proxy) -> None:
    app = create_app(runtime=distant)

    @app.post("/api/v1/effect")
    def effect(session: WriteSession) -> None:
        session.add(SeedLoad(part="effect", digest="0" * 64, loaded_at=NOW))

    proxy.set_mode(Mode.DEAF)
    with TestClient(app, raise_server_exceptions=False) as client:
        answer = client.post("/api/v1/effect")
    assert answer.status_code == 503
    assert answer.json()["type"] == "/problems/outcome-unknown"
    assert "Idempotency-Key" in answer.json()["detail"]
    assert answer.headers["Retry-After"]
