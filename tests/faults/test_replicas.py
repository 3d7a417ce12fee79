"""Two applications on one database: what one stores, the other knows at once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from models.enums import Role
from service.main import create_app
from tests.access.requests import STATEMENT
from tests.conftest import runtime_on
from tests.support.people import bearer

REVISION = "Duijie-Revision"
RANKING = "/api/v1/clusters/dalian/suggestions?topic=trims&limit=1"


@pytest.fixture
def replicas(seeded_url: str, tmp_path: Path) -> Iterator[tuple[TestClient, TestClient]]:
    runtimes = [runtime_on(seeded_url, tmp_path / name) for name in ("one", "other")]
    one, other = (
        TestClient(create_app(runtime=runtime), headers=bearer(Role.ORGANISER))
        for runtime in runtimes
    )
    yield one, other
    for runtime in runtimes:
        runtime.engine.dispose()


def gaps(client: TestClient, revision: str | None = None) -> tuple[set[int | None], str]:
    answer = client.get(RANKING, headers={REVISION: revision} if revision else {})
    assert answer.status_code == 200, answer.text
    found = {r["gap"]["statement"] for row in answer.json() for r in row["reasons"] if r["gap"]}
    return found, answer.headers[REVISION]


def test_a_write_through_one_is_in_a_ranking_of_the_other_at_once(
    replicas: tuple[TestClient, TestClient],
) -> None:
    """Although the other has ranked before, and kept what it ranked on."""
    for writer, reader in (replicas, replicas[::-1]):
        _, before = gaps(reader)
        url = f"/api/v1/statements/{writer.post('/api/v1/statements', json=STATEMENT).json()['id']}"
        written = writer.post(f"{url}/confirm")
        assert int(written.headers[REVISION]) > int(before)
        found, revision = gaps(reader, written.headers[REVISION])
        assert written.json()["id"] in found
        assert revision == written.headers[REVISION]
        assert gaps(reader) == gaps(writer)


def test_a_tag_of_one_is_outdated_by_a_write_through_the_other(
    replicas: tuple[TestClient, TestClient],
) -> None:
    one, other = replicas
    tag = one.get(RANKING).headers["ETag"]
    assert other.get(RANKING, headers={"If-None-Match": tag}).status_code == 304
    url = f"/api/v1/statements/{one.post('/api/v1/statements', json=STATEMENT).json()['id']}"
    one.post(f"{url}/confirm")
    assert other.get(RANKING, headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize("path", [RANKING, "/api/v1/statements", "/api/v1/clusters/dalian", "/"])
def test_a_reader_from_the_future_is_asked_to_wait(
    replicas: tuple[TestClient, TestClient], path: str
) -> None:
    _, now = gaps(replicas[0])
    future = replicas[0].get(path, headers={REVISION: str(int(now) + 1)})
    assert future.status_code == 409
    assert int(future.headers["Retry-After"]) > 0
    if path.startswith("/api/"):
        problem = future.json()
        assert problem["type"] == "/problems/behind"
        assert (problem["found"], problem["needed"]) == (int(now), int(now) + 1)
    assert replicas[0].get(path, headers={REVISION: now}).status_code == 200


def test_a_key_that_is_revoked_through_one_ends_in_the_other_within_a_second(
    replicas: tuple[TestClient, TestClient],
) -> None:
    """The other looks callers up again once its timer says that a second is over."""
    one, other = replicas
    key = one.post(
        "/api/v1/keys", json={"label": "probe", "role": "viewer"}, headers=bearer(Role.ADMIN)
    ).json()
    probe = {"Authorization": f"Bearer {key['secret']}"}
    assert other.get("/api/v1/events", headers=probe).status_code == 200
    revoked = one.post(f"/api/v1/keys/{key['id']}/revoke", headers=bearer(Role.ADMIN))
    assert revoked.status_code == 200
    assert one.get("/api/v1/events", headers=probe).status_code == 401
    identities = other.app.state.identities  # type: ignore[attr-defined]
    timer = identities.timer
    identities.timer = lambda: timer() + 1.0
    assert other.get("/api/v1/events", headers=probe).status_code == 401
